"""Of whom an organization asks a second factor, and what happens until they have one."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cat4 import clock

from .actor import Actor, Role
from .factors import has_factor
from .models import Membership

DAYS_TO_SET_UP = 14


class SignedDuty(StrEnum):
    """What an organization may ask a second factor for."""

    DECIDE = "decide"
    VALIDATE = "validate"
    ADMINISTER = "administer"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    SignedDuty.DECIDE: "Who decides: chairs and members of committees",
    SignedDuty.VALIDATE: "Who validates: controllers",
    SignedDuty.ADMINISTER: "Who administers the organization",
}
_ROLES = {SignedDuty.DECIDE: (Role.CHAIR, Role.MEMBER), SignedDuty.VALIDATE: (Role.CONTROLLER,)}


@dataclass(frozen=True, slots=True)
class MissingFactor:
    """Somebody must have a second factor here and has none."""

    due_on: date
    is_over: bool


def is_asked(actor: Actor, asked_for: list[str]) -> bool:
    """Whether the person, or anybody for whom they act, has a duty for which the organization asks it."""
    if not asked_for:
        return False
    if SignedDuty.ADMINISTER in asked_for and actor.is_admin:
        return True
    roles = {role for duty in asked_for for role in _ROLES.get(SignedDuty(duty), ())}
    grants = [*actor.grants, *(grant for stand_in in actor.stands_in_for for grant in stand_in.grants)]
    sits = SignedDuty.DECIDE in asked_for and (
        actor.committee_ids or any(one.committee_ids for one in actor.stands_in_for)
    )
    return bool(sits) or any(grant.role in roles for grant in grants)


def missing_factor(membership: Membership, actor: Actor) -> MissingFactor | None:
    """What stands between the person and the organization; the first time sets the day by which it is due."""
    if not is_asked(actor, membership.organization.second_factor_for) or has_factor(membership.user):
        return None
    today = clock.today(membership.organization.time_zone)
    if membership.factor_due_on is None:
        membership.factor_due_on = today + timedelta(days=DAYS_TO_SET_UP)
        membership.save(update_fields=["factor_due_on"])
    return MissingFactor(membership.factor_due_on, is_over=today > membership.factor_due_on)
