"""Rules of gate 1, Identified: what the measure is, who answers for it, and what it is measured against."""

from cat4.wording import day_name, listed
from hierarchy.thresholds import Thresholds
from measures.constants import PLANNED_GATES, Doi

from .constants import EVERY_GATE, INHERITED, Rule, RuleKind
from .declared import rule
from .facts import GateFacts, Person
from .results import NOBODY, Found, names

GOVERNABLE_LABEL = "Description, owner, sponsor, controller, business unit, function, legal entity, committee"
# Those of them that say who steers the measure.
STEERING = frozenset({"owner", "sponsor", "controller", "committee"})
MOST_TOLD = 3


def writers(facts: GateFacts) -> str:
    """Who may write the description, plan and dates: the owner, else a portfolio manager."""
    return facts.parties.owner.name if facts.parties.owner else names(facts.parties.managers)


def namers(facts: GateFacts) -> str:
    """Who may name people and committee: from Identified on only a portfolio manager (domain section 5)."""
    return names(facts.parties.managers) if facts.doi >= Doi.IDENTIFIED else writers(facts)


def nameless(facts: GateFacts) -> list[str]:
    """The duties for which nobody is named yet."""
    parties = facts.parties
    named = (("owner", parties.owner), ("sponsor", parties.sponsor), ("controller", parties.controller))
    return [duty for duty, person in named if person is None]


def validator(facts: GateFacts) -> str:
    """Who approves the baseline and validates months: the measure's controller."""
    return facts.parties.controller.name if facts.parties.controller else NOBODY


@rule(
    Rule.DESCRIPTION,
    at=(1, 3),
    kind=RuleKind.FIELD,
    text="Description, long enough",
    fields=("description",),
    limits=("description_length",),
)
def description(facts: GateFacts, limits: Thresholds) -> Found:
    """Long enough to be understood without its author."""
    length, needed = len(facts.texts["description"].strip()), limits.description_length
    value = f"{length} characters of at least {needed}"
    return Found(length >= needed, value, writers(facts), "edit", text="Description")


@rule(
    Rule.BUSINESS_REASON,
    at=(1, 3),
    kind=RuleKind.FIELD,
    text="Business reason and kind of effect",
    fields=("business reason", "kind of effect"),
)
def business_reason(facts: GateFacts, limits: Thresholds) -> Found:
    """Why it is done, and what kind of effect it has."""
    missing = [
        label
        for field, label in (("business_reason", "business reason"), ("kind", "kind of effect"))
        if not facts.texts[field].strip()
    ]
    value = f"{listed(missing)} missing" if missing else "set"
    return Found(not missing, value, writers(facts), "edit")


@rule(
    Rule.GOVERNABLE,
    at=EVERY_GATE,
    kind=RuleKind.FIELD,
    text="The eight governable facts",
    fields=("description", "owner", *INHERITED),
    constitutive=True,
)
def governable(facts: GateFacts, limits: Thresholds) -> Found:
    """The eight facts without which a measure is not governable (domain section 3)."""
    missing = [field.replace("_", " ") for field in facts.missing_fields]
    value = f"{8 - len(missing)} of 8 set"
    if missing:
        value += f", {listed(missing)} missing"
    supplier, remedy = writers(facts), "places"
    if missing == ["description"]:
        remedy = "edit"
    elif STEERING.issuperset(missing):
        supplier, remedy = namers(facts), "people"
    return Found(not missing, value, supplier, remedy, text=GOVERNABLE_LABEL)


@rule(
    Rule.SEPARATION,
    at=EVERY_GATE,
    kind=RuleKind.CHECK,
    text="The controller is neither owner nor sponsor",
    constitutive=True,
)
def separation(facts: GateFacts, limits: Thresholds) -> Found:
    """The controller is neither the owner nor the sponsor (domain section 5); nobody named is nobody apart."""
    parties, missing = facts.parties, nameless(facts)
    clashes = [
        f"{person.name} is {role} and controller"
        for role, person in (("owner", parties.owner), ("sponsor", parties.sponsor))
        if person and parties.controller and person.id == parties.controller.id
    ]
    problems = clashes or [f"{listed(missing)} not named yet"] * bool(missing)
    return Found(not problems, listed(problems) or "three duties, apart", namers(facts), "people")


@rule(
    Rule.PEOPLE_ACTIVE,
    at=EVERY_GATE,
    kind=RuleKind.CHECK,
    text="Owner, sponsor and controller are active members",
    constitutive=True,
)
def people_active(facts: GateFacts, limits: Thresholds) -> Found:
    """Everybody named can still act."""
    parties = facts.parties
    named = (("owner", parties.owner), ("sponsor", parties.sponsor), ("controller", parties.controller))
    gone = [f"{person.name} ({role})" for role, person in named if isinstance(person, Person) and not person.is_active]
    missing = nameless(facts)
    problems = [f"{listed(gone)} left"] * bool(gone) + [f"{listed(missing)} not named yet"] * bool(missing)
    return Found(not problems, "; ".join(problems) or "all active", namers(facts), "people")


@rule(Rule.SCOPE, at=(1, 3), kind=RuleKind.FIELD, text="In scope and out of scope", fields=("in scope", "out of scope"))
def scope(facts: GateFacts, limits: Thresholds) -> Found:
    """What belongs to it and what doesn't."""
    missing = [
        label
        for field, label in (("scope_in", "in scope"), ("scope_out", "out of scope"))
        if not facts.texts[field].strip()
    ]
    value = f"{listed(missing)} missing" if missing else "set"
    return Found(not missing, value, writers(facts), "edit")


@rule(
    Rule.BASELINE_DRAFT,
    at=(1, 3),
    kind=RuleKind.FIELD,
    text="Baseline with type, period and source",
    fields=("type of baseline", "source of baseline"),
)
def baseline_draft(facts: GateFacts, limits: Thresholds) -> Found:
    """A baseline with type, period and source."""
    baseline = facts.baseline
    complete = baseline is not None and all((baseline.type, baseline.period, baseline.source))
    value = f"version {baseline.number}, {baseline.period}, {baseline.source}" if baseline else "none proposed"
    return Found(complete, value, writers(facts), "financials")


@rule(Rule.TARGET, at=(1, 3), kind=RuleKind.FIELD, text="Target, annual", fields=("target",))
def target(facts: GateFacts, limits: Thresholds) -> Found:
    """What it aims at, as run-rate."""
    value = f"{facts.target:,.2f} a year" if facts.target is not None else "not set"
    return Found(facts.target is not None, value, writers(facts), "edit")


@rule(Rule.ASSUMPTIONS, at=(1, 3), kind=RuleKind.FIELD, text="Key assumptions", fields=("key assumptions",))
def assumptions(facts: GateFacts, limits: Thresholds) -> Found:
    """What must hold for it to work."""
    passed = bool(facts.texts["key_assumptions"].strip())
    return Found(passed, "set" if passed else "not written", writers(facts), "edit")


@rule(
    Rule.OVERLAP,
    at=(1, 2, 3),
    kind=RuleKind.CHECK,
    text="Overlaps with other measures checked and resolved",
    fields=("overlap check",),
)
def overlap(facts: GateFacts, limits: Thresholds) -> Found:
    """The check for double counting was run, and each overlap that is found now resolved (domain section 11)."""
    checked = facts.overlap_checked_on if facts.texts["overlap_resolution"].strip() else None
    found = [f"checked {day_name(checked)}" if checked else "not checked"]
    if facts.settled_overlaps:
        found.append(f"{facts.settled_overlaps} resolved")
    if facts.open_overlaps:
        told = " ".join(facts.open_overlaps[:MOST_TOLD]).removesuffix(".")
        found.append(f"{len(facts.open_overlaps)} to resolve: {told}")
    passed, remedy = checked is not None and not facts.open_overlaps, "checks" if facts.open_overlaps else "overlap"
    return Found(passed, ", ".join(found), writers(facts), remedy)


@rule(
    Rule.DATES,
    at=(1, 3),
    kind=RuleKind.FIELD,
    text="Dates for Decided, Implemented and Closed",
    fields=("date of Decided", "date of Implemented", "date of Closed"),
)
def dates(facts: GateFacts, limits: Thresholds) -> Found:
    """Rough dates of the three gates ahead."""
    missing = [str(doi.label) for field, doi in PLANNED_GATES.items() if facts.dates[field] is None]
    value = f"{3 - len(missing)} of 3 set" + (f", {listed(missing)} missing" if missing else "")
    return Found(not missing, value, writers(facts), "edit")
