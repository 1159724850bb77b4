"""Signing the minutes: from then on nothing of the meeting changes (domain section 13)."""

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Conflict, require
from governance.constants import Verb
from governance.step_up import confirm_identity

from ..constants import MeetingState
from ..models.meetings import Attendance, Meeting, Minutes
from ..policies import may_sign_minutes
from ..selectors.meetings import items_of, meeting_for_write


@transaction.atomic
def sign_minutes(actor: Actor, meeting_id: UUID, *, password: str) -> Minutes:
    """Sign with the own password: the minutes are kept with their hash, which goes into the ledger.

    Raises:
        Http404, NotAllowed; Conflict: it isn't closed, or is signed; Invalid on `password`.
    """
    meeting = meeting_for_write(actor, meeting_id)
    require(may_sign_minutes(actor, meeting))
    if meeting.state != MeetingState.CLOSED:
        words = {MeetingState.SIGNED: "Its minutes are signed already."}
        message = words.get(MeetingState(meeting.state), "The minutes are signed once the meeting is closed.")
        raise Conflict(message, current={"state": meeting.state})
    confirm_identity(actor, password)
    content = json.dumps(content_of(meeting), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = sha256(content.encode()).hexdigest()
    minutes = Minutes.objects.create(
        meeting=meeting, content=content, hash=digest, signed_by_id=actor.user_id, signed_at=clock.now()
    )
    meeting.sign()
    meeting.save(update_fields=["state"])
    summary = f"signed the minutes of {meeting.committee.name}, meeting of {meeting.starts_at:%Y-%m-%d}"
    record(actor, Verb.MINUTES_SIGNED, minutes, summary=summary, change={"sha256": digest}, ledger=True)
    return minutes


def content_of(meeting: Meeting) -> dict[str, Any]:
    """Everything that the minutes say, as plain texts."""
    attendance = Attendance.objects.filter(meeting=meeting).select_related("member", "represented_by")
    return {
        "committee": meeting.committee.name,
        "starts_at": meeting.starts_at.isoformat(),
        "place": meeting.place,
        "started_at": meeting.started_at and meeting.started_at.isoformat(),
        "closed_at": meeting.closed_at and meeting.closed_at.isoformat(),
        "chaired_by": meeting.chaired_by.name if meeting.chaired_by else "",
        "attendance": [
            {
                "member": row.member.name,
                "seat": row.role,
                "presence": row.presence,
                "represented_by": row.represented_by.name if row.represented_by else "",
            }
            for row in attendance.order_by("member__name")
        ],
        "items": [_item(item) for item in items_of(meeting)],
        "notes": [_note(note) for note in meeting.notes.filter(item__isnull=True).select_related("author")],
    }


def _item(item: Any) -> dict[str, Any]:
    decision = getattr(item, "decision", None)
    return {
        "position": item.position,
        "title": item.title,
        "summary": item.summary,
        "missing": item.missing,
        "notes": [_note(note) for note in item.notes.all()],
        "decision": decision
        and {
            "number": decision.number,
            "outcome": decision.outcome_label,
            "reason": decision.reason,
            "settles": decision.settles,
            "votes": decision.votes,
            "quorum": decision.quorum,
            "effective_on": decision.effective_on.isoformat(),
            "supersedes": decision.supersedes.number if decision.supersedes else None,
            "conditions": [
                {
                    "text": condition.text,
                    "due_on": condition.due_on.isoformat(),
                    "responsible": condition.responsible.name,
                }
                for condition in decision.conditions.all()
            ],
        },
    }


def _note(note: Any) -> dict[str, str]:
    return {"text": note.text, "author": note.author.name, "at": note.at.isoformat()}
