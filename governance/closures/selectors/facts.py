"""What the rules of closing, of an accepted residual and of reopening look at besides the money."""

from django.db.models import QuerySet

from governance.constants import Outcome
from governance.gates.models import GateDecision, GateRequest
from governance.gates.supply import Supplied
from governance.rules.facts import ResidualFact
from measures.constants import DocumentPurpose, Doi
from measures.models import Document, Measure

from ..models import ResidualProposal


def closing_facts(measure: Measure, request: GateRequest | None) -> Supplied:
    """The residual that is asked for or accepted."""
    return {
        "residual": accepted_residual(measure),
        "residual_asked": _asked(request),
    }


def closing_decision(measure: Measure) -> GateDecision | None:
    """The last decision that closed a measure; None where none did."""
    closings = measure.gate_decisions.filter(outcome=Outcome.ADVANCE, to_doi=Doi.CLOSED)
    return closings.order_by("-number").first()


def gone_evidence(measure: Measure) -> QuerySet[Document]:
    """What a closed measure rested on and rests on no more: withdrawn after its signature, the earliest first."""
    decision = closing_decision(measure) if measure.closed_on else None
    if decision is None:
        return Document.objects.none()
    kinds = [DocumentPurpose.EVIDENCE, DocumentPurpose.CLOSURE]
    gone = Document.objects.filter(measure=measure, purpose__in=kinds, withdrawn_at__gte=decision.decided_at)
    return gone.order_by("withdrawn_at", "id")


def accepted_residual(measure: Measure) -> ResidualFact | None:
    """The newest residual that the committee accepted, unless the plan changed or the measure was reopened after it."""
    decisions = GateDecision.objects.filter(measure=measure)
    accepted = decisions.filter(outcome=Outcome.RESIDUAL).order_by("-number").first()
    if accepted is None:
        return None
    if decisions.filter(outcome__in=[Outcome.CHANGE, Outcome.REOPEN], number__gt=accepted.number).exists():
        return None
    proposal = ResidualProposal.objects.get(request=accepted.request_id)
    return ResidualFact(proposal.plan_month, proposal.level_month, accepted.number)


def _asked(request: GateRequest | None) -> ResidualFact | None:
    proposal = ResidualProposal.objects.filter(request=request).first() if request else None
    return ResidualFact(proposal.plan_month, proposal.level_month) if proposal else None
