"""What a committee decides on, whatever its kind: title, measure, what is missing, and the outcomes to choose from.

A kind of subject has a loader here and a way to carry its outcome out in `actions/_applying.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from hierarchy.selectors.settings import organization
from measures.constants import Doi
from measures.models import Measure
from measures.selectors.totals import totals_map

from ..constants import OUTCOMES_OF, Outcome, RequestKind, RequestState
from ..meeting_constants import MotionOutcome, SubjectKind
from ..models import GateRequest, Motion
from ..rules.evaluation import blocking
from .checklists import checklist
from .choices import Choice, decision_choices


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to decide. `missing` are sentences: what has to be fulfilled before it can be granted.

    `outcomes` maps what may be decided to its words; `proposed` is what was asked for.
    """

    kind: SubjectKind
    id: UUID
    committee_id: UUID | None
    title: str
    summary: str
    outcomes: dict[str, str]
    proposed: str
    recommendation: str = ""
    missing: tuple[str, ...] = ()
    is_open: bool = True
    measure: Measure | None = None
    request: GateRequest | None = None
    motion: Motion | None = None
    options: tuple[Choice, ...] = ()

    @property
    def harmless(self) -> frozenset[str]:
        """Outcomes that grant nothing, and so may be decided while something is missing."""
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
        options=tuple(decision_choices(request, outcomes, totals, organization().currency)),
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
        outcomes={value: str(MotionOutcome(value).label) for value in MotionOutcome.values},
        proposed=MotionOutcome.AGREED,
        recommendation=motion.text,
        is_open=motion.withdrawn_at is None,
        measure=motion.measure,
        motion=motion,
    )


LOADERS: dict[SubjectKind, Callable[[UUID], Subject]] = {
    SubjectKind.REQUEST: _request,
    SubjectKind.MOTION: _motion,
}
