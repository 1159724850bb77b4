"""Deviations as pages, the API and committees read them."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4 import clock
from cat4.accounts.actor import Actor
from hierarchy.organization.selectors import organization
from measures.core.selectors.measures import visible_measure, visible_measures
from measures.models import Dependency, Measure
from measures.schedule.selectors.ripples import MeasureName, names_of

from ..constants import DATA_KINDS, LIVE_STATES, DeviationState
from ..models import CounterMeasure, Deviation, DeviationOption
from .waiting import counter_measures_to_do


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
    return list(rows.exclude(kind__in=DATA_KINDS).order_by("opened_on", "number"))


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
