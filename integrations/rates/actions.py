"""Taking over reference rates: what was previewed, through the one act that sets rates."""

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.errors import Conflict, require
from cat4.wording import month_name
from hierarchy.constants import RateKind
from hierarchy.models import RateSet
from hierarchy.policies import may_set_rates
from hierarchy.rates.actions import set_rates

from .comparison import Proposal
from .selectors import Preview, preview_of


@transaction.atomic
def take_over_rates(actor: Actor, proposal: Proposal, *, expected: str | None = None) -> tuple[Preview, list[RateSet]]:
    """Set what is new or differs, as one version per kind; a second time nothing differs and no version is made.

    Rates that govern a locked month stay. `expected` is the state that a preview showed.

    Raises:
        NotAllowed; Conflict when rates changed since the preview, Invalid as `set_rates`.
    """
    require(may_set_rates(actor))
    preview = preview_of(proposal)
    if expected is not None and expected != preview.state:
        raise Conflict("The rates were changed since this preview. Look at it again.", current=preview.counts)
    versions = []
    for kind in RateKind.values:
        rates = preview.to_set(kind)
        if rates:
            version = set_rates(actor, kind=kind, rates=rates, reason=_reason(kind, proposal), source=proposal.source)
            versions.extend([version] if version else [])
    return preview, versions


def _reason(kind: str, proposal: Proposal) -> str:
    if kind == RateKind.AVERAGE:
        return "Mean of the month's reference rates"
    if kind == RateKind.CLOSING or proposal.plan is None:
        return "Last reference rate of the month"
    plan = proposal.plan
    first, last = month_name(plan.first), month_name(plan.last)
    return f"Plan {plan.fiscal_year} from the mean of the reference rates of {first} to {last}"
