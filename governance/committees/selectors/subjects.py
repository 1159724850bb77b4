"""What a committee decides on, whatever its kind: title, measure, what is missing, and the outcomes to choose from.

Title, summary, what is missing and the names of the outcomes are sentences of the act: they are kept with the locked
papers, with votes and decisions, and stand in the ledger. A kind of subject has a loader here and a way to carry its
outcome out in `actions/applying.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from django.http import Http404

from cat4 import clock
from governance.constants import Outcome, RequestKind
from governance.deviations.constants import DeviationOutcome, DeviationState
from governance.deviations.models import Deviation, DeviationOption
from governance.deviations.selectors.deviations import sentence_of
from governance.gates.constants import OUTCOMES_OF, RequestState
from governance.gates.models import GateRequest
from governance.gates.selectors.checklists import checklist
from governance.gates.selectors.choices import Consequence, decision_consequences
from governance.parties.constants import SubjectKind
from governance.rules.evaluation import blocking
from hierarchy.organization.selectors import organization
from measures.constants import Doi
from measures.models import Measure
from measures.status.selectors.totals import totals_map

from ..constants import MotionOutcome
from ..models.meetings import Motion


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to decide. `missing` are sentences: what has to be fulfilled before it can be granted.

    `outcomes` maps what may be decided to its words; `proposed` is what was asked for. `consequences` say of a
    request what each outcome brings, `options` are the ways out of a deviation.
    """

    kind: SubjectKind
    id: UUID
    committee_id: UUID | None
    title: str
    summary: str
    outcomes: dict[str, str]
    proposed: str
    proposed_details: dict[str, str] = field(default_factory=dict)
    recommendation: str = ""
    missing: tuple[str, ...] = ()
    is_open: bool = True
    measure: Measure | None = None
    request: GateRequest | None = None
    motion: Motion | None = None
    consequences: tuple[Consequence, ...] = ()
    options: tuple[DeviationOption, ...] = ()

    def voted_on(self, outcome: str) -> str:
        """What a vote is on, in words: an outcome; of a motion the motion itself, whatever comes of it."""
        return "The motion" if self.motion is not None else self.outcomes.get(outcome, outcome)

    @property
    def harmless(self) -> frozenset[str]:
        """Outcomes that may be decided while something is missing: a request can be returned."""
        return frozenset({Outcome.RETURN}) if self.kind == SubjectKind.REQUEST else frozenset(self.outcomes)


def load_subject(kind: str, subject_id: UUID) -> Subject:
    """The subject as it is now.

    Raises:
        Http404: there is none of that kind and id in this organization.
    """
    loader = LOADERS.get(SubjectKind(kind)) if kind in SubjectKind.values else None
    if loader is None:
        raise Http404("There is nothing of this kind to decide.")
    return loader(subject_id)


def request_subject(request: GateRequest) -> Subject:
    """A gate request with the rules that don't hold; confirmations that wait are among them."""
    measure = request.measure
    is_open = request.state == RequestState.SUBMITTED
    outcomes = {value: str(Outcome(value).label) for value in OUTCOMES_OF[request.kind]}
    totals = totals_map([measure.pk]).get(measure.pk)
    return Subject(
        kind=SubjectKind.REQUEST,
        id=request.pk,
        committee_id=measure.committee_id,
        title=f"{measure.name} ({measure.code})",
        summary=request_in_words(request),
        outcomes=outcomes,
        proposed=request.kind,
        recommendation=request.comment,
        missing=tuple(result.sentence for result in blocking(checklist(measure, request))) if is_open else (),
        is_open=is_open,
        measure=measure,
        request=request,
        consequences=decision_consequences(outcomes, totals),
    )


def request_in_words(request: GateRequest) -> str:
    """`Gate 2 to 3, Decided`, `Hold`, `Change the plan`."""
    if request.kind == RequestKind.ADVANCE:
        return f"Gate {request.from_doi} to {request.to_doi}, {Doi(request.to_doi).label}"
    return str(request.get_kind_display())


def _request(subject_id: UUID) -> Subject:
    request = GateRequest.objects.select_related("requested_by", "gap_owner", "measure").filter(pk=subject_id).first()
    if request is None:
        raise Http404("There is no such request.")
    request.measure = Measure.objects.select_related(
        "package", "owner", "sponsor", "controller", "committee", "receiving_unit"
    ).get(pk=request.measure_id)
    return request_subject(request)


def _motion(subject_id: UUID) -> Subject:
    motion = Motion.objects.select_related("measure", "proposed_by").filter(pk=subject_id).first()
    if motion is None:
        raise Http404("There is no such motion.")
    return Subject(
        kind=SubjectKind.MOTION,
        id=motion.pk,
        committee_id=motion.committee_id,
        title=motion.title,
        summary="Motion",
        # Voted on is the motion alone: what is lost is declined by the vote, never put to it.
        outcomes={MotionOutcome.AGREED.value: str(MotionOutcome.AGREED.label)},
        proposed=MotionOutcome.AGREED,
        recommendation=motion.text,
        is_open=motion.withdrawn_at is None,
        measure=motion.measure,
        motion=motion,
    )


def _deviation(subject_id: UUID) -> Subject:
    found = Deviation.objects.select_related("measure__owner", "measure__package", "measure__committee")
    deviation = found.filter(pk=subject_id).first()
    if deviation is None:
        raise Http404("There is no such deviation.")
    return deviation_subject(deviation)


def deviation_subject(deviation: Deviation) -> Subject:
    """A forced trade-off: decided whether its owner stated everything or not, so nothing of it is missing.

    Proposed is what the owner's recommended option asks for, else accepting the loss, with the gap at the owner.
    """
    measure, options = deviation.measure, list(deviation.options.all())
    chosen = next((option for option in options if option.is_recommended), None)
    details = {"option_id": str(chosen.pk)} if chosen else {}
    if measure.owner_id:
        details["gap_owner_id"] = str(measure.owner_id)
    day = deviation.day_on(clock.today(organization().time_zone))
    return Subject(
        kind=SubjectKind.DEVIATION,
        id=deviation.pk,
        committee_id=measure.committee_id,
        title=f"{measure.name} ({measure.code})",
        summary=f"Escalated, day {day}: {sentence_of(deviation)}",
        outcomes={value: str(DeviationOutcome(value).label) for value in DeviationOutcome.values},
        proposed=(chosen.outcome if chosen else "") or DeviationOutcome.ACCEPT,
        proposed_details=details,
        recommendation=deviation.decision_needed or deviation.cause,
        is_open=deviation.state == DeviationState.OPEN,
        measure=measure,
        options=tuple(options),
    )


LOADERS: dict[SubjectKind, Callable[[UUID], Subject]] = {
    SubjectKind.REQUEST: _request,
    SubjectKind.DEVIATION: _deviation,
    SubjectKind.MOTION: _motion,
}
