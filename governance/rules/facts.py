"""What the rules look at: everything of one measure, read once, frozen.

Amounts of `months` are in the currency of their line, those of `value_months` and `steady_month` in the
reporting currency at plan rate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from cat4.fiscal import first_of_month


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a sentence."""

    id: UUID
    name: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may decide a step, in words and by person. `limit` says up to which amount; empty: without a limit.

    `is_first` is who is waited for; a higher limit may decide too. `committee_id` is for whom
    they speak.
    """

    decider: str
    words: str
    people: tuple[Person, ...]
    limit: str = ""
    is_first: bool = True
    committee_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Parties:
    """Who has a part in the gates of one measure.

    `leads` lead the project or the program above; `chairs` chair the measure's committee; `managers`
    hold the PMO role above it, `controllers` the controller's; `acceptors` accept a hand-over for the receiving unit;
    `reporters` entered an actual of it. `authorities` may decide each step, for this measure's kind and amounts, the
    narrowest limit first; `named` are the people whom the rules name.
    """

    path: tuple[UUID, ...]
    owner: Person | None = None
    sponsor: Person | None = None
    controller: Person | None = None
    leads: tuple[Person, ...] = ()
    managers: tuple[Person, ...] = ()
    chairs: tuple[Person, ...] = ()
    acceptors: tuple[Person, ...] = ()
    controllers: tuple[Person, ...] = ()
    reporters: frozenset[UUID] = frozenset()
    committee: str = ""
    authorities: Mapping[str, tuple[Authority, ...]] = field(default_factory=dict)
    named: Mapping[UUID, Person] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BaselineFact:
    """The newest baseline."""

    number: int
    type: str
    period: str
    source: str
    amount: Decimal | None
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class MonthFact:
    """A line's month in the line's currency; None is unknown."""

    month: date
    plan: Decimal | None = None
    reported: Decimal | None = None
    validated: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineFact:
    """An effect line with its months in order. `evidence` are the classes of the documents that prove it."""

    name: str
    is_one_time_cost: bool
    months: tuple[MonthFact, ...] = ()
    is_soft: bool = False
    is_financial: bool = True
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueMonth:
    """What all recurring value lines together bring in a month; `validated` is None while one is missing."""

    month: date
    validated: Decimal | None


@dataclass(frozen=True, slots=True)
class MilestoneFact:
    """A milestone and the number of documents that prove it."""

    name: str
    forecast_on: date
    actual_on: date | None
    is_critical: bool
    is_effect_start: bool
    responsible: str
    documents: int


@dataclass(frozen=True, slots=True)
class PredecessorFact:
    """A milestone of a cancelled or resting measure that this one waits for; `plan` is the dependency's note."""

    said: str
    plan: str


@dataclass(frozen=True, slots=True)
class ApprovalFact:
    """The last word of a person on a confirmation; a deputy gives it for `principal`.

    `lapsed` says who changed what after it of what it rests on; empty while it stands.
    """

    granted: bool
    person: Person
    at: datetime
    comment: str = ""
    lapsed: str = ""
    principal: Person | None = None

    @property
    def holder(self) -> Person:
        """Whose word it is."""
        return self.principal or self.person

    @property
    def by(self) -> str:
        """`Jonas Weber for Lucia Moretti`."""
        return f"{self.person.name} for {self.principal.name}" if self.principal else self.person.name


@dataclass(frozen=True, slots=True)
class CauseFact:
    """Something that happened for which a closed measure may be reopened: a ReopenCause, its row, the sentence."""

    kind: str
    key: str
    said: str

    @property
    def ref(self) -> str:
        """What forms and calls choose it by."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the request itself states."""

    comment: str = ""
    hold_reason: str = ""
    resume_on: date | None = None
    gap_owner: str = ""
    cause: CauseFact | None = None


@dataclass(frozen=True, slots=True)
class ChangedMonth:
    """A plan month that is to change, in the line's currency; `before` is None where nothing was planned."""

    line: str
    month: date
    before: Decimal | None
    after: Decimal


@dataclass(frozen=True, slots=True)
class ChangedDate:
    """A baseline date of a milestone, or the planned date of a gate, that is to move."""

    name: str
    before: date | None
    after: date


@dataclass(frozen=True, slots=True)
class PlanChangeFact:
    """What a request proposes to change about a frozen plan.

    `misfits` are sentences about what moved since the proposal was made; `first_month` and `last_month`
    bound the fiscal calendar.
    """

    months: tuple[ChangedMonth, ...] = ()
    dates: tuple[ChangedDate, ...] = ()
    gates: tuple[ChangedDate, ...] = ()
    misfits: tuple[str, ...] = ()
    first_month: date = date.min
    last_month: date = date.max

    def covers(self, day: date) -> bool:
        """Whether a day lies inside the fiscal calendar."""
        return self.first_month <= first_of_month(day) <= self.last_month


@dataclass(frozen=True, slots=True)
class ConditionFact:
    """A condition of an earlier decision that is not accepted as fulfilled yet."""

    text: str
    due_on: date
    responsible: str
    decision: int
    is_reported: bool = False


@dataclass(frozen=True, slots=True)
class ResidualFact:
    """The level per month, in the reporting currency, that a measure asks to be closed at, or that was accepted."""

    plan_month: Decimal
    level_month: Decimal
    decision: int | None = None


@dataclass(frozen=True, slots=True)
class GapFact:
    """The gap of a node to its target in a fiscal year, in the reporting currency; negative is short."""

    node: str
    kind: str
    fiscal_year: int
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class FollowsFact:
    """What follows from the decision: codes of what waits for the measure and of what it enables, and target gaps."""

    successors: tuple[str, ...] = ()
    enables: tuple[str, ...] = ()
    gaps: tuple[GapFact, ...] = ()


@dataclass(frozen=True, slots=True)
class GateFacts:
    """One measure as the rules see it.

    `plausibility` are the doubts that stand, `explained` those with a reason; `open_overlaps` are sentences.
    `evidence` holds the class of each document that stands. `approvals` are in the order of time, one word of each
    person; `needed` says of how many people a confirmation is asked, one where it says nothing.
    """

    today: date
    doi: int
    lifecycle: str
    parties: Parties
    texts: Mapping[str, str]
    missing_fields: tuple[str, ...]
    target: Decimal | None
    dates: Mapping[str, date | None]
    overlap_checked_on: date | None
    no_one_time_cost: bool
    forecast_confirmed_on: date | None
    receiving_unit: str
    closure_evidence: str
    risks: int
    baseline: BaselineFact | None = None
    lines: tuple[LineFact, ...] = ()
    milestones: tuple[MilestoneFact, ...] = ()
    dependencies: int = 0
    resting_predecessors: tuple[PredecessorFact, ...] = ()
    plausibility: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()
    open_overlaps: tuple[str, ...] = ()
    settled_overlaps: int = 0
    residual: ResidualFact | None = None
    residual_asked: ResidualFact | None = None
    causes: tuple[CauseFact, ...] = ()
    overdue_deviations: tuple[str, ...] = ()
    locked: tuple[date, ...] = ()
    steady_month: Decimal | None = None
    value_months: tuple[ValueMonth, ...] = ()
    missing_rate: str = ""
    currency: str = ""
    approvals: Mapping[str, tuple[ApprovalFact, ...]] = field(default_factory=dict)
    needed: Mapping[str, int] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    conditions: tuple[ConditionFact, ...] = ()
    asked: Asked = field(default_factory=Asked)
    change: PlanChangeFact | None = None
    follows: FollowsFact | None = None
