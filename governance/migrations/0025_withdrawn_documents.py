"""A document is withdrawn once, with who did it and why; of those withdrawn before, both come from the audit."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cat4.tenancy.context import organization_context

_HOLD = """
CREATE OR REPLACE FUNCTION governance_holds_document() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{%s}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.organization_id <> NEW.organization_id THEN
            RETURN NEW; -- row-level security refuses it
        END IF;
        IF (OLD.withdrawn_at IS NULL OR %s)
            AND (NEW.milestone_id IS NULL OR NEW.milestone_id = OLD.milestone_id)
            AND to_jsonb(OLD) - may_change = to_jsonb(NEW) - may_change
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'cat4: a document stays as it was uploaded';
END;
$$;
"""
# Who withdrew a document and why is written with the day, or later where nobody was kept.
HOLD = _HOLD % (
    "withdrawn_at,withdrawn_by_id,withdraw_reason,milestone_id",
    "OLD.withdrawn_at = NEW.withdrawn_at AND (OLD.withdrawn_by_id IS NULL"
    " OR OLD.withdrawn_by_id = NEW.withdrawn_by_id AND OLD.withdraw_reason = NEW.withdraw_reason)",
)
AS_BEFORE = _HOLD % ("withdrawn_at,milestone_id", "OLD.withdrawn_at = NEW.withdrawn_at")


def from_the_audit(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Who withdrew each document, and why, as its audit entry says."""
    documents = apps.get_model("measures", "Document").objects
    entries = apps.get_model("audit", "AuditEntry").objects
    for organization in apps.get_model("tenancy", "Organization").objects.all():
        with organization_context(organization.pk):
            gone = documents.filter(withdrawn_at__isnull=False, withdrawn_by__isnull=True)
            said = entries.filter(verb="document.withdrawn", object_id__in=gone.values("pk"))
            for document_id, person_id, reason in said.values_list("object_id", "actor_id", "reason"):
                changed = documents.filter(pk=document_id).update(withdrawn_by_id=person_id, withdraw_reason=reason)
                if changed != 1:
                    raise RuntimeError(f"The withdrawn document {document_id} is not there.")


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("governance", "0024_signed_run_rates"),
        ("measures", "0017_withdrawn_documents"),
    ]

    operations = [
        migrations.RunSQL(HOLD, AS_BEFORE),
        migrations.RunPython(from_the_audit, migrations.RunPython.noop),
    ]
