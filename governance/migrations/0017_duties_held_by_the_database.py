"""Acts that name their person are held to who may: an administrator doesn't control, publish or lock by SQL either.

A measure starts at DoI 0 and active, so that no row is born behind a gate. A baseline comes without an approval, or
with its controller's. A controller is replaced by somebody who holds the role at or above the measure. A month is
locked, and moved, by a controller or portfolio manager of the whole organization; gate rules are published by an
administrator; thresholds change version by version; a status is overridden by owner or sponsor. What was written before is not looked at again.
"""

from django.db import migrations

MEASURES = """
CREATE FUNCTION governance_starts_defined() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'cat4: a measure starts at DoI 0 and active, not at DoI % and %', NEW.doi, NEW.lifecycle;
END;
$$;
CREATE TRIGGER governance_starts_defined BEFORE INSERT ON measures_measure FOR EACH ROW
WHEN (NEW.doi <> 0 OR NEW.lifecycle <> 'active') EXECUTE FUNCTION governance_starts_defined();

CREATE FUNCTION governance_controller_holds_the_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.organization_id = OLD.organization_id AND NOT EXISTS (
        SELECT 1 FROM hierarchy_rolegrant
        WHERE organization_id = NEW.organization_id AND user_id = NEW.controller_id AND role = 'controller'
            AND node_id IN (SELECT unnest(path) FROM hierarchy_node WHERE id = NEW.package_id)
    ) THEN
        RAISE EXCEPTION 'cat4: only who holds the role of controller at or above a measure controls it';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_controller_holds_the_role BEFORE UPDATE ON measures_measure FOR EACH ROW
WHEN (NEW.controller_id IS NOT NULL AND NEW.controller_id IS DISTINCT FROM OLD.controller_id)
EXECUTE FUNCTION governance_controller_holds_the_role();

CREATE FUNCTION governance_baseline_is_approved_by_its_controller() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM measures_measure WHERE id = NEW.measure_id AND controller_id = NEW.approved_by_id) THEN
        RAISE EXCEPTION 'cat4: a baseline stays as it was proposed, and only the controller approves it';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_baseline_is_approved_by_its_controller BEFORE INSERT ON measures_baseline FOR EACH ROW
WHEN (NEW.approved_by_id IS NOT NULL) EXECUTE FUNCTION governance_baseline_is_approved_by_its_controller();

CREATE FUNCTION governance_overrides_are_owners() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM measures_measure WHERE id = NEW.measure_id AND NEW.author_id IN (owner_id, sponsor_id)
    ) THEN
        RAISE EXCEPTION 'cat4: only owner and sponsor of a measure override its statuses';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_overrides_are_owners BEFORE INSERT ON measures_statusoverride
FOR EACH ROW EXECUTE FUNCTION governance_overrides_are_owners();
"""
LET_MEASURES_GO = """
DROP TRIGGER governance_overrides_are_owners ON measures_statusoverride;
DROP FUNCTION governance_overrides_are_owners();
DROP TRIGGER governance_baseline_is_approved_by_its_controller ON measures_baseline;
DROP FUNCTION governance_baseline_is_approved_by_its_controller();
DROP TRIGGER governance_controller_holds_the_role ON measures_measure;
DROP FUNCTION governance_controller_holds_the_role();
DROP TRIGGER governance_starts_defined ON measures_measure;
DROP FUNCTION governance_starts_defined();
"""

MONTHS = """
CREATE FUNCTION governance_closes_months(organization uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM hierarchy_rolegrant g JOIN hierarchy_node n ON n.id = g.node_id
        WHERE g.organization_id = organization AND g.user_id = person AND g.role IN ('controller', 'pmo')
            AND n.parent_id IS NULL
    )
$$;
CREATE FUNCTION governance_locked_by_who_may() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT governance_closes_months(NEW.organization_id, NEW.locked_by_id) THEN
        RAISE EXCEPTION 'cat4: a controller or portfolio manager of the whole organization locks a month';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_locked_by_who_may BEFORE INSERT ON hierarchy_reportingperiod FOR EACH ROW
WHEN (NEW.state = 'locked') EXECUTE FUNCTION governance_locked_by_who_may();
CREATE TRIGGER governance_moved_to_locked_by_who_may BEFORE UPDATE ON hierarchy_reportingperiod FOR EACH ROW
WHEN (NEW.state = 'locked' AND (OLD.state <> 'locked' OR NEW.locked_by_id IS DISTINCT FROM OLD.locked_by_id))
EXECUTE FUNCTION governance_locked_by_who_may();
CREATE FUNCTION governance_stepped_by_who_may() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT governance_closes_months(NEW.organization_id, NEW.person_id) THEN
        RAISE EXCEPTION 'cat4: a controller or portfolio manager of the whole organization moves a month';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_stepped_by_who_may BEFORE INSERT ON governance_periodstep
FOR EACH ROW EXECUTE FUNCTION governance_stepped_by_who_may();
"""
LET_MONTHS_GO = """
DROP TRIGGER governance_stepped_by_who_may ON governance_periodstep;
DROP FUNCTION governance_stepped_by_who_may();
DROP TRIGGER governance_moved_to_locked_by_who_may ON hierarchy_reportingperiod;
DROP TRIGGER governance_locked_by_who_may ON hierarchy_reportingperiod;
DROP FUNCTION governance_locked_by_who_may();
DROP FUNCTION governance_closes_months(uuid, uuid);
"""

RULES = """
CREATE FUNCTION governance_rules_are_an_administrators() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM accounts_membership
        WHERE organization_id = NEW.organization_id AND user_id = NEW.author_id AND is_admin
    ) THEN
        RAISE EXCEPTION 'cat4: only an administrator publishes gate rules';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER governance_rules_are_an_administrators BEFORE INSERT OR UPDATE ON governance_ruleset FOR EACH ROW
WHEN (NEW.published_at IS NOT NULL) EXECUTE FUNCTION governance_rules_are_an_administrators();
"""
SETTINGS = """
CREATE FUNCTION governance_settings_change_by_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'cat4: thresholds change by versions, one after the other';
END;
$$;
CREATE TRIGGER governance_settings_change_by_versions BEFORE UPDATE ON hierarchy_organizationsettings FOR EACH ROW
WHEN (OLD.overrides IS DISTINCT FROM NEW.overrides AND NEW.version <> OLD.version + 1)
EXECUTE FUNCTION governance_settings_change_by_versions();
"""
LET_SETTINGS_GO = """
DROP TRIGGER governance_settings_change_by_versions ON hierarchy_organizationsettings;
DROP FUNCTION governance_settings_change_by_versions();
"""
LET_RULES_GO = """
DROP TRIGGER governance_rules_are_an_administrators ON governance_ruleset;
DROP FUNCTION governance_rules_are_an_administrators();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0016_planned_gates_held_by_the_database"),
        ("measures", "0013_evidence_per_line"),
        ("hierarchy", "0006_locked_nodes"),
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(MEASURES, LET_MEASURES_GO),
        migrations.RunSQL(MONTHS, LET_MONTHS_GO),
        migrations.RunSQL(RULES, LET_RULES_GO),
        migrations.RunSQL(SETTINGS, LET_SETTINGS_GO),
    ]
