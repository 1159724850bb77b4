"""Closing a meeting with a look at what is open, and taking that back until the minutes are signed."""

from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict, require
from governance.constants import Verb

from ..constants import HELD, MeetingState
from ..models.meetings import Meeting
from ..policies import may_preside
from ..selectors.closing import Closing, OpenItem, closing_of
from ..selectors.meetings import meeting_for_write


@transaction.atomic
def close_meeting(actor: Actor, meeting_id: UUID, *, confirmed: bool = False) -> Meeting:
    """End the session. What is undecided goes to the next agenda, or round in writing.

    Where something is open, or the attendance is missing or below the quorum, that has been said and `confirmed`.

    Raises:
        Http404, NotAllowed; Conflict: it is not in session, or not confirmed; `current` tells what is open.
    """
    meeting = meeting_for_write(actor, meeting_id)
    require(may_preside(actor, meeting.committee))
    if meeting.state != MeetingState.IN_SESSION:
        raise Conflict(f"This meeting is {meeting.get_state_display().lower()}.", current={"state": meeting.state})
    closing = closing_of(meeting)
    if closing.asks and not confirmed:
        said = "Something is open. Look at where it goes, then confirm that the meeting is closed."
        raise Conflict(said, current=_left(closing))
    meeting.close()
    meeting.closed_at = clock.now()
    meeting.save(update_fields=["state", "closed_at"])
    summary = f"closed a meeting of {meeting.committee.name}"
    change = {"starts_at": meeting.starts_at, **_left(closing)}
    record(actor, Verb.MEETING_CLOSED, meeting, summary=summary, change=change, ledger=True)
    return meeting


def _left(closing: Closing) -> dict[str, object]:
    return {
        "moved_on": {open_item.item.title: goes_to(open_item) for open_item in closing.open_items},
        "present": closing.voters.in_words,
        "has_quorum": closing.voters.has_quorum,
        "attendance_taken": closing.attendance_taken,
    }


def goes_to(open_item: OpenItem) -> str:
    """`meeting 2026-11-19`, `circulation`, `next meeting, none is planned`: as the ledger keeps it."""
    if open_item.in_writing:
        return "circulation"
    later = open_item.next_meeting
    return f"meeting {later.starts_at:%Y-%m-%d}" if later else "next meeting, none is planned"


@transaction.atomic
def reopen_meeting(actor: Actor, meeting_id: UUID, *, reason: str) -> Meeting:
    """Undo the closing: the meeting is in session again, with its attendance and votes as they were.

    Raises:
        Http404, NotAllowed; Invalid on `reason`.
        Conflict: it isn't closed, its minutes are signed, or the committee has met since.
    """
    meeting = meeting_for_write(actor, meeting_id)
    require(may_preside(actor, meeting.committee))
    if meeting.state != MeetingState.CLOSED:
        signed = "Its minutes are signed: what is wrong is put right by a new decision."
        other = f"This meeting is {meeting.get_state_display().lower()}."
        message = signed if meeting.state == MeetingState.SIGNED else other
        raise Conflict(message, current={"state": meeting.state})
    if (
        meeting.committee.meetings.exclude(pk=meeting.pk)
        .filter(state__in=HELD, started_at__gt=meeting.closed_at)
        .exists()
    ):
        raise Conflict("The committee has met since: what was open here came before that meeting.")
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    problems.stop_if_any()
    closed_at, meeting.closed_at = meeting.closed_at, None
    meeting.reopen()
    meeting.save(update_fields=["state", "closed_at"])
    summary = f"reopened a meeting of {meeting.committee.name}"
    change = {"starts_at": meeting.starts_at, "closed_at": closed_at}
    record(actor, Verb.MEETING_REOPENED, meeting, summary=summary, change=change, reason=reason, ledger=True)
    return meeting
