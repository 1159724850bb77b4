"""A month from open to submitted to validated, its due dates, and who is asked for what (domain section 12)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.duties.registry import duties
from cat4.errors import Conflict, Invalid, NotAllowed
from cat4.notices.models import Notice
from governance.months.actions.lock import lock_period
from governance.months.actions.nudges import nudge_person
from governance.months.actions.steps import advance_month, step_back_month
from governance.months.models import PeriodStep
from governance.months.selectors.due_dates import due_dates
from governance.months.selectors.progress import lines_of, month_page
from hierarchy.models import OrganizationSettings, ReportingPeriod
from measures.models import EffectLine, EffectMonth, HandedMonth, Measure
from measures.money.actions.actuals import report_actuals, return_actuals, validate_actuals
from measures.money.actions.months import hand_in_month
from measures.money.selectors.month_progress import month_of_measure
from tests.measures.steps import AUG, OCT, SEP, line_for, month_of, refused
from tests.world import World, lock_months

D = Decimal


@pytest.fixture
def month(world: World) -> Iterator[tuple[World, Measure, EffectLine]]:
    """August is locked; a decided measure plans 100 for September and nothing is reported."""
    with world.inside():
        lock_months(AUG)
        measure = world.measure(doi=3)
        line = line_for(world, measure)
        month_of(line, SEP, plan=D(100))
        yield world, measure, line


Month = tuple[World, Measure, EffectLine]


def state() -> str:
    return ReportingPeriod.objects.get(month=SEP).state


def test_a_month_goes_on_when_owners_handed_in_and_controllers_validated(month: Month) -> None:
    world, measure, line = month
    report_actuals(world.actor("owner"), measure.pk, line_id=line.pk, months={SEP: D(90)})
    hand_in_month(world.actor("owner"), measure.pk, month=SEP)
    advance_month(world.actor("controller"), month=SEP)
    assert state() == "submitted"
    validate_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months=[SEP])
    advance_month(world.actor("pmo"), month=SEP)
    assert state() == "validated"
    lock_period(world.actor("pmo"), month=SEP)
    steps = PeriodStep.objects.order_by("at", "id").values_list("before", "after", "missing")
    assert list(steps) == [("open", "submitted", 0), ("submitted", "validated", 0), ("validated", "locked", 0)]
    chained = AuditEntry.objects.filter(ledger__isnull=False, verb__startswith="period.")
    assert list(chained.order_by("at", "id").values_list("verb", flat=True)) == [
        "period.advanced", "period.advanced", "period.locked",
    ]  # fmt: skip


def test_without_a_measure_a_month_goes_on_with_a_reason_only(month: Month) -> None:
    world, _, _ = month
    with refused(Invalid, "1 measure is not handed in: M-1. Say why the month goes on without."):
        advance_month(world.actor("pmo"), month=SEP)
    with refused(Invalid, "1 measure is not validated: M-1."):
        lock_period(world.actor("pmo"), month=SEP)
    advance_month(world.actor("pmo"), month=SEP, reason="The plant is closed")
    assert PeriodStep.objects.values_list("missing", "reason").get() == (1, "The plant is closed")


@pytest.mark.parametrize("persona", ["owner", "sponsor", "chair", "reader", "admin"])
def test_nobody_but_who_locks_moves_a_month_or_asks_for_it(month: Month, persona: str) -> None:
    world, _, _ = month
    actor = world.actor(persona)
    with refused(NotAllowed, "Only a controller or portfolio manager of the whole organization"):
        advance_month(actor, month=SEP, reason="Mine")
    with refused(NotAllowed):
        step_back_month(actor, month=SEP, reason="Mine")
    with refused(NotAllowed):
        nudge_person(actor, month=SEP, person_id=world.people["owner"].pk)


def test_a_month_goes_back_one_step_with_a_reason_until_it_is_locked(month: Month) -> None:
    world, _, _ = month
    pmo = world.actor("pmo")
    for _step in range(2):
        advance_month(pmo, month=SEP, reason="Late")
    with refused(Invalid, "Say why the month goes back."):
        step_back_month(pmo, month=SEP, reason=" ")
    step_back_month(pmo, month=SEP, reason="An invoice came")
    assert state() == "submitted"
    step_back_month(pmo, month=SEP, reason="Another one")
    assert state() == "open"
    with refused(Conflict, "Sep 2026 is open."):
        step_back_month(pmo, month=SEP, reason="Once more")
    lock_period(pmo, month=SEP, reason="Late")
    for act in (advance_month, step_back_month):
        with refused(Conflict, "Sep 2026 is locked"):
            act(pmo, month=SEP, reason="Once more")


def test_months_go_on_in_order_and_not_before_they_are_over(month: Month) -> None:
    world, _, _ = month
    pmo = world.actor("pmo")
    with refused(Invalid, "Oct 2026 is not over yet."):
        advance_month(pmo, month=OCT)
    with clock.at(date(2026, 11, 3)):
        with refused(Invalid, "Sep 2026 comes first: it is open."):
            advance_month(pmo, month=OCT)
        advance_month(pmo, month=SEP, reason="Late")
        advance_month(pmo, month=OCT)
        with refused(Invalid, "Oct 2026 is submitted. Step it back first."):
            step_back_month(pmo, month=SEP, reason="An invoice came")


def test_a_submitted_figure_changes_only_after_the_controller_returned_it(month: Month) -> None:
    world, measure, line = month
    owner = world.actor("owner")
    report_actuals(owner, measure.pk, line_id=line.pk, months={SEP: D(90)})
    hand_in_month(owner, measure.pk, month=SEP)
    advance_month(world.actor("pmo"), month=SEP)
    with refused(Invalid, "Sep 2026 is submitted. The controller returns what has to change."):
        report_actuals(owner, measure.pk, line_id=line.pk, months={SEP: D(95)})
    return_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months=[SEP], reason="No invoice")
    assert not HandedMonth.objects.exists()
    report_actuals(owner, measure.pk, line_id=line.pk, months={SEP: D(95)})
    validate_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months=[SEP])
    advance_month(world.actor("pmo"), month=SEP)
    with refused(Invalid, "Sep 2026 is validated"):
        return_actuals(world.actor("controller"), measure.pk, line_id=line.pk, months=[SEP], reason="After all")


def test_an_owner_hands_in_what_is_reported_or_says_that_nothing_came(month: Month) -> None:
    world, measure, line = month
    owner = world.actor("owner")
    with refused(Invalid, "Not reported for Sep 2026: Steel price. Enter it, or say that nothing came."):
        hand_in_month(owner, measure.pk, month=SEP)
    with refused(NotAllowed):
        hand_in_month(world.actor("controller"), measure.pk, month=SEP, nothing=True)
    handed = hand_in_month(owner, measure.pk, month=SEP, nothing=True)
    assert (handed.nothing, EffectMonth.objects.get(line=line, month=SEP).reported) == (True, 0)
    with refused(Conflict, "Sep 2026 is handed in already."):
        hand_in_month(owner, measure.pk, month=SEP)
    report_actuals(owner, measure.pk, line_id=line.pk, months={SEP: D(5)})
    row = month_of_measure(measure, SEP)
    assert row is not None
    assert row.progress == "reported"


def test_due_dates_are_working_days_of_the_organization_after_the_month(month: Month) -> None:
    due = due_dates([SEP])[SEP]
    assert (due.submit_on, due.validate_on, due.lock_on) == (date(2026, 10, 7), date(2026, 10, 12), date(2026, 10, 14))
    OrganizationSettings.objects.update(holiday_country="AT", overrides={"close_submit_days": "3"}, version=2)
    due = due_dates([date(2026, 10, 1)])[date(2026, 10, 1)]
    # All Saints is a Sunday in 2026, so that November begins on Monday the 2nd.
    assert due.submit_on == date(2026, 11, 4)


def test_a_lock_after_its_date_is_marked_as_late(month: Month) -> None:
    world, _, _ = month
    with clock.at(date(2026, 10, 20)):
        lock_period(world.actor("pmo"), month=SEP, reason="Late")
    assert lines_of([SEP])[0].days_late == 4
    page = month_page(world.actor("pmo"), SEP)
    assert [step.days_late for step in page.steps] == [0, 9, 6, 4]
    assert AuditEntry.objects.get(verb="period.locked").change["due_on"] == "2026-10-14"


def test_a_lock_after_midnight_of_the_organization_is_late_though_the_day_in_utc_is_not(month: Month) -> None:
    world, _, _ = month
    with clock.at(datetime(2026, 10, 14, 22, 30, tzinfo=UTC)):
        lock_period(world.actor("pmo"), month=SEP, reason="Late")
    assert lines_of([SEP])[0].days_late == 1


def test_who_is_missing_is_named_by_unit_and_person_with_what_they_owe(month: Month) -> None:
    world, measure, line = month
    page = month_page(world.actor("pmo"), SEP)
    assert [(debt.unit, debt.name, [task.what.words for task in debt.owed]) for debt in page.debts] == [
        ("Drive Systems", "Owner Alder", ["to report"])
    ]
    report_actuals(world.actor("owner"), measure.pk, line_id=line.pk, months={SEP: D(90)})
    page = month_page(world.actor("pmo"), SEP)
    assert [(debt.name, [task.what.words for task in debt.owed]) for debt in page.debts] == [
        ("Owner Alder", ["to hand in"]), ("Controller Alder", ["to validate"]),
    ]  # fmt: skip


def test_a_person_is_asked_once_a_day(month: Month) -> None:
    world, _, _ = month
    pmo, owner = world.actor("pmo"), world.people["owner"]
    assert nudge_person(pmo, month=SEP, person_id=owner.pk) == 1
    with refused(Conflict, "Owner Alder was asked today already"):
        nudge_person(pmo, month=SEP, person_id=owner.pk)
    with refused(Invalid, "This person owes nothing for Sep 2026."):
        nudge_person(pmo, month=SEP, person_id=world.people["reader"].pk)
    with clock.at(date(2026, 10, 16)):
        assert nudge_person(pmo, month=SEP, person_id=owner.pk) == 1
    assert Notice.objects.filter(kind="period.nudge", person=owner).count() == 2


def reminded(on: date) -> list[tuple[str, str]]:
    """What the duty sends on a day, run twice."""
    before = set(Notice.objects.values_list("pk", flat=True))
    remind = duties()["governance.period_reminders"]
    with clock.at(on):
        remind(on)
        assert remind(on) == 0
    fresh = Notice.objects.exclude(pk__in=before).order_by("kind", "person__name")
    return list(fresh.values_list("kind", "person__name"))


def test_reminders_come_before_and_after_each_date_and_never_twice(month: Month) -> None:
    """Due on Wednesday 7, validated by Monday 12, locked by Wednesday 14 October."""
    world, measure, line = month
    assert reminded(date(2026, 10, 2)) == []
    assert reminded(date(2026, 10, 5)) == [("period.report_due", "Owner Alder")]
    assert reminded(date(2026, 10, 7)) == []
    assert reminded(date(2026, 10, 8)) == [("period.report_overdue", "Owner Alder")]
    assert reminded(date(2026, 10, 9)) == [("period.report_escalated", "Sponsor Alder")]
    report_actuals(world.actor("owner"), measure.pk, line_id=line.pk, months={SEP: D(90)})
    hand_in_month(world.actor("owner"), measure.pk, month=SEP)
    assert reminded(date(2026, 10, 12)) == [("period.validation_due", "Controller Alder")]
    assert reminded(date(2026, 10, 15)) == [
        ("period.lock_overdue", "Controller Alder"),
        ("period.lock_overdue", "Pmo Alder"),
        ("period.validation_overdue", "Controller Alder"),
    ]


def test_after_days_of_standstill_one_round_says_what_is_true_now(month: Month) -> None:
    assert reminded(date(2026, 10, 9)) == [
        ("period.report_escalated", "Sponsor Alder"),
        ("period.report_overdue", "Owner Alder"),
    ]
