"""What a new measure takes from the nodes above it where it names nothing itself (domain section 3)."""

from collections.abc import Collection
from dataclasses import dataclass

from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.wording import listed
from hierarchy.nodes.selectors.defaults import defaults_of
from measures.models import Measure

from . import facts


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken, and what wasn't and why, each in words."""

    taken: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The rest of a sentence on a new measure; empty where no node names anything."""
        parts = [f"with {listed(list(self.taken))}"] if self.taken else []
        return ", ".join([*parts, *(f"without {reason}" for reason in self.left)])


def take_defaults(actor: Actor, measure: Measure, *, named: Collection[str]) -> Taken:
    """Set each fact that isn't `named` to what the nearest node above names. The measure isn't saved.

    Every value is checked as if somebody had typed it: whoever left, lost the controller's role or owns the measure
    isn't taken, nor is what was retired. The fact stays empty then, and its gate asks for it.
    """
    taken, left = [], []
    for default in defaults_of(measure.package):
        if default.value is None or default.field in named:
            continue
        problems = Problems()
        cleaned = facts.clean(problems, actor, measure, {default.field: default.value})
        if default.field == "committee_id":
            facts.check_committee(problems, default.value, measure.package, default.field)
        told = f"the {default.label} {default.named} from {default.origin}"
        if problems:
            left.append(f"{told}: {' '.join(problems.sentences).rstrip('.')}")
            continue
        facts.differences(measure, cleaned)
        taken.append(told)
    return Taken(tuple(taken), tuple(left))
