"""Double counting: which lines of two measures claim the same money (domain section 11). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from cat4.wording import counted, listed, month_name

from .phasing import cents
from .words import in_words

ZERO = Decimal(0)
# An overlap is settled before the measure is identified, and again wherever its plan is looked at.
BLOCKED_BY_OVERLAP = (1, 2, 3)
BLOCKED_BY_ACCOUNT = (2, 3)
_MOST_NAMED = 3

Place = tuple[UUID, UUID]
"""A legal entity and an account: where money is booked."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A hard EBITDA line with a plan: what it books where and when.

    `amounts` are the planned months and `years` their sums by fiscal year, in the reporting currency (`home`) at plan
    rate, less what resolved overlaps take out of the years.
    """

    measure: UUID
    code: str
    line: UUID
    name: str
    entity: UUID
    account: UUID
    entity_name: str = ""
    account_name: str = ""
    supplier: str = ""
    cost_centre: str = ""
    product: str = ""
    doi: int = 1
    months: frozenset[date] = frozenset()
    years: Mapping[int, Decimal] = field(default_factory=dict)
    amounts: Mapping[date, Decimal] = field(default_factory=dict)
    home: str = ""

    @property
    def place(self) -> Place:
        return self.entity, self.account


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two lines of two measures that may count the same money."""

    mine: Claim
    other: Claim

    @property
    def key(self) -> str:
        """The same from both sides."""
        first, second = sorted((str(self.mine.line), str(self.other.line)))
        return f"overlap:{first}:{second}"

    @property
    def months(self) -> list[date]:
        """The months in which both plan something."""
        return sorted(self.mine.months & self.other.months)

    @property
    def sentence(self) -> str:
        """Both measures by code, so that it reads the same from both sides and tells nothing else of the other."""
        first, second = sorted((self.mine.code, self.other.code))
        place = f"account {self.mine.account_name} of {self.mine.entity_name}"
        return f"{first} and {second} both book on {place} from {month_name(self.months[0])} on.{self._shared}"

    @property
    def _shared(self) -> str:
        """` In 12 months 1,200 EUR overlap.`: of each month the smaller amount, for that much counts twice at most."""
        pairs = ((self.mine.amounts.get(month, ZERO), self.other.amounts.get(month, ZERO)) for month in self.months)
        shared = sum((min(pair, key=abs) for pair in pairs if pair[0] * pair[1] > 0), ZERO)
        if not shared:
            return ""
        return f" In {counted(len(self.months), 'month')} {in_words(cents(shared), self.mine.home)} overlap."


def overlaps(claims: Iterable[Claim], measure: UUID) -> list[Overlap]:
    """The lines of other measures that may count the same money as a line of `measure`.

    Candidates share legal entity and account in a month that both plan, and supplier, cost centre and product
    where both name them.
    """
    known = list(claims)
    mine = [claim for claim in known if claim.measure == measure]
    others = [claim for claim in known if claim.measure != measure]
    return [Overlap(claim, other) for claim in mine for other in others if _meet(claim, other)]


def _meet(claim: Claim, other: Claim) -> bool:
    if claim.place != other.place or claim.months.isdisjoint(other.months):
        return False
    return all(
        not here or not there or _plain(here) == _plain(there)
        for here, there in (
            (claim.supplier, other.supplier),
            (claim.cost_centre, other.cost_centre),
            (claim.product, other.product),
        )
    )


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@dataclass(frozen=True, slots=True)
class Ground:
    """The baseline that a measure claims against: what is booked without it, in the reporting currency.

    `follows` names the measure whose result it starts from: then it is no money of its own.
    """

    measure: UUID
    amount: Decimal
    period: str = ""
    source: str = ""
    follows: UUID | None = None


@dataclass(frozen=True, slots=True)
class Excess:
    """More is planned on an account in a fiscal year than is booked there."""

    place: Place
    year: int
    planned: Decimal
    booked: Decimal
    codes: tuple[str, ...]
    account_name: str
    entity_name: str
    currency: str

    @property
    def key(self) -> str:
        return f"account:{self.place[0]}:{self.place[1]}"

    @property
    def sentence(self) -> str:
        """The same for every measure on the account."""
        named = list(self.codes[:_MOST_NAMED])
        if len(self.codes) > _MOST_NAMED:
            named.append(f"{len(self.codes) - _MOST_NAMED} more")
        planned, booked = (in_words(cents(amount), self.currency) for amount in (self.planned, self.booked))
        return (
            f"On account {self.account_name} of {self.entity_name} {listed(named)} plan {planned} in {self.year}, "
            f"above the {booked} of their baselines."
        )


def excesses(
    claims: Iterable[Claim], measure: UUID, grounds: Mapping[UUID, Ground], merged: frozenset[UUID], currency: str
) -> Iterator[Excess]:
    """Per legal entity and account of `measure`: the plans of all measures, in the worst fiscal year, above their
    baselines. Of other measures those count that were identified (DoI 1).

    One baseline is counted once: measures that name the same period and source claim against the same money, and
    the largest amount among them counts. A baseline that starts where another measure ends is no money of its own.
    Measures without an amount, or with one of zero, bound nothing and are left out on both sides. `merged` are lines
    whose value another measure carries.
    """
    by_place: dict[Place, list[Claim]] = {}
    for claim in claims:
        ground = grounds.get(claim.measure)
        if ground and ground.amount and claim.line not in merged and (claim.doi or claim.measure == measure):
            by_place.setdefault(claim.place, []).append(claim)
    for place, there in by_place.items():
        found = (
            _excess(place, there, grounds, currency)
            if any(neighbour.measure == measure for neighbour in there)
            else None
        )
        if found is not None:
            yield found


def _excess(place: Place, claims: list[Claim], grounds: Mapping[UUID, Ground], currency: str) -> Excess | None:
    measures = {claim.measure for claim in claims}
    if len(measures) == 1:
        return None
    booked = booked_of([grounds[measure] for measure in measures])
    sums: dict[int, Decimal] = {}
    for claim in claims:
        for year, amount in claim.years.items():
            sums[year] = sums.get(year, ZERO) + amount
    year = max(sums, key=lambda fiscal_year: (sums[fiscal_year], -fiscal_year), default=0)
    if not sums or sums[year] <= booked:
        return None
    codes = tuple(sorted({claim.code for claim in claims if claim.years.get(year)}))
    names = claims[0].account_name, claims[0].entity_name
    return Excess(place, year, sums[year], booked, codes, *names, currency)


def booked_of(grounds: Iterable[Ground]) -> Decimal:
    """The baselines added up, each named period and source once."""
    known = list(grounds)
    here = {ground.measure for ground in known}
    largest: dict[tuple[str, str] | UUID, Decimal] = {}
    for ground in known:
        if ground.follows in here:
            continue
        name = (_plain(ground.period), _plain(ground.source))
        key: tuple[str, str] | UUID = name if all(name) else ground.measure
        largest[key] = max(largest.get(key, ZERO), abs(ground.amount))
    return sum(largest.values(), ZERO)
