"""Reference rates beside the rates that are set: what is asked for, and what would become of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from cat4.checks import Problems
from cat4.fiscal import fiscal_year
from hierarchy.calendar.selectors.periods import locked_months
from hierarchy.constants import RateKind
from hierarchy.models import LegalEntity
from hierarchy.organization.selectors import organization_settings
from hierarchy.rates.selectors.rates import governs, rates_of
from integrations.constants import RateFate
from measures.models import EffectLine

from .comparison import Asked, PlanBasis, Proposal, Rates, propose
from .ecb import Quotes

_LONGEST_BASIS = 36


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A rate of the file beside the one that is set."""

    kind: str
    currency: str
    month: date
    before: Decimal | None
    rate: Decimal
    fate: RateFate

    @property
    def kind_label(self) -> str:
        return RateKind(self.kind).label


@dataclass(frozen=True, slots=True)
class Preview:
    """Every rate of a proposal with what would become of it."""

    proposal: Proposal
    lines: tuple[PreviewLine, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rates meet each fate, every fate named."""
        found = Counter(line.fate for line in self.lines)
        return {fate.value: found[fate] for fate in RateFate}

    @property
    def will_change(self) -> list[PreviewLine]:
        return [line for line in self.lines if line.fate in {RateFate.NEW, RateFate.CHANGED}]

    @property
    def state(self) -> str:
        """A digest of what was set when this was shown, so that a later consent is to the same changes."""
        seen = [(line.kind, line.currency, line.month, line.before, line.rate, line.fate.value) for line in self.lines]
        return sha256(repr(seen).encode()).hexdigest()

    def to_set(self, kind: str) -> Rates:
        """The rates of a kind that are new or differ, without those that govern a locked month."""
        return {(line.currency, line.month): line.rate for line in self.will_change if line.kind == kind}


def used_currencies() -> frozenset[str]:
    """The currencies in which legal entities book and effect lines are planned, without the reporting currency."""
    entities = LegalEntity.objects.filter(retired_at__isnull=True).values_list("currency", flat=True)
    lines = EffectLine.objects.values_list("currency", flat=True).distinct()
    return frozenset({*entities, *lines}) - {organization_settings().organization.currency}


def proposed_rates(quotes: Quotes, *, currencies: Iterable[str] = (), plan: PlanBasis | None = None) -> Proposal:
    """What a file says for the currencies that the organization uses and those that are asked for as well.

    Raises:
        Invalid: on `currencies`, `plan_fiscal_year`, `plan_from` or `plan_to`.
    """
    settings = organization_settings()
    home = settings.organization
    asked = frozenset(code.strip().upper() for code in currencies if code.strip())
    problems = Problems()
    wrong = sorted(code for code in asked if not (len(code) == 3 and code.isascii() and code.isalpha()))
    if wrong:
        sentence = f"A currency has three letters, such as EUR. This isn't one: {', '.join(wrong)}."
        problems.add("currencies", sentence)
    if plan is not None:
        _check_plan(problems, plan, settings.first_month, settings.last_month, home.fiscal_year_start)
    problems.stop_if_any()
    wanted = Asked(
        home=home.currency,
        currencies=used_currencies() | asked,
        first_month=settings.first_month,
        last_month=settings.last_month,
        fiscal_year_start=home.fiscal_year_start,
        plan=plan,
    )
    return propose(quotes, wanted)


def _check_plan(problems: Problems, plan: PlanBasis, first: date, last: date, start: int) -> None:
    years = fiscal_year(first, start), fiscal_year(last, start)
    if not years[0] <= plan.fiscal_year <= years[1]:
        problems.add("plan_fiscal_year", f"The fiscal calendar runs from {years[0]} to {years[1]}.")
    if plan.last < plan.first:
        problems.add("plan_to", "The last month lies before the first.")
    elif len(plan.months) > _LONGEST_BASIS:
        problems.add("plan_to", f"At most {_LONGEST_BASIS} months.")


def preview_of(proposal: Proposal) -> Preview:
    """Each rate of a proposal beside what is set today."""
    locked = locked_months()
    lines = []
    for kind, rates in proposal.rates.items():
        stored = rates_of(kind) if rates else {}
        for (currency, month), rate in sorted(rates.items()):
            before = stored.get((currency, month))
            fate = _fate(before, rate, is_locked=governs(kind, month, locked))
            lines.append(PreviewLine(kind, currency, month, before, rate, fate))
    return Preview(proposal, tuple(lines))


def _fate(before: Decimal | None, rate: Decimal, *, is_locked: bool) -> RateFate:
    if before is None:
        return RateFate.NEW
    if before == rate:
        return RateFate.UNCHANGED
    return RateFate.LOCKED if is_locked else RateFate.CHANGED
