"""Carrying out what a committee decided, by the one action of its subject: nothing is re-keyed, nothing is forked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.errors import Conflict, Invalid
from governance.constants import Outcome
from governance.deviations.actions.deciding import decide_deviation
from governance.deviations.constants import DeviationOutcome
from governance.deviations.models import Deviation
from governance.gates.actions.decisions import decide_gate
from governance.gates.models import GateDecision
from governance.numbering import next_number
from governance.parties.constants import SubjectKind
from governance.parties.models import Ratification
from governance.parties.rules import ALONE, Mandate

from ..constants import RatificationOutcome
from ..selectors.subjects import Subject
from ..selectors.urgent import urgent_decision


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was decided: the outcome, why, and what the outcome needs besides, as text."""

    outcome: str
    reason: str
    details: Mapping[str, str]
    mandate: Mandate = ALONE


@dataclass(frozen=True, slots=True)
class Carried:
    """What the subject's own action wrote: its number, the gate decision where a measure moved, what compensates, and
    which deviations it settles: `3 (money)`."""

    number: int | None = None
    gate_decision: GateDecision | None = None
    follows: str = ""
    settles: tuple[str, ...] = ()


Apply = Callable[[Actor, Subject, Resolution], Carried]


def apply_resolution(actor: Actor, subject: Subject, resolution: Resolution) -> Carried:
    """Decide the subject by its own action.

    Raises:
        Http404, NotAllowed, Conflict, Invalid: as that action.
    """
    return APPLIES[subject.kind](actor, subject, resolution)


def _decide_request(actor: Actor, subject: Subject, resolution: Resolution) -> Carried:
    outcome = resolution.outcome
    wanted = {Outcome.HOLD: ("hold_reason", "resume_on"), Outcome.CANCEL: ("gap_owner_id",)}.get(Outcome(outcome), ())
    needs = _details(resolution.details, wanted)
    decision = decide_gate(
        actor, subject.id, outcome=outcome, reason=resolution.reason, mandate=resolution.mandate, **needs
    )
    return Carried(decision.number, decision)


_DEVIATION_NEEDS: dict[str, tuple[str, ...]] = {
    DeviationOutcome.ACCEPT: ("gap_owner_id",),
    DeviationOutcome.COMPENSATE: ("measure_id", "new_measure", "owner_id"),
    DeviationOutcome.RE_SCOPE: ("due_on",),
    DeviationOutcome.ADD_RESOURCES: ("due_on",),
    DeviationOutcome.RE_SEQUENCE: ("due_on",),
    DeviationOutcome.HOLD: ("hold_reason", "resume_on"),
    DeviationOutcome.CANCEL: ("gap_owner_id",),
    DeviationOutcome.WAIT: ("wait_until",),
}


def _decide_deviation(actor: Actor, subject: Subject, resolution: Resolution) -> Carried:
    """One decision on the deviations of a measure: those that are named, else all that are open."""
    wanted = (*_DEVIATION_NEEDS[resolution.outcome], "option_id")
    needs = _details(resolution.details, wanted)
    first, *others = _settled(subject, resolution.details.get("settles", ""))
    decision = decide_deviation(
        actor,
        first.pk,
        outcome=resolution.outcome,
        reason=resolution.reason,
        settles=[row.pk for row in others],
        mandate=resolution.mandate,
        **needs,
    )
    counter = decision.counter_measure
    settles = tuple(f"{row.number} ({row.get_kind_display().lower()})" for row in (first, *others))
    return Carried(decision.number, decision.gate_decision, counter.text if counter else "", settles)


def _settled(subject: Subject, named: str) -> list[Deviation]:
    """Those of the topic that are named and still open; what recovered since is settled by itself.

    Raises:
        Conflict: nothing of it is left to decide; Invalid: on `settles`, none of the topic is named.
    """
    if not subject.deviations:
        raise Conflict("Nothing of this is left to decide: its deviations were decided, or have recovered.")
    wanted = {key for key in named.split(",") if key} or {str(row.pk) for row in subject.deviations}
    found = [row for row in subject.deviations if str(row.pk) in wanted]
    if not found:
        raise Invalid({"settles": "Choose at least one deviation that this decision settles."})
    return found


def _decide_motion(actor: Actor, subject: Subject, resolution: Resolution) -> Carried:
    """A motion moves nothing by itself: its decision and its conditions are what follows from it."""
    return Carried()


def _ratify(actor: Actor, subject: Subject, resolution: Resolution) -> Carried:
    """The committee stands behind what its chair decided urgently, or doesn't; what was decided holds either way.

    What a decision on a deviation brought about is ratified along with it.
    """
    urgent = urgent_decision(subject.id)
    number = next_number()
    for decided in urgent.numbers:
        Ratification.objects.create(
            decision_number=decided,
            is_ratified=resolution.outcome == RatificationOutcome.RATIFIED,
            by_number=number,
            at=clock.now(),
        )
    return Carried(number)


def _details(given: Mapping[str, str], wanted: tuple[str, ...]) -> dict[str, Any]:
    """The details that the outcome takes, as days, ids and texts; what is empty is left out.

    Raises:
        Invalid: by field, what is no day or no id.
    """
    clean: dict[str, Any] = {}
    for field in wanted:
        text = given.get(field, "")
        if not text:
            continue
        try:
            clean[field] = _PARSERS[field](text) if field in _PARSERS else text
        except ValueError as error:
            raise Invalid({field: "Choose one of the list." if field.endswith("_id") else "Enter a day."}) from error
    return clean


_PARSERS: dict[str, Callable[[str], Any]] = {
    "gap_owner_id": UUID,
    "measure_id": UUID,
    "owner_id": UUID,
    "option_id": UUID,
    "resume_on": date.fromisoformat,
    "due_on": date.fromisoformat,
    "wait_until": date.fromisoformat,
}
APPLIES: dict[SubjectKind, Apply] = {
    SubjectKind.REQUEST: _decide_request,
    SubjectKind.DEVIATION: _decide_deviation,
    SubjectKind.MOTION: _decide_motion,
    SubjectKind.RATIFICATION: _ratify,
}
