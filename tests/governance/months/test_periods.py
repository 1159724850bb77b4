"""Locking months (domain section 12)."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from cat4 import clock
from cat4.accounts.actor import Role
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.errors import Conflict, Invalid, NotAllowed
from cat4.outbox.models import OutboxRow
from governance.months.actions.lock import lock_period
from hierarchy.calendar.selectors.periods import last_locked_month, locked_months
from hierarchy.constants import Level
from hierarchy.models import ReportingPeriod, RoleGrant
from measures.models import LockedStanding
from measures.status.actions.recompute import recompute_measure
from tests.world import World

AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)


@pytest.mark.parametrize("persona", ["controller", "pmo"])
def test_a_controller_or_portfolio_manager_of_the_whole_locks_a_month(inside: World, persona: str) -> None:
    period = lock_period(inside.actor(persona), month=AUGUST)
    assert (period.state, period.locked_by_id, period.locked_at) == ("locked", inside.people[persona].pk, clock.now())
    assert last_locked_month() == AUGUST
    # No step is skipped: each has its own entry and name.
    verbs = LedgerEntry.objects.order_by("sequence").values_list("entry__verb", "entry__actor_id")
    person = inside.people[persona].pk
    assert list(verbs) == [(verb, person) for verb in ("period.advanced", "period.advanced", "period.locked")]


def test_the_first_lock_takes_the_earlier_months_along(inside: World) -> None:
    lock_period(inside.actor("pmo"), month=date(2024, 3, 1))
    assert locked_months() == {date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)}
    assert AuditEntry.objects.get(verb="period.locked").summary == "locked Mar 2024 and the 2 months before it"


@pytest.mark.parametrize("persona", ["owner", "sponsor", "chair", "reader", "admin"])
def test_nobody_else_locks(inside: World, persona: str) -> None:
    with pytest.raises(NotAllowed) as refusal:
        lock_period(inside.actor(persona), month=AUGUST)
    assert refusal.value.reason.startswith("Only a controller or portfolio manager of the whole organization")
    counts = [model.objects.count() for model in (ReportingPeriod, AuditEntry, OutboxRow)]
    assert counts == [0, 0, 0]


def test_a_portfolio_manager_of_a_part_does_not_lock(inside: World) -> None:
    RoleGrant.objects.filter(role=Role.PMO).update(node=inside.nodes[Level.PORTFOLIO])
    with pytest.raises(NotAllowed):
        lock_period(inside.actor("pmo"), month=AUGUST)


def test_months_are_locked_in_order(inside: World) -> None:
    lock_period(inside.actor("pmo"), month=date(2026, 7, 1))
    with pytest.raises(Invalid) as refusal:
        lock_period(inside.actor("pmo"), month=SEPTEMBER)
    assert refusal.value.errors == {"month": ["Aug 2026 comes first: months are locked in order."]}
    lock_period(inside.actor("pmo"), month=AUGUST)
    assert lock_period(inside.actor("pmo"), month=SEPTEMBER).month == SEPTEMBER


@pytest.mark.parametrize("month", [SEPTEMBER, AUGUST])
def test_a_locked_month_is_a_conflict(inside: World, month: date) -> None:
    lock_period(inside.actor("pmo"), month=SEPTEMBER)
    with pytest.raises(Conflict) as conflict:
        lock_period(inside.actor("pmo"), month=month)
    assert conflict.value.current == {"last_locked_month": "2026-09-01"}
    assert AuditEntry.objects.filter(verb="period.locked").count() == 1


def test_the_running_month_is_not_locked_before_it_is_over(inside: World) -> None:
    lock_period(inside.actor("pmo"), month=SEPTEMBER)
    with pytest.raises(Invalid) as refusal:
        lock_period(inside.actor("pmo"), month=OCTOBER)
    assert refusal.value.errors == {"month": ["Oct 2026 is not over yet."]}
    with clock.at(date(2026, 11, 1)):
        assert lock_period(inside.actor("pmo"), month=OCTOBER).month == OCTOBER


@pytest.mark.parametrize("month", [date(2026, 8, 2), date(2023, 12, 1), date(2030, 1, 1)])
def test_only_months_of_the_calendar_are_locked(inside: World, month: date) -> None:
    with pytest.raises(Invalid) as refusal:
        lock_period(inside.actor("pmo"), month=month)
    assert refusal.value.errors == {"month": ["Choose a month of the fiscal calendar, Jan 2024 to Dec 2029."]}


def test_every_open_measure_is_told(inside: World) -> None:
    told = [inside.measure("M-1"), inside.measure("M-2", doi=1, lifecycle="on_hold")]
    inside.measure("M-3", lifecycle="cancelled")
    period = lock_period(inside.actor("pmo"), month=AUGUST)
    rows = set(OutboxRow.objects.values_list("topic", "object_id"))
    changed = {("measures.measure_changed", measure.pk) for measure in told}
    assert rows == {*changed, ("governance.period_locked", period.pk)}


def test_how_measures_stand_is_kept_with_the_locked_month_alone(inside: World) -> None:
    measure = inside.measure("M-1", doi=3)
    recompute_measure(measure.pk)
    lock_period(inside.actor("pmo"), month=AUGUST)
    kept = LockedStanding.objects.values_list("measure__code", "month", "implementation", "plan_in_year")
    assert list(kept) == [("M-1", AUGUST, "n", 0)]
    with pytest.raises(Conflict):
        lock_period(inside.actor("pmo"), month=AUGUST)
    assert LockedStanding.objects.count() == 1


def test_organizations_lock_apart(inside: World, twin: World) -> None:
    lock_period(inside.actor("pmo"), month=AUGUST)
    with twin.inside():
        assert locked_months() == set()


@pytest.mark.parametrize("change", [{"state": "open"}, {"month": OCTOBER}])
def test_the_database_keeps_a_locked_month_locked(inside: World, change: dict[str, object]) -> None:
    lock_period(inside.actor("pmo"), month=AUGUST)
    locked = ReportingPeriod.objects.filter(month=AUGUST)
    with pytest.raises(DatabaseError, match="is locked and stays locked"), transaction.atomic():
        locked.update(**change)
    with pytest.raises(DatabaseError, match="is locked and stays locked"), transaction.atomic():
        locked.delete()
    assert last_locked_month() == AUGUST
