"""Exchange rates: what holds, setting one, versions and their comparison, the history of one rate."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cat4.errors import require
from cat4.fiscal import fiscal_year, fiscal_year_bounds
from cat4.web import formats
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.questions import Moved, require_sure
from cat4.web.requests import OrganizationRequest
from hierarchy.constants import RateKind
from hierarchy.master.forms import RateForm
from hierarchy.policies import may_set_rates

from .actions import set_exchange_rate
from .forms import CompareForm, HistoryForm
from .selectors.overview import rate_table
from .selectors.rates import compare_versions, last_number, rate_history, rate_in_force, rate_version, rate_versions

_PER_PAGE = 50


@require_GET
def rates(request: OrganizationRequest) -> HttpResponse:
    """The exchange rates that are set, and the plan rates that are missing."""
    table = rate_table()
    monthly = Paginator(table.monthly, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "table": table,
        "monthly": monthly,
        "versions": rate_versions()[:5],
        "may_set": may_set_rates(request.actor),
        "home": request.organization,
    }
    return render(request, "hierarchy/rates/rates.html", context)


@require_http_methods(["GET", "POST"])
def set_rate(request: OrganizationRequest) -> HttpResponse:
    """Set one exchange rate."""
    require(may_set_rates(request.actor))
    home, start = request.organization.currency, request.organization.fiscal_year_start
    asked = {name: request.GET.get(name, "") for name in ("kind", "currency", "month")}
    form = RateForm(posted(request), home=home, initial={name: value for name, value in asked.items() if value})
    page = FormPage(
        "Set an exchange rate",
        "Save rate",
        reverse("hierarchy:rates"),
        crumbs=_crumbs(),
        note="Figures in this currency are computed again. The change is kept as a version and goes into the ledger.",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        if clean["kind"] == RateKind.PLAN:
            clean["month"] = fiscal_year_bounds(fiscal_year(clean["month"], start), start)[0]
        require_sure(request.POST, (), _moved(clean))
        rate = set_exchange_rate(request.actor, **clean)
        return page.back, f"Set the {rate.get_kind_display().lower()} rate of {rate.currency}."

    return answer(request, form, page, act)


def _moved(clean: Mapping[str, Any]) -> list[Moved]:
    """The rate as it is, beside the one that was typed: every amount of the currency moves with it."""
    before = rate_in_force(clean["kind"], clean["currency"].strip().upper(), clean["month"])
    label = f"{RateKind(clean['kind']).label} {clean['currency']}, {formats.month(clean['month'])}"
    return [] if before is None else [Moved(label, before, clean["rate"])]


@require_GET
def versions(request: OrganizationRequest) -> HttpResponse:
    """Every version, and what differs between two of a kind."""
    form = CompareForm(request.GET if "kind" in request.GET else None)
    differences, faulty = None, form.is_bound and not form.is_valid()
    if form.is_bound and not faulty:
        asked = form.cleaned_data
        latest = last_number(asked["kind"])
        first, second = sorted(min(number, latest) for number in (asked["first"], asked["second"]))
        differences = compare_versions(asked["kind"], first, second)
    context = {
        "page": Paginator(rate_versions(), _PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "differences": differences,
        "crumbs": _crumbs(),
    }
    return render(request, "hierarchy/rates/versions.html", context, status=422 if faulty else 200)


@require_GET
def version(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """What one version set."""
    found = rate_version(pk)
    changes = Paginator(found.changes.all(), 2 * _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "hierarchy/rates/version.html", {"version": found, "changes": changes, "crumbs": _crumbs()})


@require_GET
def history(request: OrganizationRequest) -> HttpResponse:
    """What one rate was set to, by whom and why."""
    form = HistoryForm(request.GET)
    if not form.is_valid():
        raise Http404("There is no such rate.")
    asked = form.cleaned_data
    context = {
        "changes": rate_history(**asked),
        "crumbs": _crumbs(),
        "label": RateKind(asked["kind"]).label,
        **asked,
    }
    return render(request, "hierarchy/rates/history.html", context)


def _crumbs() -> tuple[tuple[str, str], ...]:
    return (("Settings", reverse("hierarchy:settings")), ("Exchange rates", reverse("hierarchy:rates")))
