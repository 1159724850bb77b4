"""What each rule of the code is called and of which kind it is, for pages that speak of rules without a measure."""

from dataclasses import dataclass
from functools import cache

from governance.constants import ApprovalKind
from governance.constants import RequestKind as Kind

from .book import Entry, Right, RuleBook
from .constants import CONSTITUTIVE_RULES, DEFAULT_DECIDERS, GATE_RULES, KIND_RULES, Rule, RuleKind, step_of

# Working days in which each confirmation is due, and days after which a request that nobody decided expires.
ANSWER_DAYS = 5
EXPIRY_DAYS = 90


@dataclass(frozen=True, slots=True)
class Face:
    """A rule by name. `is_input`: somebody has to enter something for it (at most ten new ones a gate)."""

    kind: str
    text: str
    is_input: bool = False


_F, _C, _A, _E, _M = RuleKind.FIELD, RuleKind.CHECK, RuleKind.APPROVAL, RuleKind.EVIDENCE, RuleKind.MANUAL
_FACES: dict[str, Face] = {
    Rule.DESCRIPTION: Face(_F, "Description, long enough", True),
    Rule.BUSINESS_REASON: Face(_F, "Business reason and kind of effect", True),
    Rule.GOVERNABLE: Face(_F, "The eight governable facts", True),
    Rule.SEPARATION: Face(_C, "The controller is neither owner nor sponsor"),
    Rule.PEOPLE_ACTIVE: Face(_C, "Owner, sponsor and controller are active members"),
    Rule.SCOPE: Face(_F, "In scope and out of scope", True),
    Rule.BASELINE_DRAFT: Face(_F, "Baseline with type, period and source", True),
    Rule.TARGET: Face(_F, "Target, annual", True),
    Rule.ASSUMPTIONS: Face(_F, "Key assumptions", True),
    Rule.OVERLAP: Face(_C, "Overlaps with other measures checked and resolved", True),
    Rule.DATES: Face(_F, "Dates for Decided, Implemented and Closed", True),
    Rule.PLAN_LINE: Face(_C, "Effect line with a monthly plan", True),
    Rule.BASELINE_APPROVED: Face(_A, "Baseline approved by the controller"),
    Rule.MILESTONES: Face(_C, "Three milestones, one of them starts the effect", True),
    Rule.ONE_TIME_COST: Face(_C, "One-time cost planned, or stated to be zero", True),
    Rule.RISKS: Face(_F, "Risks, or why there are none", True),
    Rule.DEPENDENCIES: Face(_C, "Dependencies declared, or none", True),
    Rule.PREDECESSORS: Face(_C, "A plan for every predecessor that is cancelled or on hold"),
    Rule.CLOSURE_CRITERIA: Face(_F, "Closure criteria and type of evidence", True),
    Rule.PLAUSIBILITY: Face(_C, "Numbers are plausible"),
    Rule.SIZE_AND_TIMING: Face(_A, str(ApprovalKind.SIZE_AND_TIMING.label)),
    Rule.SPONSOR: Face(_A, str(ApprovalKind.SPONSOR.label)),
    Rule.MILESTONE_PEOPLE: Face(_C, "A person for each milestone", True),
    Rule.NO_OVERDUE_DEVIATION: Face(_C, "No deviation is past its clock"),
    Rule.CONDITIONS: Face(_C, "Conditions of earlier decisions are fulfilled"),
    Rule.FRESH_DATES: Face(_C, "Forecast dates are up to date"),
    Rule.CRITICAL_DONE: Face(_C, "Critical milestones done, each with evidence", True),
    Rule.FORECAST_CONFIRMED: Face(_C, "Forecast confirmed this month"),
    Rule.HAND_OVER: Face(_A, str(ApprovalKind.HAND_OVER.label)),
    Rule.VALIDATED_MONTHS: Face(_C, "Locked months in a row validated at a share of the plan"),
    Rule.NO_UNVALIDATED: Face(_C, "No reported month waits for validation"),
    Rule.COST_COMPLETE: Face(_C, "One-time cost is complete"),
    Rule.CLOSING_EVIDENCE: Face(_E, "Evidence for each effect line", True),
    Rule.INDEPENDENT_CONTROLLER: Face(_C, "The controller entered none of the actuals, and signs"),
    Rule.HOLD_REASON: Face(_F, "Why it is held", True),
    Rule.RESUME_DATE: Face(_F, "Date on which work resumes", True),
    Rule.CANCEL_REASON: Face(_F, "Why it is cancelled", True),
    Rule.GAP_OWNER: Face(_F, "Who owns the gap", True),
    Rule.REOPEN_CAUSE: Face(_M, "The money did not last, or its evidence was withdrawn", True),
    Rule.RESIDUAL_REASON: Face(_F, "Why the rest of the plan will not come", True),
    Rule.RESIDUAL_LEVEL: Face(_C, "Locked and validated months show what is missing"),
    Rule.CHANGE_REASON: Face(_F, "Why the plan changes", True),
    Rule.CHANGE_ASKED: Face(_C, "Something of the plan changes"),
    Rule.OPEN_MONTHS: Face(_C, "Only open months change"),
    Rule.CHANGE_DATES: Face(_C, "Months and dates lie inside the fiscal calendar"),
    Rule.CHANGE_FITS: Face(_C, "Fits the plan as it is"),
    Rule.CHANGE_CONFIRMED: Face(_A, str(ApprovalKind.PLAN_CHANGE.label)),
}


def face_of(entry: Entry) -> Face:
    """A rule's name and kind; an own rule's are what the organization wrote."""
    if entry.is_own:
        return Face(entry.kind, entry.text, entry.kind in {_E, _M})
    return _FACES.get(entry.rule) or Face(entry.kind, entry.rule.replace("_", " ").capitalize())


def default_entry(step: str, rule: str) -> Entry:
    """A rule of the code at a step, as it applies by default."""
    known = _FACES.get(rule)
    return Entry(step, str(rule), str(known.kind if known else _C))


@cache
def default_book() -> RuleBook:
    """Version 0: the rules of the code, which reach every organization without a version of its own."""
    gates = [
        default_entry(step_of(Kind.ADVANCE, degree), rule) for degree, every in GATE_RULES.items() for rule in every
    ]
    others = [default_entry(str(kind), rule) for kind, every in KIND_RULES.items() for rule in every]
    rights = [Right(str(step), str(decider)) for step, every in DEFAULT_DECIDERS.items() for decider in every]
    return RuleBook(0, tuple(GATE_RULES), (*gates, *others), tuple(rights), ANSWER_DAYS, EXPIRY_DAYS)


def is_constitutive(entry: Entry) -> bool:
    """Whether no version may leave it out."""
    return not entry.is_own and entry.rule in CONSTITUTIVE_RULES


def with_constitutive(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries with every constitutive rule of the code applying, also one that is newer than the version."""
    kept = {(entry.step, entry.rule): entry for entry in entries}
    must = {(entry.step, entry.rule): entry for entry in default_book().entries if is_constitutive(entry)}
    return tuple(
        must.get(key, entry) for key, entry in (kept | {k: v for k, v in must.items() if k not in kept}).items()
    )
