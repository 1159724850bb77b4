"""A frozen plan changes only to what an approved change request asked for, against any SQL of the serving role.

Plan versions are counted up, and one behind the first needs a change decision of its own. Its months and dates are
those of the version before, apart from what that decision's request proposed; those of the first are the plan as it
stands. Months and baseline dates of a measure then move only to what its newest version says, locked months not at
all. A proposal is written while its request is a draft.
"""

from importlib import import_module

from django.db import migrations

HELD_MONEY = import_module("governance.migrations.0005_money_held_by_the_database").HOLD_MONEY.partition(
    "CREATE TRIGGER"
)[0]
OLD_FUNCTION = HELD_MONEY.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
OLD_RULE = """    IF o.plan IS DISTINCT FROM n.plan AND EXISTS (
        SELECT 1 FROM measures_planversion WHERE organization_id = r.organization_id AND measure_id = r.measure_id
    ) THEN
        RAISE EXCEPTION 'cat4: the plan of % is frozen', r.month;
    END IF;
"""
NEW_RULE = """    IF o.plan IS DISTINCT FROM n.plan THEN
        SELECT id INTO v FROM measures_planversion
        WHERE organization_id = r.organization_id AND measure_id = r.measure_id ORDER BY number DESC LIMIT 1;
        IF FOUND AND (
            n.plan IS DISTINCT FROM (
                SELECT amount FROM measures_planmonth
                WHERE organization_id = r.organization_id AND plan_version_id = v
                    AND line_id = r.line_id AND month = r.month
            ) OR EXISTS (
                SELECT 1 FROM hierarchy_reportingperiod
                WHERE organization_id = r.organization_id AND month = r.month AND state = 'locked'
            )
        ) THEN
            RAISE EXCEPTION 'cat4: the plan of % is frozen', r.month;
        END IF;
    END IF;
"""
assert HELD_MONEY.count(OLD_RULE) == 1
NEW_FUNCTION = OLD_FUNCTION.replace(OLD_RULE, NEW_RULE).replace("    o measures", "    v uuid;\n    o measures")

HOLD_VERSIONS = """
CREATE FUNCTION governance_counts_plan_versions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest text;
    changes integer;
    last integer;
BEGIN
    SELECT COALESCE(max(number), 0) INTO last FROM measures_planversion
    WHERE organization_id = NEW.organization_id AND measure_id = NEW.measure_id;
    IF NEW.number <> last + 1 THEN
        RAISE EXCEPTION 'cat4: plan version % follows %, not %', last + 1, last, NEW.number;
    END IF;
    IF NEW.number = 1 THEN
        RETURN NEW;
    END IF;
    SELECT outcome INTO newest FROM governance_gatedecision
    WHERE organization_id = NEW.organization_id AND measure_id = NEW.measure_id ORDER BY number DESC LIMIT 1;
    SELECT count(*) INTO changes FROM governance_gatedecision
    WHERE organization_id = NEW.organization_id AND measure_id = NEW.measure_id AND outcome = 'change';
    IF newest IS DISTINCT FROM 'change' OR changes < NEW.number - 1 THEN
        RAISE EXCEPTION 'cat4: a frozen plan changes only by a decision';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_counts_plan_versions BEFORE INSERT ON measures_planversion
FOR EACH ROW EXECUTE FUNCTION governance_counts_plan_versions();

CREATE FUNCTION governance_newest_plan(version uuid) RETURNS measures_planversion LANGUAGE plpgsql AS $$
DECLARE
    v measures_planversion;
BEGIN
    SELECT * INTO v FROM measures_planversion WHERE id = version;
    IF EXISTS (
        SELECT 1 FROM measures_planversion
        WHERE organization_id = v.organization_id AND measure_id = v.measure_id AND number > v.number
    ) THEN
        RAISE EXCEPTION 'cat4: an earlier plan version stays as it is';
    END IF;
    RETURN v;
END;
$$;
CREATE FUNCTION governance_change_of(plan measures_planversion) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT c.id FROM governance_gatedecision d JOIN governance_planchange c ON c.request_id = d.request_id
    WHERE d.organization_id = plan.organization_id AND d.measure_id = plan.measure_id AND d.outcome = 'change'
    ORDER BY d.number DESC LIMIT 1
$$;

CREATE FUNCTION governance_holds_plan_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v measures_planversion;
    wanted numeric;
BEGIN
    v := governance_newest_plan(NEW.plan_version_id);
    IF v.organization_id IS DISTINCT FROM NEW.organization_id
        OR NOT EXISTS (SELECT 1 FROM measures_effectline WHERE id = NEW.line_id)
    THEN
        RETURN NEW; -- row-level security or a composite key refuses it
    END IF;
    IF v.number = 1 THEN
        SELECT plan INTO wanted FROM measures_effectmonth
        WHERE organization_id = NEW.organization_id AND measure_id = v.measure_id AND line_id = NEW.line_id
            AND month = NEW.month;
    ELSE
        SELECT m.after INTO wanted FROM governance_planchangemonth m JOIN governance_planchangeline l ON l.id = m.part_id
        WHERE l.change_id = governance_change_of(v) AND l.line_id = NEW.line_id AND m.month = NEW.month;
        IF NOT FOUND THEN
            SELECT p.amount INTO wanted FROM measures_planmonth p JOIN measures_planversion w ON w.id = p.plan_version_id
            WHERE w.organization_id = v.organization_id AND w.measure_id = v.measure_id AND w.number = v.number - 1
                AND p.line_id = NEW.line_id AND p.month = NEW.month;
        END IF;
    END IF;
    IF wanted IS DISTINCT FROM NEW.amount THEN
        RAISE EXCEPTION 'cat4: the plan of % is not what was decided', NEW.month;
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_holds_plan_month BEFORE INSERT ON measures_planmonth
FOR EACH ROW EXECUTE FUNCTION governance_holds_plan_month();

CREATE FUNCTION governance_holds_plan_date() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v measures_planversion;
    wanted date;
BEGIN
    v := governance_newest_plan(NEW.plan_version_id);
    IF v.organization_id IS DISTINCT FROM NEW.organization_id
        OR NOT EXISTS (SELECT 1 FROM measures_milestone WHERE id = NEW.milestone_id)
    THEN
        RETURN NEW; -- row-level security or a composite key refuses it
    END IF;
    IF v.number > 1 THEN
        SELECT d.after INTO wanted FROM governance_planchangedate d
        WHERE d.change_id = governance_change_of(v) AND d.milestone_id = NEW.milestone_id;
    END IF;
    IF wanted IS NULL THEN
        SELECT baseline_on INTO wanted FROM measures_milestone
        WHERE id = NEW.milestone_id AND organization_id = NEW.organization_id AND measure_id = v.measure_id;
    END IF;
    IF wanted IS DISTINCT FROM NEW.baseline_on THEN
        RAISE EXCEPTION 'cat4: the baseline date % is not what was decided', NEW.baseline_on;
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_holds_plan_date BEFORE INSERT ON measures_planmilestone
FOR EACH ROW EXECUTE FUNCTION governance_holds_plan_date();

CREATE FUNCTION governance_holds_baseline_date() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v uuid;
BEGIN
    IF OLD.organization_id <> NEW.organization_id THEN
        RETURN NEW; -- row-level security refuses it
    END IF;
    SELECT id INTO v FROM measures_planversion
    WHERE organization_id = OLD.organization_id AND measure_id = OLD.measure_id ORDER BY number DESC LIMIT 1;
    IF NOT FOUND THEN
        RETURN NEW;
    END IF;
    IF NEW.measure_id <> OLD.measure_id THEN
        RAISE EXCEPTION 'cat4: a milestone of a frozen plan stays with its measure';
    END IF;
    IF NEW.baseline_on IS DISTINCT FROM (
        SELECT baseline_on FROM measures_planmilestone
        WHERE organization_id = OLD.organization_id AND plan_version_id = v AND milestone_id = OLD.id
    ) THEN
        RAISE EXCEPTION 'cat4: the baseline date of % is frozen', OLD.name;
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_holds_baseline_date BEFORE UPDATE ON measures_milestone FOR EACH ROW
WHEN (OLD.baseline_on IS DISTINCT FROM NEW.baseline_on OR OLD.measure_id IS DISTINCT FROM NEW.measure_id)
EXECUTE FUNCTION governance_holds_baseline_date();
"""
LET_VERSIONS_GO = """
DROP TRIGGER governance_holds_baseline_date ON measures_milestone;
DROP FUNCTION governance_holds_baseline_date();
DROP TRIGGER governance_holds_plan_date ON measures_planmilestone;
DROP FUNCTION governance_holds_plan_date();
DROP TRIGGER governance_holds_plan_month ON measures_planmonth;
DROP FUNCTION governance_holds_plan_month();
DROP FUNCTION governance_change_of(measures_planversion);
DROP FUNCTION governance_newest_plan(uuid);
DROP TRIGGER governance_counts_plan_versions ON measures_planversion;
DROP FUNCTION governance_counts_plan_versions();
"""

HOLD_PROPOSALS = """
CREATE FUNCTION governance_holds_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked uuid;
BEGIN
    IF TG_TABLE_NAME = 'governance_planchange' THEN
        asked := NEW.request_id;
    ELSIF TG_TABLE_NAME = 'governance_planchangemonth' THEN
        SELECT c.request_id INTO asked FROM governance_planchangeline l JOIN governance_planchange c ON c.id = l.change_id
        WHERE l.id = NEW.part_id;
    ELSE
        SELECT c.request_id INTO asked FROM governance_planchange c WHERE c.id = NEW.change_id;
    END IF;
    IF EXISTS (SELECT 1 FROM governance_gaterequest WHERE id = asked AND state <> 'draft') THEN
        RAISE EXCEPTION 'cat4: a proposal stays as it was handed in';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_holds_proposal BEFORE INSERT ON governance_planchange
FOR EACH ROW EXECUTE FUNCTION governance_holds_proposal();
CREATE TRIGGER governance_holds_proposal BEFORE INSERT ON governance_planchangeline
FOR EACH ROW EXECUTE FUNCTION governance_holds_proposal();
CREATE TRIGGER governance_holds_proposal BEFORE INSERT ON governance_planchangemonth
FOR EACH ROW EXECUTE FUNCTION governance_holds_proposal();
CREATE TRIGGER governance_holds_proposal BEFORE INSERT ON governance_planchangedate
FOR EACH ROW EXECUTE FUNCTION governance_holds_proposal();
"""
LET_PROPOSALS_GO = """
DROP TRIGGER governance_holds_proposal ON governance_planchangedate;
DROP TRIGGER governance_holds_proposal ON governance_planchangemonth;
DROP TRIGGER governance_holds_proposal ON governance_planchangeline;
DROP TRIGGER governance_holds_proposal ON governance_planchange;
DROP FUNCTION governance_holds_proposal();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0006_plan_changes"),
        ("measures", "0004_engine"),
        ("hierarchy", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(NEW_FUNCTION, OLD_FUNCTION),
        migrations.RunSQL(HOLD_VERSIONS, LET_VERSIONS_GO),
        migrations.RunSQL(HOLD_PROPOSALS, LET_PROPOSALS_GO),
    ]
