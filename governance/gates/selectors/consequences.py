"""What follows from a hold, a cancellation, a reopening or a change of plan, before it is decided (domain section 4).

One function computes it as values. What a decision was made on is kept with it, and in the ledger, as `stored` writes
it: codes and owners of other measures alone, since their names are for who may see them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from governance.constants import RequestKind
from hierarchy.constants import TargetKind
from hierarchy.nodes.selectors.gaps import Changes, TargetGap, target_gaps
from hierarchy.organization.selectors import organization
from measures.constants import EBITDA_KINDS, Certainty, Doi, Lifecycle
from measures.facts.measures import measure_facts
from measures.formulas.facts import MeasureFacts, RateMissing
from measures.formulas.totals import totals_of
from measures.formulas.years import YearSums, year_sums
from measures.models import Measure
from measures.schedule.selectors.followers import Follower, Followers, YearMoved, followers_of
from measures.status.selectors.totals import totals_map

from ..contents import content_of
from ..models import GateRequest

ZERO = Decimal(0)
# Decisions whose consequences are shown before and kept.
WITH_CONSEQUENCES = (RequestKind.HOLD, RequestKind.CANCEL, RequestKind.REOPEN, RequestKind.CHANGE)
_BECOMES = {
    RequestKind.HOLD.value: Lifecycle.ON_HOLD,
    RequestKind.CANCEL.value: Lifecycle.CANCELLED,
    RequestKind.REOPEN.value: Lifecycle.ACTIVE,
}


@dataclass(frozen=True, slots=True)
class OwnYear:
    """Hard EBITDA expected of the measure in a fiscal year, and its exit run-rate; reporting currency."""

    fiscal_year: int
    in_year_before: Decimal
    in_year_after: Decimal
    run_rate_before: Decimal
    run_rate_after: Decimal


@dataclass(frozen=True, slots=True)
class Successor:
    """An open milestone that waits for the measure, or that it moves; `days` are working days."""

    measure_id: UUID
    code: str
    owner: str
    milestone_id: UUID
    before_on: date
    after_on: date
    days: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What the moved dates of another measure do to its money in a fiscal year."""

    measure_id: UUID
    code: str
    fiscal_year: int
    in_year: Decimal
    exit_run_rate: Decimal


@dataclass(frozen=True, slots=True)
class Enabled:
    """A measure whose effect this one makes possible, with the run-rate that it is expected to bring."""

    measure_id: UUID
    code: str
    owner: str
    doi: int
    lifecycle: str
    run_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Consequences:
    """Everything that follows; `missing` says which plan rates keep amounts out."""

    kind: str
    currency: str
    resume_on: date | None = None
    own: tuple[OwnYear, ...] = ()
    successors: tuple[Successor, ...] = ()
    money: tuple[Moved, ...] = ()
    enables: tuple[Enabled, ...] = ()
    gaps: tuple[TargetGap, ...] = ()
    missing: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As it is kept: amounts and days as text, ids as text."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, (UUID, Decimal, date)) else value


def consequences_of(
    measure: Measure,
    kind: str,
    *,
    request: GateRequest | None = None,
    given: Any = None,
    resume_on: date | None = None,
) -> Consequences:
    """What deciding `kind` on a measure does, as everything stands now; `request` holds what is asked for.

    `given` is what a request will hold that isn't handed in yet, in the type of its content.
    A hold moves nothing before the day on which work resumes: without one, dates stay. Of a cancelled measure
    nobody waits any more. Gaps count the money of the measure and of what waits for it.
    """
    facts, missing = measure_facts(measure.pk), list[str]()
    own: tuple[OwnYear, ...] = ()
    if facts is not None:
        try:
            totals_of(facts)  # Says which rate is missing; years without one are left out.
        except RateMissing as error:
            missing.append(str(error))
        own = _own_years(facts, _facts_after(facts, kind, measure, request, given))
    followers = _followers(measure, kind, resume_on)
    others = {row.pk: row for row in _named(followers)}
    return Consequences(
        kind=str(kind),
        currency=organization().currency,
        resume_on=resume_on if kind == RequestKind.HOLD else None,
        own=own,
        successors=tuple(_successor(row, others[row.measure_id]) for row in followers.milestones),
        money=tuple(_moved(followers, others)),
        enables=_enabled(measure),
        gaps=target_gaps(measure.package.path, _changes(measure, own, followers.money or {}, others)),
        missing=tuple(dict.fromkeys([*missing, *followers.missing])),
    )


def _facts_after(
    facts: MeasureFacts, kind: str, measure: Measure, request: GateRequest | None, given: Any
) -> MeasureFacts:
    """The measure as it would be computed after the decision."""
    if kind == RequestKind.HOLD:
        return replace(facts, is_on_hold=True)
    if kind == RequestKind.CANCEL:
        return replace(facts, is_cancelled=True, is_on_hold=False)
    if kind == RequestKind.REOPEN:
        return replace(facts, doi=int(Doi.IMPLEMENTED), closed_on=None, closed_run_rate=None)
    content = content_of(kind, measure.doi)
    if given is None and request is not None:
        given = content.read(request)
    return facts if given is None else content.foresee(facts, given)


def _own_years(before: MeasureFacts, after: MeasureFacts) -> tuple[OwnYear, ...]:
    was, becomes = _hard_years(before), _hard_years(after)
    found = []
    for year in sorted({*was, *becomes}):
        (in_year, leaving), (in_year_after, leaving_after) = (
            was.get(year, (ZERO, ZERO)),
            becomes.get(year, (ZERO, ZERO)),
        )
        if (in_year, leaving) != (in_year_after, leaving_after):
            found.append(OwnYear(year, in_year, in_year_after, leaving, leaving_after))
    return tuple(found)


def _hard_years(facts: MeasureFacts) -> dict[int, tuple[Decimal, Decimal]]:
    rows: dict[int, list[YearSums]] = defaultdict(list)
    for row in year_sums(facts):
        if row.kind in EBITDA_KINDS and row.certainty == Certainty.HARD:
            rows[row.fiscal_year].append(row)
    return {
        year: (sum((row.fac for row in of_year), ZERO), sum((row.exit_run_rate for row in of_year), ZERO))
        for year, of_year in rows.items()
    }


def _followers(measure: Measure, kind: str, resume_on: date | None) -> Followers:
    lifecycle = _BECOMES.get(kind, "")
    return followers_of(measure, lifecycle=str(lifecycle), not_before=resume_on if kind == RequestKind.HOLD else None)


def _named(followers: Followers) -> Iterable[Measure]:
    ids = {row.measure_id for row in followers.milestones}
    return Measure.objects.filter(pk__in=ids).select_related("owner", "package") if ids else ()


def _successor(row: Follower, other: Measure) -> Successor:
    return Successor(row.measure_id, other.code, _owner(other), row.milestone_id, row.before_on, row.after_on, row.days)


def _owner(measure: Measure) -> str:
    return measure.owner.name if measure.owner else ""


def _moved(followers: Followers, others: Mapping[UUID, Measure]) -> Iterable[Moved]:
    rows = (followers.money or {}).items()
    for measure_id, years in sorted(rows, key=lambda row: others[row[0]].code):
        for year in years:
            code = others[measure_id].code
            yield Moved(measure_id, code, year.fiscal_year, year.in_year, year.exit_run_rate)


def _enabled(measure: Measure) -> tuple[Enabled, ...]:
    found = Measure.objects.filter(pk=measure.enables_id).select_related("owner") if measure.enables_id else ()
    totals = totals_map([measure.enables_id]) if measure.enables_id else {}
    return tuple(
        Enabled(row.pk, row.code, _owner(row), row.doi, row.lifecycle, _run_rate(totals.get(row.pk))) for row in found
    )


def _run_rate(totals: Any) -> Decimal | None:
    return None if totals is None else totals.forecast_run_rate or totals.plan_run_rate


def _changes(
    measure: Measure,
    own: Iterable[OwnYear],
    moved: Mapping[UUID, Iterable[YearMoved]],
    others: Mapping[UUID, Measure],
) -> Changes:
    """By node of the measure's path; what no total counts changes none of them."""
    found: dict[tuple[UUID, str, int], Decimal] = defaultdict(lambda: ZERO)

    def add(path: Iterable[UUID], year: int, in_year: Decimal, leaving: Decimal) -> None:
        for node_id in path:
            found[node_id, TargetKind.IN_YEAR.value, year] += in_year
            found[node_id, TargetKind.RUN_RATE.value, year] += leaving

    if _counts(measure):
        for row in own:
            in_year = row.in_year_after - row.in_year_before
            add(measure.package.path, row.fiscal_year, in_year, row.run_rate_after - row.run_rate_before)
    above = set(measure.package.path)
    for measure_id, years in moved.items():
        other = others[measure_id]
        for year in years if _counts(other) else ():
            add(above & set(other.package.path), year.fiscal_year, year.in_year, year.exit_run_rate)
    return found


def _counts(measure: Measure) -> bool:
    return measure.governable and measure.doi >= Doi.IDENTIFIED
