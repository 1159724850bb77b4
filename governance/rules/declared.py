"""The register of gate rules: each is declared on its function, and whatever speaks of rules reads it here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from governance.constants import ApprovalKind
from hierarchy.thresholds import Thresholds

from .constants import Rule, RuleKind, Step
from .facts import GateFacts
from .results import Found, RuleResult

Check = Callable[[GateFacts, Thresholds], Found]


@dataclass(frozen=True, slots=True)
class Declaration:
    """A rule of the code: what it is called, which steps ask for it, and the function that looks at the facts.

    `fields` are those that a person fills for it, in words; none where it is computed or confirmed. `approval` is the
    kind of confirmation that fulfils it on a request. What `expires` is broken by time alone. No version leaves out
    what `is_constitutive`. `limits` are the thresholds that a version may set for it.
    """

    rule: Rule
    steps: frozenset[str]
    kind: RuleKind
    text: str
    check: Check
    fields: tuple[str, ...]
    approval: str
    expires: bool
    is_constitutive: bool
    limits: tuple[str, ...]

    def result(self, facts: GateFacts, limits: Thresholds) -> RuleResult:
        """What it finds in the facts of a measure."""
        return self.check(facts, limits).result(self.rule, self.kind, self.text, approval=self.approval)


_declared: dict[str, Declaration] = {}
# By the stored name; own rules of an organization aren't in it.
DECLARED: Mapping[str, Declaration] = MappingProxyType(_declared)


def rule(
    name: Rule,
    *,
    at: tuple[int | Step, ...],
    kind: RuleKind,
    text: str = "",
    fields: tuple[str, ...] = (),
    approval: ApprovalKind | None = None,
    expires: bool = False,
    constitutive: bool = False,
    limits: tuple[str, ...] = (),
) -> Callable[[Check], Check]:
    """Declare a gate rule on its function, which returns what it found.

    `at` are the degrees whose gates ask for it, or the other steps; what those ask for is always constitutive. A
    confirmation on the request (`approval`) is called as its kind is, unless `text` says otherwise.

    Raises:
        ValueError: the rule is declared already, or has no text, or there is no such gate.
    """
    steps = frozenset(Step(f"gate_{step}" if isinstance(step, int) else step).value for step in at)
    text = text or (str(approval.label) if approval else "")
    if name in _declared:
        raise ValueError(f"The rule {name} is declared twice.")
    if not text:
        raise ValueError(f"The rule {name} has no text.")

    def declare(check: Check) -> Check:
        _declared[name] = Declaration(
            rule=name,
            steps=steps,
            kind=kind,
            text=text,
            check=check,
            fields=fields,
            approval=approval.value if approval else "",
            expires=expires,
            is_constitutive=constitutive or not all(step.startswith("gate_") for step in steps),
            limits=limits,
        )
        return check

    return declare


def rules_at(step: str) -> tuple[Rule, ...]:
    """What the code asks for at a step, in the order of `Rule`."""
    return tuple(name for name in Rule if step in DECLARED[name].steps)


def limits_of(name: str) -> tuple[str, ...]:
    """The thresholds that a version may set for a rule; an own rule has none."""
    return DECLARED[name].limits if name in DECLARED else ()
