"""When a circulation is over: carried, voted down, or lapsed; and applying it by itself where the committee says so."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.http import Http404

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Cat4Error, require
from governance.acting import presiding_actors
from governance.constants import Verb
from hierarchy.constants import CirculationEffect
from hierarchy.organization.actions import rule_actor

from ..constants import CirculationState, VoteResult
from ..models.resolutions import Circulation, CommitteeDecision
from ..notices import tell_settled
from ..policies import may_record
from ..rules import Count, is_settled, tally
from ..selectors.circulations import chosen_by_most, comments_on, count_of, votes_on
from ..selectors.seats import casting_member, electorate_of
from ..selectors.subjects import load_subject, trade_off_details
from .applying import Resolution
from .resolving import ConditionAsk, Sitting, resolve


def settle_if_decided(circulation: Circulation) -> None:
    """Settle as soon as no vote that is still out can turn it. The caller holds the lock."""
    votes = votes_on(circulation)
    voters = electorate_of(circulation, votes)
    if not voters.has_quorum:
        return
    counted, entitled = tally(votes.values()), len(voters.entitled)
    # A choice that is behind may still win, until all have voted or more than half are for one.
    is_open = not circulation.outcome and 2 * counted.in_favour <= entitled and counted.cast < entitled
    if not is_open and is_settled(counted, entitled):
        _settle(circulation, count_of(circulation))


def settle_at_closing(circulation: Circulation) -> None:
    """The last day is over: without the quorum it lapses to the next agenda. The caller holds the lock."""
    voters = electorate_of(circulation, votes_on(circulation))
    _settle(circulation, count_of(circulation) if voters.has_quorum else None)


def _settle(circulation: Circulation, counted: Count | None) -> None:
    """`counted` is None where too few voted; a choice without a winner lapses as well, nobody voted it down."""
    is_carried = counted is not None and counted.result == VoteResult.CARRIED
    is_choice = not circulation.outcome
    if is_choice and is_carried:
        _take_chosen(circulation)
    if counted is None or (is_choice and not is_carried):
        circulation.lapse()
    elif is_carried:
        circulation.carry()
    else:
        circulation.reject()
    circulation.ended_at = clock.now()
    circulation.save(update_fields=["state", "ended_at", "outcome", "details"])
    tell_settled(circulation)
    votes = votes_on(circulation)
    summary = f"the circulation {circulation.title} is {circulation.get_state_display().lower()}"
    change = {"state": circulation.state, "votes": {str(member): choice for member, choice in votes.items()}}
    if counted is not None:
        change |= {"result": counted.result.value, "by_casting_vote": counted.by_casting_vote}
    record(
        rule_actor("schedule"), Verb.CIRCULATION_ENDED, circulation,
        summary=f"{summary}: {tally(votes.values()).in_words}", change=change,
        measure_id=circulation.measure_id, ledger=True,
    )  # fmt: skip
    if circulation.state == CirculationState.CARRIED and circulation.effect == CirculationEffect.AUTOMATIC:
        _apply_by_itself(circulation)


def _take_chosen(circulation: Circulation) -> None:
    """What most are for becomes what is carried, with what it needs."""
    subject = load_subject(circulation.subject_kind, circulation.subject_id)
    circulation.outcome = chosen_by_most(circulation)
    ways = [option for option in subject.options if option.outcome == circulation.outcome]
    way = ways[0] if len(ways) == 1 else None
    if subject.measure is not None:
        needed = trade_off_details(subject.measure, (), circulation.outcome, way)
        circulation.details = needed | circulation.details


def apply_carried(
    actor: Actor,
    circulation: Circulation,
    *,
    reason: str,
    conditions: Iterable[ConditionAsk] = (),
    supersedes_id: UUID | None = None,
) -> CommitteeDecision:
    """Record and carry out what was carried. The caller holds the lock.

    Raises:
        NotAllowed, Conflict, Invalid: as deciding the subject.
    """
    subject = load_subject(circulation.subject_kind, circulation.subject_id)
    votes = votes_on(circulation)
    voters = electorate_of(circulation, votes)
    require(may_record(actor, voters))
    sitting = Sitting(
        circulation.committee, voters, votes, circulation=circulation, comments=comments_on(circulation),
        casting_id=casting_member(circulation), again=circulation.again,
    )  # fmt: skip
    resolution = Resolution(circulation.outcome, reason, circulation.details)
    decision = resolve(actor, sitting, subject, resolution, conditions=conditions, supersedes_id=supersedes_id)
    circulation.apply()
    circulation.ended_at, circulation.problem = clock.now(), ""
    circulation.save(update_fields=["state", "ended_at", "problem"])
    return decision


def _apply_by_itself(circulation: Circulation) -> None:
    """Recorded for the chair, or the deputy where the chair has a part in it; what stands against it waits for them."""
    problem = "Nobody presides over the committee."
    for actor in presiding_actors(circulation.committee):
        try:
            with transaction.atomic():
                apply_carried(actor, circulation, reason=f"By circulation: {circulation.question}")
            return
        except (Cat4Error, Http404) as refused:
            problem = str(refused)
    circulation.problem = problem
    circulation.save(update_fields=["problem"])
