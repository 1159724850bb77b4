"""A degree or lifecycle moves only by the newest decision of its measure; a locked month stays locked.

A decision can be used once only: after the move the measure is elsewhere, and `from_doi` no longer fits.
"""

from django.db import migrations

MOVES_BY_DECISION = """
CREATE FUNCTION governance_moves_by_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    d record;
BEGIN
    SELECT outcome, from_doi, to_doi INTO d FROM governance_gatedecision
    WHERE organization_id = NEW.organization_id AND measure_id = NEW.id ORDER BY number DESC LIMIT 1;
    IF NEW.doi <> OLD.doi AND (d.from_doi IS DISTINCT FROM OLD.doi OR d.to_doi IS DISTINCT FROM NEW.doi) THEN
        RAISE EXCEPTION 'cat4: a degree moves only by a decision (% to %)', OLD.doi, NEW.doi;
    END IF;
    IF NEW.lifecycle <> OLD.lifecycle AND NOT COALESCE(CASE NEW.lifecycle
        WHEN 'on_hold' THEN d.outcome = 'hold'
        WHEN 'cancelled' THEN d.outcome = 'cancel'
        WHEN 'closed' THEN d.outcome = 'advance' AND d.to_doi = 5
        ELSE d.outcome IN ('resume', 'reopen')
    END, false) THEN
        RAISE EXCEPTION 'cat4: a lifecycle moves only by a decision (% to %)', OLD.lifecycle, NEW.lifecycle;
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_moves_by_decision BEFORE UPDATE ON measures_measure FOR EACH ROW
WHEN (OLD.doi IS DISTINCT FROM NEW.doi OR OLD.lifecycle IS DISTINCT FROM NEW.lifecycle)
EXECUTE FUNCTION governance_moves_by_decision();
"""
DROP_MOVES_BY_DECISION = """
DROP TRIGGER governance_moves_by_decision ON measures_measure;
DROP FUNCTION governance_moves_by_decision();
"""

LOCKED_STAYS_LOCKED = """
CREATE FUNCTION governance_locked_stays_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.state = 'locked' AND NEW.month = OLD.month THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'cat4: the month % is locked and stays locked', OLD.month;
END;
$$;
CREATE TRIGGER governance_locked_stays_locked BEFORE UPDATE OR DELETE ON hierarchy_reportingperiod FOR EACH ROW
WHEN (OLD.state = 'locked') EXECUTE FUNCTION governance_locked_stays_locked();
"""
DROP_LOCKED_STAYS_LOCKED = """
DROP TRIGGER governance_locked_stays_locked ON hierarchy_reportingperiod;
DROP FUNCTION governance_locked_stays_locked();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0002_separate_duties"),
        ("measures", "0001_initial"),
        ("hierarchy", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(MOVES_BY_DECISION, DROP_MOVES_BY_DECISION),
        migrations.RunSQL(LOCKED_STAYS_LOCKED, DROP_LOCKED_STAYS_LOCKED),
    ]
