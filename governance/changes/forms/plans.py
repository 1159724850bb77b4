"""The form of a changed plan: its grid of months by fiscal year, its dates, and what was typed into them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from cat4.fiscal import fiscal_year_bounds, month_range
from cat4.numbers import Reading
from cat4.web import formats
from cat4.web.questions import unsure_fields
from measures.facts.calendar import calendar
from measures.formulas.plan_versions import Phasing
from measures.models import EffectLine, Measure
from measures.money.forms.grid import read_cells
from measures.money.selectors.grid import fiscal_years

from ..actions.changes import LineWish
from ..selectors.overlaps import PlanLeft
from ..selectors.proposals import Proposal, plan_number, present_plan
from .fields import ChangeForm, DatesForm, GatesForm, PhasingForm

Plan = Mapping[date, Decimal]


@dataclass(frozen=True, slots=True)
class PlanCell:
    """A plan month. With a `name` it can be typed; locked months and those outside the calendar have none."""

    month: date
    label: str
    text: str
    name: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class PlanYearRow:
    """A fiscal year of a line."""

    year: int
    cells: tuple[PlanCell, ...]


@dataclass(frozen=True, slots=True)
class PlanGrid:
    """A line in the fiscal years that have an open month."""

    line: EffectLine
    heads: tuple[date, ...]
    rows: tuple[PlanYearRow, ...]
    phasing: PhasingForm
    is_phasing: bool


class ChangeInput:
    """Everything that was typed, read once; amounts by line, and sentences by cell."""

    def __init__(self, measure: Measure, posted: QueryDict | None, left: PlanLeft | None = None) -> None:
        self.measure, self.posted, self.window = measure, posted, calendar()
        # What the form begins with where it was opened to split an overlap.
        self.left = left
        self.amounts: dict[UUID, dict[date, Decimal]] = {}
        self.errors: dict[str, str] = {}
        self.lines = list(measure.lines.all())
        self.plans = present_plan(measure)
        self.form = ChangeForm(posted, initial={"version": plan_number(measure), "reason": _why(left)})
        self.dates = DatesForm(posted, milestones=measure.milestones.filter(actual_on__isnull=True))
        self.gates = GatesForm(posted, measure=measure)
        self.phasings = {
            line.pk: PhasingForm(posted, prefix=str(line.pk)) for line in self.lines if line.recurrence == "recurring"
        }
        self.unsure: list[Reading] = []
        if posted is not None:
            self._read(posted)

    def _read(self, posted: QueryDict) -> None:
        """Read the changed cells of all lines together: they come from one spreadsheet."""
        cells = {name: (line, month) for line in self.lines for name, month in self._changed(line, posted)}
        typed = {name: posted.get(name, "").strip() for name in cells}
        amounts, self.unsure = read_cells(typed, posted, self.errors)
        for name, amount in amounts.items():
            line, month = cells[name]
            self.amounts.setdefault(line.pk, {})[month] = amount

    def _changed(self, line: EffectLine, posted: QueryDict) -> Iterator[tuple[str, date]]:
        plan = self.plans.get(line.pk, {})
        for month in month_range(self.window.first_month, self.window.last_month):
            name = cell_name(line, month)
            if name not in posted or month in self.window.locked:
                continue
            if posted.get(name, "").strip() != _shown(plan.get(month)):
                yield name, month

    @property
    def is_readable(self) -> bool:
        """Whether every field could be read, the reason apart."""
        forms = [self.dates, self.gates, *self.phasings.values()]
        unreadable = [form for form in forms if not form.is_valid()]
        return not unreadable and not self.errors

    @property
    def to_ask(self) -> list[Reading]:
        """The numbers that have two readings; none while something else can't be read."""
        forms = [form for form in self.phasings.values() if not form.is_valid()]
        asked = [unsure_fields(form) for form in forms]
        is_else_wrong = not self.dates.is_valid() or not self.gates.is_valid() or (self.errors and not self.unsure)
        return [] if is_else_wrong or not all(asked) else [*self.unsure, *(one for several in asked for one in several)]

    @property
    def wishes(self) -> list[LineWish]:
        """A line that is phased anew, or whose months were typed."""
        wishes = []
        for line in self.lines:
            phasing = self._phasing(line)
            if phasing is not None:
                wishes.append(LineWish(line.pk, phasing=phasing))
            elif line.pk in self.amounts:
                wishes.append(LineWish(line.pk, self.amounts[line.pk]))
        return wishes

    def _phasing(self, line: EffectLine) -> Phasing | None:
        form = self.phasings.get(line.pk)
        if form is None or form.cleaned_data.get("annual_amount") is None:
            return None
        given = form.cleaned_data
        return Phasing(given["annual_amount"], given["start_month"], given["end_month"], given["ramp_months"] or 0)

    @property
    def moved(self) -> dict[UUID, date]:
        """The baseline dates that the form carries; those that stay are left out by the action."""
        return {UUID(name): day for name, day in self.dates.cleaned_data.items()}

    @property
    def moved_gates(self) -> dict[str, date]:
        """The planned dates that the form carries, by field; those that stay are left out by the action."""
        return {name: day for name, day in self.gates.cleaned_data.items() if day}

    @property
    def version(self) -> int | None:
        text = self.posted.get("version", "") if self.posted is not None else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None

    @property
    def reason(self) -> str:
        return self.posted.get("reason", "") if self.posted is not None else ""

    def grids(self, proposal: Proposal | None = None) -> list[PlanGrid]:
        """The form's tables; a line that `proposal` phases anew shows what that gives."""
        phased = {part.line.pk: part.months for part in proposal.lines if part.phasing} if proposal else {}
        return [self._grid(line, {m: new for m, (_, new) in phased.get(line.pk, {}).items()}) for line in self.lines]

    def _grid(self, line: EffectLine, phased: Plan) -> PlanGrid:
        window, years = self.window, []
        for year in fiscal_years(window):
            months = list(month_range(*fiscal_year_bounds(year, window.fiscal_year_start)))
            if any(month not in window.locked and window.contains(month) for month in months):
                years.append(PlanYearRow(year, tuple(self._cell(line, month, phased) for month in months)))
        heads = tuple(cell.month for cell in years[0].cells) if years else ()
        form = self.phasings.get(line.pk) or PhasingForm()
        return PlanGrid(line, heads, tuple(years), form, form.is_bound and form.has_changed())

    def _cell(self, line: EffectLine, month: date, phased: Plan) -> PlanCell:
        plan = self.plans.get(line.pk, {}).get(month)
        is_open = self.window.contains(month) and month not in self.window.locked
        label = f"Plan {formats.month(month)}, {line.currency}, {line.name}"
        if not is_open:
            return PlanCell(month, label, _shown(plan) or formats.NOTHING)
        name = cell_name(line, month)
        begun = self.left.months.get(month, plan) if self.left and self.left.line_id == line.pk else plan
        text = self.posted.get(name, _shown(plan)) if self.posted is not None else _shown(begun)
        if month in phased:
            text = _shown(phased[month])
        return PlanCell(month, label, text, name, self.errors.get(name, ""))


def _why(left: PlanLeft | None) -> str:
    if left is None:
        return ""
    if not left.percent:
        return _("%(code)s carries the shared amount.") % {"code": left.other_code}
    share = {"percent": formats.exact(left.percent), "code": left.other_code}
    return _("Overlap with %(code)s: this plan keeps %(percent)s percent of the smaller amount of each month.") % share


def _shown(amount: Decimal | None) -> str:
    return "" if amount is None else formats.exact(amount)


def cell_name(line: EffectLine, month: date) -> str:
    """`plan-<line>-2026-10`."""
    return f"plan-{line.pk}-{month:%Y-%m}"
