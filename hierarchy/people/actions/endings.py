"""Access that ends by a date: nothing may silently lose its owner, sponsor or controller (domain section 2)."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from cat4.accounts.models import Membership
from cat4.accounts.selectors import members
from cat4.notices.actions import notify
from cat4.notices.selectors import told_events
from cat4.tenancy.context import current_organization_id

from .. import successions

AHEAD = timedelta(days=14)
_NAMED = 3


@transaction.atomic
def warn_of_endings(today: date) -> int:
    """Tell administrators of members who are answerable for something open and whose access ends within 14 days.

    Again when it has ended: deactivating the member then asks for the successors. Each once; returns how many notices
    are new.
    """
    known = members(current_organization_id()).filter(is_active=True)
    ending = list(known.filter(ends_on__lte=today + AHEAD))
    told = told_events(_event(membership, today) for membership in ending)
    admins = [admin.user_id for admin in known.filter(is_admin=True)]
    return sum(_warn(membership, today, admins) for membership in ending if _event(membership, today) not in told)


def _event(membership: Membership, today: date) -> str:
    ended = membership.ends_on is not None and membership.ends_on < today
    return f"membership:{membership.pk}:{membership.ends_on}:{'ended' if ended else 'ends'}"


def _warn(membership: Membership, today: date, admins: Iterable[UUID]) -> int:
    duties = successions.duties_of(membership.user_id)
    if not duties:
        return 0
    event = _event(membership, today)
    return notify(
        "member.access_ends",
        event=event,
        people=[person for person in admins if person != membership.user_id],
        path=f"/members/{membership.pk}/deactivate/",
        facts={
            "name": membership.user.name,
            "ends_on": membership.ends_on,
            "is_over": event.endswith(":ended"),
            "duties": [duty.label for duty in duties[:_NAMED]],
            "more": max(0, len(duties) - _NAMED),
        },
    )
