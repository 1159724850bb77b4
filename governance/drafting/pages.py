"""A version of the gate rules as its page shows it: step by step, in words."""

from dataclasses import dataclass

from governance.rules.book import Entry, Right, RuleBook
from governance.rules.catalog import default_book, face_of, is_constitutive
from governance.rules.comparison import MOST_INPUTS, Namer, entry_words, new_fields, right_words
from governance.rules.constants import RuleKind, Step


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step in the list: `inputs` are the new fields that a person fills, None where none are counted."""

    step: str
    label: str
    rules: int
    inputs: tuple[str, ...] | None
    is_gate: bool
    passed_with: str = ""

    @property
    def is_heavy(self) -> bool:
        """It asks for more than anybody fills in at once."""
        return self.inputs is not None and len(self.inputs) > MOST_INPUTS


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in words; `detail` says who fulfils it, how many, when."""

    entry: Entry
    text: str
    kind: str
    kind_label: str
    detail: str
    is_fixed: bool
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class RightLine:
    """Who decides, in words."""

    right: Right
    who: str
    limit: str


def step_lines(book: RuleBook) -> list[StepLine]:
    """Every step with how much it asks for; degrees without a decision of their own say with which they are passed."""
    inputs = new_fields(book)
    return [_step_line(book, Step(step), inputs) for step in Step.values]


def _step_line(book: RuleBook, step: Step, inputs: dict[str, tuple[str, ...]]) -> StepLine:
    rules = len(book.at(step))
    if not step.startswith("gate_"):
        return StepLine(step, str(step.label), rules, None, False)
    degree = int(step.removeprefix("gate_"))
    is_gate = degree in book.gates
    along = "" if is_gate else f"Passed along with gate {book.next_gate(degree)}"
    return StepLine(step, str(step.label), rules, inputs.get(step), is_gate, along)


def rule_lines(book: RuleBook, step: str, name: Namer) -> list[RuleLine]:
    """What a version says about each rule of a step, also those that it leaves out."""
    known = {(entry.step, entry.rule) for entry in book.entries}
    newer = (
        [] if not book.number else [entry for entry in default_book().entries if (entry.step, entry.rule) not in known]
    )
    lines = [_rule_line(entry, name) for entry in book.entries if entry.step == step]
    return lines + [_rule_line(entry, name, is_new=True) for entry in newer if entry.step == step]


def _rule_line(entry: Entry, name: Namer, *, is_new: bool = False) -> RuleLine:
    face = face_of(entry)
    text, words = entry_words(entry, name)
    detail = words.partition(", ")[2]
    return RuleLine(entry, text, str(face.kind), str(RuleKind(face.kind).label), detail, is_constitutive(entry), is_new)


def right_lines(book: RuleBook, step: str, name: Namer) -> list[RightLine]:
    """Who decides a step, the narrowest limit first."""
    rights = sorted(
        (right for right in book.rights if right.step == step),
        key=lambda right: (right.measure_kind, right.up_to is None, right.up_to or 0),
    )
    return [
        RightLine(right, right_words(right, name)[0].removeprefix("Decides: "), right_words(right, name)[1])
        for right in rights
    ]
