"""Reads of decisions by circulation."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from cat4 import clock
from cat4.accounts.actor import Actor
from governance.parties.models import ConflictDeclaration
from hierarchy.organization.selectors import organization

from ..constants import CirculationState, VoteChoice
from ..models.resolutions import Circulation
from ..rules import Count, count
from .overview import visible_committees
from .seats import casting_member, electorate_of


def visible_circulations(actor: Actor) -> QuerySet[Circulation]:
    """Those of the committees that the person may follow."""
    related = ("committee", "committee__node", "measure", "opened_by", "document", "request")
    found = Circulation.objects.filter(organization_id=actor.organization_id)
    return found.filter(committee__in=visible_committees(actor)).select_related(*related)


def visible_circulation(actor: Actor, pk: UUID) -> Circulation:
    """One of them, or Http404."""
    found = visible_circulations(actor).filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such circulation.")
    return found


def circulation_for_write(pk: UUID) -> Circulation:
    """A circulation, locked until the end of the transaction, or Http404."""
    found = Circulation.objects.select_for_update(of=("self",)).filter(pk=pk)
    row = found.select_related("committee", "committee__node", "measure").first()
    if row is None:
        raise Http404("There is no such circulation.")
    return row


def votes_on(circulation: Circulation) -> Mapping[UUID, str]:
    """The votes so far by member: for or against what is proposed, or what most are for where they choose."""
    cast = list(circulation.votes.values_list("member_id", "choice", "outcome"))
    proposed = circulation.outcome or chosen_by_most(circulation)
    against = VoteChoice.AGAINST.value
    return {
        member: against if choice == VoteChoice.FOR and outcome != proposed else choice
        for member, choice, outcome in cast
    }


def chosen_by_most(circulation: Circulation) -> str:
    """The outcome that more are for than for any other; of equals that of the casting vote, else empty."""
    votes = dict(circulation.votes.filter(choice=VoteChoice.FOR).values_list("member_id", "outcome"))
    counts = Counter(votes.values())
    ahead = {outcome for outcome, number in counts.items() if number == max(counts.values())}
    if len(ahead) > 1:
        casting_id = casting_member(circulation)
        ahead &= {votes[casting_id]} if casting_id in votes else set()
    return next(iter(ahead), "")


def count_of(circulation: Circulation) -> Count:
    """What comes of the votes so far, or came of them."""
    votes = votes_on(circulation)
    entitled = len(electorate_of(circulation, votes).entitled)
    return count(votes, entitled, circulation.committee.majority, casting_member(circulation))


def comments_on(circulation: Circulation) -> Mapping[UUID, str]:
    """What members said with their votes."""
    return dict(circulation.votes.exclude(comment="").values_list("member_id", "comment"))


def due_circulations(today: date) -> list[UUID]:
    """Open ones whose last day is over."""
    due = Circulation.objects.filter(state=CirculationState.OPEN, closes_on__lt=today)
    return list(due.order_by("closes_on", "id").values_list("pk", flat=True))


def circulations_to_vote(actor: Actor) -> QuerySet[Circulation]:
    """Open ones of the person's committees on which they have a vote and haven't cast it."""
    own = Q(measure__owner_id=actor.user_id) | Q(measure__sponsor_id=actor.user_id)
    own |= Q(measure__controller_id=actor.user_id)
    today = clock.today(organization().time_zone)
    seated = Circulation.objects.filter(
        state=CirculationState.OPEN, closes_on__gte=today, committee__members__user_id=actor.user_id
    )
    voted = Q(votes__member_id=actor.user_id)
    declared = ConflictDeclaration.objects.filter(
        subject_kind=OuterRef("subject_kind"), subject_id=OuterRef("subject_id"), member_id=actor.user_id
    )
    seated = seated.exclude(Exists(declared))
    return (
        seated.exclude(own & Q(measure__isnull=False)).exclude(voted).select_related("committee").order_by("closes_on")
    )
