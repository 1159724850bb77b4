"""The tabs of a measure and its addresses: what stands around every page of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from cat4.accounts.actor import Actor
from cat4.web.form_pages import Crumbs
from measures.models import Measure

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


def tabs(measure: Measure, current: str, counts: Mapping[str, int]) -> list[Tab]:
    """Every tab, with the number beside it where it has one."""
    return [Tab(label, url_of(measure, tab), tab == current, counts.get(tab)) for tab, label in TABS.items()]
