"""Who may call, run and sign meetings, vote, and settle conditions (domain sections 5 and 13).

Chair and deputy chair preside; a portfolio manager above the committee's node prepares and keeps the minutes.
Being an administrator gives none of these rights.
"""

from uuid import UUID

from cat4.accounts.acting import acting_as
from cat4.accounts.actor import Actor, Role
from cat4.errors import ALLOWED, Verdict, denied
from hierarchy.constants import SeatRole
from hierarchy.models import Committee

from .models.meetings import Meeting, Motion
from .models.resolutions import Circulation, Condition
from .rules import Electorate
from .selectors.seats import presiding_names, seat_role
from .selectors.subjects import Subject


def presides(actor: Actor, committee: Committee) -> bool:
    """Whether the actor is chair or deputy chair."""
    return seat_role(committee, actor.user_id) in {SeatRole.CHAIR, SeatRole.DEPUTY}


def _prepares(actor: Actor, committee: Committee) -> bool:
    return actor.has_role(committee.node.path, Role.PMO)


def may_preside(actor: Actor, committee: Committee, what: str = "run its meetings") -> Verdict:
    """Start, decide and close: chair or deputy chair."""
    if presides(actor, committee):
        return ALLOWED
    return denied(f"Only the chair or deputy chair of {committee.name} ({presiding_names(committee)}) may {what}.")


def may_prepare(actor: Actor, committee: Committee, what: str = "prepare its meetings") -> Verdict:
    """Call meetings, open circulations, put motions, keep the minutes: who presides, or a portfolio manager."""
    if presides(actor, committee) or _prepares(actor, committee):
        return ALLOWED
    return denied(
        f"Only the chair or deputy chair of {committee.name} ({presiding_names(committee)}) or a portfolio manager "
        f"may {what}."
    )


def may_change_dates(actor: Actor, committee: Committee) -> Verdict:
    """Move or cancel a meeting: who presides."""
    return may_preside(actor, committee, "move or cancel a meeting")


def may_sign_minutes(actor: Actor, meeting: Meeting) -> Verdict:
    """The chair; or the deputy chair who ran the meeting."""
    role = seat_role(meeting.committee, actor.user_id)
    if role == SeatRole.CHAIR or (role == SeatRole.DEPUTY and meeting.chaired_by_id == actor.user_id):
        return ALLOWED
    return denied(f"Only the chair of {meeting.committee.name}, or who ran the meeting in their place, may sign.")


def may_vote(electorate: Electorate, member_id: UUID) -> Verdict:
    """Members without a part in the measure, present or represented."""
    conflict = next((found for found in electorate.conflicts if found.member_id == member_id), None)
    if conflict is not None:
        return denied(f"{conflict.name} {conflict.sentence}.")
    seat = electorate.seat_of(member_id)
    if seat is None:
        return denied("Only members of the committee vote.")
    if not seat.is_present:
        return denied(f"{seat.name} is neither present nor represented.")
    return ALLOWED


def may_cast_for(actor: Actor, committee: Committee, electorate: Electorate, member_id: UUID) -> Verdict:
    """A vote is entered by the member, by who stands in for them, or by who presides."""
    may = may_vote(electorate, member_id)
    if not may:
        return may
    seat = electorate.seat_of(member_id)
    if actor.user_id == member_id or (seat is not None and seat.proxy_id == actor.user_id):
        return ALLOWED
    return may_preside(actor, committee, "enter the vote of another member")


def may_record(actor: Actor, electorate: Electorate) -> Verdict:
    """Who declared a conflict of interest doesn't record the decision either."""
    if electorate.has_declared(actor.user_id):
        return denied("You declared a conflict of interest on this. Somebody else has to record the decision.")
    return ALLOWED


def may_declare_conflict(actor: Actor, committee: Committee) -> Verdict:
    """Its members, for themselves."""
    if seat_role(committee, actor.user_id):
        return ALLOWED
    return denied(f"Only members of {committee.name} declare a conflict of interest before it.")


def may_attach_paper(actor: Actor, committee: Committee, subject: Subject) -> Verdict:
    """Who prepares the meetings; and who put the motion, or owns the measure."""
    if subject.motion is not None and actor.user_id == subject.motion.proposed_by_id:
        return ALLOWED
    if subject.measure is not None and actor.user_id == subject.measure.owner_id:
        return ALLOWED
    return may_prepare(actor, committee, "attach papers")


def may_withdraw_motion(actor: Actor, motion: Motion) -> Verdict:
    """Who put it, or who presides."""
    if actor.user_id == motion.proposed_by_id or presides(actor, motion.committee):
        return ALLOWED
    put = motion.proposed_by.name if motion.proposed_by else "who put it"
    return denied(f"Only {put}, or the chair of {motion.committee.name}, may withdraw this motion.")


def may_withdraw_circulation(actor: Actor, circulation: Circulation) -> Verdict:
    """Who opened it, who presides, or a portfolio manager."""
    if actor.user_id == circulation.opened_by_id:
        return ALLOWED
    return may_prepare(actor, circulation.committee, "withdraw a circulation")


def may_fulfil(actor: Actor, condition: Condition) -> Verdict:
    """The responsible person, or who acts for them."""
    return fulfilling_as(actor, condition)[1]


def fulfilling_as(actor: Actor, condition: Condition) -> tuple[Actor, Verdict]:
    """As whom: themselves, or somebody for whom they act where the condition's measure is."""
    path = tuple(condition.measure.package.path) if condition.measure and actor.stands_in_for else ()
    return acting_as(actor, path, lambda who: _is_responsible(who, condition))


def _is_responsible(actor: Actor, condition: Condition) -> Verdict:
    if actor.holder_id == condition.responsible_id:
        return ALLOWED
    return denied(f"Only {condition.responsible.name} may report this condition as fulfilled.")


def may_answer(actor: Actor, condition: Condition) -> Verdict:
    """Accept or refuse what was reported: who presides or a portfolio manager, never who is responsible."""
    if actor.user_id in {condition.responsible_id, condition.fulfilled_by_id}:
        return denied("You are responsible for this condition. Somebody else has to accept it.")
    return may_prepare(actor, condition.committee, "accept a condition")
