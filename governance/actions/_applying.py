"""Carrying out what a committee decided, by the one action of its subject: nothing is re-keyed, nothing is forked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.errors import Invalid

from ..constants import Outcome
from ..meeting_constants import SubjectKind
from ..models import GateDecision
from ..selectors.subjects import Subject
from .decisions import decide_gate


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was decided: the outcome, why, and what the outcome needs besides, as text."""

    outcome: str
    reason: str
    details: Mapping[str, str]


Apply = Callable[[Actor, Subject, Resolution], GateDecision | None]


def apply_resolution(actor: Actor, subject: Subject, resolution: Resolution) -> GateDecision | None:
    """Decide the subject by its own action; a gate decision where it moved a measure.

    Raises:
        Http404, NotAllowed, Conflict, Invalid: as that action.
    """
    return APPLIES[subject.kind](actor, subject, resolution)


def _decide_request(actor: Actor, subject: Subject, resolution: Resolution) -> GateDecision:
    details = resolution.details
    needs: dict[str, Any] = {}
    if resolution.outcome == Outcome.HOLD:
        needs = {"hold_reason": details.get("hold_reason", ""), "resume_on": _day(details.get("resume_on"))}
    if resolution.outcome == Outcome.CANCEL:
        needs = {"gap_owner_id": _id(details.get("gap_owner_id"))}
    return decide_gate(actor, subject.id, outcome=resolution.outcome, reason=resolution.reason, **needs)


def _decide_motion(actor: Actor, subject: Subject, resolution: Resolution) -> None:
    """A motion moves nothing by itself: its decision and its conditions are what follows from it."""


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid({"resume_on": "Enter a day."}) from error


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid({"gap_owner_id": "Choose an active member."}) from error


APPLIES: dict[SubjectKind, Apply] = {
    SubjectKind.REQUEST: _decide_request,
    SubjectKind.MOTION: _decide_motion,
}
