"""The rules that open a deviation, each with the case just short of it (domain section 9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cat4 import clock
from cat4.duties.tasks import run_duty
from cat4.outbox.actions import drain
from governance.deviations.constants import DeviationKind, Trigger
from governance.deviations.models import Deviation
from hierarchy.models import OrganizationSettings
from measures.constants import Doi, Lifecycle
from measures.models import EffectMonth, LockedStanding, Measure, Milestone, Ripple, RippleAnswer, RippleHop
from measures.schedule.actions.hand_offs import refuse_hand_off
from measures.schedule.actions.milestones import complete_milestone
from measures.status.actions.recompute import recompute_measure
from tests.governance.deviating import OCT, SEP, D, book, decided, forecast, look
from tests.governance.ready import NOW, ready_measure
from tests.world import TODAY, World, lock_months


def rules(deviations: list[Deviation]) -> dict[str, list[str]]:
    """The rules that hold, by kind."""
    return {str(deviation.kind): [rule["rule"] for rule in deviation.triggers] for deviation in deviations}


def test_a_measure_on_plan_opens_nothing(world: World) -> None:
    with world.inside():
        assert look(decided(world)) == []


# Below: (rule, off, just not off), each on a decided measure that is on plan otherwise.
def _forecast(amount: str) -> Callable[[World, Measure], None]:
    return lambda world, measure: forecast(measure, amount)


def _actual(amount: str) -> Callable[[World, Measure], None]:
    return lambda world, measure: book(measure, amount, month=SEP)


def _cost(amount: str) -> Callable[[World, Measure], None]:
    def spend(world: World, measure: Measure) -> None:
        EffectMonth.objects.filter(measure=measure, plan__lt=0).update(reported=D(amount))

    return spend


def _late(days: int) -> Callable[[World, Measure], None]:
    def slip(world: World, measure: Measure) -> None:
        due = date(2026, 11, 2)
        Milestone.objects.create(
            measure=measure, name="Ramp-up", position=9, baseline_on=due, forecast_on=due + timedelta(days=days)
        )

    return slip


def _refused(reason: str) -> Callable[[World, Measure], None]:
    def refuse(world: World, measure: Measure) -> None:
        Milestone.objects.create(
            measure=measure, name="Cells", position=9, baseline_on=TODAY, forecast_on=TODAY, refused_because=reason
        )

    return refuse


def _stood(share: str) -> Callable[[World, Measure], None]:
    def stand(world: World, measure: Measure) -> None:
        LockedStanding.objects.create(
            measure=measure, month=date(2026, 8, 1), at=NOW, implementation="g", potential="g", cost="g",
            plan_in_year=D(1000), fac_in_year=D(share) * 1000, plan_run_rate=D(1000), forecast_run_rate=D(share) * 1000,
        )  # fmt: skip

    return stand


def _locked(validated: str) -> Callable[[World, Measure], None]:
    def lock(world: World, measure: Measure) -> None:
        if validated:
            EffectMonth.objects.filter(measure=measure, month=SEP).update(
                validated=D(validated), validated_by=world.people["controller"], reported_by=world.people["owner"]
            )
        lock_months(SEP)

    return lock


@pytest.mark.parametrize(
    ("kind", "rule", "off", "edge"),
    [
        # 1,200 planned: 94.9% is amber, 95% green.
        ("money", Trigger.POTENTIAL, _forecast("94.90"), _forecast("95.00")),
        ("money", Trigger.BELOW_FORECAST, _actual("89.99"), _actual("90.00")),
        ("money", Trigger.SHARE_FELL, _stood("1.0501"), _stood("1.05")),
        ("cost", Trigger.BUDGET, _cost("-50.01"), _cost("-50.00")),
        ("cost", Trigger.COST, _cost("-50.01"), _cost("-50.00")),
        # From Monday 2 November: six working days are Tuesday 10, five are Monday 9.
        ("dates", Trigger.SLIP, _late(8), _late(7)),
        ("dates", Trigger.IMPLEMENTATION, _late(8), _late(7)),
        ("hand_off", Trigger.REFUSED, _refused("Two of six cells fail."), _refused("")),
        ("freshness", Trigger.UNVALIDATED, _locked(""), _locked("100.00")),
    ],
)
def test_each_rule_opens_a_deviation_and_stays_quiet_at_its_edge(
    world: World,
    kind: str,
    rule: Trigger,
    off: Callable[[World, Measure], None],
    edge: Callable[[World, Measure], None],
) -> None:
    with world.inside():
        inside, beyond = decided(world, "M-1"), decided(world, "M-2")
        edge(world, inside)
        off(world, beyond)
        assert rule not in rules(look(inside)).get(kind, [])
        assert rule in rules(look(beyond))[kind]


@pytest.mark.parametrize(("on", "is_stale"), [(date(2026, 12, 16), False), (date(2026, 12, 17), True)])
def test_a_forecast_is_stale_after_62_days(world: World, on: date, is_stale: bool) -> None:
    with world.inside():
        measure = decided(world)
        with clock.at(on):
            assert (Trigger.STALE in rules(look(measure)).get("freshness", [])) is is_stale


def test_a_slip_of_others_that_nobody_answered_in_time_opens_one_on_who_is_silent(world: World) -> None:
    with world.inside():
        measure, giver = decided(world, "M-1"), decided(world, "M-2")
        due = _ripple(giver, measure, days=6)
        with clock.at(due):
            assert "ripple" not in rules(look(measure))
        with clock.at(due + timedelta(days=1)):
            assert rules(look(measure))["ripple"] == [Trigger.UNANSWERED]


@pytest.mark.parametrize(("days", "opens"), [(5, False), (6, True)])
def test_a_slip_that_moves_others_far_opens_one_on_who_slipped(world: World, days: int, opens: bool) -> None:
    with world.inside():
        measure, giver = decided(world, "M-1"), decided(world, "M-2")
        _ripple(giver, measure, days=days)
        assert (Trigger.RIPPLE in rules(look(giver)).get("dates", [])) is opens
        RippleAnswer.objects.update(kind="accept", answered_at=NOW, answered_by=world.people["owner"])
        assert all(deviation.clear_since for deviation in look(giver))


def _ripple(giver: Measure, measure: Measure, *, days: int) -> date:
    """A slip of `giver` that moves `measure`, to be answered in a week; returns that day."""
    due = date(2026, 12, 1)
    trigger = Milestone.objects.create(measure=giver, name="Line 4", baseline_on=due, forecast_on=due, position=8)
    moved = measure.milestones.latest("position")
    ripple = Ripple.objects.create(
        trigger=trigger, measure=giver, cause="forecast", before_on=OCT, after_on=OCT, days=days, at=NOW
    )
    RippleHop.objects.create(
        ripple=ripple, position=1, milestone=moved, measure=measure, before_on=OCT, after_on=OCT, days=days
    )
    due_on = TODAY + timedelta(days=7)
    RippleAnswer.objects.create(ripple=ripple, measure=measure, due_on=due_on)
    return due_on


@pytest.mark.parametrize(
    "changes",
    [{"doi": Doi.DETAILED}, {"governable": False}, {"lifecycle": Lifecycle.ON_HOLD}],
    ids=["not decided", "not governable", "on hold"],
)
def test_money_that_nobody_has_decided_or_that_rests_opens_nothing(world: World, changes: dict[str, object]) -> None:
    """What is drafted, imported or on hold is no deviation, however red it is."""
    with world.inside():
        measure = ready_measure(world, **{"doi": Doi.DECIDED} | changes)  # type: ignore[arg-type]
        EffectMonth.objects.filter(measure=measure, plan__gt=0).update(forecast=Decimal("1.00"))
        assert "money" not in rules(look(measure))


def test_the_same_gap_brings_the_open_deviation_up_to_date(world: World) -> None:
    with world.inside():
        measure = decided(world)
        forecast(measure, "90.00")
        [opened] = look(measure)
        forecast(measure, "50.00")
        [found] = look(measure)
        assert (found.pk, found.effect_run_rate_opened, found.effect_run_rate) == (opened.pk, D(-120), D(-600))
        assert look(measure) == [found]
        assert DeviationKind(found.kind) == DeviationKind.MONEY


def test_a_failed_sustain_check_of_a_closed_measure_opens_a_reversal(world: World) -> None:
    with world.inside():
        measure = ready_measure(world, Doi.CLOSED, closed_on=date(2026, 3, 10), closed_run_rate=D(1400))
        held = ready_measure(world, Doi.CLOSED, "M-2", closed_on=date(2026, 3, 10), closed_run_rate=D(1200))
        lock_months(*(date(2026, month, 1) for month in range(1, 10)))
        [found] = look(measure)
        assert (found.kind, [rule["key"] for rule in found.triggers]) == ("reversal", ["6"])
        assert look(held) == []


def test_before_the_chosen_day_nothing_opens_and_on_it_what_is_off_does(world: World) -> None:
    tomorrow = TODAY + timedelta(days=1)
    with world.inside():
        OrganizationSettings.objects.update(deviations_from=tomorrow)
        measure = decided(world)
        forecast(measure, "50.00")
        assert look(measure) == []
    assert run_duty(world.organization.pk, "deviations.unfollowed") == 0
    with clock.at(tomorrow):
        assert run_duty(world.organization.pk, "deviations.unfollowed") == 1
        drain(world.organization.pk)
        assert run_duty(world.organization.pk, "deviations.unfollowed") == 0
    with world.inside():
        assert list(Deviation.objects.values_list("kind", "opened_on")) == [("money", tomorrow)]


def test_what_is_answered_and_refused_reaches_the_rules_by_the_outbox(world: World) -> None:
    """A refused hand-over opens one; offered again, it is clear."""
    with world.inside():
        measure = decided(world)
        cells = Milestone.objects.create(
            measure=measure, name="Cells", position=9, baseline_on=TODAY, forecast_on=TODAY,
            receiver=world.people["pmo"], handed_over_on=TODAY,
        )  # fmt: skip
        recompute_measure(measure.pk)
        refuse_hand_off(world.actor("pmo"), cells.pk, reason="Two of six cells fail.")
    drain(world.organization.pk)
    with world.inside():
        [found] = Deviation.objects.all()
        assert (found.kind, found.sentence) == ("hand_off", "Cells was refused: Two of six cells fail.")
        complete_milestone(world.actor("owner"), cells.pk, actual_on=TODAY)
    drain(world.organization.pk)
    with world.inside():
        assert Deviation.objects.get().clear_since == TODAY
