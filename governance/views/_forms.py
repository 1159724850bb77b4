"""What several pages do with a form that an action refused."""

from cat4.accounts.selectors import members
from cat4.web.requests import OrganizationRequest
from hierarchy.views._pages import posted, show_errors

__all__ = ["people_choices", "posted", "show_errors"]


def people_choices(request: OrganizationRequest) -> list[tuple[str, str]]:
    """The active members of the organization, for a choice."""
    listed = members(request.organization.pk).filter(is_active=True)
    return [(str(member.user_id), member.user.name) for member in listed]
