"""What totals leave out for want of a plan rate: how many measures below a node, and which rates (domain 6.10)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cat4.tenancy.context import current_organization_id
from measures.models import MeasureTotals
from reporting.constants import FIRST_VALUED_DOI


@dataclass(frozen=True, slots=True)
class Incomplete:
    """How many measures have amounts that no total holds, and the plan rates that these lack, such as `GBP 2027`."""

    measures: int
    missing_rates: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """`Incomplete: 1 measure, GBP has no plan rate for 2027`."""
        count = ngettext("%d measure", "%d measures", self.measures) % self.measures
        return _("Incomplete: %(count)s, %(rates)s") % {"count": count, "rates": rates_in_words(self.missing_rates)}


def rates_in_words(named: Iterable[str]) -> str:
    """`GBP has no plan rate for 2027, 2028; PLN has no plan rate for 2027`."""
    years: dict[str, list[str]] = defaultdict(list)
    for pair in named:
        currency, year = pair.split(" ")
        years[currency].append(year)
    return "; ".join(
        _("%(currency)s has no plan rate for %(years)s") % {"currency": currency, "years": ", ".join(those)}
        for currency, those in years.items()
    )


def incomplete_below(nodes: Collection[UUID]) -> dict[UUID, Incomplete]:
    """Those of the nodes whose totals leave something out, in one query over the few measures that lack a rate."""
    wanted, found = set(nodes), defaultdict[UUID, list[list[str]]](list)
    lacking = MeasureTotals.objects.filter(
        organization_id=current_organization_id(), measure__governable=True, measure__doi__gte=FIRST_VALUED_DOI
    ).exclude(missing_rates=[])
    for path, missing in lacking.values_list("measure__package__path", "missing_rates"):
        for node in wanted.intersection(path):
            found[node].append(missing)
    return {
        node: Incomplete(len(several), tuple(sorted({pair for missing in several for pair in missing})))
        for node, several in found.items()
    }


def incomplete_at(node: UUID) -> Incomplete | None:
    """The same of one node; None where its totals are complete."""
    return incomplete_below([node]).get(node)
