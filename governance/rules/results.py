"""What a rule finds, and its outcome in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cat4.wording import listed

from .constants import RULES_VERSION, RuleKind
from .facts import Person

# The word that a checklist shows for who supplies a fact when no person is named yet.
NOBODY = "nobody yet"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """The outcome of a rule: the sentence, what it saw, and who can supply what is missing.

    `remedy` names where the missing fact is entered ("edit", "financials", ...); the page turns it into
    a link. A rule that waits for a person's word is `waiting`, not broken: `approval` is the kind of confirmation
    on the request that fulfils it, `waits_for` whose word comes first.
    """

    rule: str
    kind: RuleKind
    passed: bool
    text: str
    value: str
    supplier: str = ""
    remedy: str = ""
    version: int = RULES_VERSION
    approval: str = ""
    waits_for: str = ""

    @property
    def is_waiting(self) -> bool:
        return not self.passed and (self.kind == RuleKind.APPROVAL or bool(self.approval))

    @property
    def sentence(self) -> str:
        """What is missing and who can supply it, for an error."""
        supplied = f" {self.supplier} can supply it." if self.supplier else ""
        return f"{self.text}: {self.value}.{supplied}"

    def as_stored(self) -> dict[str, Any]:
        """As it goes into the decision and the ledger."""
        return {
            "rule": str(self.rule),
            "kind": self.kind.value,
            "version": self.version,
            "passed": self.passed,
            "text": self.text,
            "value": self.value,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule's function found: whether it holds, what it saw, who can supply what is missing, and on which page.

    `text` and `kind` only where a checklist says otherwise than the declaration.
    """

    passed: bool
    value: str
    supplier: str = ""
    remedy: str = ""
    text: str = ""
    kind: RuleKind | None = None

    def result(self, rule: str, kind: RuleKind, text: str, *, approval: str = "") -> RuleResult:
        """The outcome of the rule that it was found for."""
        return RuleResult(
            rule=rule,
            kind=self.kind or kind,
            passed=self.passed,
            text=self.text or text,
            value=self.value,
            supplier=self.supplier,
            remedy=self.remedy,
            approval=approval,
        )


def names(people: Iterable[Person]) -> str:
    """`Clara Weiss or Emil Sandor`; "nobody yet" for none."""
    return listed((person.name for person in people), "or") or NOBODY
