"""What a committee decides on, whatever its kind: title, measure, what is missing, and the outcomes to choose from.

Title, summary, what is missing and the names of the outcomes are sentences of the act: they are kept with the locked
papers, with votes and decisions, and stand in the ledger. A kind of subject has a loader here and a way to carry its
outcome out in `actions/applying.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from cat4 import clock
from governance.constants import Outcome, RequestKind
from governance.deviations.constants import CHANGE_OUTCOMES, DeviationOutcome
from governance.deviations.models import Deviation, DeviationOption
from governance.deviations.selectors.deviations import sentence_of
from governance.deviations.selectors.topics import Topic, have_waited, topic_of
from governance.gates.constants import OUTCOMES_OF, RequestState
from governance.gates.models import GateRequest
from governance.gates.selectors.checklists import checklist
from governance.gates.selectors.choices import Consequence, decision_consequences
from governance.parties.constants import SubjectKind
from governance.parties.selectors.parties import WITH_PARTIES, parties_of
from governance.parties.selectors.weights import weigh
from governance.rules.constants import step_of
from governance.rules.evaluation import blocking
from governance.rules.facts import Parties
from hierarchy.organization.selectors import organization, thresholds
from measures.constants import Doi
from measures.models import Measure
from measures.status.selectors.totals import totals_map

from ..constants import MotionOutcome, RatificationOutcome
from ..models.meetings import Motion
from .urgent import Urgent, urgent_decision

_TASK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to decide. `missing` are sentences: what has to be fulfilled before it can be granted.

    `outcomes` maps what may be decided to its words; `proposed` is what was asked for, empty where the committee has
    to choose. `consequences` say of a request what each outcome brings, `options` are the ways out of `deviations`.
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
    deviations: tuple[Deviation, ...] = ()
    request: GateRequest | None = None
    motion: Motion | None = None
    consequences: tuple[Consequence, ...] = ()
    options: tuple[DeviationOption, ...] = ()

    def voted_on(self, outcome: str) -> str:
        """What a vote is on, in words: an outcome; of a motion the motion itself, whatever comes of it."""
        return "The motion" if self.motion is not None else self.outcomes.get(outcome, outcome)

    @property
    def asks_choice(self) -> bool:
        """Whether the committee has to choose, as nobody recommends one way out."""
        return self.kind == SubjectKind.DEVIATION and not self.proposed

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


def committee_deciding(request: GateRequest, parties: Parties) -> UUID | None:
    """The committee that a request comes before; None where somebody else decides it in their own name.

    That of whoever presides by the rules. Where they name nobody who does, the measure's own if the body is asked.
    """
    step = step_of(request.kind, request.to_doi)
    first = [authority for authority in parties.authorities.get(step, ()) if authority.is_first and authority.people]
    named = next((authority for authority in first if authority.committee_id), None)
    if named is not None:
        return named.committee_id
    return request.measure.committee_id if weigh(request.measure, step).asks_body else None


def request_subject(request: GateRequest, committee_id: UUID | None = None) -> Subject:
    """A gate request with the rules that don't hold; confirmations that wait are among them.

    `committee_id` is before which it comes, where that is known.
    """
    measure = request.measure
    is_open = request.state == RequestState.SUBMITTED
    outcomes = {value: str(Outcome(value).label) for value in OUTCOMES_OF[request.kind]}
    totals = totals_map([measure.pk]).get(measure.pk)
    return Subject(
        kind=SubjectKind.REQUEST,
        id=request.pk,
        committee_id=committee_id or committee_deciding(request, parties_of(measure)) or measure.committee_id,
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
    request.measure = Measure.objects.select_related(*WITH_PARTIES).get(pk=request.measure_id)
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
    """The topic of a measure, by the measure's id or by that of one of its deviations."""
    related = Measure.objects.select_related(*WITH_PARTIES)
    measure = related.filter(Q(pk=subject_id) | Q(deviations=subject_id)).first()
    if measure is None:
        raise Http404("There is nothing to decide about this.")
    return deviation_subject(measure, topic_of(measure.pk))


def deviation_subject(measure: Measure, topic: Topic | None) -> Subject:
    """A forced trade-off: decided whether the owner stated everything or not, so nothing of it is missing.

    Proposed is what the one recommended option asks for; where no one recommends, the committee chooses.
    """
    deviations, options = (topic.deviations, topic.options) if topic else ((), ())
    chosen = topic.recommended if topic else None
    proposed = chosen.outcome if chosen else ""
    outcomes = [value for value in DeviationOutcome if value != DeviationOutcome.WAIT or not have_waited(deviations)]
    return Subject(
        kind=SubjectKind.DEVIATION,
        id=measure.pk,
        committee_id=measure.committee_id,
        title=f"{measure.name} ({measure.code})",
        summary=_found(deviations) if deviations else "Nothing of it is left to decide",
        outcomes={value.value: str(value.label) for value in outcomes},
        proposed=proposed,
        proposed_details=trade_off_details(measure, deviations, proposed, chosen),
        recommendation=" ".join(row.decision_needed or row.cause for row in deviations).strip(),
        is_open=bool(deviations),
        measure=measure,
        deviations=deviations,
        options=options,
    )


def _ratification(subject_id: UUID) -> Subject:
    return ratification_subject(urgent_decision(subject_id))


def ratification_subject(urgent: Urgent) -> Subject:
    """What the chair decided alone where the committee was asked: does the committee stand behind it?"""
    measure, decision = urgent.measure, urgent.decision
    return Subject(
        kind=SubjectKind.RATIFICATION,
        id=decision.pk,
        committee_id=urgent.committee_id,
        title=f"{measure.name} ({measure.code})",
        summary=f"Urgent decision {decision.number}, {urgent.label.lower()}: {decision.urgent_reason}",
        outcomes={value: str(RatificationOutcome(value).label) for value in RatificationOutcome.values},
        proposed=RatificationOutcome.RATIFIED,
        recommendation=decision.reason,
        is_open=not decision.is_ratified,
        measure=measure,
    )


def _found(deviations: Sequence[Deviation]) -> str:
    """`Escalated, day 16: Forecast run-rate EUR 600 is 50% below plan.`; of several, each with its kind and number."""
    day = max(row.day_on(clock.today(organization().time_zone)) for row in deviations)
    if len(deviations) == 1:
        return f"Escalated, day {day}: {sentence_of(deviations[0])}"
    each = (f"{row.number}, {row.get_kind_display().lower()}: {sentence_of(row)}" for row in deviations)
    return f"Escalated, day {day}, {len(deviations)} deviations. {' '.join(each)}"


def trade_off_details(
    measure: Measure, deviations: Iterable[Deviation], outcome: str, chosen: DeviationOption | None = None
) -> dict[str, str]:
    """What an outcome needs besides a reason where nobody said it, as text, and which deviations it settles.

    The gap is the owner's, a task has 30 days; what the outcome doesn't take is left aside.
    """
    details = {"settles": ",".join(str(row.pk) for row in deviations)}
    later = clock.today(organization().time_zone) + _TASK
    if measure.owner_id:
        details["gap_owner_id"] = str(measure.owner_id)
    if chosen is not None:
        details["option_id"] = str(chosen.pk)
    if outcome in CHANGE_OUTCOMES:
        details["due_on"] = later.isoformat()
    elif outcome == DeviationOutcome.COMPENSATE:
        details["new_measure"] = chosen.title if chosen else f"Compensation of {measure.code} {measure.name}"[:200]
    elif outcome == DeviationOutcome.HOLD:
        resume_on = max(later, chosen.effective_on) if chosen else later
        details |= {"hold_reason": "other", "resume_on": resume_on.isoformat()}
    elif outcome == DeviationOutcome.WAIT:
        until = clock.today(organization().time_zone) + timedelta(days=thresholds().deviation_wait_days)
        details["wait_until"] = until.isoformat()
    return details


LOADERS: dict[SubjectKind, Callable[[UUID], Subject]] = {
    SubjectKind.REQUEST: _request,
    SubjectKind.DEVIATION: _deviation,
    SubjectKind.MOTION: _motion,
    SubjectKind.RATIFICATION: _ratification,
}
