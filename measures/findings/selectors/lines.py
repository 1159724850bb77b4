"""Findings with both of their sides, as the reader may see them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Min, Q, QuerySet, Sum
from django.http import Http404

from cat4.accounts.actor import Actor
from cat4.fiscal import fiscal_year, fiscal_year_bounds
from cat4.matching import matches
from cat4.tenancy.context import current_organization_id
from measures.core.selectors.measures import visible_measures
from measures.facts.calendar import Calendar, calendar
from measures.models import EffectLine, EffectMonth, Finding, Measure


@dataclass(frozen=True, slots=True)
class Side:
    """One of the measures of a finding. Of one that the reader may not see, only code and owner are told."""

    measure: Measure
    is_visible: bool
    line: EffectLine | None = None
    first_month: date | None = None
    last_month: date | None = None
    amount: Decimal | None = None

    @property
    def owner(self) -> str:
        return self.measure.owner.name if self.measure.owner else ""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding with its measures; `year` is the fiscal year of the amounts of both sides."""

    row: Finding
    sides: tuple[Side, ...]
    year: int

    @property
    def is_open(self) -> bool:
        return self.row.is_open

    @property
    def is_shared(self) -> bool:
        return len(self.sides) > 1


def visible_findings(actor: Actor) -> QuerySet[Finding]:
    """Those of which the person sees at least one measure."""
    rows = Finding.objects.filter(organization_id=current_organization_id())
    if not actor.is_admin:
        seen = visible_measures(actor).values("pk")
        rows = rows.filter(Q(measure__in=seen) | Q(other_measure__in=seen))
    return rows.select_related(
        "measure__owner", "measure__package", "other_measure__owner", "other_measure__package", "resolved_by",
        "line__account", "line__legal_entity", "other_line__account", "other_line__legal_entity",
    )  # fmt: skip


def visible_finding(actor: Actor, pk: UUID) -> Finding:
    """One of them.

    Raises:
        Http404: there is none of that id here, or the person sees neither of its measures.
    """
    row = visible_findings(actor).filter(pk=pk).first()
    if row is None:
        raise Http404("There is no such finding.")
    return row


def findings_of(actor: Actor, measure: Measure) -> list[FindingLine]:
    """Those of a measure that stand: open ones first, then those that were resolved."""
    rows = visible_findings(actor).filter(Q(measure=measure) | Q(other_measure=measure), closed_at__isnull=True)
    return lines_of(actor, sorted(rows, key=lambda row: (not row.is_open, row.opened_at, str(row.pk))))


def open_findings(actor: Actor, **wanted: str) -> QuerySet[Finding]:
    """Every finding that waits for an answer or a correction, oldest first; narrowed to what is asked."""
    rows = visible_findings(actor).filter(closed_at__isnull=True, resolved_at__isnull=True)
    rows = rows.order_by("opened_at", "id")
    if code := wanted.get("code"):
        rows = rows.filter(code=code)
    if unit := wanted.get("unit"):
        rows = rows.filter(Q(measure__business_unit=unit) | Q(other_measure__business_unit=unit))
    if entity := wanted.get("entity"):
        rows = rows.filter(Q(measure__legal_entity=entity) | Q(other_measure__legal_entity=entity))
    if words := wanted.get("q", "").strip():
        rows = rows.filter(matches(words, "measure__code", "other_measure__code", "measure__name"))
    return rows


def lines_of(actor: Actor, rows: Iterable[Finding]) -> list[FindingLine]:
    """The rows with their sides, in three queries however many there are."""
    known = list(rows)
    window = calendar()
    measures = {pk for row in known for pk in (row.measure_id, row.other_measure_id) if pk}
    seen = set(visible_measures(actor).filter(pk__in=measures).values_list("pk", flat=True)) if measures else set()
    spans = _spans({pk for row in known for pk in (row.line_id, row.other_line_id) if pk}, window)
    return [_line(row, seen, spans, window) for row in known]


Span = tuple[date | None, date | None, Decimal | None]


def _spans(line_ids: Collection[UUID], window: Calendar) -> dict[UUID, Span]:
    """First and last planned month of each line, and its plan of today's fiscal year."""
    if not line_ids:
        return {}
    first, last = fiscal_year_bounds(_year(window), window.fiscal_year_start)
    planned = EffectMonth.objects.filter(
        organization_id=current_organization_id(), line__in=line_ids, plan__isnull=False
    ).exclude(plan=0)
    this_year = Q(month__gte=first, month__lte=last)
    rows = (
        planned.order_by("line")
        .values_list("line")
        .annotate(start=Min("month"), end=Max("month"), amount=Sum("plan", filter=this_year, default=Decimal(0)))
    )
    return {line: (start, end, amount) for line, start, end, amount in rows}


def _year(window: Calendar) -> int:
    return fiscal_year(window.today, window.fiscal_year_start)


def _line(row: Finding, seen: set[UUID], spans: dict[UUID, Span], window: Calendar) -> FindingLine:
    sides = [_side(row.measure, row.line, seen, spans)]
    if row.other_measure is not None:
        sides.append(_side(row.other_measure, row.other_line, seen, spans))
    return FindingLine(row, tuple(sides), _year(window))


def _side(measure: Measure, line: EffectLine | None, seen: set[UUID], spans: dict[UUID, Span]) -> Side:
    if measure.pk not in seen:
        return Side(measure, is_visible=False)
    return Side(measure, True, line, *(spans.get(line.pk, (None, None, None)) if line else (None, None, None)))
