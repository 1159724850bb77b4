"""What chairs decided without their committee: urgently, to be ratified; or below the limit, to take note of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from governance.deviations.models import DeviationDecision
from governance.gates.models import GateDecision
from governance.parties.constants import RATIFYING_MEETINGS, DecidedAs, SubjectKind
from governance.parties.models import Ratification
from governance.parties.selectors.parties import WITH_PARTIES
from hierarchy.models import Committee
from measures.models import Measure

from ..constants import OVER
from ..models.meetings import AgendaItem

_MOST_NOTED = 30


@dataclass(frozen=True, slots=True)
class Urgent:
    """An urgent decision with its measure, and the committee that has to ratify it.

    `numbers` are its own and that of the decision that it brought about, where a deviation ended in one.
    """

    decision: GateDecision | DeviationDecision
    measure: Measure
    committee_id: UUID | None
    label: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TakenNoteOf:
    """What the chair decided alone, as far as a committee takes note of it."""

    number: int
    label: str
    measure: Measure
    person: str
    decided_at: datetime
    weight: Decimal | None
    reason: str


def urgent_decision(pk: UUID) -> Urgent:
    """An urgent decision on a request or a deviation.

    Raises:
        Http404: there is none of that id in this organization.
    """
    gate = _gates(Q(pk=pk, manner=DecidedAs.URGENT)).first()
    if gate is not None:
        return _of_gate(gate)
    deviation = _deviations(Q(pk=pk, manner=DecidedAs.URGENT)).first()
    if deviation is None:
        raise Http404("There is no such urgent decision.")
    return _of_deviation(deviation)


def unratified_under(committee: Committee) -> list[Urgent]:
    """Urgent decisions on measures of a committee, and of those that escalate to it, that nobody ratified yet."""
    of_measure = Q(measure__committee_id=committee.pk) | Q(measure__committee__escalation_id=committee.pk)
    of_deviation = Q(deviation__measure__committee_id=committee.pk) | Q(
        deviation__measure__committee__escalation_id=committee.pk
    )
    ratified = Ratification.objects.filter(is_ratified=True).values("decision_number")
    waits = Q(manner=DecidedAs.URGENT) & ~Q(number__in=ratified)
    gates = _gates(of_measure & waits & _by_itself())
    deviations = _deviations(of_deviation & waits)
    found: Iterable[Urgent] = (*map(_of_gate, gates), *map(_of_deviation, deviations))
    # A decision that settles several deviations is a row for each, with one number.
    once = {urgent.decision.number: urgent for urgent in found}
    return [once[number] for number in sorted(once)]


def decided_alone(committee: Committee, since: datetime) -> tuple[TakenNoteOf, ...]:
    """What was decided alone for the committee since an instant, the oldest first."""
    alone = Q(manner=DecidedAs.CHAIR, decided_at__gte=since)
    gates = _gates(alone & Q(measure__committee_id=committee.pk) & _by_itself())
    deviations = _deviations(alone & Q(deviation__measure__committee_id=committee.pk))
    found = (
        *(_note(row, row.measure) for row in gates.select_related("decided_by")),
        *(_note(row, row.deviation.measure) for row in deviations.select_related("decided_by")),
    )
    once = {note.number: note for note in found}
    return tuple(once[number] for number in sorted(once)[:_MOST_NOTED])


def _by_itself() -> Q:
    """Gate decisions that no decision on a deviation brought about: with that they are ratified, or taken note of."""
    brought_about = DeviationDecision.objects.filter(gate_decision__isnull=False).values("gate_decision")
    return Q(is_gate=True) & ~Q(pk__in=brought_about)


def _gates(wanted: Q) -> QuerySet[GateDecision]:
    return GateDecision.objects.filter(wanted).select_related(*(f"measure__{name}" for name in WITH_PARTIES))


def _deviations(wanted: Q) -> QuerySet[DeviationDecision]:
    return DeviationDecision.objects.filter(wanted).select_related(
        *(f"deviation__measure__{name}" for name in WITH_PARTIES)
    )


def _of_gate(decision: GateDecision) -> Urgent:
    label = str(decision.get_outcome_display())
    return Urgent(decision, decision.measure, _ratifying(decision, decision.measure), label, (decision.number,))


def _of_deviation(decision: DeviationDecision) -> Urgent:
    measure, moved = decision.deviation.measure, decision.gate_decision
    numbers = (decision.number, moved.number) if moved is not None and moved.is_urgent else (decision.number,)
    return Urgent(decision, measure, _ratifying(decision, measure), str(decision.get_outcome_display()), numbers)


def _ratifying(decision: GateDecision | DeviationDecision, measure: Measure) -> UUID | None:
    """The measure's committee; after two of its meetings without ratification, its escalation body."""
    committee = measure.committee
    if committee is None or committee.escalation_id is None:
        return measure.committee_id
    met = AgendaItem.objects.filter(
        subject_kind=SubjectKind.RATIFICATION, subject_id=decision.pk, meeting__committee_id=committee.pk,
        meeting__state__in=OVER,
    )  # fmt: skip
    return committee.escalation_id if met.count() >= RATIFYING_MEETINGS else committee.pk


def _note(row: GateDecision | DeviationDecision, measure: Measure) -> TakenNoteOf:
    label = str(row.get_outcome_display())
    return TakenNoteOf(row.number, label, measure, row.decided_by.name, row.decided_at, row.weight, row.reason)
