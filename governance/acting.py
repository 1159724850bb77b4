"""Who acts when the calendar or a rule sets something off."""

from cat4.accounts.actor import Actor
from cat4.accounts.models import Membership
from cat4.tenancy.context import current_organization_id
from hierarchy.constants import SeatRole
from hierarchy.models import Committee, CommitteeMember
from hierarchy.organization.actions import SYSTEM_ID
from hierarchy.people.selectors.actors import load_actor


def acts_by_rule(actor: Actor) -> bool:
    """Whether nobody in person acts."""
    return actor.user_id == SYSTEM_ID


def presiding_actors(committee: Committee) -> list[Actor]:
    """Chair, then deputy, as actors set off by a rule: what the committee lets apply itself is recorded for them."""
    seats = CommitteeMember.objects.filter(
        committee_id=committee.pk, role__in=[SeatRole.CHAIR, SeatRole.DEPUTY]
    ).order_by("role")
    people = list(seats.values_list("user_id", flat=True))
    memberships = Membership.objects.select_related("user", "organization").filter(
        organization_id=current_organization_id(), user_id__in=people, is_active=True
    )
    by_user = {membership.user_id: membership for membership in memberships}
    return [load_actor(by_user[user_id], cause="rule") for user_id in people if user_id in by_user]
