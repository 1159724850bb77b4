"""Rule results as lines of the checklist: the sentence, who supplies it, and at most one button."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cat4.accounts.acting import acting_as
from cat4.accounts.actor import Actor
from cat4.web.templatetags._navigation import url_or_none
from governance.parties.policies import among
from governance.rules.facts import Parties
from governance.rules.results import RuleResult
from measures.constants import Doi
from measures.models import Measure

from ..models import GateRequest
from ..policies.asking import may_request

# Where a missing fact is entered, the words on its button, and which part of a form of several.
REMEDIES: dict[str, tuple[str, ...]] = {
    "edit": ("measures:edit", "Fill in"),
    "places": ("measures:edit-part", "Fill in", "governance"),
    "people": ("measures:edit-part", "Name them", "governance"),
    "closure": ("measures:edit-part", "Fill in", "closure"),
    "overlap": ("measures:overlap", "Check"),
    "financials": ("measures:financials", "Open financials"),
    "checks": ("measures:checks", "Open checks"),
    "milestones": ("measures:milestones", "Open milestones"),
    "risks": ("measures:risks", "Open risks"),
    "conditions": ("governance:measure-conditions", "Open conditions"),
    "documents": ("measures:upload", "Upload"),
    "deviations": ("governance:deviations", "Open deviations"),
    "evidence": ("measures:documents", "Open documents"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """A line for the component `gate_checklist`."""

    state: str
    rule: str
    note: str
    action_url: str = ""
    action_label: str = ""
    is_primary: bool = False


def checks_of(
    results: Iterable[RuleResult], actor: Actor, parties: Parties, measure: Measure, request: GateRequest | None
) -> list[Check]:
    """A line per result. Buttons only for who can supply the fact: from DoI 1 on an owner names no people."""
    acts_as, may_write = acting_as(actor, parties.path, lambda candidate: may_request(candidate, parties))
    names_people = may_write and (measure.doi < Doi.IDENTIFIED or among(acts_as, parties.managers))

    def supplies(result: RuleResult) -> bool:
        return bool(names_people if result.remedy == "people" else may_write) or result.supplier == actor.name

    return [_check(result, supplies(result), measure.pk, request) for result in results]


def _check(result: RuleResult, supplies: bool, measure_id: UUID, request: GateRequest | None) -> Check:
    if result.passed:
        return Check("ok", result.text, result.value[:1].upper() + result.value[1:])
    state = "wait" if result.is_waiting else "no"
    note = f"{result.supplier}. " * bool(result.supplier) + result.value[:1].upper() + result.value[1:]
    url, label = _remedy(result, measure_id, request) if supplies else ("", "")
    return Check(state, result.text, note, url, label)


def _remedy(result: RuleResult, measure_id: UUID, request: GateRequest | None) -> tuple[str, str]:
    if result.remedy == "request":
        return (url_or_none("governance:request", pk=request.pk), "Open request") if request else ("", "")
    name, label, *part = REMEDIES.get(result.remedy, ("", ""))
    url = url_or_none(name, measure_id, *part) if name else ""
    return url, label if url else ""
