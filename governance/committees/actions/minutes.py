"""Signing the minutes: from then on nothing of the meeting changes (domain section 13)."""

import json
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Conflict, require
from governance.constants import Verb
from governance.step_up import confirm_identity

from ..constants import MeetingState
from ..models.meetings import Minutes
from ..notices import tell_minutes
from ..policies import may_sign_minutes
from ..selectors.meetings import meeting_for_write
from ..selectors.minutes import content_of


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
    tell_minutes(minutes)
    return minutes
