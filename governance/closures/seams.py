"""What closures supply: facts and contents of requests to the gates, and what waits for a signature."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from cat4.accounts.actor import Actor
from cat4.errors import Verdict
from cat4.waiting import Page, Waiting, waits
from governance.constants import RequestKind
from governance.gates.contents import CLOSING, Content, holds
from governance.gates.models import GateRequest
from governance.gates.supply import Supplied, supplies
from governance.rules.closing import level_of
from governance.rules.facts import GateFacts, Parties
from hierarchy.organization.selectors import thresholds
from measures.models import Measure
from measures.money.supply import keeps_sustain_checks
from measures.status.selectors.totals import run_rate_of

from .actions.claims import check_claims, write_claims, write_residual
from .forms import ClaimForm
from .policies import may_return_closing
from .selectors.causes import reopen_causes
from .selectors.comparison import closing_of
from .selectors.facts import closing_facts
from .selectors.kept import as_kept
from .selectors.sustained import made_checks
from .selectors.waiting import closures_waiting

Amounts = Mapping[UUID, Decimal]

keeps_sustain_checks(made_checks)


@supplies("residual", "residual_asked")
def facts_of_closing(measure: Measure, request: GateRequest | None, today: date) -> Supplied:
    """The residual that is asked for or accepted."""
    return closing_facts(measure, request)


@supplies("causes")
def causes_to_reopen(measure: Measure, request: GateRequest | None, today: date) -> Supplied:
    """What a closed measure may be reopened for."""
    return {"causes": reopen_causes(measure)}


@holds(CLOSING)
class Claims(Content):
    """What the owner claims of each line, in its currency; what isn't named is claimed as reported."""

    def check(self, measure: Measure, given: Amounts | None) -> Amounts:
        return check_claims(measure, given or {})

    def write(self, request: GateRequest, content: Amounts, facts: GateFacts) -> None:
        write_claims(request, content)

    def say(self, content: Amounts) -> dict[str, object]:
        return {"claims": {str(line_id): amount for line_id, amount in content.items()}} if content else {}

    def may_return(self, actor: Actor, parties: Parties, request: GateRequest) -> Verdict:
        return may_return_closing(actor, parties, request, is_signed=request.signatures.exists())

    def keep(self, request: GateRequest) -> dict[str, Any]:
        return as_kept(closing_of(request.measure, request))

    def form(self, measure: Measure) -> tuple[type[ClaimForm], dict[str, Any]]:
        return ClaimForm, {"closing": closing_of(measure)}


@holds(RequestKind.RESIDUAL)
class Residual(Content):
    """The level that the measure has reached, which the rules see: nobody types it."""

    def write(self, request: GateRequest, content: None, facts: GateFacts) -> None:
        level = level_of(facts, thresholds())
        if level is not None:
            write_residual(request, level)


@waits("closures.sign", "sign", page=Page.CLOSURES, count=lambda actor: closures_waiting(actor).count())
def signatures(actor: Actor) -> Iterator[Waiting]:
    """Closings to sign, first as the controller or second after them."""
    for request in closures_waiting(actor).select_related("measure__totals"):
        yield Waiting(request.pk, request.measure.name, "governance:closure", request.pk, run_rate_of(request.measure))
