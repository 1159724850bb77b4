"""Who validates, approves or overrides for somebody stands in for them on that day, there, also by SQL.

The functions that name the controller of a measure, its owner or its sponsor ask a deputy's delegation as well. What
binds either of the two binds the deputy: owner and sponsor of a measure don't act for its controller, its controller
not for them, and nobody confirms for a controller what that one entered.
"""

from typing import Any

from django.db import migrations

STANDING_IN = """
CREATE FUNCTION governance_stands_in(organization uuid, person uuid, principal uuid, package uuid, at_time timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM hierarchy_deputy
        WHERE organization_id = organization AND deputy_id = person AND principal_id = principal
        AND (at_time AT TIME ZONE (SELECT time_zone FROM tenancy_organization WHERE id = organization))::date
            BETWEEN first_day AND last_day
        AND (ended_at IS NULL OR ended_at > at_time)
        AND (node_id IS NULL OR node_id IN (SELECT unnest(path) FROM hierarchy_node WHERE id = package))
    )
$$;
CREATE FUNCTION governance_controls(measure uuid, person uuid, entered_by uuid, at_time timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM measures_measure m WHERE m.id = measure AND (
            m.controller_id = person
            OR person IS DISTINCT FROM m.owner_id AND person IS DISTINCT FROM m.sponsor_id
            AND entered_by IS DISTINCT FROM m.controller_id AND entered_by IS DISTINCT FROM person
            AND governance_stands_in(m.organization_id, person, m.controller_id, m.package_id, at_time)
        )
    )
$$;
CREATE FUNCTION governance_vouches(measure uuid, person uuid, at_time timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM measures_measure m WHERE m.id = measure AND (
            person IN (m.owner_id, m.sponsor_id)
            OR person IS DISTINCT FROM m.controller_id AND (
                governance_stands_in(m.organization_id, person, m.owner_id, m.package_id, at_time)
                OR governance_stands_in(m.organization_id, person, m.sponsor_id, m.package_id, at_time)
            )
        )
    )
$$;
"""
LET_STANDING_IN_GO = """
DROP FUNCTION governance_vouches(uuid, uuid, timestamptz);
DROP FUNCTION governance_controls(uuid, uuid, uuid, timestamptz);
DROP FUNCTION governance_stands_in(uuid, uuid, uuid, uuid, timestamptz);
"""

_ONE = "(SELECT 1 FROM measures_measure WHERE id = NEW.measure_id AND controller_id = NEW.approved_by_id)"
_APPROVED = "governance_controls(NEW.measure_id, NEW.approved_by_id, NEW.proposed_by_id, NEW.approved_at)"
# The function, what it asks, and what it asks from now on.
ASKED = (
    (
        "governance_holds_money",
        "EXISTS (SELECT 1 FROM measures_measure WHERE id = n.measure_id AND controller_id = n.validated_by_id)",
        "governance_controls(n.measure_id, n.validated_by_id, n.reported_by_id, n.validated_at)",
    ),
    (
        "governance_holds_corrections",
        """EXISTS (
        SELECT 1 FROM measures_measure WHERE id = NEW.measure_id AND controller_id = NEW.validated_by_id
    )""",
        "governance_controls(NEW.measure_id, NEW.validated_by_id, NEW.entered_by_id, NEW.validated_at)",
    ),
    ("governance_holds_baseline", f"EXISTS {_ONE}", _APPROVED),
    ("governance_baseline_is_approved_by_its_controller", f"EXISTS {_ONE}", _APPROVED),
    (
        "governance_overrides_are_owners",
        "NOT COALESCE(NEW.author_id = m.owner_id, false) AND NOT COALESCE(NEW.author_id = m.sponsor_id, false)",
        "NOT governance_vouches(NEW.measure_id, NEW.author_id, NEW.created_at)",
    ),
)


def ask_deputies(apps: Any, schema_editor: Any) -> None:
    """Let each function ask the delegation too."""
    _replace(schema_editor, [(name, old, new) for name, old, new in ASKED])


def ask_no_deputies(apps: Any, schema_editor: Any) -> None:
    """As it was."""
    _replace(schema_editor, [(name, new, old) for name, old, new in ASKED])


def _replace(schema_editor: Any, changes: list[tuple[str, str, str]]) -> None:
    with schema_editor.connection.cursor() as cursor:
        for name, before, after in changes:
            cursor.execute("SELECT pg_get_functiondef(%s::regprocedure)", [f"{name}()"])
            (definition,) = cursor.fetchone()
            if definition.count(before) != 1:
                raise RuntimeError(f"{name} doesn't ask what this migration changes.")
            cursor.execute(definition.replace(before, after))


class Migration(migrations.Migration):
    dependencies = [("governance", "0033_meetings_on_record"), ("hierarchy", "0007_auditors")]

    operations = [
        migrations.RunSQL(STANDING_IN, LET_STANDING_IN_GO),
        migrations.RunPython(ask_deputies, ask_no_deputies),
    ]
