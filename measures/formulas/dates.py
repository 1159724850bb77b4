"""When a milestone is expected, and which one a line's money comes with: each rule once (domain 6.1, 7 and 8)."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID


class Dated(Protocol):
    """The dates of a milestone: the owner's, the one that predecessors push it to, the day it was done."""

    @property
    def forecast_on(self) -> date: ...

    @property
    def computed_on(self) -> date | None: ...

    @property
    def actual_on(self) -> date | None: ...


class Followed(Protocol):
    """A milestone that money may come with."""

    @property
    def id(self) -> UUID | None: ...

    @property
    def is_effect_start(self) -> bool: ...


FollowedT = TypeVar("FollowedT", bound=Followed)


def own_date(milestone: Dated, today: date) -> date:
    """The day it was done, or the owner's forecast; today when that has passed."""
    return milestone.actual_on or max(milestone.forecast_on, today)


def planned_date(milestone: Dated) -> date:
    """The day it was done, else the owner's forecast, or where predecessors push it when that is later."""
    return milestone.actual_on or max(milestone.forecast_on, milestone.computed_on or milestone.forecast_on)


def expected_date(milestone: Dated, today: date) -> date:
    """The same; today when that has passed and it isn't done."""
    return milestone.actual_on or max(planned_date(milestone), today)


def pushed_to(milestone: Dated) -> date | None:
    """Where predecessors push an open one, when that is beyond the owner's forecast."""
    planned = planned_date(milestone)
    return planned if milestone.actual_on is None and planned > milestone.forecast_on else None


def milestone_followed(named: UUID | None, milestones: Iterable[FollowedT], *, is_cost: bool) -> FollowedT | None:
    """The milestone that a line comes with: the one it names, else the one that starts the effect.

    Costs that name none come with none: they stay where they are planned.
    """
    if named is not None:
        return next((milestone for milestone in milestones if milestone.id == named), None)
    return None if is_cost else next((milestone for milestone in milestones if milestone.is_effect_start), None)
