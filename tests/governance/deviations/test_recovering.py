"""What is cured recovers: its clock stands still, and it asks nobody for anything (domain section 9)."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module

from django.apps import apps

from cat4 import clock
from cat4.errors import Conflict
from cat4.notices.models import Notice
from cat4.waiting import waiters
from governance.committees.actions.escalations import circulate, withdraw_unbegun
from governance.committees.models.resolutions import Circulation, CirculationVote
from governance.committees.selectors.agenda import subjects_before
from governance.deviations.actions.answers import add_counter_measure
from governance.deviations.actions.clock import run_clock
from governance.deviations.models import CounterMeasure, Deviation
from governance.deviations.selectors.deviations import past_their_clock
from hierarchy.models import ReportingPeriod
from measures.models import EffectMonth, Milestone
from measures.schedule.actions.hand_offs import accept_hand_off, refuse_hand_off
from measures.schedule.actions.milestones import complete_milestone
from measures.status.actions.recompute import recompute_measure
from tests.governance.deviating import OCT, SEP, again, decided, forecast, look, settle, short_of_money
from tests.governance.deviations.test_deviation_decisions import decide
from tests.measures.steps import refused
from tests.world import TODAY, World, lock_months

DAY_20 = TODAY + timedelta(days=20)


def big(found: Deviation) -> Deviation:
    """So much that the body decides on it."""
    Deviation.objects.filter(pk=found.pk).update(effect_run_rate=-250_000)
    return again(found)


def test_a_hand_off_refused_and_accepted_the_same_day_never_reaches_the_committee(world: World) -> None:
    """15 October: recovering from that day, nobody asked, never on an agenda, closed when October is locked green."""
    with world.inside():
        measure = decided(world)
        cells = Milestone.objects.create(
            measure=measure, name="Cells", position=9, baseline_on=TODAY, forecast_on=TODAY,
            receiver=world.people["pmo"], handed_over_on=TODAY,
        )  # fmt: skip
        recompute_measure(measure.pk)
        refuse_hand_off(world.actor("pmo"), cells.pk, reason="Two of six cells fail.")
        settle(world)
        [found] = Deviation.objects.all()
        assert (found.kind, found.state) == ("hand_off", "open")
        complete_milestone(world.actor("owner"), cells.pk, actual_on=TODAY)
        accept_hand_off(world.actor("pmo"), cells.pk)
        settle(world)
        assert (again(found).state, again(found).clear_since) == ("recovering", TODAY)
        asked = {kind: waiters()[kind].waiting_for(world.actor("owner")) for kind in ("deviations.cause",)}
        assert asked == {"deviations.cause": []}
    for day in (date(2026, 10, 22), date(2026, 10, 29), date(2026, 11, 5)):
        with clock.at(day), world.inside():
            run_clock(day)
            assert subjects_before(world.committee) == []
            assert past_their_clock(measure, day) == []
            assert not circulate(measure.pk)
    with world.inside(), clock.at(date(2026, 11, 10)):
        told = set(Notice.objects.filter(kind__startswith="deviation.").values_list("kind", flat=True))
        assert told == {"deviation.opened"}
        EffectMonth.objects.filter(measure=measure, month__lte=OCT, plan__gt=0).update(
            reported=100, validated=100, reported_by=world.people["owner"], validated_by=world.people["controller"]
        )
        lock_months(SEP, OCT)
        ReportingPeriod.objects.update(locked_at=clock.now())
        look(measure)
        assert (again(found).state, again(found).closed_month) == ("closed", OCT)


def test_a_relapse_goes_on_from_where_the_clock_stood(world: World) -> None:
    """Green on 20 October, day 5, and off again ten days later: day 5 again, and everything ahead is ten days later."""
    with world.inside():
        found = short_of_money(world)
        with clock.at(date(2026, 10, 20)):
            forecast(found.measure, "100.00")
            look(found.measure)
        with clock.at(date(2026, 10, 30)):
            assert again(found).day_on(date(2026, 10, 30)) == 5
            run_clock(date(2026, 10, 30))
            forecast(found.measure, "50.00")
            look(found.measure)
        back = again(found)
        assert (back.state, back.round, back.day_on(date(2026, 10, 30))) == ("open", 1, 5)
        # 22 and 29 October; the first ten days later is a Sunday.
        assert (back.cause_due_on, back.escalate_on) == (date(2026, 11, 2), date(2026, 11, 9))
        assert list(back.steps.values_list("step", flat=True)) == ["opened", "clear", "unclear"]


def test_what_was_decided_recovers_and_relapses_as_decided(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        decide(world, found)
        forecast(found.measure, "100.00")
        look(found.measure)
        assert again(found).state == "recovering"
        assert not waiters()["deviations.counter_measure"].waiting_for(world.actor("owner"))
        with clock.at(DAY_20 + timedelta(days=9)):
            run_clock(DAY_20 + timedelta(days=9))
        assert again(found).state == "recovering"
        forecast(found.measure, "50.00")
        look(found.measure)
        assert (again(found).state, CounterMeasure.objects.count()) == ("decided", 1)


def test_a_circulation_that_has_not_begun_ends_with_the_gap(world: World) -> None:
    """Nobody has voted: it is withdrawn by rule. One vote, and it goes on."""
    with world.inside(), clock.at(DAY_20):
        for code, voted in (("M-1", False), ("M-2", True)):
            found = short_of_money(world, code)
            Deviation.objects.filter(pk=found.pk).update(escalated_on=DAY_20)
            big(found)
            assert circulate(found.measure_id)
            circulation = Circulation.objects.get(measure=found.measure)
            if voted:
                CirculationVote.objects.create(
                    circulation=circulation, member=world.people["chair"], outcome="hold", choice="for",
                    cast_by=world.people["chair"], cast_at=clock.now(),
                )  # fmt: skip
            forecast(found.measure, "100.00")
            look(found.measure)
            assert withdraw_unbegun(found.pk) is not voted
            circulation.refresh_from_db()
            assert circulation.state == ("open" if voted else "withdrawn")


def test_nobody_decides_on_what_recovers(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        forecast(found.measure, "100.00")
        look(found.measure)
        with refused(Conflict, "Deviation 1 is recovering since 15 Oct 2026: there is nothing to decide."):
            decide(world, again(found))


def test_what_another_measure_carries_asks_nobody_to_say_it_is_done(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        other, owner = world.measure("M-9"), world.actor("owner")
        for measure in (other, None):
            add_counter_measure(
                owner, found.pk, text="Tender.", responsible_id=owner.user_id, due_on=DAY_20,
                measure_id=measure.pk if measure else None,
            )  # fmt: skip
        waiting = waiters()["deviations.counter_measure"]
        own = CounterMeasure.objects.get(measure__isnull=True)
        assert [row.object_id for row in waiting.waiting_for(owner)] == [own.pk]
        assert waiting.count(owner) == 1


def test_the_upgrade_lets_what_was_green_recover_and_asks_about_measures(world: World) -> None:
    """What was accepted stays decided; a running question is about its measure, and settles what it was put on."""
    with world.inside():
        green, accepted, asked = (short_of_money(world, code) for code in ("M-1", "M-2", "M-3"))
        decide(world, accepted, outcome="accept", gap_owner_id=world.people["pmo"].pk)
        Deviation.objects.filter(pk__in=[green.pk, accepted.pk]).update(clear_since=TODAY)
        Deviation.objects.filter(pk=asked.pk).update(escalated_on=TODAY, effect_run_rate=-250_000)
        assert circulate(asked.measure_id)
        Circulation.objects.update(subject_id=asked.pk, details={"gap_owner_id": "x"})
    import_module("governance.migrations.0029_cured_deviations_recover").bring_up_to_date(apps, None)
    with world.inside():
        assert [again(row).state for row in (green, accepted, asked)] == ["recovering", "decided", "open"]
        circulation = Circulation.objects.get()
        assert (circulation.subject_id, circulation.details) == (
            asked.measure_id, {"gap_owner_id": "x", "settles": str(asked.pk)},
        )  # fmt: skip
