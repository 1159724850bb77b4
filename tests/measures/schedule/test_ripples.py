"""Ripples: what a moved date does to others, who is asked, and what is kept (domain section 8)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import Http404

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.errors import Conflict, NotAllowed
from cat4.outbox.models import OutboxRow
from cat4.tenancy.models import TenantModel
from hierarchy.calendar.actions import add_own_day
from measures.constants import Lifecycle, Topic
from measures.facts.measures import measure_facts
from measures.models import EffectLine, Measure, Milestone, Ripple, RippleAnswer, RippleHop, RippleMoney
from measures.schedule.actions.milestones import complete_milestone, edit_milestone, revise_milestone
from measures.schedule.actions.network import follow_lifecycle, push_overdue, settle_after
from measures.schedule.actions.ripple_money import store_ripple_money
from measures.schedule.actions.ripples import answer_ripple
from measures.schedule.consumers import settle_every_date
from measures.schedule.pages.milestones import tag_of
from measures.schedule.selectors.blockers import blockers_of
from measures.schedule.selectors.milestones import milestone_lines
from measures.schedule.selectors.network import preview_slip
from measures.schedule.selectors.ripples import open_answers, ripples_of, visible_ripple
from tests.measures.chains import NOV_2, NOV_9, NOV_16, NOV_30, computed, link, milestone
from tests.measures.steps import D, invalid, last_entry, line_for, month_of, refused, told_about
from tests.world import TODAY, World


@dataclass
class Chain:
    """Signed, then Delivered and Live of another measure with another owner, then the owner's own Sold."""

    giver: Measure
    taker: Measure
    signed: Milestone
    delivered: Milestone
    live: Milestone

    def slip(self, world: World, on: date, reason: str = "The supplier asked for time.") -> None:
        revise_milestone(world.actor("owner"), self.signed.pk, forecast_on=on, reason=reason)


def chain(world: World, signed_on: date = NOV_2) -> Chain:
    giver = world.measure("M-1", doi=3)
    taker = world.measure("M-2", doi=3, owner=world.people["member"])
    signed = milestone(giver, "Signed", signed_on)
    delivered, live = milestone(taker, "Delivered", NOV_9), milestone(taker, "Live", NOV_16, is_critical=True)
    link(signed, delivered)
    link(delivered, live)
    return Chain(giver, taker, signed, delivered, live)


def path(ripple: Ripple) -> list[tuple[str, int, int, date]]:
    return [(hop.milestone.name, hop.days, hop.slack_used_days, hop.after_on) for hop in ripple.hops.all()]


def planned(world: World, measure: Measure, start: Milestone) -> EffectLine:
    """100 a month from November 2026 to December 2027, bound to a milestone."""
    line = line_for(world, measure, milestone=start)
    for index in range(14):
        month_of(line, date(2026 + (10 + index) // 12, (10 + index) % 12 + 1, 1), plan=D(100))
    return line


def test_a_slip_moves_what_waits_for_it_by_what_slack_leaves(world: World) -> None:
    with world.inside():
        row = chain(world)
        row.slip(world, NOV_16)
        assert computed(row.signed, row.delivered, row.live) == [None, NOV_16, None]
        ripple = Ripple.objects.get()
        assert (ripple.before_on, ripple.after_on, ripple.days) == (NOV_2, NOV_16, 10)
        assert path(ripple) == [("Delivered", 5, 5, NOV_16), ("Live", 0, 5, NOV_16)]
        answer = RippleAnswer.objects.get()
        assert (answer.measure, answer.due_on) == (row.taker, date(2026, 10, 22))
        assert OutboxRow.objects.filter(topic=Topic.RIPPLE_STORED, object_id=ripple.pk).exists()
        assert told_about(row.taker)
        said = "moved 1 milestone of 1 measure by up to 5 working days, because Signed comes on 16 Nov 2026"
        assert last_entry().summary == said
        for each, day in ((row.delivered, NOV_9), (row.live, NOV_16)):
            each.refresh_from_db()
            assert (each.baseline_on, each.forecast_on) == (day, day)


def test_what_stays_within_slack_without_using_any_stores_nothing(world: World) -> None:
    with world.inside():
        row = chain(world)
        row.slip(world, date(2026, 10, 30), "Earlier")
        alone = milestone(row.giver, "Alone", NOV_2)
        revise_milestone(world.actor("owner"), alone.pk, forecast_on=NOV_30, reason="Later")
        assert not Ripple.objects.exists()
        assert not RippleHop.objects.exists()


def test_a_newer_ripple_takes_the_place_of_an_unanswered_one_and_tells_the_whole_way(world: World) -> None:
    with world.inside():
        row = chain(world)
        row.slip(world, NOV_16)
        row.slip(world, date(2026, 11, 18), "And two days more.")
        old, new = Ripple.objects.order_by("at", "id")
        assert old.superseded_at is not None
        assert (new.before_on, new.after_on, new.days, new.superseded_at) == (NOV_2, date(2026, 11, 18), 12, None)
        assert path(new)[0] == ("Delivered", 7, 5, date(2026, 11, 18))
        assert path(new)[1] == ("Live", 2, 5, date(2026, 11, 18))
        assert [answer.ripple_id for answer in RippleAnswer.objects.filter(ripple__superseded_at=None)] == [new.pk]
        assert [answer.id for answer in open_answers(world.actor("member"))] == [
            RippleAnswer.objects.get(ripple=new).pk
        ]
        with refused(Conflict, "The date moved again."):
            answer_ripple(world.actor("member"), RippleAnswer.objects.get(ripple=old).pk, kind="accept")
        row.slip(world, NOV_2, "Taken back.")
        assert Ripple.objects.filter(superseded_at=None).count() == 0
        assert computed(row.delivered, row.live) == [None, None]
        assert open_answers(world.actor("member")) == []


def test_after_an_answer_the_next_ripple_starts_from_there(world: World) -> None:
    with world.inside():
        row = chain(world)
        row.slip(world, NOV_16)
        answer_ripple(world.actor("member"), RippleAnswer.objects.get().pk, kind="accept")
        row.slip(world, date(2026, 11, 18))
        newest = Ripple.objects.order_by("at", "id").last()
        assert newest is not None
        assert (newest.before_on, newest.days) == (NOV_16, 2)
        assert Ripple.objects.filter(superseded_at=None).count() == 2
        assert [answer.measure.code for answer in open_answers(world.actor("member"))] == ["M-2"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "shrug"}, "kind"),
        ({"kind": "absorb", "reason": "We try"}, "counter_measure"),
        ({"kind": "contest", "reason": " "}, "reason"),
    ],
)
def test_absorbing_needs_a_counter_measure_and_contesting_a_reason(
    world: World, facts: dict[str, Any], field: str
) -> None:
    with world.inside():
        chain(world).slip(world, NOV_16)
        with invalid(field):
            answer_ripple(world.actor("member"), RippleAnswer.objects.get().pk, **facts)
        assert RippleAnswer.objects.get().answered_at is None


def test_the_affected_owner_answers_once_and_both_sides_read_it(world: World, twin: World) -> None:
    with world.inside():
        row = chain(world)
        row.slip(world, NOV_16)
        assert measure_facts(row.taker.pk).unanswered_ripples == ("M-1",)  # type: ignore[union-attr]
        key = RippleAnswer.objects.get().pk
        for persona in ("owner", "sponsor", "controller", "reader"):
            with refused(NotAllowed, "Only the owner Member Alder or the portfolio manager may answer this ripple."):
                answer_ripple(world.actor(persona), key, kind="accept")
        answer = answer_ripple(world.actor("member"), key, kind="contest", reason="Nobody asked us.")
        assert (answer.kind, answer.answered_by_id) == ("contest", world.people["member"].pk)
        assert measure_facts(row.taker.pk).unanswered_ripples == ()  # type: ignore[union-attr]
        said = AuditEntry.objects.filter(verb="ripple.answered", reason="Nobody asked us.")
        assert set(said.values_list("measure_id", flat=True)) == {row.giver.pk, row.taker.pk}
        assert OutboxRow.objects.filter(topic=Topic.RIPPLE_ANSWERED, object_id=answer.ripple_id).exists()
        with refused(Conflict, "Member Alder answered this already."):
            answer_ripple(world.actor("pmo"), key, kind="accept")
    with twin.inside(), pytest.raises(Http404):
        answer_ripple(twin.actor("pmo"), key, kind="accept")


def test_the_money_of_a_ripple_is_computed_once_and_adds_up(world: World) -> None:
    with world.inside():
        row = chain(world)
        planned(world, row.taker, row.delivered)
        row.slip(world, date(2027, 1, 11))
        ripple = Ripple.objects.get()
        assert store_ripple_money(ripple.pk) == 2
        assert store_ripple_money(ripple.pk) == 0
        money = visible_ripple(world.actor("reader"), ripple.pk).money
        # November and December 2027 come in January and February 2028: what leaves 2026 arrives there.
        assert money.in_year == {2026: D("-200.00"), 2028: D("200.00")}
        assert money.total.total == D("0.00")
        assert [(part.name, part.total) for part in money.by_unit] == [("Drive Systems", money.total.total)]
        assert [(part.name, part.total) for part in money.by_entity] == [("Drives GmbH", money.total.total)]
        assert RippleMoney.objects.filter(measure=row.giver).count() == 0


def everything() -> list[Any]:
    from django.apps import apps

    tables = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    return [list(model._default_manager.order_by("pk").values()) for model in tables]


def test_a_preview_says_what_the_slip_then_does_and_writes_nothing(world: World) -> None:
    with world.inside():
        row = chain(world)
        Measure.objects.filter(pk=row.taker.pk).update(implement_by=NOV_16)
        planned(world, row.taker, row.live)
        before = everything()
        preview = preview_slip(world.actor("reader"), row.signed.pk, forecast_on=date(2027, 1, 11))
        assert everything() == before
        assert (preview.days, [measure.code for measure in preview.measures], preview.owners) == (
            50,
            ["M-2"],
            ("Member Alder",),
        )
        (gate,) = preview.gates
        assert (gate.doi, gate.planned_on, gate.after_on, gate.days) == (4, NOV_16, date(2027, 1, 11), 40)
        row.slip(world, date(2027, 1, 11))
        ripple = Ripple.objects.get()
        store_ripple_money(ripple.pk)
        view = visible_ripple(world.actor("reader"), ripple.pk)
        assert [(hop.milestone, hop.days, hop.slack_used_days, hop.after_on) for hop in view.hops] == [
            (hop.milestone, hop.days, hop.slack_used_days, hop.after_on) for hop in preview.hops
        ]
        assert view.money == preview.money
        assert preview.money.in_year[2026] == D("-200.00")


def overdue(world: World) -> Chain:
    """Signed was due on 14 October; Delivered waits 17 days for it and is due on 9 November, a day later."""
    row = chain(world, signed_on=date(2026, 10, 14))
    link(row.signed, row.delivered, "SS", lag_days=17)
    return row


def on(day: int, month: int = 10) -> Any:
    return clock.at(datetime(2026, month, day, 8, tzinfo=UTC))


def test_days_of_an_overdue_milestone_are_caught_up_in_one_live_ripple(world: World) -> None:
    with world.inside():
        row = overdue(world)
        assert push_overdue() == 0
    with on(20), world.inside():
        assert push_overdue() == 1
        assert push_overdue() == 0
        ripple = Ripple.objects.get()
        assert (ripple.cause, ripple.author, ripple.before_on, ripple.days) == (
            "overdue", None, date(2026, 10, 14), 4,
        )  # fmt: skip
        assert path(ripple) == [("Delivered", 3, 1, date(2026, 11, 12)), ("Live", 0, 3, NOV_16)]
        first = RippleAnswer.objects.get()
    with on(22), world.inside():
        assert push_overdue() == 1
        live = Ripple.objects.get(superseded_at=None)
        assert Ripple.objects.count() == 2
        assert path(live)[0][1] == 5
        # The first question's date stays, else it would never be late.
        assert RippleAnswer.objects.get(ripple=live).due_on == first.due_on
        answer_ripple(world.actor("member"), RippleAnswer.objects.get(ripple=live).pk, kind="accept")
    with on(23), world.inside():
        assert push_overdue() == 0
        assert computed(row.delivered)[0] is not None
    with on(2, 11), world.inside():
        # More than five days beyond the answer: asked again.
        assert push_overdue() == 1
        assert [answer.measure.code for answer in open_answers(world.actor("member"))] == ["M-2"]
        row.slip(world, date(2026, 11, 20), "A date at last.")
        assert Ripple.objects.get(superseded_at=None, cause="forecast").before_on == date(2026, 10, 14)


def test_a_duration_moves_what_waits_for_the_start(world: World) -> None:
    with world.inside():
        row = chain(world)
        later = milestone(row.taker, "Trained", NOV_2)
        link(row.signed, later, "SS", lag_days=5)
        edit_milestone(world.actor("owner"), row.signed.pk, name="Contract signed")
        assert computed(later) == [None]
        row.slip(world, date(2026, 11, 3))
        assert computed(later) == [date(2026, 11, 10)]
        edit_milestone(world.actor("owner"), row.signed.pk, duration_days=3)
        assert computed(later) == [date(2026, 11, 5)]


def test_a_cancelled_measure_holds_nobody_and_one_on_hold_does(world: World) -> None:
    with world.inside():
        row = chain(world)
        row.slip(world, NOV_16)
        gone = world.measure("M-3", lifecycle=Lifecycle.CANCELLED)
        Milestone.objects.filter(pk=row.signed.pk).update(measure=gone)
        follow_lifecycle(gone.pk)
        assert OutboxRow.objects.filter(topic=Topic.MILESTONE_MOVED, object_id=row.signed.pk).exists()
        settle_after(row.signed.pk)
        assert computed(row.delivered) == [None]
        assert Ripple.objects.get().superseded_at is not None
        preview = preview_slip(world.actor("pmo"), row.delivered.pk, forecast_on=NOV_30)
        assert preview.warnings == (
            "Signed of M-3 Measure M-3 is cancelled and will not come: nothing waits for it any more.",
        )
        resting = world.measure("M-4", lifecycle=Lifecycle.ON_HOLD, doi=3)
        Milestone.objects.filter(pk=row.signed.pk).update(measure=resting)
        settle_after(row.signed.pk)
        assert computed(row.delivered) == [NOV_16]
        preview = preview_slip(world.actor("pmo"), row.delivered.pk, forecast_on=NOV_30)
        assert preview.warnings[0].startswith("Signed of M-4 Measure M-4 is on hold: it counts with its dates")


def test_blockers_are_those_that_really_push_also_where_the_rest_is_not_mine_to_see(world: World) -> None:
    with world.inside():
        row = chain(world)
        row.slip(world, date(2026, 11, 20))
        idle = milestone(row.giver, "Idle", NOV_2)
        link(idle, row.live)
        (blocker,) = blockers_of(world.actor("member"))
        assert (blocker.milestone, blocker.measure.code, blocker.measure.owner) == ("Signed", "M-1", "Owner Alder")
        assert (blocker.forecast_on, blocker.is_stale, blocker.stands_behind) == (date(2026, 11, 20), False, 1)
        assert [(move.milestone, move.days) for move in blocker.moves] == [("Delivered", 9), ("Live", 4)]
        assert blockers_of(world.actor("owner")) == []


def test_the_list_of_milestones_shows_pushed_dates_slack_and_the_critical_path(world: World) -> None:
    with world.inside():
        row = chain(world)
        row.slip(world, date(2026, 11, 12))
        lines = {line.milestone.name: line for line in milestone_lines(list(row.taker.milestones.all()), TODAY)}
        assert (lines["Delivered"].pushed_on, lines["Delivered"].slip_days) == (date(2026, 11, 12), 3)
        assert tag_of(lines["Delivered"]) == ("Moves 3 working days", "a")
        assert (lines["Delivered"].slack_days, lines["Delivered"].on_critical_path) == (2, False)
        assert (lines["Live"].slack_days, lines["Live"].on_critical_path, lines["Live"].pushed_on) == (0, True, None)


def test_ripples_of_another_organization_are_not_found(world: World, twin: World) -> None:
    with twin.inside():
        row = chain(twin)
        row.slip(twin, NOV_16)
        foreign = Ripple.objects.get()
    with world.inside():
        with pytest.raises(Http404):
            visible_ripple(world.actor("admin"), foreign.pk)
        with pytest.raises(Http404):
            preview_slip(world.actor("admin"), row.signed.pk, forecast_on=NOV_30)
        assert ripples_of(world.actor("admin"), world.measure("M-9")) == []


def test_a_late_finish_ripples_and_holds(world: World) -> None:
    with world.inside():
        row = chain(world, signed_on=date(2026, 10, 1))
        Milestone.objects.filter(pk=row.delivered.pk).update(forecast_on=date(2026, 10, 9))
        complete_milestone(world.actor("owner"), row.signed.pk, actual_on=date(2026, 10, 14))
        assert not Ripple.objects.filter(cause="done", days__gt=0).exists()
        assert computed(row.signed, row.live) == [None, None]


def test_days_off_move_what_waits_so_many_working_days_and_ask_nobody(world: World) -> None:
    with world.inside():
        row = chain(world)
        row.signed.successor_links.update(lag_days=10)
        settle_after(row.signed.pk)
        assert computed(row.delivered, row.live) == [NOV_16, None]
        settings = add_own_day(world.actor("admin"), on=date(2026, 11, 6), kind="closed", reason="Plant shut.")
        settle_every_date(settings.pk)
        assert computed(row.delivered, row.live) == [date(2026, 11, 17), date(2026, 11, 17)]
        assert not Ripple.objects.exists()
        assert OutboxRow.objects.filter(topic=Topic.MEASURE_CHANGED, object_id=row.taker.pk).exists()


def test_what_a_closed_measure_never_did_holds_nobody(world: World) -> None:
    with world.inside():
        row = chain(world)
        row.slip(world, NOV_16)
        over = world.measure("M-3", lifecycle=Lifecycle.CLOSED, doi=5)
        Milestone.objects.filter(pk=row.signed.pk).update(measure=over)
        follow_lifecycle(over.pk)
        assert OutboxRow.objects.filter(topic=Topic.MILESTONE_MOVED, object_id=row.signed.pk).exists()
        settle_after(row.signed.pk)
        assert computed(row.delivered) == [None]
        assert Ripple.objects.get().superseded_at is not None
