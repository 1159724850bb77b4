"""Milestones and dependencies as the tab of a measure shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import ngettext

from cat4.accounts.actor import Actor
from cat4.errors import Verdict
from cat4.wording import counted
from measures.models import Milestone

from ..policies import may_answer_hand_off, may_remove_milestone
from ..selectors.milestone_tab import TabLine
from ..selectors.milestones import MilestoneLine, MilestoneState
from ..selectors.network import DependencyView

_TAGS = {
    MilestoneState.HANDED_OVER: ("Handed over, not accepted yet", "i"),
    MilestoneState.OVERDUE: ("Overdue", "r"),
    MilestoneState.OPEN: ("Open", ""),
}


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A milestone beside what the reader may do with it. `tag` says its state in words, `tag_kind` is the colour.

    `hand_off` says who has to accept it, or why it was refused; `pushed_by` names what pushes it.
    """

    tab: TabLine
    tag: str
    tag_kind: str
    hand_off: str
    pushed_by: str
    may_remove: Verdict
    may_accept: bool


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A dependency with the short names of both milestones and its terms in words."""

    link: DependencyView
    mine: str
    other: str
    terms: str


def milestone_rows(actor: Actor, lines: Iterable[TabLine]) -> list[MilestoneRow]:
    """A row per milestone, in their order."""
    return [_row(actor, tab) for tab in lines]


def _row(actor: Actor, tab: TabLine) -> MilestoneRow:
    tag, kind = tag_of(tab.line)
    pusher = tab.pushed_by
    return MilestoneRow(
        tab=tab,
        tag=tag,
        tag_kind=kind,
        hand_off=_hand_off(tab.line),
        pushed_by=f"{pusher.code} {pusher.number} {pusher.name}".rstrip() if pusher else "",
        may_remove=may_remove_milestone(actor, tab.milestone),
        may_accept=_may_accept(actor, tab.milestone),
    )


def _may_accept(actor: Actor, milestone: Milestone) -> bool:
    is_waiting = milestone.handed_over_on is not None and milestone.actual_on is None
    return is_waiting and bool(may_answer_hand_off(actor, milestone))


def tag_of(line: MilestoneLine) -> tuple[str, str]:
    """`Moves 3 working days`, and the colour of that."""
    late = counted(line.slip_days, "working day")
    if line.state is MilestoneState.DONE:
        return f"Done, {late} late" if line.slip_days > 0 else "Done", "g"
    return (f"Moves {late}", "a") if line.state is MilestoneState.MOVED else _TAGS[line.state]


def _hand_off(line: MilestoneLine) -> str:
    milestone = line.milestone
    if milestone.receiver is None or line.state is MilestoneState.DONE:
        return ""
    if milestone.refused_because:
        return f"{milestone.receiver.name} refused it: {milestone.refused_because}"
    if milestone.handed_over_on is not None:
        return f"{milestone.receiver.name} has to accept it"
    return f"{milestone.receiver.name} receives it"


def link_rows(links: Iterable[DependencyView], numbers: Mapping[UUID, str]) -> list[LinkRow]:
    """A row per dependency, in their order."""
    return [LinkRow(link, numbers[link.mine_id], numbers[link.other_id], _terms(link)) for link in links]


def _terms(link: DependencyView) -> str:
    """`Finish to start, 5 working days later`."""
    if not link.lag_days:
        return link.kind.label
    lag = abs(link.lag_days)
    days = ngettext("%d working day", "%d working days", lag) % lag
    return f"{link.kind.label}, {days} {'later' if link.lag_days > 0 else 'of overlap'}"
