"""Votes in a meeting that were not carried: kept, shown, and not repeated without a reason (domain section 13)."""

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from governance.constants import Verb

from ..constants import VoteResult
from ..models.meetings import AgendaItem, LostVote
from ..selectors.subjects import Subject
from .resolving import Sitting, loses_motion, quorum_of, result_in_words, votes_of


def is_kept(subject: Subject, sitting: Sitting) -> bool:
    """Whether the vote decides nothing: it is lost or tied, and no motion that was voted down."""
    return sitting.counted.result != VoteResult.CARRIED and not loses_motion(subject, sitting)


def checked_again(item: AgendaItem, outcome: str, again: str) -> str:
    """Why an outcome is voted on again, empty where it wasn't voted on yet.

    Raises:
        Invalid: on `again`, where the same was lost or tied in this meeting and no reason is given.
    """
    last = item.lost_votes.filter(outcome=outcome).order_by("-number").first()
    if last is None:
        return ""
    problems = Problems()
    again = checks.text(problems, "again", again)
    if not again:
        problems.add("again", f"This was voted on already and was {last.result}. Say why it is voted on again.")
    problems.stop_if_any()
    return again


def keep_lost(actor: Actor, sitting: Sitting, subject: Subject, outcome: str, reason: str) -> LostVote:
    """Write a vote that was not carried, with every vote and its words. The item stays open."""
    item = sitting.item
    if item is None:
        raise ValueError("Votes by circulation are kept by the circulation.")
    kept = LostVote.objects.create(
        item=item,
        number=item.lost_votes.count() + 1,
        outcome=outcome,
        outcome_label=subject.voted_on(outcome),
        result=sitting.counted.result,
        reason=reason.strip(),
        again=sitting.again,
        votes=votes_of(sitting),
        quorum=quorum_of(sitting),
        taken_by_id=actor.user_id,
        taken_at=clock.now(),
    )
    summary = f"took a vote on {item.title}, {kept.outcome_label.lower()}. {result_in_words(subject, sitting)}"
    change = {"outcome": outcome, "result": kept.result, "votes": kept.votes, "quorum": kept.quorum}
    if kept.again:
        change["again"] = kept.again
    record(
        actor, Verb.VOTE_NOT_CARRIED, kept, summary=summary, change=change, reason=kept.reason,
        measure_id=item.measure_id, ledger=True,
    )  # fmt: skip
    return kept
