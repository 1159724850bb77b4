"""Corrections of locked months, as pages and formulas read them."""

from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from measures.core.selectors.measures import visible_measure
from measures.facts.calendar import Calendar
from measures.models import Correction, EffectLine, Measure


def corrections_of(measure: Measure) -> QuerySet[Correction]:
    """Every correction of a measure with its people, the latest first."""
    people = ("line", "entered_by", "validated_by", "returned_by")
    return Correction.objects.filter(measure=measure).select_related(*people)


def corrections_to(month: date, measures: QuerySet[Measure]) -> QuerySet[Correction]:
    """What was corrected later of a locked month, for its page."""
    people = ("line", "measure", "entered_by", "validated_by")
    found = Correction.objects.filter(corrects=month, returned_at__isnull=True, measure__in=measures.order_by())
    return found.select_related(*people).order_by("measure__code", "entered_at")


def lines_to_correct(measure: Measure) -> QuerySet[EffectLine]:
    """The lines of a measure, in their order."""
    return EffectLine.objects.filter(measure=measure).order_by("position", "id")


def open_for_corrections(window: Calendar) -> list[date]:
    """The months after the last lock that have begun and aren't validated, earliest first."""
    if not window.locked:
        return []
    after = max(window.locked)
    return [month for month in window.begun_months(after) if month not in window.validated]


def visible_correction(actor: Actor, pk: UUID) -> Correction:
    """A correction of a measure that the person sees.

    Raises:
        Http404: there is none of that id here.
    """
    found = Correction.objects.select_related("line").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such correction.")
    found.measure = visible_measure(actor, found.measure_id)
    return found
