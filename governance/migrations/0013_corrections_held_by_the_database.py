"""Corrections hold against any SQL of the serving role, as the actions hold them.

One is booked in a month that isn't locked and points at one that is; afterwards only its answer is added, once, a
validation by the measure's controller. A writer shares the organization's settings row with others and waits for who
locks a month.
"""

from django.db import migrations

HOLD_CORRECTIONS = """
CREATE FUNCTION governance_holds_corrections() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answer text[] := '{validated_by_id,validated_at,returned_by_id,returned_at,return_reason}';
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'cat4: a correction stays';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM hierarchy_organizationsettings WHERE organization_id = NEW.organization_id FOR SHARE;
        IF EXISTS (
            SELECT 1 FROM hierarchy_reportingperiod
            WHERE organization_id = NEW.organization_id AND month = NEW.month AND state = 'locked'
        ) THEN
            RAISE EXCEPTION 'cat4: the month % is locked', NEW.month;
        END IF;
        IF NOT EXISTS (
            SELECT 1 FROM hierarchy_reportingperiod
            WHERE organization_id = NEW.organization_id AND month = NEW.corrects AND state = 'locked'
        ) THEN
            RAISE EXCEPTION 'cat4: the month % is not locked and needs no correction', NEW.corrects;
        END IF;
        IF NEW.validated_at IS NOT NULL OR NEW.returned_at IS NOT NULL THEN
            RAISE EXCEPTION 'cat4: a correction is entered before it is answered';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.organization_id <> NEW.organization_id THEN
        RETURN NEW; -- row-level security refuses it
    END IF;
    IF to_jsonb(OLD) - answer <> to_jsonb(NEW) - answer OR OLD.validated_at IS NOT NULL OR OLD.returned_at IS NOT NULL THEN
        RAISE EXCEPTION 'cat4: a correction stays as it was entered and answered';
    END IF;
    IF NEW.validated_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM measures_measure WHERE id = NEW.measure_id AND controller_id = NEW.validated_by_id
    ) THEN
        RAISE EXCEPTION 'cat4: only the controller of a measure validates its corrections';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_holds_corrections BEFORE INSERT OR UPDATE OR DELETE ON measures_correction
FOR EACH ROW EXECUTE FUNCTION governance_holds_corrections();
"""
LET_CORRECTIONS_GO = """
DROP TRIGGER governance_holds_corrections ON measures_correction;
DROP FUNCTION governance_holds_corrections();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0012_periods"),
        ("measures", "0012_corrections"),
        ("hierarchy", "0006_locked_nodes"),
    ]

    operations = [migrations.RunSQL(HOLD_CORRECTIONS, LET_CORRECTIONS_GO)]
