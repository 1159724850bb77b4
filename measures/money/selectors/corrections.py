"""Corrections of locked months, as pages and formulas read them."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor
from measures.core.selectors.measures import visible_measure
from measures.facts.calendar import Calendar
from measures.models import Correction, EffectLine, EffectMonth, Measure


def corrections_of(measure: Measure) -> QuerySet[Correction]:
    """Every correction of a measure with its people, the latest first."""
    people = ("line", "entered_by", "validated_by", "returned_by")
    return Correction.objects.filter(measure=measure).select_related(*people)


def booked_in(line_id: UUID, month: date) -> Decimal | None:
    """What a line booked in a month, with the corrections of it so far; None where nothing was."""
    found = EffectMonth.objects.filter(line_id=line_id, month=month).first()
    booked = None if found is None else found.reported if found.validated is None else found.validated
    late = Correction.objects.filter(line_id=line_id, corrects=month, returned_at__isnull=True)
    return None if booked is None else booked + sum(late.values_list("amount", flat=True), Decimal(0))


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
