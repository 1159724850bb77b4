"""What differs between two versions of the gate rules, and how much each gate asks for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from cat4.wording import counted, plain
from governance.constants import RequestKind
from measures.constants import EffectKind, EvidenceClass

from .book import Entry, Right, RuleBook, StepManner
from .catalog import face_of
from .constants import AT_CREATION, INHERITED, Approver, Basis, Decider, Manner, RuleKind, Step, step_of

# Above so many new fields to fill a gate governs too much (domain section 3).
MOST_INPUTS = 10
Namer = Callable[[object], str]
T = TypeVar("T", Entry, Right)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that one version has and the other has not, or has otherwise; in words."""

    step: str
    change: str
    what: str
    before: str = ""
    after: str = ""


def new_fields(book: RuleBook) -> dict[str, tuple[str, ...]]:
    """By gate: the fields that a person fills for it and no gate before has asked for.

    What is asked when a measure is written down isn't asked again, and what the nodes above name isn't asked where
    they name it: gate 1 is counted with these defaults.
    """
    new: dict[str, tuple[str, ...]] = {}
    seen = {*AT_CREATION, *INHERITED}
    doi = 0
    for gate in book.gates:
        asked = [each for entry in book.asked(RequestKind.ADVANCE, doi) for each in face_of(entry).fields]
        new[step_of(RequestKind.ADVANCE, gate)] = tuple(each for each in dict.fromkeys(asked) if each not in seen)
        seen.update(asked)
        doi = gate
    return new


def differences(before: RuleBook, after: RuleBook, name: Namer) -> list[Difference]:
    """Everything that was added, removed or changed; `name` words the id of a person or committee."""
    found = _of_the_whole(before, after)
    for step in Step.values:
        found += _compared(
            step, _rules_at(before, step), _rules_at(after, step), lambda entry: entry_words(entry, name)
        )
        found += _compared(
            step, _rights_at(before, step), _rights_at(after, step), lambda right: right_words(right, name)
        )
        found += _of_the_manner(before, after, step)
    return found


def _of_the_whole(before: RuleBook, after: RuleBook) -> list[Difference]:
    pairs = (
        ("Degrees with a decision of their own", _gates(before), _gates(after)),
        (
            "A confirmation is due after",
            _days(before.answer_days, "working day"),
            _days(after.answer_days, "working day"),
        ),
        ("A request expires after", _days(before.expiry_days, "day"), _days(after.expiry_days, "day")),
    )
    return [Difference("", "changed", what, old, new) for what, old, new in pairs if old != new]


def _gates(book: RuleBook) -> str:
    return ", ".join(map(str, book.gates))


def _days(count: int | None, noun: str) -> str:
    return "never" if count is None else counted(count, noun)


def _rules_at(book: RuleBook, step: str) -> dict[str, Entry]:
    return {entry.rule: entry for entry in book.at(step)}


def _rights_at(book: RuleBook, step: str) -> dict[str, Right]:
    """Keyed by everything but the limit, so that another limit is a change and not two."""
    keyed: dict[str, Right] = {}
    for right in book.rights:
        if right.step == step:
            key = f"{right.decider}:{right.measure_kind}:{right.basis}:{right.person_id}:{right.committee_id}"
            keyed[key] = right
    return keyed


def _of_the_manner(before: RuleBook, after: RuleBook, step: str) -> list[Difference]:
    old, new = (manner_words(book.manner_at(step)) for book in (before, after))
    return [] if old == new else [Difference(step, "changed", "How the committee decides", old, new)]


def _compared(
    step: str, before: Mapping[str, T], after: Mapping[str, T], words: Callable[[T], tuple[str, str]]
) -> list[Difference]:
    found = []
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old is None and new is not None:
            what, detail = words(new)
            found.append(Difference(step, "added", what, "", detail))
        elif new is None and old is not None:
            what, detail = words(old)
            found.append(Difference(step, "removed", what, detail, ""))
        elif old is not None and new is not None and words(old) != words(new):
            found.append(Difference(step, "changed", words(new)[0], words(old)[1], words(new)[1]))
    return found


def entry_words(entry: Entry, name: Namer) -> tuple[str, str]:
    """A rule, and what a version says about it: `Release by audit`, `Approval, Ada Lovelace, second`."""
    parts = [str(RuleKind(face_of(entry).kind).label), *_who_fulfils(entry, name)]
    if entry.turn:
        parts.append(f"turn {entry.turn}")
    parts += [f"{limit.replace('_', ' ')} {value}" for limit, value in sorted(entry.limits.items())]
    return face_of(entry).text, ", ".join(parts)


def _who_fulfils(entry: Entry, name: Namer) -> Iterable[str]:
    if entry.needed > 1:
        yield f"{entry.needed} people"
    if entry.approver == Approver.PERSON:
        yield name(entry.person_id)
    elif entry.approver:
        yield str(Approver(entry.approver).label).lower()
    if entry.evidence_class:
        yield str(EvidenceClass(entry.evidence_class).label).lower()


def right_words(right: Right, name: Namer) -> tuple[str, str]:
    """Who decides, and for what: `Chair of a committee by name: Board`, `up to 5,000,000 of cost, Capex`."""
    who = str(Decider(right.decider).label)
    if right.decider in {Decider.BODY, Decider.DELEGATE}:
        who = name(right.committee_id or right.person_id)
    basis = str(Basis(right.basis).label).lower()
    limit = "any amount" if right.up_to is None else f"up to {plain(right.up_to)}, {basis}"
    kind = f", {EffectKind(right.measure_kind).label} only" if right.measure_kind else ""
    return f"Decides: {who}", limit + kind


def manner_words(manner: StepManner | None) -> str:
    """How a committee decides: `The chair alone`, `The committee, in a meeting or by circulation, from 250,000`."""
    if manner is None:
        return ""
    words = str(Manner(manner.manner).label)
    if manner.manner == Manner.CHAIR:
        return words
    if manner.from_amount is None:
        return f"{words}, whatever the amount"
    return f"{words}, from {plain(manner.from_amount)} a year on; below, the chair alone"
