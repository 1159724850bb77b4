"""Whose numbers are unconfirmed, and how far their forecasts could be trusted."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from cat4.web.formats import percent
from cat4.web.requests import OrganizationRequest
from hierarchy.organization.selectors import organization_settings
from reporting.figures.selectors.unconfirmed import SHOWN, By, Freshness, Ranking, unconfirmed, waiting_measures
from reporting.figures.units import PageUnit, unit_for

LABELS = {By.UNIT: "Business units", By.ENTITY: "Legal entities", By.OWNER: "Owners"}


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the three rankings."""

    label: str
    href: str
    is_current: bool


@require_GET
def page(request: OrganizationRequest) -> HttpResponse:
    """The ranking, and the measures of the group that was chosen."""
    by, of = _asked(request.GET)
    ranking = unconfirmed(request.actor, by=by)
    chosen = next((group for group in ranking.groups if of and group.id == of), None)
    if of and chosen is None:
        raise Http404("There is no such group in what you see.")
    unit = unit_for(request.organization.currency, *(group.fac.total for group in ranking.groups))
    context = {
        "ranking": ranking,
        "rows": [(group, _words(group, unit), _address(by, group.id)) for group in ranking.groups],
        "headline": _headline(ranking, unit),
        "unit": unit,
        "tabs": [Tab(label, _address(grouping), grouping == by) for grouping, label in LABELS.items()],
        "label": LABELS[by],
        "chosen": chosen,
        "everything": _address(by),
        "waiting": [
            (measure, unit.text(measure.amount)) for measure in waiting_measures(request.actor, by=by, of=of)
        ],
        "most_shown": SHOWN,
        "stale_days": organization_settings().thresholds.stale_after_days,
    }  # fmt: skip
    return render(request, "reporting/rollups/freshness.html", context)


def _asked(query: QueryDict) -> tuple[By, UUID | None]:
    """The ranking and the group of the address; what can't be read is not there."""
    try:
        return By(query.get("by") or By.UNIT), UUID(query.get("of")) if query.get("of") else None
    except ValueError as error:
        raise Http404("There is no such ranking.") from error


def _address(by: By, of: UUID | None = None) -> str:
    return f"{reverse('reporting:freshness')}?by={by.value}" + (f"&of={of}" if of else "")


def _headline(ranking: Ranking, unit: PageUnit) -> str:
    """`17% of EUR 101.3m is unconfirmed: EUR 6.0m rests on forecasts that are stale, EUR 11.2m on none.`"""
    whole = ranking.whole
    if whole.unconfirmed is None:
        return "Nothing is expected this year."
    share, fac = percent(whole.unconfirmed), whole.fac
    parts = f"{unit.words(fac.stale)} rests on forecasts that are stale, {unit.words(fac.assumed)} on none"
    return f"{share} of {unit.words(fac.total)} is unconfirmed: {parts}."


def _words(freshness: Freshness, unit: PageUnit) -> dict[str, str]:
    """A row of the ranking as text."""
    honesty = freshness.honesty
    return {
        "fac": unit.text(freshness.fac.total),
        "unconfirmed": percent(freshness.unconfirmed),
        "unconfirmed_amount": unit.text(freshness.unconfirmed_amount),
        "stale_amount": unit.text(freshness.fac.stale),
        "honesty": percent(honesty.share if honesty else None),
        "bias": _bias(freshness),
        "haircut": percent(honesty.haircut if honesty else None),
        "after": unit.text(freshness.forecast_after_haircut),
        "forecast": unit.text(freshness.fac.forecast),
    }


def _bias(freshness: Freshness) -> str:
    """`12% too high`, `3% too low`, or nothing where the forecast held."""
    honesty = freshness.honesty
    if honesty is None or not round(honesty.bias, 2):
        return ""
    return f"{percent(abs(honesty.bias))} too {'high' if honesty.bias > 0 else 'low'}"
