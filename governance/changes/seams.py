"""What changes of plan supply to the gates: their fact, the content of a request, and the amounts it is decided by."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import Field

from cat4.accounts.actor import Actor
from governance.constants import RequestKind
from governance.gates.contents import Content, holds
from governance.gates.models import GateDecision, GateRequest
from governance.gates.supply import Supplied, supplies
from governance.parties.selectors.amounts import amounts_at, weighed_at
from governance.rules.constants import Step
from governance.rules.facts import GateFacts
from measures.formulas.facts import MeasureFacts
from measures.models import Measure

from .actions.proposals import carry_out_proposal, write_proposal
from .api.shapes import PlanChangeAnswer
from .pages import kept_change, line_views, summary_as_kept, summary_of, with_kept_names
from .selectors.amounts import amounts_of_change, as_proposed, moved_by_change
from .selectors.proposals import Proposal, as_recorded, change_fact, proposal_of


@supplies("change")
def proposed_change(measure: Measure, request: GateRequest | None, today: date) -> Supplied:
    """What the request proposes about the plan, and whether that still fits."""
    if request is None or request.kind != RequestKind.CHANGE:
        return {"change": None}
    return {"change": change_fact(measure, proposal_of(request))}


@holds(RequestKind.CHANGE)
class ChangedPlan(Content):
    """Another plan: months by line, baseline dates, planned gates. `given` is a Proposal, checked when it was made."""

    is_drafted = True
    asked_on = "governance:change-plan"
    panel = "governance/changes/_panel.html"
    brief = "governance/changes/_brief.html"
    confirmed = _(
        "The controller confirms the plan proposed above: its size, its timing, its baseline dates and planned gates."
    )

    def state(self, measure: Measure, given: Proposal) -> Supplied:
        return {"change": change_fact(measure, given)}

    def check(self, measure: Measure, given: Proposal) -> Proposal:
        return given

    def write(self, request: GateRequest, content: Proposal, facts: GateFacts) -> None:
        write_proposal(request, content)

    def say(self, content: Proposal) -> dict[str, object]:
        return as_recorded(content)

    def carry_out(self, actor: Actor, measure: Measure, decision: GateDecision) -> None:
        carry_out_proposal(actor, measure, decision)

    def read(self, request: GateRequest) -> Proposal | None:
        return proposal_of(request)

    def foresee(self, facts: MeasureFacts, given: Proposal) -> MeasureFacts:
        return as_proposed(facts, given)

    def shown(self, request: GateRequest) -> dict[str, Any]:
        proposal = proposal_of(request)
        if proposal is None:
            return {}
        lines, summary = line_views(request.measure, proposal), summary_of(request.measure, proposal)
        return {"proposal": proposal, "lines": lines, "summary": summary}

    def keep(self, request: GateRequest) -> dict[str, Any]:
        proposal = proposal_of(request)
        return kept_change(request.measure, proposal) if proposal else {}

    def shown_as_kept(self, request: GateRequest, kept: Mapping[str, Any]) -> dict[str, Any]:
        proposal = proposal_of(request)
        if proposal is None:
            return {}
        named = with_kept_names(proposal, kept)
        return {"proposal": named, "lines": line_views(request.measure, named), "summary": summary_as_kept(kept)}

    def answers(self) -> dict[str, Field[Any, Any, Any, Any]]:
        return {"plan_change": PlanChangeAnswer(allow_null=True, help_text="Only of a request to change the plan")}


amounts_at(Step.CHANGE)(amounts_of_change)
weighed_at(Step.CHANGE)(moved_by_change)
