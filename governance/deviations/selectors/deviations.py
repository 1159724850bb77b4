"""Deviations as pages, the API and committees read them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.tenancy.context import current_organization_id
from hierarchy.models import Committee
from hierarchy.organization.selectors import organization
from measures.core.selectors.measures import lock_measure, visible_measure, visible_measures
from measures.models import Dependency, Measure
from measures.schedule.selectors.ripples import MeasureName, names_of

from ..constants import LIVE_STATES, ClockStep, DeviationState
from ..models import CounterMeasure, Deviation, DeviationOption
from .waiting import counter_measures_to_do


@dataclass(frozen=True, slots=True)
class Escalated:
    """A deviation that a committee has to decide: why it is there, what is at stake, and the ways out."""

    id: UUID
    number: int
    kind: str
    measure_id: UUID
    code: str
    measure: str
    owner: str
    day: int
    escalated_on: date
    sentence: str
    cause: str
    decision_needed: str
    decide_by: date
    effect_in_year: Decimal
    effect_run_rate: Decimal
    options: tuple[DeviationOption, ...]

    @property
    def recommended(self) -> DeviationOption | None:
        """The option that its owner recommends."""
        return next((option for option in self.options if option.is_recommended), None)


def escalated_for(committee: Committee) -> list[Escalated]:
    """Forced trade-offs on a committee's agenda: past day 14, or past what it waited for, and not decided."""
    rows = Deviation.objects.filter(
        organization_id=current_organization_id(),
        measure__committee=committee,
        state=DeviationState.OPEN,
        escalated_on__isnull=False,
    )
    today = today_here()
    related = rows.select_related("measure__owner").prefetch_related("options").order_by("opened_on", "number")
    return [_escalated(row, today) for row in related]


def _escalated(row: Deviation, today: date) -> Escalated:
    return Escalated(
        id=row.pk,
        number=row.number,
        kind=row.kind,
        measure_id=row.measure_id,
        code=row.measure.code,
        measure=row.measure.name,
        owner=row.measure.owner.name if row.measure.owner else "",
        day=row.day_on(today),
        escalated_on=row.escalated_on or row.escalate_on,
        sentence=sentence_of(row),
        cause=row.cause,
        decision_needed=row.decision_needed,
        decide_by=row.decide_by,
        effect_in_year=row.effect_in_year,
        effect_run_rate=row.effect_run_rate,
        options=tuple(row.options.all()),
    )


def today_here() -> date:
    """The organization's present day."""
    return clock.today(organization().time_zone)


def sentence_of(deviation: Deviation) -> str:
    """What is off now; once nothing is, what it was opened for."""
    return str(deviation.triggers[0]["sentence"]) if deviation.triggers else deviation.sentence


def visible_deviations(actor: Actor) -> QuerySet[Deviation]:
    """Deviations of measures that the person may see, with measure and owner."""
    rows = Deviation.objects.filter(organization_id=actor.organization_id)
    if not actor.is_admin:
        rows = rows.filter(measure__in=visible_measures(actor))
    return rows.select_related("measure__owner", "measure__business_unit", "measure__package")


def visible_deviation(actor: Actor, pk: UUID) -> Deviation:
    """A deviation with its measure.

    Raises:
        Http404: there is none of that id, it is foreign, or the person may not see its measure.
    """
    row = Deviation.objects.select_related("cause_by", "gap_owner").filter(pk=pk).first()
    if row is None:
        raise Http404("There is no such deviation.")
    row.measure = visible_measure(actor, row.measure_id)
    return row


def counter_measure_to_do(actor: Actor, pk: UUID) -> CounterMeasure:
    """A counter-measure of a deviation that the person sees, or of their own.

    Raises:
        Http404: none of that id here, or not for this person to see.
    """
    row = CounterMeasure.objects.select_related("deviation", "responsible", "measure").filter(pk=pk).first()
    if row is None:
        raise Http404("There is no such counter-measure.")
    if row.responsible_id != actor.user_id and not counter_measures_to_do(actor).filter(pk=pk).exists():
        visible_measure(actor, row.deviation.measure_id)
    return row


def deviation_of_option(actor: Actor, option_id: UUID) -> UUID:
    """The deviation that an option belongs to.

    Raises:
        Http404: none of that id here, or its measure is not for this person to see.
    """
    deviation_id = DeviationOption.objects.filter(pk=option_id).values_list("deviation_id", flat=True).first()
    if deviation_id is None:
        raise Http404("There is no such option.")
    return visible_deviation(actor, deviation_id).pk


def live_deviations_of(measure: Measure) -> list[Deviation]:
    """What is open or being done about a measure, the oldest first."""
    return list(Deviation.objects.filter(measure=measure, state__in=LIVE_STATES).order_by("opened_on", "number"))


def past_their_clock(measure: Measure, today: date) -> list[Deviation]:
    """Deviations that shut the next gate of a measure: day 14 has come and nothing is decided."""
    rows = Deviation.objects.filter(measure=measure, state=DeviationState.OPEN, escalate_on__lte=today)
    return list(rows.order_by("opened_on", "number"))


def undecided_for_write(deviation_id: UUID) -> Deviation | None:
    """A deviation that waits for its committee and that nobody was asked about in writing in this round, locked.

    The measure is locked first, as every act on a deviation does. None where somebody was quicker.
    """
    measure = lock_measure(Deviation.objects.values_list("measure_id", flat=True).get(pk=deviation_id))
    open_ones = Deviation.objects.select_for_update(of=("self",)).filter(state=DeviationState.OPEN)
    found = open_ones.filter(pk=deviation_id, escalated_on__isnull=False).first()
    if found is None or found.steps.filter(step=ClockStep.CIRCULATED, round=found.round).exists():
        return None
    found.measure = measure
    return found


def dependencies_hit(actor: Actor, measure: Measure) -> list[MeasureName]:
    """The measures that wait for open milestones of this one, as the person may know them, by code."""
    links = _waiting_for(measure).select_related("successor__measure__owner")
    names = names_of(actor, {link.successor.measure_id: link.successor.measure for link in links}.values())
    return sorted(names.values(), key=lambda name: name.code)


def owners_waiting_for(measure: Measure) -> set[UUID]:
    """Who owns a measure that waits for this one."""
    owners = _waiting_for(measure).order_by().values_list("successor__measure__owner", flat=True)
    return {owner for owner in owners if owner is not None}


def _waiting_for(measure: Measure) -> QuerySet[Dependency]:
    links = Dependency.objects.filter(
        predecessor__measure=measure, predecessor__actual_on__isnull=True, successor__actual_on__isnull=True
    )
    return links.exclude(successor__measure=measure)


def lacking(deviation: Deviation) -> list[str]:
    """What its owner still owes: the cause, a first counter-measure."""
    missing = [] if deviation.cause else ["the cause"]
    return missing if deviation.counter_measures.exists() else [*missing, "a first counter-measure"]
