"""What each rule of the code is called and of which kind it is, for pages that speak of rules without a measure."""

from dataclasses import dataclass
from functools import cache

from .book import Entry, Right, RuleBook, StepManner
from .constants import DEFAULT_DECIDERS, DEFAULT_MANNERS, EVERY_GATE, RuleKind, Step
from .declared import DECLARED, rules_at

# Working days in which each confirmation is due, and days after which a request that nobody decided expires.
ANSWER_DAYS = 5
EXPIRY_DAYS = 90


@dataclass(frozen=True, slots=True)
class Face:
    """A rule by name. `fields` are those that a person fills for it (at most ten new ones a gate)."""

    kind: str
    text: str
    fields: tuple[str, ...] = ()


def face_of(entry: Entry) -> Face:
    """A rule's name and kind; an own rule's are what the organization wrote."""
    if entry.is_own:
        is_filled = entry.kind in {RuleKind.EVIDENCE, RuleKind.MANUAL}
        return Face(entry.kind, entry.text, (entry.text,) if is_filled else ())
    if entry.declared:
        return Face(entry.declared.kind, entry.declared.text, entry.declared.fields)
    return Face(entry.kind, entry.rule.replace("_", " ").capitalize())


@cache
def default_book() -> RuleBook:
    """Version 0: the rules of the code, which reach every organization without a version of its own."""
    entries = [Entry(step, name.value, DECLARED[name].kind.value) for step in Step.values for name in rules_at(step)]
    rights = [Right(str(step), str(decider)) for step, every in DEFAULT_DECIDERS.items() for decider in every]
    manners = tuple(StepManner(str(step), str(manner), limit) for step, (manner, limit) in DEFAULT_MANNERS.items())
    return RuleBook(0, EVERY_GATE, tuple(entries), tuple(rights), ANSWER_DAYS, EXPIRY_DAYS, manners)


def is_constitutive(entry: Entry) -> bool:
    """Whether no version may leave it out."""
    return entry.declared is not None and entry.declared.is_constitutive


def with_constitutive(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries with every constitutive rule of the code applying, also one that is newer than the version."""
    kept = {(entry.step, entry.rule): entry for entry in entries}
    must = {(entry.step, entry.rule): entry for entry in default_book().entries if is_constitutive(entry)}
    return tuple(
        must.get(key, entry) for key, entry in (kept | {k: v for k, v in must.items() if k not in kept}).items()
    )
