"""Quorum and majority: who counts, and what carries (domain section 13). Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from governance.rules.facts import Parties
from hierarchy.constants import Majority

from .constants import VoteChoice, VoteResult

DECLARED = "declared a conflict of interest and does not vote"


@dataclass(frozen=True, slots=True)
class Seat:
    """A member with the seat held; `proxy_id` is who stands in for them, `is_present` in person or by that person."""

    member_id: UUID
    name: str
    role: str
    is_present: bool = True
    proxy_id: UUID | None = None
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why somebody has no vote on a measure, as the end of a sentence: `sponsors it and does not vote`."""

    member_id: UUID
    name: str
    sentence: str
    is_declared: bool = False


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who may vote on one subject, and how many of them it takes."""

    entitled: tuple[Seat, ...]
    conflicts: tuple[Conflict, ...]
    needed: int

    @property
    def present(self) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.entitled if seat.is_present)

    @property
    def has_quorum(self) -> bool:
        return bool(self.entitled) and len(self.present) >= self.needed

    def seat_of(self, member_id: UUID) -> Seat | None:
        """The seat of somebody who is entitled."""
        return next((seat for seat in self.entitled if seat.member_id == member_id), None)

    def has_declared(self, person_id: UUID) -> bool:
        """Whether this member declared a conflict of interest."""
        return any(conflict.is_declared and conflict.member_id == person_id for conflict in self.conflicts)

    @property
    def in_words(self) -> str:
        """`5 of 6, 4 needed`."""
        return f"{len(self.present)} of {len(self.entitled)}, {self.needed} needed"


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes counted."""

    in_favour: int = 0
    against: int = 0
    abstained: int = 0

    @property
    def cast(self) -> int:
        return self.in_favour + self.against + self.abstained

    @property
    def in_words(self) -> str:
        """`4 for, 1 against, 1 abstained`."""
        return f"{self.in_favour} for, {self.against} against, {self.abstained} abstained"


@dataclass(frozen=True, slots=True)
class Count:
    """A vote counted: its result, and whether a casting vote made it."""

    tally: Tally
    result: VoteResult
    by_casting_vote: bool = False


def quorum_needed(entitled: int, count: int | None, percent: int) -> int:
    """A fixed number of members, or a share of those entitled, rounded up; never nobody."""
    if count is not None:
        return count
    return max(1, -(-entitled * percent // 100))


def conflicts_of(parties: Parties | None) -> dict[UUID, str]:
    """Owner and sponsor count as abstaining on their own measure; its controller advises (domain section 5)."""
    if parties is None:
        return {}
    roles = (
        (parties.controller, "controls it, advises and does not vote"),
        (parties.sponsor, "sponsors it and does not vote"),
        (parties.owner, "owns it and does not vote"),
    )
    return {person.id: sentence for person, sentence in roles if person is not None}


def electorate(
    seats: Iterable[Seat],
    parties: Parties | None,
    *,
    count: int | None,
    percent: int,
    declared: Collection[UUID] = (),
) -> Electorate:
    """The seats without those who have a part in the measure or declared a conflict of interest.

    They count neither for the quorum nor for the majority. One who stands in for somebody stands in for nobody then.
    """
    conflicts = dict.fromkeys(declared, DECLARED) | conflicts_of(parties)
    every = tuple(seats)
    entitled = tuple(_without_conflicted_proxy(seat, conflicts) for seat in every if seat.member_id not in conflicts)
    found = tuple(
        Conflict(seat.member_id, seat.name, conflicts[seat.member_id], seat.member_id in declared)
        for seat in every
        if seat.member_id in conflicts
    )
    return Electorate(entitled, found, quorum_needed(len(entitled), count, percent))


def _without_conflicted_proxy(seat: Seat, conflicts: Mapping[UUID, str]) -> Seat:
    if seat.proxy_id is None or seat.proxy_id not in conflicts:
        return seat
    return Seat(seat.member_id, seat.name, seat.role, is_present=False)


def tally(choices: Iterable[str]) -> Tally:
    """Count votes."""
    every = list(choices)
    return Tally(every.count(VoteChoice.FOR), every.count(VoteChoice.AGAINST), every.count(VoteChoice.ABSTAIN))


def carries(votes: Tally, entitled: int, majority: str) -> bool:
    """More for than against, or more than half of all who are entitled."""
    if majority == Majority.ABSOLUTE:
        return 2 * votes.in_favour > entitled
    return votes.in_favour > votes.against


def count(votes: Mapping[UUID, str], entitled: int, majority: str, casting_id: UUID | None = None) -> Count:
    """What came of the votes by member; `casting_id` is whose vote decides where as many are for as against.

    More than half of those entitled is not reached by a casting vote: it decides between equals only.
    """
    counted = tally(votes.values())
    if carries(counted, entitled, majority):
        return Count(counted, VoteResult.CARRIED)
    if counted.in_favour != counted.against:
        return Count(counted, VoteResult.LOST)
    casting = votes.get(casting_id) if casting_id and majority == Majority.SIMPLE else None
    if casting == VoteChoice.FOR:
        return Count(counted, VoteResult.CARRIED, by_casting_vote=True)
    if casting == VoteChoice.AGAINST:
        return Count(counted, VoteResult.LOST, by_casting_vote=True)
    return Count(counted, VoteResult.TIED)


def is_settled(votes: Tally, entitled: int) -> bool:
    """Whether no vote that is still out can turn the result, by a casting vote neither."""
    return votes.cast == entitled or 2 * votes.in_favour > entitled or 2 * votes.against > entitled > 0
