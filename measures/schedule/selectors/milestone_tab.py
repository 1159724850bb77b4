"""The tab of milestones: their dates, what pushes them, what waits for what, what moved, and what is offered."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cat4.accounts.actor import Actor
from measures.core.selectors.numbering import milestone_numbers
from measures.facts.calendar import calendar
from measures.models import Measure, Milestone, PlanMilestone

from .milestones import MilestoneLine, milestone_lines
from .network import Dependencies, dependencies_of
from .pull_forwards import Offer, open_offers
from .ripples import RippleView, ripples_of
from .waiting import Pusher, pushers

MOST_RIPPLES = 10


@dataclass(frozen=True, slots=True)
class TabLine:
    """A milestone with its short name, the date it was first decided for, and what pushes it."""

    number: str
    line: MilestoneLine
    first_on: date | None
    pushed_by: Pusher | None

    @property
    def milestone(self) -> Milestone:
        return self.line.milestone


@dataclass(frozen=True, slots=True)
class MilestoneTab:
    """Everything of the tab. `numbers` hold M1, M2 … of every milestone that it names."""

    lines: list[TabLine]
    dependencies: Dependencies
    ripples: list[RippleView]
    offers: list[Offer]
    numbers: dict[UUID, str]


def milestone_tab(actor: Actor, measure: Measure) -> MilestoneTab:
    """The tab for one reader; of other measures no more than everybody may know."""
    rows = list(measure.milestones.select_related("responsible", "receiver", "measure__package", "measure__owner"))
    links, ripples = dependencies_of(actor, measure), ripples_of(actor, measure)[:MOST_RIPPLES]
    others = {link.measure.id for link in (*links.waits_for, *links.waited_for_by)}
    numbers = milestone_numbers({measure.pk, *others, *(ripple.measure.id for ripple in ripples)})
    first, pushed = _first_dates(measure), pushers(actor, rows)
    lines = [
        TabLine(
            number=numbers[line.milestone.pk],
            line=line,
            first_on=first.get(line.milestone.pk)
            if first.get(line.milestone.pk) != line.milestone.baseline_on
            else None,
            pushed_by=pushed.get(line.milestone.pk),
        )
        for line in milestone_lines(rows, calendar().today)
    ]
    return MilestoneTab(lines, links, ripples, open_offers(actor, measure), numbers)


def _first_dates(measure: Measure) -> dict[UUID, date]:
    """The baseline dates of the first frozen plan, which stay visible when it is changed (domain section 7)."""
    dates = PlanMilestone.objects.filter(plan_version__measure=measure, plan_version__number=1)
    return dict(dates.values_list("milestone_id", "baseline_on"))
