"""Closures as lists: what is claimed in each, and which were closed lately."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.fiscal import fiscal_year
from governance.constants import Outcome
from governance.gates.models import GateDecision
from hierarchy.organization.selectors import organization
from hierarchy.rates.selectors.rates import plan_rates
from measures.constants import EBITDA_KINDS, Certainty, Doi, Recurrence
from measures.core.selectors.measures import visible_measures

from ..models import ClosureClaim

_LATELY = 8


def claimed_sums(request_ids: Iterable[UUID]) -> dict[UUID, Decimal | None]:
    """What each request claims as run-rate of hard recurring EBITDA, reporting currency; None: a rate is missing."""
    home = organization()
    year = fiscal_year(clock.today(home.time_zone), home.fiscal_year_start)
    claims = ClosureClaim.objects.filter(
        request__in=list(request_ids),
        line__kind__in=EBITDA_KINDS,
        line__certainty=Certainty.HARD,
        line__recurrence=Recurrence.RECURRING,
    )
    rows = list(claims.values_list("request_id", "claimed", "line__currency"))
    rates = plan_rates({currency for _, _, currency in rows}, [year])
    sums: dict[UUID, Decimal | None] = {}
    for request_id, claimed, currency in rows:
        rate, before = rates.get((currency, year)), sums.get(request_id, Decimal(0))
        sums[request_id] = None if rate is None or before is None else before + claimed * rate
    return sums


def closed_lately(actor: Actor) -> list[GateDecision]:
    """The newest closures of measures that the person sees."""
    decisions = GateDecision.objects.filter(organization_id=actor.organization_id, outcome=Outcome.ADVANCE)
    closed = decisions.filter(to_doi=Doi.CLOSED, measure__in=visible_measures(actor))
    return list(closed.select_related("measure", "decided_by", "on_behalf_of").order_by("-number")[:_LATELY])
