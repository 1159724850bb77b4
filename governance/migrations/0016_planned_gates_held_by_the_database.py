"""The planned dates of gates are part of a frozen plan, against any SQL of the serving role.

A plan version carries them: the first those of the measure, a later one what its request asked for, and else the
measure's. A measure's dates then move only to what its newest version says.
"""

from django.db import migrations

HOLD = """
CREATE FUNCTION governance_holds_version_gates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    m measures_measure;
    c governance_planchange;
BEGIN
    SELECT * INTO m FROM measures_measure WHERE organization_id = NEW.organization_id AND id = NEW.measure_id;
    IF NOT FOUND THEN
        RETURN NEW; -- row-level security or a composite key refuses it
    END IF;
    IF NEW.number > 1 THEN
        SELECT * INTO c FROM governance_planchange WHERE id = governance_change_of(NEW);
    END IF;
    IF NEW.decide_by IS DISTINCT FROM m.decide_by
        OR NEW.implement_by IS DISTINCT FROM COALESCE(c.implement_by, m.implement_by)
        OR NEW.close_by IS DISTINCT FROM COALESCE(c.close_by, m.close_by)
    THEN
        RAISE EXCEPTION 'cat4: the planned gate dates of plan version % are not what was decided', NEW.number;
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_holds_version_gates BEFORE INSERT ON measures_planversion
FOR EACH ROW EXECUTE FUNCTION governance_holds_version_gates();

CREATE FUNCTION governance_holds_planned_gates() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v measures_planversion;
BEGIN
    SELECT * INTO v FROM measures_planversion
    WHERE organization_id = OLD.organization_id AND measure_id = OLD.id ORDER BY number DESC LIMIT 1;
    IF FOUND AND (NEW.decide_by, NEW.implement_by, NEW.close_by)
        IS DISTINCT FROM (v.decide_by, v.implement_by, v.close_by)
    THEN
        RAISE EXCEPTION 'cat4: the planned gate dates of % are frozen', OLD.code;
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_holds_planned_gates BEFORE UPDATE ON measures_measure FOR EACH ROW
WHEN ((OLD.decide_by, OLD.implement_by, OLD.close_by) IS DISTINCT FROM (NEW.decide_by, NEW.implement_by, NEW.close_by))
EXECUTE FUNCTION governance_holds_planned_gates();
"""
LET_GO = """
DROP TRIGGER governance_holds_planned_gates ON measures_measure;
DROP FUNCTION governance_holds_planned_gates();
DROP TRIGGER governance_holds_version_gates ON measures_planversion;
DROP FUNCTION governance_holds_version_gates();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0015_planned_gates"),
        ("measures", "0014_planned_gates"),
    ]

    operations = [migrations.RunSQL(HOLD, LET_GO)]
