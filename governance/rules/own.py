"""Rules that an organization adds: an approval by a role or person, a statement by name, evidence of a class."""

from measures.constants import EvidenceClass

from .book import Entry
from .confirmations import confirmers, given_by
from .constants import Approver, RuleKind
from .definition import writers
from .facts import GateFacts, Parties, Person
from .results import Found, RuleResult


def approvers(parties: Parties, entry: Entry) -> tuple[Person, ...]:
    """Who may give a confirmation on this measure: one of the code, or one that an own rule asks for."""
    if not entry.is_own:
        return confirmers(parties, entry.approval)
    if entry.approver == Approver.PERSON:
        named = parties.named.get(entry.person_id) if entry.person_id else None
        return (named,) if named else ()
    if entry.approver == Approver.PMO:
        return parties.managers
    if entry.approver == Approver.CHAIR:
        return parties.chairs
    person: Person | None = getattr(parties, entry.approver or Approver.OWNER)
    return (person,) if person else ()


def own_rule(entry: Entry, facts: GateFacts) -> RuleResult:
    """Its result, by its kind."""
    if entry.kind == RuleKind.EVIDENCE:
        found = _evidence(entry, facts)
    else:
        found = given_by(facts, entry.approval, approvers(facts.parties, entry))
    return found.result(entry.rule, RuleKind(entry.kind), entry.text, approval=entry.approval)


def _evidence(entry: Entry, facts: GateFacts) -> Found:
    """A document of the class is attached to the measure."""
    label = str(EvidenceClass(entry.evidence_class).label)
    count = facts.evidence.count(entry.evidence_class)
    value = f"{count} attached, {label.lower()}" if count else f"no {label.lower()} attached"
    return Found(count > 0, value, writers(facts), "documents")
