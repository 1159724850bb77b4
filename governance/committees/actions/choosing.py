"""Votes where nobody recommends one way out, so that the members choose one (domain section 9)."""

from dataclasses import dataclass

from cat4.checks import Problems

from ..constants import VoteChoice
from ..models.meetings import AgendaItem, MeetingVote
from ..rules import Electorate
from ..selectors.subjects import Subject


@dataclass(frozen=True, slots=True)
class Counted:
    """A vote on an item as it counts on one outcome. `is_own`: the member, or who stands in for them, cast it."""

    vote: MeetingVote
    choice: str
    is_own: bool
    in_words: str


def check_chosen(problems: Problems, subject: Subject, choice: str, outcome: str) -> None:
    """Nobody is against a choice: they name what they are for, or abstain."""
    if choice == VoteChoice.AGAINST:
        problems.add("choice", "Nothing is proposed. Vote for one of the ways out, or abstain.")
    elif choice == VoteChoice.FOR and outcome not in subject.outcomes:
        problems.add("outcome", f"Choose one of: {', '.join(subject.outcomes.values())}.")


def votes_on_outcome(item: AgendaItem, subject: Subject, voters: Electorate, outcome: str) -> list[Counted]:
    """The votes on an outcome. Where the members choose, who is for another way out is against this one.

    Only what members cast themselves counts that way; what was entered for them was on the outcome of its time.
    """
    proxies = {seat.member_id: seat.proxy_id for seat in voters.present}
    found = []
    for vote in MeetingVote.objects.filter(item=item).select_related("cast_by"):
        is_own = vote.cast_by_id in (vote.member_id, proxies.get(vote.member_id))
        words = f"{vote.cast_by.name} voted {vote.get_choice_display().lower()}"
        if vote.outcome == outcome or (subject.asks_choice and is_own and vote.choice == VoteChoice.ABSTAIN):
            found.append(Counted(vote, vote.choice, is_own, words))
        elif subject.asks_choice and is_own and vote.choice == VoteChoice.FOR:
            words = f"{vote.cast_by.name} is for {subject.outcomes.get(vote.outcome, vote.outcome)}"
            found.append(Counted(vote, VoteChoice.AGAINST.value, is_own, words))
    return found
