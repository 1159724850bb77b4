"""Reads of votes that were not carried, in meetings and by circulation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from ..constants import CirculationState, VoteResult
from ..models.meetings import LostVote
from ..models.resolutions import Circulation
from ..rules import tally
from .circulations import count_of
from .matters import Matter
from .subjects import Subject


@dataclass(frozen=True, slots=True)
class PastVote:
    """A vote that was not carried: when, where, on what, and who voted how. One of meeting and circulation is named."""

    at: datetime
    outcome_label: str
    result: str
    in_favour: int
    against: int
    abstained: int
    votes: tuple[Mapping[str, str], ...]
    reason: str = ""
    again: str = ""
    casting_vote: str = ""
    is_motion: bool = False
    meeting_id: UUID | None = None
    circulation_id: UUID | None = None


def votes_not_carried(subject: Subject, matter: Matter) -> list[PastVote]:
    """Those on a matter, the earliest first. `subject` has the words of its outcomes."""
    found = [
        *(past_vote(vote) for vote in _in_meetings(matter).select_related("item")),
        *(
            _circulated(row, subject)
            for row in _rejected(matter).select_related("committee", "measure").prefetch_related("votes__member")
        ),
    ]
    return sorted(found, key=lambda vote: vote.at)


def past_vote(vote: LostVote) -> PastVote:
    """A vote in a meeting as it was kept. Its item comes loaded."""
    counted: Mapping[str, Any] = vote.quorum
    return PastVote(
        vote.taken_at,
        vote.outcome_label,
        vote.result,
        counted["in_favour"],
        counted["against"],
        counted["abstained"],
        tuple(vote.votes),
        vote.reason,
        vote.again,
        counted.get("casting_vote", ""),
        is_motion=vote.item.motion_id is not None,
        meeting_id=vote.item.meeting_id,
    )


def _circulated(row: Circulation, subject: Subject) -> PastVote:
    """Its votes stand since it was settled."""
    counted = tally(vote.choice for vote in row.votes.all())
    is_tied = count_of(row).result == VoteResult.TIED
    return PastVote(
        row.ended_at or row.opened_at,
        subject.voted_on(row.outcome),
        VoteResult.TIED if is_tied else VoteResult.LOST,
        counted.in_favour,
        counted.against,
        counted.abstained,
        tuple(
            {"member": vote.member.name, "vote": vote.choice, "by": "", "note": "", "comment": vote.comment}
            for vote in row.votes.all()
        ),
        row.question,
        row.again,
        is_motion=row.motion_id is not None,
        circulation_id=row.pk,
    )


def was_not_carried(subject: Subject, outcome: str) -> bool:
    """Whether a vote on this outcome of the matter was lost or tied."""
    matter = Matter.of_subject(subject)
    return any(found.filter(outcome=outcome).exists() for found in (_in_meetings(matter), _rejected(matter)))


def _in_meetings(matter: Matter) -> QuerySet[LostVote]:
    about = LostVote.objects.filter(item__subject_kind=matter.kind, item__subject_id=matter.subject_id)
    return about.filter(matter.within("taken_at"))


def _rejected(matter: Matter) -> QuerySet[Circulation]:
    about = Circulation.objects.filter(subject_kind=matter.kind, subject_id=matter.subject_id)
    return about.filter(matter.within("ended_at"), state=CirculationState.REJECTED)
