"""The tabs of a measure and its addresses: what stands around every page of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from cat4.accounts.actor import Actor
from cat4.web.form_pages import Crumbs
from measures.models import Measure

<<<<<<< HEAD
=======
from ..selectors.overview import figures, is_attribution_doubtful, is_red_behind_green, path_of, status_lines
from .supply import head_verdicts, panels, tab_counts

>>>>>>> py-docs
TABS = {
    "detail": "Overview",
    "financials": "Financials",
    "milestones": "Milestones and dependencies",
    "risks": "Risks",
    "documents": "Documents",
    "checks": "Checks",
    "history": "History",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab with its own address."""

    label: str
    href: str
    is_current: bool
    count: int | None = None


def url_of(measure: Measure, tab: str = "detail") -> str:
    """The address of a measure, or of one of its tabs."""
    return reverse(f"measures:{tab}", args=[measure.pk])


def crumbs(actor: Actor, measure: Measure, path: Iterable[tuple[str, UUID]], *, itself: bool = False) -> Crumbs:
    """The way from the portfolio along `path`; a node that the person may not open is only named."""
    above = measure.package.path
    steps = [
        (name, reverse("hierarchy:node", args=[pk]) if actor.sees(above[:depth]) else "")
        for depth, (name, pk) in enumerate(path, start=2)
    ]
    return (*steps, (measure.name, url_of(measure))) if itself else tuple(steps)


<<<<<<< HEAD
def tabs(measure: Measure, current: str, counts: Mapping[str, int]) -> list[Tab]:
    """Every tab, with the number beside it where it has one."""
=======
def form_page(
    request: OrganizationRequest, measure: Measure, tab: str, title: str, submit: str, **more: Any
) -> FormPage:
    """A page with one form, which leads back to a tab of the measure."""
    crumbs = crumbs_of(request, measure, itself=True)
    return FormPage(title=title, submit=submit, back=url_of(measure, tab), crumbs=crumbs, **more)


def framed(
    request: OrganizationRequest, measure: Measure, tab: str, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A tab of a measure as a whole page, or one of its parts; htmx swaps only the tabs out of it."""
    lines, trend_month = status_lines(measure)
    computed_at = next((line.view.computed_at for line in lines if line.view.computed_at), None)
    frame = {
        "measure": measure,
        "crumbs": crumbs_of(request, measure),
        "tabs": _tabs(measure, tab),
        "status_lines": lines,
        "is_trap": is_red_behind_green(lines),
        "is_doubtful": is_attribution_doubtful(lines),
        "is_overridden": any(line.view.override for line in lines),
        "trend_month": trend_month,
        "computed": f"Computed {formats.moment(computed_at)}" if computed_at else "Not computed yet",
        "figures": figures(measure, request.organization.currency),
        "currency": request.organization.currency,
        "panels": panels(),
        **head_verdicts(request.actor, measure),
    }
    return render(request, template, {**frame, **context}, status=status)


def _tabs(measure: Measure, current: str) -> list[Tab]:
    counts = tab_counts(measure)
>>>>>>> py-docs
    return [Tab(label, url_of(measure, tab), tab == current, counts.get(tab)) for tab, label in TABS.items()]
