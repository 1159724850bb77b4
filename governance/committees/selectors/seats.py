"""Seats of committees as voting sees them."""

from collections.abc import Mapping
from uuid import UUID

from cat4.accounts.selectors import active_member_ids
from cat4.tenancy.context import current_organization_id
from governance.parties.selectors.conflicts import who_declared
from governance.parties.selectors.parties import parties_of
from governance.rules.facts import Parties
from hierarchy.constants import CastingVote, SeatRole
from hierarchy.models import Committee, CommitteeMember

from ..constants import Presence
from ..models.meetings import AgendaItem, Attendance, Meeting
from ..models.resolutions import Circulation
from ..rules import Electorate, Seat, electorate

_ORDER = {SeatRole.CHAIR.value: 0, SeatRole.DEPUTY.value: 1, SeatRole.MEMBER.value: 2}


def seat_role(committee: Committee, user_id: UUID) -> str:
    """The seat that somebody holds, empty for none."""
    seats = CommitteeMember.objects.filter(committee_id=committee.pk, user_id=user_id)
    return seats.values_list("role", flat=True).first() or ""


def presiding_names(committee: Committee) -> str:
    """`Helena Vogt or Anders Holm`; "nobody yet" while no chair is seated."""
    presiding = [seat.name for seat in seats_of(committee) if seat.role != SeatRole.MEMBER]
    return " or ".join(presiding) or "nobody yet"


def presiding_ids(committee: Committee) -> list[UUID]:
    """Chair and deputy, those who may act."""
    return [seat.member_id for seat in seats_of(committee) if seat.role != SeatRole.MEMBER]


def casting_member(about: AgendaItem | Circulation) -> UUID | None:
    """Whose vote decides a tie: who runs the meeting, by circulation the chair; None without a casting vote."""
    committee = about.meeting.committee if isinstance(about, AgendaItem) else about.committee
    if committee.casting_vote != CastingVote.CHAIR:
        return None
    if isinstance(about, AgendaItem):
        return about.meeting.chaired_by_id
    return next((seat.member_id for seat in seats_of(committee) if seat.role == SeatRole.CHAIR), None)


def seats_of(committee: Committee) -> list[Seat]:
    """The members who may act, chair first."""
    active = active_member_ids(current_organization_id())
    rows = CommitteeMember.objects.filter(committee_id=committee.pk, user_id__in=active).select_related("user")
    seats = [Seat(row.user_id, row.user.name, row.role) for row in rows]
    return sorted(seats, key=lambda seat: (_ORDER[seat.role], seat.name))


def attendance_of(meeting: Meeting) -> list[Attendance]:
    """Who takes part and how, as it was taken; chair first."""
    rows = Attendance.objects.filter(meeting=meeting).select_related("member", "represented_by")
    return sorted(rows, key=lambda row: (_ORDER.get(row.role, len(_ORDER)), row.member.name))


def seats_at(meeting: Meeting) -> list[Seat]:
    """The seats as the attendance has them; before it is taken, everybody as if absent."""
    rows = Attendance.objects.filter(meeting_id=meeting.pk).select_related("member", "represented_by")
    seats = [_seat(row) for row in rows]
    if not seats:
        return [Seat(seat.member_id, seat.name, seat.role, is_present=False) for seat in seats_of(meeting.committee)]
    return sorted(seats, key=lambda seat: (_ORDER[seat.role], seat.name))


def _seat(row: Attendance) -> Seat:
    proxy = row.represented_by
    return Seat(
        row.member_id,
        row.member.name,
        row.role,
        is_present=row.presence != Presence.ABSENT,
        proxy_id=proxy.pk if proxy else None,
        proxy=proxy.name if proxy else "",
    )


def electorate_at(meeting: Meeting, item: AgendaItem | None) -> Electorate:
    """Who may vote in a meeting on an item; without one, on what nobody has a part in."""
    return _electorate(meeting.committee, seats_at(meeting), item)


def electorate_of(circulation: Circulation, voted: Mapping[UUID, str] | None = None) -> Electorate:
    """Who may vote by circulation; with `voted`, only who has counts as present for the quorum."""
    seats = seats_of(circulation.committee)
    if voted is not None:
        seats = [Seat(seat.member_id, seat.name, seat.role, seat.member_id in voted) for seat in seats]
    return _electorate(circulation.committee, seats, circulation)


def _electorate(committee: Committee, seats: list[Seat], about: AgendaItem | Circulation | None) -> Electorate:
    parties: Parties | None = parties_of(about.measure) if about is not None and about.measure is not None else None
    declared = who_declared(about.subject_kind, about.subject_id) if about is not None else frozenset()
    return electorate(
        seats, parties, count=committee.quorum_count, percent=committee.quorum_percent, declared=declared
    )  # fmt: skip
