"""What another organization's row asks for is refused by row-level security, whose answer comes after these triggers."""

from django.db import migrations

ANSWER_LATER = """
CREATE OR REPLACE FUNCTION governance_overrides_are_owners() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    m record;
BEGIN
    SELECT owner_id, sponsor_id INTO m FROM measures_measure WHERE id = NEW.measure_id;
    IF FOUND AND NOT COALESCE(NEW.author_id = m.owner_id, false) AND NOT COALESCE(NEW.author_id = m.sponsor_id, false) THEN
        RAISE EXCEPTION 'cat4: only owner and sponsor of a measure override its statuses';
    END IF;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE FUNCTION governance_closes_months(organization uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT 1 FROM hierarchy_node WHERE organization_id = organization AND parent_id IS NULL)
    OR EXISTS (
        SELECT 1 FROM hierarchy_rolegrant g JOIN hierarchy_node n ON n.id = g.node_id
        WHERE g.organization_id = organization AND g.user_id = person AND g.role IN ('controller', 'pmo')
            AND n.parent_id IS NULL
    )
$$;
"""
ANSWER_FIRST = """
CREATE OR REPLACE FUNCTION governance_overrides_are_owners() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM measures_measure WHERE id = NEW.measure_id AND NEW.author_id IN (owner_id, sponsor_id)
    ) THEN
        RAISE EXCEPTION 'cat4: only owner and sponsor of a measure override its statuses';
    END IF;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE FUNCTION governance_closes_months(organization uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM hierarchy_rolegrant g JOIN hierarchy_node n ON n.id = g.node_id
        WHERE g.organization_id = organization AND g.user_id = person AND g.role IN ('controller', 'pmo')
            AND n.parent_id IS NULL
    )
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0020_conflicts_of_interest")]

    operations = [migrations.RunSQL(ANSWER_LATER, ANSWER_FIRST)]
