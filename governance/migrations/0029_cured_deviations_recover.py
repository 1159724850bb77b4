"""What was green and open recovers from now on, and deviations of one measure are in circulation once."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from cat4.tenancy.context import organization_context

_ENDED = {"open": "withdrawn", "carried": "lapsed"}
_WHY = "The deviations of one measure are one question, which is in circulation already."


def bring_up_to_date(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """In every organization, within its own context."""
    for organization in apps.get_model("tenancy", "Organization").objects.all():
        with organization_context(organization.pk):
            _recover(apps)
            _declare_on_measures(apps)
            _circulate_once(apps)


def _recover(apps: Apps) -> None:
    """Open or decided ones of which nothing holds any more; what was accepted stays decided.

    Data that nobody confirmed leaves the agendas.
    """
    rows = apps.get_model("governance", "Deviation").objects
    rows.filter(kind="freshness", escalated_on__isnull=False, state="open").update(escalated_on=None)
    decisions = apps.get_model("governance", "DeviationDecision").objects.exclude(outcome="wait")
    for row in rows.filter(clear_since__isnull=False, state__in=["open", "decided"]):
        last = decisions.filter(deviation=row.pk).order_by("-number").first()
        if row.state == "open" or last is None or last.outcome != "accept":
            assert rows.filter(pk=row.pk).update(state="recovering") == 1, row.pk


def _declare_on_measures(apps: Apps) -> None:
    """A conflict of interest in an open deviation holds for its measure's topic; declarations themselves stand."""
    declarations = apps.get_model("governance", "ConflictDeclaration").objects
    open_ones = apps.get_model("governance", "Deviation").objects.filter(state="open")
    for row in list(declarations.filter(subject_kind="deviation", subject_id__in=open_ones.values("pk"))):
        about = {"subject_kind": "deviation", "subject_id": row.measure_id, "member_id": row.member_id}
        if not declarations.filter(**about).exists():
            declarations.create(
                **about, organization_id=row.organization_id, committee_id=row.committee_id,
                measure_id=row.measure_id, reason=row.reason, at=row.at,
            )  # fmt: skip


def _circulate_once(apps: Apps) -> None:
    """The question that was put first stays; it is about the measure, and settles the deviation that it was put on."""
    rows = apps.get_model("governance", "Circulation").objects
    kept: set[object] = set()
    for row in list(rows.filter(subject_kind="deviation", state__in=list(_ENDED)).order_by("opened_at", "pk")):
        if row.measure_id in kept:
            change = {"state": _ENDED[row.state], "problem": _WHY, "ended_at": timezone.now()}
        else:
            change = {"subject_id": row.measure_id, "details": row.details | {"settles": str(row.subject_id)}}
        kept.add(row.measure_id)
        assert rows.filter(pk=row.pk).update(**change) == 1, row.pk


class Migration(migrations.Migration):
    dependencies = [("governance", "0028_recovering_deviations"), ("tenancy", "0001_initial")]

    operations = [migrations.RunPython(bring_up_to_date, migrations.RunPython.noop)]
