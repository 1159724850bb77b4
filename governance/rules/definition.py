"""Rules of gate 1, Identified: what the measure is, who answers for it, and what it is measured against."""

from cat4.wording import day_name, listed
from hierarchy.thresholds import Thresholds
from measures.constants import PLANNED_GATES

from .constants import Rule, RuleKind
from .facts import GateFacts, Person
from .results import RuleResult, names

GOVERNABLE_LABEL = "Description, owner, sponsor, controller, business unit, function, legal entity, committee"
MOST_TOLD = 3


def writers(facts: GateFacts) -> str:
    """Who may write the description, plan and dates: the owner, else a portfolio manager."""
    return facts.parties.owner.name if facts.parties.owner else names(facts.parties.managers)


def description(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: long enough to be understood without its author."""
    length, needed = len(facts.texts["description"].strip()), limits.description_length
    value = f"{length} characters of at least {needed}"
    return RuleResult(Rule.DESCRIPTION, RuleKind.FIELD, length >= needed, "Description", value, writers(facts), "edit")


def business_reason(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: why it is done, and what kind of effect it has."""
    missing = [
        label
        for field, label in (("business_reason", "business reason"), ("kind", "kind of effect"))
        if not facts.texts[field].strip()
    ]
    value = f"{listed(missing)} missing" if missing else "set"
    text = "Business reason and kind of effect"
    return RuleResult(Rule.BUSINESS_REASON, RuleKind.FIELD, not missing, text, value, writers(facts), "edit")


def governable(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: the eight facts without which a measure is not governable (domain section 3)."""
    missing = [field.replace("_", " ") for field in facts.missing_fields]
    value = f"{8 - len(missing)} of 8 set"
    if missing:
        value += f", {listed(missing)} missing"
    return RuleResult(Rule.GOVERNABLE, RuleKind.FIELD, not missing, GOVERNABLE_LABEL, value, writers(facts), "edit")


def separation(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: the controller is neither the owner nor the sponsor (domain section 5)."""
    parties = facts.parties
    clashes = [
        f"{person.name} is {role} and controller"
        for role, person in (("owner", parties.owner), ("sponsor", parties.sponsor))
        if person and parties.controller and person.id == parties.controller.id
    ]
    value = listed(clashes) or "three duties, apart"
    text = "The controller is neither owner nor sponsor"
    return RuleResult(Rule.SEPARATION, RuleKind.CHECK, not clashes, text, value, names(parties.managers), "edit")


def people_active(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: everybody named can still act."""
    parties = facts.parties
    named = (("owner", parties.owner), ("sponsor", parties.sponsor), ("controller", parties.controller))
    gone = [f"{person.name} ({role})" for role, person in named if isinstance(person, Person) and not person.is_active]
    value = f"{listed(gone)} left" if gone else "all active"
    text = "Owner, sponsor and controller are active members"
    return RuleResult(Rule.PEOPLE_ACTIVE, RuleKind.CHECK, not gone, text, value, names(parties.managers), "edit")


def scope(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: what belongs to it and what doesn't."""
    missing = [
        label
        for field, label in (("scope_in", "in scope"), ("scope_out", "out of scope"))
        if not facts.texts[field].strip()
    ]
    value = f"{listed(missing)} missing" if missing else "set"
    return RuleResult(
        Rule.SCOPE, RuleKind.FIELD, not missing, "In scope and out of scope", value, writers(facts), "edit"
    )


def baseline_draft(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: a baseline with type, period and source."""
    baseline = facts.baseline
    complete = baseline is not None and all((baseline.type, baseline.period, baseline.source))
    value = f"version {baseline.number}, {baseline.period}, {baseline.source}" if baseline else "none proposed"
    text = "Baseline with type, period and source"
    return RuleResult(Rule.BASELINE_DRAFT, RuleKind.FIELD, complete, text, value, writers(facts), "financials")


def target(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: what it aims at, as run-rate."""
    passed = facts.target is not None
    value = f"{facts.target:,.2f} a year" if facts.target is not None else "not set"
    return RuleResult(Rule.TARGET, RuleKind.FIELD, passed, "Target, annual", value, writers(facts), "edit")


def assumptions(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: what must hold for it to work."""
    passed = bool(facts.texts["key_assumptions"].strip())
    value = "set" if passed else "not written"
    return RuleResult(Rule.ASSUMPTIONS, RuleKind.FIELD, passed, "Key assumptions", value, writers(facts), "edit")


def overlap(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """C: the check for double counting was run, and each overlap that is found now resolved (domain section 11)."""
    checked = facts.overlap_checked_on if facts.texts["overlap_resolution"].strip() else None
    found = [f"checked {day_name(checked)}" if checked else "not checked"]
    if facts.settled_overlaps:
        found.append(f"{facts.settled_overlaps} resolved")
    if facts.open_overlaps:
        told = " ".join(facts.open_overlaps[:MOST_TOLD]).removesuffix(".")
        found.append(f"{len(facts.open_overlaps)} to resolve: {told}")
    passed, remedy = checked is not None and not facts.open_overlaps, "checks" if facts.open_overlaps else "overlap"
    text = "Overlaps with other measures checked and resolved"
    return RuleResult(Rule.OVERLAP, RuleKind.CHECK, passed, text, ", ".join(found), writers(facts), remedy)


def dates(facts: GateFacts, limits: Thresholds) -> RuleResult:
    """F: rough dates of the three gates ahead."""
    missing = [str(doi.label) for field, doi in PLANNED_GATES.items() if facts.dates[field] is None]
    value = f"{3 - len(missing)} of 3 set" + (f", {listed(missing)} missing" if missing else "")
    text = "Dates for Decided, Implemented and Closed"
    return RuleResult(Rule.DATES, RuleKind.FIELD, not missing, text, value, writers(facts), "edit")
