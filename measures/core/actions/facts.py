"""The descriptive facts of a measure: how each is checked, and how a change of it reads in the history."""

from typing import Any
from uuid import UUID

from django.db import models

from cat4 import checks
from cat4.accounts.actor import Actor, Role
from cat4.accounts.selectors import active_member_ids, people
from cat4.checks import Problems
from cat4.errors import Verdict
from cat4.tenancy.models import TenantModel
from cat4.wording import day_name, listed, plain
from hierarchy.models import BusinessUnit, Committee, Function, LegalEntity, Node
from hierarchy.organization.selectors import holds_role, is_auditor
from hierarchy.policies import AUDITS, may_become_controller
from measures.constants import FROZEN_WITH_PLAN, PLANNED_GATES, Doi, EffectKind, EvidenceClass
from measures.facts.calendar import calendar
from measures.formulas.source_values import kept_changes, kept_in_words
from measures.models import Measure
from measures.models.measure import GOVERNABLE_FIELDS

from ..policies.standing import PLAN_IS_FROZEN
from ..selectors.enabling import enabled_by

TEXTS = {
    "name": "name",
    "description": "description",
    "business_reason": "business reason",
    "scope_in": "scope",
    "scope_out": "what is out of scope",
    "key_assumptions": "key assumptions",
    "no_risks_because": "reason for no risks",
    "dependencies_declared": "dependencies",
    "closure_criteria": "closure criteria",
}
CHOICES: dict[str, tuple[str, type[models.TextChoices]]] = {
    "kind": ("kind of effect", EffectKind),
    "closure_evidence": ("closing evidence", EvidenceClass),
}
PEOPLE = {"owner_id": "owner", "sponsor_id": "sponsor", "controller_id": "controller"}
LISTS: dict[str, tuple[str, type[TenantModel]]] = {
    "business_unit_id": ("business unit", BusinessUnit),
    "function_id": ("function", Function),
    "legal_entity_id": ("legal entity", LegalEntity),
    "committee_id": ("committee", Committee),
    "receiving_unit_id": ("receiving unit", BusinessUnit),
}
DATES = {field: f"planned date of DoI {doi}" for field, doi in PLANNED_GATES.items()}
OTHERS = {
    "target_amount": "target",
    "enables_id": "measure that it makes possible",
    "no_one_time_cost": "statement that there is no one-time cost",
    "source_values": "values of the source",
}
LABELS = {
    **TEXTS,
    **{field: label for field, (label, _) in CHOICES.items()},
    **PEOPLE,
    **{field: label for field, (label, _) in LISTS.items()},
    **DATES,
    **OTHERS,
}
# What each gate asked for is there from then on: a planned date that is emptied could be missed no more.
_KEPT_FROM = {
    **{name if name == "description" else f"{name}_id": Doi.IDENTIFIED for name in GOVERNABLE_FIELDS},
    **dict.fromkeys(("scope_in", "scope_out", "key_assumptions", *DATES), Doi.IDENTIFIED),
    **dict.fromkeys(("closure_criteria", "closure_evidence"), Doi.DETAILED),
}
_NEEDED = ("name", "description", "business_reason", "kind")
_SHORT = ("name", *CHOICES, *PEOPLE, *LISTS, *DATES, "target_amount", "enables_id")


def clean(
    problems: Problems, actor: Actor, measure: Measure, facts: dict[str, Any], *, draft: bool = False
) -> dict[str, Any]:
    """The facts as they are stored; what is wrong goes into `problems`. `measure` is as it was before.

    A draft may lack its description, reason and kind, or have a short description: gate 1 asks for them.
    """
    cleaned = dict(facts)
    for field, value in facts.items():
        if field in TEXTS:
            cleaned[field] = _text(problems, field, value, draft=draft)
        elif field in CHOICES:
            cleaned[field] = _choice(problems, field, value, draft=draft)
        elif field in LISTS:
            noun, model = LISTS[field]
            kept = getattr(measure, field)
            cleaned[field] = checks.known_id(problems, field, value, model, noun=noun, keep=kept)
        elif field in DATES and value is not None:
            cleaned[field] = checks.day(problems, field, value)
        elif field == "target_amount" and value is not None:
            cleaned[field] = checks.amount(problems, field, value)
        elif field == "enables_id":
            _check_enabled(problems, measure, value)
    _check_people(problems, actor, measure, facts)
    _check_nothing_lost(problems, measure, cleaned)
    return cleaned


def _is_needed(field: str, *, draft: bool) -> bool:
    return field == "name" if draft else field in _NEEDED


def _text(problems: Problems, field: str, value: object, *, draft: bool) -> str:
    limit = 200 if field == "name" else checks.LONGEST_TEXT
    text = checks.text(problems, field, value, limit=limit, required=_is_needed(field, draft=draft))
    shortest = calendar().thresholds.description_length if field == "description" and not draft else 0
    if text and len(text) < shortest:
        problems.add(field, f"Describe it in at least {shortest} characters. This has {len(text)}.")
    return text


def _choice(problems: Problems, field: str, value: object, *, draft: bool) -> str:
    if not value and not _is_needed(field, draft=draft):
        return ""
    return checks.choice(problems, field, value, CHOICES[field][1])


def _check_people(problems: Problems, actor: Actor, measure: Measure, facts: dict[str, Any]) -> None:
    """Named people are active members; who controls holds the role, and no own measure (domain section 5)."""
    newly_named = {field: facts[field] for field in PEOPLE if facts.get(field) not in (None, getattr(measure, field))}
    active = active_member_ids(actor.organization_id) if newly_named else set()
    for field, person in newly_named.items():
        if person not in active:
            problems.add(field, "Choose an active member of the organization.")
        elif is_auditor(person):
            problems.add(field, AUDITS)
    if newly_named.get("controller_id") in active:
        may = controlling(actor, measure.package, newly_named["controller_id"])
        if not may:
            problems.add("controller_id", may.reason)
    named = {field: facts.get(field, getattr(measure, field)) for field in PEOPLE}
    controller = named["controller_id"]
    for field in ("owner_id", "sponsor_id"):
        if controller is not None and named[field] == controller:
            changed = "controller_id" if "controller_id" in newly_named else field
            problems.add(changed, f"The {PEOPLE[field]} can't be the controller as well. Name two people.")


def _check_enabled(problems: Problems, measure: Measure, other_id: UUID | None) -> None:
    """Another measure, and none that makes this one possible itself, directly or by others (domain section 11)."""
    if other_id is None or other_id == measure.enables_id:
        return
    if other_id == measure.pk:
        problems.add("enables_id", "A measure can't make itself possible. Name another one.")
        return
    codes = enabled_by(other_id, until=measure.pk)
    if not codes:
        problems.add("enables_id", "There is no such measure.")
    elif codes[-1] == measure.code:
        through = f" by way of {listed(codes[1:-1])}" if codes[1:-1] else ""
        problems.add("enables_id", f"{codes[0]} already makes {measure.code} possible{through}. It can't go both ways.")


def controlling(actor: Actor, package: Node, person_id: UUID) -> Verdict:
    """Whether `actor` may name the person, an active member, controller of a measure in the package."""
    held = holds_role(person_id, package.path, Role.CONTROLLER)
    return may_become_controller(actor, package, people({person_id})[person_id], holds_role=held)


def _check_nothing_lost(problems: Problems, measure: Measure, facts: dict[str, Any]) -> None:
    """What a passed gate rested on is replaced, never emptied; what was decided stays until a change request."""
    for field, doi in _KEPT_FROM.items():
        if measure.doi >= doi and field in facts and facts[field] in (None, "") and getattr(measure, field):
            verb = "Choose" if field in (*CHOICES, *PEOPLE, *LISTS) else "Enter"
            problems.add(field, f"A measure at DoI {measure.doi} needs its {LABELS[field]}. {verb} another one.")
    for field in FROZEN_WITH_PLAN:
        if measure.doi >= Doi.DECIDED and field in facts and facts[field] != getattr(measure, field):
            problems.add(field, PLAN_IS_FROZEN)


def check_committee(problems: Problems, committee_id: UUID | None, package: Node, field: str) -> None:
    """A committee decides over the subtree of its node."""
    committee = Committee.objects.filter(pk=committee_id).first() if committee_id else None
    if committee is not None and committee.node_id not in package.path:
        problems.add(field, f"The {committee.name} doesn't decide over {package.name}. Choose one that does.")


def differences(measure: Measure, cleaned: dict[str, Any]) -> dict[str, list[Any]]:
    """Set what differs, and answer with field to [old, new] in words."""
    changed = [field for field, value in cleaned.items() if getattr(measure, field) != value]
    before = {field: in_words(measure, field) for field in changed}
    for field in changed:
        setattr(measure, field, cleaned[field])
    differing = {field: [before[field], in_words(measure, field)] for field in changed}
    if "source_values" in differing:
        # What the source says of every field stands in its row already; only what it changed belongs here.
        kept = kept_changes(*differing["source_values"])
        differing["source_values"] = [{label: pair[side] for label, pair in kept.items()} for side in (0, 1)]
    return differing


def in_words(measure: Measure, field: str) -> Any:
    """A value as the history shows it: names for ids."""
    value = getattr(measure, field)
    if field == "enables_id":
        # Its name is for those who may see it.
        return measure.enables.code if measure.enables else None
    if field.endswith("_id"):
        return str(getattr(measure, field[:-3])) if value else None
    if field in CHOICES:
        return CHOICES[field][1](value).label if value else None
    return value


def sentence(change: dict[str, list[Any]]) -> str:
    """`changed the owner from Clara Weiss to Tom Berg, and edited the description`."""
    short = [field for field in change if field in _SHORT]
    parts = [f"the {LABELS[field]} from {_shown(change[field][0])} to {_shown(change[field][1])}" for field in short]
    long = [f"the {LABELS[field]}" for field in change if field not in _SHORT]
    long = [part + _source_said(change) if part == f"the {LABELS['source_values']}" else part for part in long]
    said = [f"changed {listed(parts)}"] if parts else []
    said += [f"edited {listed(long)}"] if long else []
    return listed(said)


def _source_said(change: dict[str, list[Any]]) -> str:
    old, new = change["source_values"]
    parts = kept_in_words({label: [old.get(label), new.get(label)] for label in new})
    return f" ({'; '.join(parts)})" if parts else ""


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if hasattr(value, "isoformat"):
        return day_name(value)
    return plain(value) if hasattr(value, "quantize") else str(value)
