"""The tab of milestones and dependencies."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from cat4.errors import Verdict
from cat4.web.requests import OrganizationRequest

from ..policies import (
    may_answer_hand_off,
    may_answer_pull_forward,
    may_edit_dependencies,
    may_edit_milestones,
    may_remove_milestone,
)
from ..selectors.measures import visible_measure
from ..selectors.milestone_tab import TabLine, milestone_tab
from ..selectors.network import DependencyView
from ..selectors.ripples import RippleView
from ._frame import framed


@dataclass(frozen=True, slots=True)
class Row:
    """A milestone beside what the reader may do with it."""

    tab: TabLine
    may_remove: Verdict
    may_accept: bool


@dataclass(frozen=True, slots=True)
class RippleLine:
    """A ripple in the list: what moved how far, and how many have answered."""

    view: RippleView
    number: str
    answered: int

    @property
    def waits(self) -> bool:
        return self.answered < len(self.view.answers) and not self.view.is_superseded


@require_GET
def tab(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Dates with what pushes them, dependencies both ways, ripples, and earlier dates on offer."""
    measure = visible_measure(request.actor, pk)
    found = milestone_tab(request.actor, measure)
    rows = [
        Row(one, may_remove_milestone(request.actor, one.milestone), _may_accept(request, one)) for one in found.lines
    ]
    ripples = [
        RippleLine(view, found.numbers[view.ripple.trigger_id], sum(bool(one.kind) for one in view.answers))
        for view in found.ripples
    ]
    return framed(
        request,
        measure,
        "milestones",
        "measures/schedule/milestones.html",
        rows=rows,
        waits_for=_numbered(found.dependencies.waits_for, found.numbers),
        waited_for_by=_numbered(found.dependencies.waited_for_by, found.numbers),
        ripples=ripples,
        offers=found.offers,
        may_change=may_edit_milestones(request.actor, measure),
        may_link=may_edit_dependencies(request.actor, measure),
        may_take=may_answer_pull_forward(request.actor, measure),
    )


def _may_accept(request: OrganizationRequest, one: TabLine) -> bool:
    milestone = one.milestone
    is_waiting = milestone.handed_over_on is not None and milestone.actual_on is None
    return is_waiting and bool(may_answer_hand_off(request.actor, milestone))


def _numbered(links: tuple[DependencyView, ...], numbers: dict[UUID, str]) -> list[tuple[DependencyView, str, str]]:
    return [(one, numbers[one.mine_id], numbers[one.other_id]) for one in links]
