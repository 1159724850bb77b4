"""Closed measures are forecast at what was signed: those of before get it from their signatures; then nobody else may.

A measure whose sustain check failed since keeps its owner's forecast. Every closed measure is computed anew.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cat4.tenancy.context import organization_context

HOLD = """
CREATE FUNCTION governance_holds_signed_run_rates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.closed_run_rate IS NULL
        OR TG_OP = 'UPDATE' AND NEW.closed_run_rate IS NOT DISTINCT FROM OLD.closed_run_rate THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM governance_closureline WHERE line_id = NEW.id AND confirmed = NEW.closed_run_rate
    ) THEN
        RAISE EXCEPTION 'cat4: the run-rate of a closed line is the one that was signed';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_holds_signed_run_rates BEFORE INSERT OR UPDATE ON measures_effectline
FOR EACH ROW EXECUTE FUNCTION governance_holds_signed_run_rates();
"""
LET_GO = """
DROP TRIGGER governance_holds_signed_run_rates ON measures_effectline;
DROP FUNCTION governance_holds_signed_run_rates();
"""


def from_signatures(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """What the newest first signature of each closed measure confirmed, line by line."""
    measures, outbox = apps.get_model("measures", "Measure"), apps.get_model("outbox", "OutboxRow")
    for organization in apps.get_model("tenancy", "Organization").objects.all():
        with organization_context(organization.pk):
            for measure in measures.objects.filter(doi=5, closed_run_rate__isnull=False):
                _sign_lines(apps, measure)
                outbox.objects.create(topic="measures.measure_changed", object_id=measure.pk, organization=organization)


def _sign_lines(apps: Apps, measure: object) -> None:
    decisions = apps.get_model("governance", "GateDecision").objects
    closing = decisions.filter(measure=measure, outcome="advance", to_doi=5).order_by("-number").first()
    if closing is None or closing.sustain_results.filter(outcome="reversal").exists():
        return
    signatures = apps.get_model("governance", "ClosureSignature").objects
    signature = signatures.filter(request=closing.request, position=1).order_by("-number").first()
    if signature is None:
        return
    lines = apps.get_model("measures", "EffectLine").objects
    for row in signature.lines.filter(line__recurrence="recurring"):
        changed = lines.filter(pk=row.line_id).update(closed_run_rate=row.confirmed)
        if changed != 1:
            raise RuntimeError(f"The signed line {row.line_id} is not there.")


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0023_kept_requests"),
        ("measures", "0016_signed_run_rates"),
        ("outbox", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(from_signatures, migrations.RunPython.noop),
        migrations.RunSQL(HOLD, LET_GO),
    ]
