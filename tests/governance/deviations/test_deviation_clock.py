"""The clock: each step on its day, once, over weekends, holidays and standstill (domain section 9)."""

from __future__ import annotations

from datetime import date

import pytest

from cat4 import clock
from cat4.accounts.models import Membership
from cat4.audit.models import AuditEntry
from cat4.duties.tasks import run_duty
from cat4.errors import Invalid
from cat4.notices.models import Notice
from cat4.outbox.models import OutboxRow
from cat4.outbox.registry import consumers_of
from governance.deviations.actions.answers import add_counter_measure, state_cause
from governance.deviations.actions.clock import run_clock
from governance.deviations.constants import DeviationState, DeviationTopic
from governance.deviations.models import DeviationStep
from governance.deviations.selectors.topics import topics_before
from governance.gates.actions.decisions import hold_measure
from governance.gates.actions.requests import request_gate
from governance.gates.selectors.checklists import checklist
from governance.rules.evaluation import blocking
from hierarchy.constants import DayKind
from hierarchy.models import OrganizationSettings, OwnDay
from measures.models import Measure
from tests.governance.deviating import again, decided, forecast, look, short_of_money
from tests.world import TODAY, World


def steps(world: World) -> list[tuple[str, date]]:
    """Every step with the day on which it was due, opening apart."""
    rows = DeviationStep.objects.exclude(step="opened").order_by("due_on", "id")
    return list(rows.values_list("step", "due_on"))


def run(world: World, day: date) -> int:
    """The hourly round of that day, and what the worker then does about deviations that nobody decided."""
    with clock.at(day):
        taken = run_duty(world.organization.pk, "deviations.clock")
        with world.inside():
            undecided = OutboxRow.objects.filter(topic=DeviationTopic.UNDECIDED)
            for row in undecided:
                for consumer in consumers_of(row.topic):
                    consumer(row.object_id)
            undecided.delete()
    return taken


def told(kind: str) -> list[str]:
    """Who was told, by name."""
    return sorted(Notice.objects.filter(kind=kind).values_list("person__name", flat=True))


def test_the_days_of_the_clock_over_a_weekend(world: World) -> None:
    """Opened on Thursday 15 October: five working days are Thursday 22, day 7 too, day 14 is Thursday 29."""
    with world.inside():
        found = short_of_money(world)
        days = (found.opened_on, found.cause_due_on, found.sponsor_on, found.escalate_on, found.decide_by)
        assert days == (TODAY, date(2026, 10, 22), date(2026, 10, 22), date(2026, 10, 29), date(2026, 10, 29))
        assert told("deviation.opened") == ["Owner Alder"]


def test_days_off_move_the_steps_behind_them(world: World) -> None:
    """With 23 and 26 October and Monday 2 November off, and opened on Saturday 17."""
    with world.inside():
        settings = OrganizationSettings.objects.get()
        for on in (date(2026, 10, 23), date(2026, 10, 26), date(2026, 11, 2)):
            OwnDay.objects.create(settings=settings, on=on, kind=DayKind.CLOSED, reason="Works holiday")
        with clock.at(date(2026, 10, 17)):
            found = short_of_money(world)
        # Working days after Friday 16: 19, 20, 21, 22, 27. Day 14 is Saturday 31, and Monday is off.
        days = (found.cause_due_on, found.sponsor_on, found.escalate_on)
        assert days == (date(2026, 10, 27), date(2026, 10, 27), date(2026, 11, 3))


def test_each_step_is_taken_on_its_day_and_once(world: World) -> None:
    with world.inside():
        short_of_money(world)
    assert run(world, date(2026, 10, 21)) == 0
    assert run(world, date(2026, 10, 22)) == 2
    assert run(world, date(2026, 10, 28)) == 0
    assert run(world, date(2026, 10, 29)) >= 1
    assert run(world, date(2026, 10, 30)) == 0
    with world.inside():
        assert [step for step in steps(world) if step[0] != "circulated"] == [
            ("cause_due", date(2026, 10, 22)),
            ("sponsor_told", date(2026, 10, 22)),
            ("escalated", date(2026, 10, 29)),
        ]
        assert told("deviation.cause_due") == ["Owner Alder"]
        assert told("deviation.sponsor_told") == ["Sponsor Alder"]
        assert told("deviation.escalated") == ["Chair Alder", "Owner Alder", "Sponsor Alder"]


def test_after_standstill_every_step_carries_its_own_day_and_none_is_doubled(world: World) -> None:
    with world.inside():
        short_of_money(world)
    assert run(world, date(2026, 11, 1)) >= 3
    assert run(world, date(2026, 11, 1)) == 0
    with world.inside():
        assert dict(steps(world)) | {"circulated": None} == {
            "cause_due": date(2026, 10, 22),
            "sponsor_told": date(2026, 10, 22),
            "escalated": date(2026, 10, 29),
            "circulated": None,
        }
        assert Notice.objects.filter(kind="deviation.escalated").count() == 3


def test_with_cause_and_counter_measure_the_sponsor_is_not_told(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        owner = world.actor("owner")
        state_cause(owner, found.pk, cause_class="price", cause="The supplier raised its price.")
        add_counter_measure(
            owner, found.pk, text="Tender again.", responsible_id=owner.user_id, due_on=date(2026, 11, 2)
        )
    run(world, date(2026, 10, 23))
    with world.inside():
        assert steps(world) == [("cause_due", date(2026, 10, 22))]
        assert told("deviation.cause_due") == told("deviation.sponsor_told") == []


def test_past_its_clock_it_is_on_the_agenda_and_shuts_the_next_gate(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        assert topics_before(world.committee) == []
        assert _shut(found.measure) == []
    run(world, date(2026, 10, 31))
    with world.inside(), clock.at(date(2026, 10, 31)):
        [topic] = topics_before(world.committee)
        [row] = topic.deviations
        assert (row.number, topic.measure.code, topic.since) == (1, "M-1", date(2026, 10, 29))
        assert (row.day_on(date(2026, 10, 31)), row.effect_run_rate) == (16, -600)
        assert _shut(found.measure) == ["deviation 1 (money, day 16) without a decision"]
        with pytest.raises(Invalid) as refused:
            request_gate(world.actor("owner"), found.measure_id)
        assert refused.value.errors["no_overdue_deviation"] == [
            "No open deviation past its clock: deviation 1 (money, day 16) without a decision. "
            "Chair Alder can supply it."
        ]


def _shut(measure: Measure) -> list[str]:
    results = checklist(Measure.objects.get(pk=measure.pk))
    return [result.value for result in blocking(results) if result.rule == "no_overdue_deviation"]


def test_the_clock_rests_while_the_measure_is_on_hold(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        hold_measure(
            world.actor("chair"), found.measure_id, hold_reason="budget", reason="No money.", resume_on=date(2027, 1, 4)
        )
    assert run(world, date(2026, 11, 5)) == 0


def test_the_round_of_another_organization_takes_no_step_here(world: World, twin: World) -> None:
    with world.inside():
        short_of_money(world)
    assert run(twin, date(2026, 11, 5)) == 0


def test_what_waits_for_the_measure_is_told_on_day_0_by_code_and_owner_alone(world: World) -> None:
    with world.inside():
        first, second = decided(world, "M-1"), decided(world, "M-2", owner=world.people["pmo"])
        open_ones = [
            measure.milestones.create(name="Open", baseline_on=TODAY, forecast_on=TODAY) for measure in (first, second)
        ]
        open_ones[0].successor_links.create(successor=open_ones[1])
        forecast(first, "50.00")
        look(first)
        told_of = Notice.objects.get(kind="deviation.predecessor")
        assert (told_of.person, told_of.facts) == (world.people["pmo"], {"code": "M-1", "owner": "Owner Alder"})


def test_steps_are_written_by_rule_into_the_ledger(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        with clock.at(date(2026, 10, 29)):
            run_clock(date(2026, 10, 29))
        verbs = list(AuditEntry.objects.filter(object_id=found.pk).order_by("id").values_list("verb", "actor_name"))
        assert verbs == [("deviation.opened", "cat4"), ("deviation.stepped", "cat4")]
        assert again(found).state == DeviationState.OPEN
        assert Membership.objects.filter(user__name="cat4").count() == 0
