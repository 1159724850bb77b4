"""Rules that an organization adds: an approval by a role or person, a statement by name, evidence of a class."""

from governance.constants import ApprovalKind
from measures.constants import EvidenceClass

from .book import Entry
from .constants import Approver, RuleKind
from .definition import writers
from .facts import GateFacts, Parties, Person
from .planning import given_by
from .results import RuleResult


def approvers(parties: Parties, entry: Entry) -> tuple[Person, ...]:
    """Who may give a confirmation on this measure: one of the code, or one that an own rule asks for."""
    if not entry.is_own:
        return _approvers_of_the_code(parties, entry.approval)
    if entry.approver == Approver.PERSON:
        named = parties.named.get(entry.person_id) if entry.person_id else None
        return (named,) if named else ()
    if entry.approver == Approver.PMO:
        return parties.managers
    if entry.approver == Approver.CHAIR:
        return parties.chairs
    one: Person | None = getattr(parties, entry.approver or Approver.OWNER)
    return (one,) if one else ()


def _approvers_of_the_code(parties: Parties, kind: str) -> tuple[Person, ...]:
    if kind == ApprovalKind.HAND_OVER:
        return parties.acceptors
    person = parties.sponsor if kind == ApprovalKind.SPONSOR else parties.controller
    return (person,) if person else ()


def own_rule(entry: Entry, facts: GateFacts) -> RuleResult:
    """Its result, by its kind."""
    if entry.kind == RuleKind.EVIDENCE:
        return _evidence(entry, facts)
    return given_by(facts, entry.rule, entry.text, approvers(facts.parties, entry), kind=RuleKind(entry.kind))


def _evidence(entry: Entry, facts: GateFacts) -> RuleResult:
    """E: a document of the class is attached to the measure."""
    label = str(EvidenceClass(entry.evidence_class).label)
    count = facts.evidence.count(entry.evidence_class)
    value = f"{count} attached, {label.lower()}" if count else f"no {label.lower()} attached"
    return RuleResult(entry.rule, RuleKind.EVIDENCE, count > 0, entry.text, value, writers(facts), "documents")
