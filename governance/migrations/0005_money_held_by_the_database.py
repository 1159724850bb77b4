"""The months of a measure's money hold against any SQL of the serving role, as the actions hold them.

Once a plan version is frozen no month's plan changes; a locked month takes no forecast and no actual, and what
was validated in it stays; only what was reported is validated, and by the measure's controller. A writer shares
the organization's settings row with others and waits for who locks a month, so that no entry slips past a lock.
A baseline gains its approval once, by the controller; a document is withdrawn and else stays what was uploaded.
"""

from django.db import migrations

HOLD_MONEY = """
CREATE FUNCTION governance_holds_money() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    o measures_effectmonth;
    n measures_effectmonth;
    r measures_effectmonth;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        o := OLD;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        n := NEW;
    END IF;
    r := CASE WHEN TG_OP = 'DELETE' THEN o ELSE n END;
    IF TG_OP = 'UPDATE' AND (o.measure_id, o.line_id, o.month) IS DISTINCT FROM (n.measure_id, n.line_id, n.month) THEN
        RAISE EXCEPTION 'cat4: a month of a line stays where it is';
    END IF;
    IF o.plan IS DISTINCT FROM n.plan AND EXISTS (
        SELECT 1 FROM measures_planversion WHERE organization_id = r.organization_id AND measure_id = r.measure_id
    ) THEN
        RAISE EXCEPTION 'cat4: the plan of % is frozen', r.month;
    END IF;
    IF (o.forecast, o.reported, o.reported_by_id) IS DISTINCT FROM (n.forecast, n.reported, n.reported_by_id)
        OR (o.validated IS NOT NULL AND o.validated IS DISTINCT FROM n.validated)
    THEN
        PERFORM 1 FROM hierarchy_organizationsettings WHERE organization_id = r.organization_id FOR SHARE;
        IF EXISTS (
            SELECT 1 FROM hierarchy_reportingperiod
            WHERE organization_id = r.organization_id AND month = r.month AND state = 'locked'
        ) THEN
            RAISE EXCEPTION 'cat4: the month % is locked', r.month;
        END IF;
    END IF;
    IF n.validated IS NOT NULL AND n.validated IS DISTINCT FROM n.reported THEN
        RAISE EXCEPTION 'cat4: only what was reported is validated';
    END IF;
    IF n.validated IS NOT NULL AND (o.validated, o.validated_by_id) IS DISTINCT FROM (n.validated, n.validated_by_id)
        AND NOT EXISTS (SELECT 1 FROM measures_measure WHERE id = n.measure_id AND controller_id = n.validated_by_id)
    THEN
        RAISE EXCEPTION 'cat4: only the controller of a measure validates its actuals';
    END IF;
    RETURN r;
END;
$$;
CREATE TRIGGER governance_holds_money BEFORE INSERT OR UPDATE OR DELETE ON measures_effectmonth
FOR EACH ROW EXECUTE FUNCTION governance_holds_money();
"""
LET_MONEY_GO = """
DROP TRIGGER governance_holds_money ON measures_effectmonth;
DROP FUNCTION governance_holds_money();
"""

HOLD_EVIDENCE = """
CREATE FUNCTION governance_holds_baseline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.organization_id <> NEW.organization_id THEN
            RETURN NEW; -- row-level security refuses it
        END IF;
        IF OLD.approved_by_id IS NULL
            AND to_jsonb(OLD) - '{approved_by_id,approved_at}'::text[] = to_jsonb(NEW) - '{approved_by_id,approved_at}'::text[]
            AND EXISTS (SELECT 1 FROM measures_measure WHERE id = NEW.measure_id AND controller_id = NEW.approved_by_id)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'cat4: a baseline stays as it was proposed, and only the controller approves it';
END;
$$;
CREATE TRIGGER governance_holds_baseline BEFORE UPDATE OR DELETE ON measures_baseline
FOR EACH ROW EXECUTE FUNCTION governance_holds_baseline();
CREATE FUNCTION governance_holds_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.organization_id <> NEW.organization_id THEN
            RETURN NEW; -- row-level security refuses it
        END IF;
        IF (OLD.withdrawn_at IS NULL OR OLD.withdrawn_at = NEW.withdrawn_at)
            AND (NEW.milestone_id IS NULL OR NEW.milestone_id = OLD.milestone_id)
            AND to_jsonb(OLD) - '{withdrawn_at,milestone_id}'::text[] = to_jsonb(NEW) - '{withdrawn_at,milestone_id}'::text[]
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'cat4: a document stays as it was uploaded';
END;
$$;
CREATE TRIGGER governance_holds_document BEFORE UPDATE OR DELETE ON measures_document
FOR EACH ROW EXECUTE FUNCTION governance_holds_document();
"""
LET_EVIDENCE_GO = """
DROP TRIGGER governance_holds_document ON measures_document;
DROP FUNCTION governance_holds_document();
DROP TRIGGER governance_holds_baseline ON measures_baseline;
DROP FUNCTION governance_holds_baseline();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0004_own_confirmations"),
        ("measures", "0001_initial"),
        ("hierarchy", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(HOLD_MONEY, LET_MONEY_GO),
        migrations.RunSQL(HOLD_EVIDENCE, LET_EVIDENCE_GO),
    ]
