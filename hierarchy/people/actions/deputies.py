"""Deputies: a dated delegation from one person to another (domain section 2)."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.accounts.models import User
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict, require
from cat4.notices.actions import notify
from hierarchy.constants import Verb
from hierarchy.models import Deputy, Node
from hierarchy.organization.actions import takes_part
from hierarchy.organization.selectors import organization
from hierarchy.policies import may_end_deputy, may_name_deputy

from ..selectors.deputies import deputy_for_write

LONGEST = timedelta(days=366)


@transaction.atomic
def name_deputy(
    actor: Actor,
    *,
    principal_id: UUID,
    deputy_id: UUID,
    first_day: date,
    last_day: date,
    reason: str,
    node_id: UUID | None = None,
) -> Deputy:
    """Let `deputy_id` act for `principal_id` on these days, both included, below a node or everywhere.

    A deputy asks, enters, validates, confirms and decides, but signs no closure; what binds either binds the deputy.

    Raises:
        NotAllowed; Invalid by field; Conflict with a delegation of the same two on one of these days, there.
    """
    require(may_name_deputy(actor, principal_id, deputy_id))
    problems = Problems()
    checks.active_member(problems, "principal_id", principal_id, actor.organization_id)
    if principal_id == deputy_id:
        problems.add("deputy_id", "Choose somebody else.")
    else:
        takes_part(problems, "deputy_id", deputy_id)
    reason = checks.text(problems, "reason", reason, label="a reason", limit=200, required=True)
    _check_days(problems, first_day, last_day)
    node = Node.objects.filter(pk=node_id, retired_at__isnull=True).first() if node_id else None
    if node_id and node is None:
        problems.add("node_id", "Choose a node that is in use.")
    problems.stop_if_any()
    # The two people's rows make two who name the same deputy at once take turns.
    users = {
        user.pk: user
        for user in User.objects.select_for_update(no_key=True).filter(pk__in=[principal_id, deputy_id]).order_by("pk")
    }
    _refuse_twice(principal_id, deputy_id, node, first_day, last_day)
    deputy = Deputy.objects.create(
        principal_id=principal_id, deputy_id=deputy_id, node=node, first_day=first_day, last_day=last_day,
        reason=reason, named_by_id=actor.user_id, named_at=clock.now(),
    )  # fmt: skip
    summary = (
        f"named {users[deputy_id].name} deputy of {users[principal_id].name}{_where(node)}, "
        f"{_days(first_day, last_day)}"
    )
    change = {"deputy": users[deputy_id].name, "principal": users[principal_id].name, "days": [first_day, last_day]}
    record(actor, Verb.DEPUTY_NAMED, deputy, summary=summary, change=change, reason=reason, ledger=True)
    _tell_both(actor, deputy, users[principal_id].name, users[deputy_id].name)
    return deputy


def _tell_both(actor: Actor, deputy: Deputy, principal: str, standing_in: str) -> None:
    """Whoever stands in, and for whom; not whoever named them."""
    facts = {
        "who": actor.in_words, "principal": principal, "deputy": standing_in, "first_day": deputy.first_day,
        "last_day": deputy.last_day, "where": deputy.node.name if deputy.node else "",
    }  # fmt: skip
    told = {"member.deputy_named": deputy.deputy_id, "member.principal_told": deputy.principal_id}
    for kind, person in told.items():
        if person != actor.user_id:
            notify(kind, event=f"deputy:{deputy.pk}", people=[person], path="/my-work/", facts=facts)


@transaction.atomic
def end_deputy(actor: Actor, deputy_id: UUID) -> Deputy:
    """End a delegation now; what was done under it stays.

    Raises:
        Http404, NotAllowed; Conflict when it has ended.
    """
    deputy = deputy_for_write(deputy_id)
    require(may_end_deputy(actor, deputy.principal_id, deputy.deputy_id))
    if deputy.ended_at is not None or deputy.last_day < clock.today(organization().time_zone):
        raise Conflict("This delegation has ended.", current={"last_day": deputy.last_day})
    deputy.ended_at = clock.now()
    deputy.save(update_fields=["ended_at"])
    summary = f"ended that {deputy.deputy.name} acts for {deputy.principal.name}{_where(deputy.node)}"
    record(actor, Verb.DEPUTY_ENDED, deputy, summary=summary, ledger=True)
    return deputy


def _check_days(problems: Problems, first_day: date, last_day: date) -> None:
    if last_day < first_day:
        problems.add("last_day", "The last day lies before the first.")
    elif last_day < clock.today(organization().time_zone):
        problems.add("last_day", "The last day has passed.")
    elif last_day - first_day > LONGEST:
        problems.add("last_day", "At most a year at a time.")


def _refuse_twice(principal_id: UUID, deputy_id: UUID, node: Node | None, first_day: date, last_day: date) -> None:
    same = Deputy.objects.filter(principal_id=principal_id, deputy_id=deputy_id, node=node, ended_at__isnull=True)
    other = same.filter(first_day__lte=last_day, last_day__gte=first_day).first()
    if other is not None:
        raise Conflict(
            f"They act for them already, {_days(other.first_day, other.last_day)}.", current={"id": str(other.pk)}
        )


def _days(first: date, last: date) -> str:
    return f"{first:%d %b %Y} to {last:%d %b %Y}"


def _where(node: Node | None) -> str:
    return f" in {node.name}" if node else ""
