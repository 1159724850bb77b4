"""What the database itself holds of roles: whoever audits has no other."""

import pgtrigger

# Under row level security only grants of the same organization are found.
_AUDITOR_ALONE = """
PERFORM pg_advisory_xact_lock(hashtextextended('role_grant:' || NEW.organization_id || NEW.user_id, 0));
IF EXISTS (
    SELECT 1 FROM hierarchy_rolegrant
    WHERE organization_id = NEW.organization_id AND user_id = NEW.user_id AND id <> NEW.id
    AND (role = 'auditor') <> (NEW.role = 'auditor')
) THEN
    RAISE EXCEPTION 'cat4: an auditor has no other role in the organization';
END IF;
RETURN NEW;
"""


def auditor_alone_trigger() -> pgtrigger.Trigger:
    """The role of auditor goes with no other, whichever comes first. For `RoleGrant.Meta.triggers`."""
    return pgtrigger.Trigger(
        name="auditor_alone",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=_AUDITOR_ALONE,
    )
