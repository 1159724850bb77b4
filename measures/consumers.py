"""What follows from a changed measure, and from settings that every measure is computed with."""

from uuid import UUID

from cat4.outbox.registry import consumes
from hierarchy.constants import Topic as HierarchyTopic

from .actions.findings import mark_findings, refresh_findings
from .actions.forecast_checks import check_forecasts
from .actions.network import follow_lifecycle, settle_after, settle_everything
from .actions.overrides import end_overrides
from .actions.recompute import mark_every_measure, recompute_measure
from .actions.reminders import ask_affected_owners
from .actions.ripple_money import store_ripple_money
from .constants import Topic


@consumes(Topic.MEASURE_CHANGED)
def recompute(measure_id: UUID) -> None:
    """Sums and statuses follow every change of a measure."""
    recompute_measure(measure_id)
    mark_findings(measure_id)


@consumes(Topic.FINDINGS_OUTDATED)
def check(measure_id: UUID) -> None:
    """Doubts and overlaps follow in a transaction of their own, so that figures never wait for them."""
    end_overrides(measure_id)
    refresh_findings(measure_id)


@consumes(HierarchyTopic.SETTINGS_CHANGED)
def recompute_every_measure(_settings_id: UUID) -> None:
    """Thresholds, rates and the calendar are part of every measure's statuses."""
    mark_every_measure()


@consumes(Topic.MEASURE_CHANGED)
def release_what_waited(measure_id: UUID) -> None:
    """What waited for a measure that is given up waits for it no longer."""
    follow_lifecycle(measure_id)


@consumes(Topic.MILESTONE_MOVED)
def settle_network(milestone_id: UUID) -> None:
    """Computed dates follow what their milestones wait for."""
    settle_after(milestone_id)


@consumes(HierarchyTopic.SETTINGS_CHANGED)
def settle_every_date(_settings_id: UUID) -> None:
    """Lags are counted in working days, which days off change."""
    settle_everything()


@consumes(Topic.RIPPLE_STORED)
def compute_ripple_money(ripple_id: UUID) -> None:
    """The money of a ripple is computed once, after the dates are saved."""
    store_ripple_money(ripple_id)


@consumes(Topic.RIPPLE_STORED)
def tell_affected_owners(ripple_id: UUID) -> None:
    """Who has to answer a ripple hears of it."""
    ask_affected_owners(ripple_id)


@consumes(Topic.ACTUALS_VALIDATED)
def look_back_at_forecasts(measure_id: UUID) -> None:
    """What came shows how far the forecasts of three months before could be trusted."""
    check_forecasts(measure_id)
