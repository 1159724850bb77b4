"""What is written with a request to close: the owner's claims; and with one to accept a residual: its level."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from cat4 import checks
from cat4.checks import Problems
from governance.gates.models import GateRequest
from governance.rules.facts import ResidualFact
from measures.models import Measure

from ..models import ClosureClaim, ResidualProposal
from ..selectors.comparison import closing_of


def check_claims(measure: Measure, claims: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    """A claim per line, in its currency; a line that isn't named claims what was reported.

    Raises:
        Invalid: on `claims`.
    """
    problems = Problems()
    lines = {line.id: line for line in closing_of(measure).lines}
    clean = {line.id: line.reported for line in lines.values()}
    for line_id, amount in claims.items():
        if line_id not in lines:
            problems.add("claims", "Claim effect lines of this measure.")
            continue
        clean[line_id] = checks.amount(problems, "claims", amount)
    problems.stop_if_any()
    return clean


def write_claims(request: GateRequest, claims: Mapping[UUID, Decimal]) -> None:
    """The claims of a request that was just written."""
    ClosureClaim.objects.bulk_create(
        ClosureClaim(request=request, line_id=line_id, claimed=amount) for line_id, amount in claims.items()
    )


def write_residual(request: GateRequest, level: ResidualFact) -> None:
    """The level that a request asks the committee to accept."""
    ResidualProposal.objects.create(request=request, plan_month=level.plan_month, level_month=level.level_month)
