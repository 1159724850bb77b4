"""The rules in force as plain data: what each step asks for, who decides it, which degrees are gates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from governance.constants import RequestKind
from hierarchy.thresholds import Thresholds

from .constants import Approver, Basis, Decider, Manner, RuleKind, Step, step_of
from .declared import DECLARED, Declaration

LAST_DEGREE = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule at a step. An own rule's `rule` is its key; its text and who fulfils it stand here.

    `needed` people confirm it; one of a lower `turn` comes first where both are above 0. `limits` are the
    thresholds that it sets for itself.
    """

    step: str
    rule: str
    kind: str
    applies: bool = True
    text: str = ""
    approver: str = ""
    person_id: UUID | None = None
    evidence_class: str = ""
    needed: int = 1
    turn: int = 0
    limits: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_own(self) -> bool:
        """Added by the organization."""
        return bool(self.text)

    @property
    def declared(self) -> Declaration | None:
        """What the code says about it; None of an own rule, and of one that the code doesn't have."""
        return None if self.is_own else DECLARED.get(self.rule)

    @property
    def approval(self) -> str:
        """The kind of confirmation that fulfils it on a request; empty where none does."""
        if self.is_own:
            return self.rule if self.kind in {RuleKind.APPROVAL, RuleKind.MANUAL} else ""
        return self.declared.approval if self.declared else ""

    def over(self, limits: Thresholds) -> Thresholds:
        """The thresholds with those that this rule sets for itself."""
        if not self.limits:
            return limits
        own = Thresholds.from_stored(dict(self.limits))
        return replace(limits, **{name: getattr(own, name) for name in self.limits if hasattr(own, name)})


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a measure is about, in the reporting currency at plan rate; None while it can't be told."""

    annual_effect: Decimal | None = None
    cost: Decimal | None = None

    def of(self, basis: str) -> Decimal | None:
        return self.cost if basis == Basis.COST else self.annual_effect


@dataclass(frozen=True, slots=True)
class Right:
    """Who decides a step, for measures of a kind (empty: of every kind), up to an amount (None: any)."""

    step: str
    decider: str
    measure_kind: str = ""
    basis: str = Basis.ANNUAL_EFFECT.value
    up_to: Decimal | None = None
    person_id: UUID | None = None
    committee_id: UUID | None = None

    def covers(self, amounts: Amounts) -> bool:
        """Whether a measure of these amounts lies within the limit; an unknown amount lies within none."""
        if self.up_to is None:
            return True
        amount = amounts.of(self.basis)
        return amount is not None and abs(amount) <= self.up_to


@dataclass(frozen=True, slots=True)
class StepManner:
    """How a committee decides a step: its chair alone, or as a body from an amount a year on (None: always)."""

    step: str
    manner: str
    from_amount: Decimal | None = None

    def asks_body(self, amount: Decimal | None) -> bool:
        """Whether the body decides on so much a year; on an unknown amount it does."""
        if self.manner == Manner.CHAIR:
            return False
        return self.from_amount is None or amount is None or abs(amount) >= self.from_amount


@dataclass(frozen=True, slots=True)
class RuleBook:
    """A version of an organization's gate rules; number 0 are the defaults of the code."""

    number: int
    gates: tuple[int, ...]
    entries: tuple[Entry, ...]
    rights: tuple[Right, ...]
    answer_days: int | None = None
    expiry_days: int | None = None
    manners: tuple[StepManner, ...] = ()

    def next_gate(self, doi: int) -> int:
        """The degree that the next gate leads to; degrees below it are passed along."""
        return next((gate for gate in self.gates if gate > doi), LAST_DEGREE)

    def at(self, step: str) -> tuple[Entry, ...]:
        """What applies at a step, in order."""
        return tuple(entry for entry in self.entries if entry.step == step and entry.applies)

    def asked(self, kind: str, doi: int) -> tuple[Entry, ...]:
        """What a decision on a measure of that degree asks for.

        Advancing asks for the rules of the next gate and of every degree that it passes along. Resuming asks for
        those of the current degree again, except the confirmations, which were given to the request of then, and
        what time alone breaks: a measure on hold takes no changes, so that is put right afterwards, and the next
        gate asks again.
        """
        if kind == RequestKind.ADVANCE:
            steps = [step_of(kind, degree) for degree in range(doi + 1, self.next_gate(doi) + 1)]
            return _once(entry for step in steps for entry in self.at(step))
        if kind == RequestKind.RESUME:
            again = (entry for entry in self.at(f"gate_{doi}") if not entry.approval)
            still = (entry for entry in again if not (entry.declared and entry.declared.expires))
            return _once((*still, *self.at(Step.RESUME)))
        return self.at(kind)

    def rights_at(self, step: str, measure_kind: str) -> tuple[Right, ...]:
        """Who decides a step; what is said of the measure's kind goes before what is said of every kind."""
        rights = [right for right in self.rights if right.step == step]
        own = [right for right in rights if right.measure_kind and right.measure_kind == measure_kind]
        return tuple(own or [right for right in rights if not right.measure_kind])

    def authorities(self, step: str, measure_kind: str, amounts: Amounts) -> tuple[Right, ...]:
        """Those whose limit covers the amounts, the narrowest limit first."""
        covering = [right for right in self.rights_at(step, measure_kind) if right.covers(amounts)]
        return tuple(sorted(covering, key=lambda right: (right.up_to is None, right.up_to or Decimal(0))))

    def manner_at(self, step: str) -> StepManner | None:
        """How a committee decides a step; None of what no committee decides."""
        return next((manner for manner in self.manners if manner.step == step), None)

    def asks_body(self, step: str, amount: Decimal | None) -> bool:
        """Whether a meeting or circulation has to decide a step on so much a year, in the reporting currency.

        Not the chair alone then, nor anybody else by name. An unknown amount is the body's (domain section 4).
        """
        manner = self.manner_at(step)
        return manner is not None and manner.asks_body(amount)

    @property
    def title(self) -> str:
        return f"Version {self.number}"

    @property
    def has_limits(self) -> bool:
        """Whether amounts matter at all."""
        return any(right.up_to is not None for right in self.rights)

    def limits(self, step: str) -> bool:
        """Whether they matter at a step."""
        return any(right.up_to is not None for right in self.rights if right.step == step)

    @property
    def people(self) -> frozenset[UUID]:
        """Everybody whom it names."""
        named = {entry.person_id for entry in self.entries if entry.approver == Approver.PERSON}
        named |= {right.person_id for right in self.rights if right.decider == Decider.DELEGATE}
        return frozenset(person_id for person_id in named if person_id)

    @property
    def committees(self) -> frozenset[UUID]:
        """The committees that it names."""
        return frozenset(right.committee_id for right in self.rights if right.committee_id)


def _once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Each rule once: asked by two degrees that are passed together, it is asked as the later one says."""
    by_rule: dict[str, Entry] = {}
    for entry in entries:
        by_rule[entry.rule] = entry
    return tuple(by_rule.values())
