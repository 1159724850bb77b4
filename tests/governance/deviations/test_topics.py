"""What a committee is asked about deviations: once a measure, above its amount, nothing of data (domain section 9)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cat4 import clock
from cat4.audit.models import AuditEntry
from cat4.errors import Conflict, NotAllowed
from cat4.waiting import waiters
from governance.committees.actions.circulations import confirm_circulation, vote_by_circulation
from governance.committees.actions.escalations import circulate
from governance.committees.actions.meetings import lock_due_papers
from governance.committees.actions.sessions import Seen, cast_vote, start_meeting, take_attendance
from governance.committees.models.meetings import AgendaItem, Meeting
from governance.committees.models.resolutions import Circulation, CommitteeDecision
from governance.committees.selectors.agenda import subjects_before
from governance.committees.selectors.subjects import load_subject
from governance.deviations.actions.answers import add_option, state_cause
from governance.deviations.actions.clock import run_clock
from governance.deviations.actions.deciding import decide_deviation
from governance.deviations.models import Deviation, DeviationDecision
from governance.deviations.selectors.deviations import past_their_clock
from hierarchy.models import Node
from measures.models import Measure
from tests.governance.deviating import D, again, decided, look, short_of_money
from tests.governance.deviations.test_deviation_clock import run, told
from tests.governance.deviations.test_deviation_pages import page, send
from tests.governance.sitting import circulate as ask
from tests.governance.sitting import complete_request, seat_five
from tests.measures.steps import invalid, refused
from tests.world import TODAY, World, lock_months

SEP = date(2026, 9, 1)
DAY_14 = date(2026, 10, 29)


def worth(found: Deviation, amount: int) -> Deviation:
    Deviation.objects.filter(pk=found.pk).update(effect_run_rate=-amount)
    return again(found)


def second(first: Deviation, **changes: Any) -> Deviation:
    """Another deviation of the same measure, of its dates, opened with the first."""
    days = {name: getattr(first, name) for name in ("opened_on", "cause_due_on", "sponsor_on", "escalate_on")}
    facts = {"number": 2, "kind": "dates", "sentence": "Comes 30 working days late.", "decide_by": first.escalate_on}
    return Deviation.objects.create(measure=first.measure, **{**days, **facts, **changes})


def meets(world: World, day: date, hour: int = 14) -> Meeting:
    starts_at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return Meeting.objects.create(committee=world.committee, starts_at=starts_at, called_at=clock.now())


@pytest.mark.parametrize(("amount", "circulations", "alone"), [(250_000, 1, 0), (249_999, 0, 1)])
def test_from_the_bodys_amount_it_is_asked_in_writing_below_it_waits_for_the_chair(
    world: World, amount: int, circulations: int, alone: int
) -> None:
    with world.inside():
        worth(short_of_money(world), amount)
    run(world, DAY_14)
    run(world, DAY_14 + timedelta(days=1))
    with world.inside(), clock.at(DAY_14):
        assert Circulation.objects.count() == circulations
        assert len(waiters()["deviations.decide"].waiting_for(world.actor("chair"))) == alone
        assert len(subjects_before(world.committee)) == alone


@pytest.mark.parametrize(
    ("meets_on", "asked"),
    [(date(2026, 11, 5), 0), (date(2026, 11, 6), 1), (date(2026, 10, 30), 1)],
    ids=["within a week", "later than a week", "its papers are locked already"],
)
def test_a_meeting_is_near_while_its_papers_are_open(world: World, meets_on: date, asked: int) -> None:
    with world.inside():
        worth(short_of_money(world), 300_000)
        meets(world, meets_on)
        with clock.at(date(2026, 10, 28)):
            lock_due_papers()
    run(world, DAY_14)
    with world.inside():
        assert Circulation.objects.count() == asked


def test_what_stands_on_locked_papers_is_asked_in_writing_once_the_meeting_is_over(world: World) -> None:
    with world.inside():
        found = worth(short_of_money(world), 300_000)
        meets(world, date(2026, 11, 3))
    run(world, DAY_14)
    with world.inside(), clock.at(date(2026, 11, 2)):
        lock_due_papers()
        assert AgendaItem.objects.get().measure == found.measure
    run(world, date(2026, 11, 2))
    with world.inside():
        assert not Circulation.objects.exists()
    run(world, date(2026, 11, 5))
    with world.inside():
        assert Circulation.objects.get().measure == found.measure


def test_deviations_of_a_measure_are_one_item_and_one_circulation(world: World) -> None:
    """What opened later is no topic of its own either, even after the question lapsed."""
    with world.inside():
        first = worth(short_of_money(world), 300_000)
        dates = second(first)
        with clock.at(DAY_14):
            run_clock(DAY_14)
            [(_, subject)] = subjects_before(world.committee)
            assert subject.id == first.measure_id
            assert subject.summary.startswith("Escalated, day 14, 2 deviations. 1, money: ")
    run(world, DAY_14)
    with world.inside():
        circulation = Circulation.objects.get()
        assert set(circulation.details["settles"].split(",")) == {str(first.pk), str(dates.pk)}
        Circulation.objects.update(state="lapsed")
        late = second(first, kind="cost", number=3, sentence="Costs more.", escalate_on=DAY_14 + timedelta(days=12))
    run(world, late.escalate_on)
    with world.inside(), clock.at(late.escalate_on):
        assert again(late).escalated_on == late.escalate_on
        assert Circulation.objects.count() == 1
        assert len(subjects_before(world.committee)) == 1


def test_one_decision_says_which_it_settles(world: World) -> None:
    with world.inside():
        first = short_of_money(world)
        dates, cost = second(first), second(first, kind="cost", number=3, sentence="Costs more.")
        foreign = short_of_money(world, "M-2")
        ruling: dict[str, Any] = {"outcome": "accept", "reason": "Carried.", "gap_owner_id": world.people["pmo"].pk}
        with invalid("settles", "Choose deviations of this measure."):
            decide_deviation(world.actor("chair"), first.pk, settles=[foreign.pk], **ruling)
        decision = decide_deviation(world.actor("chair"), first.pk, settles=[dates.pk], **ruling)
        assert [again(row).state for row in (first, dates, cost)] == ["decided", "decided", "open"]
        assert set(DeviationDecision.objects.values_list("number", "deviation")) == {
            (decision.number, first.pk), (decision.number, dates.pk),
        }  # fmt: skip
        entries = AuditEntry.objects.filter(verb="deviation.decided").order_by("id")
        assert [(entry.object_id, entry.change["settles"]) for entry in entries] == [
            (first.pk, [1, 2]), (dates.pk, [1, 2]),
        ]  # fmt: skip
        assert told("deviation.decided").count("Owner Alder") == 1


def test_where_nobody_recommends_the_members_choose_one_way_out(world: World) -> None:
    """Three of five for compensating carry it, and it settles what the question was about."""
    seat_five(world)
    with world.inside():
        found = worth(short_of_money(world), 300_000)
    run(world, DAY_14)
    with world.inside(), clock.at(DAY_14):
        circulation = Circulation.objects.get()
        assert circulation.outcome == ""
        assert "accept" not in circulation.question.lower()
        with invalid("choice", "Nothing is proposed. Vote for one of the ways out, or abstain."):
            vote_by_circulation(world.actor("mona"), circulation.pk, choice="against")
        with invalid("outcome", "Choose one of: Accept the loss"):
            vote_by_circulation(world.actor("mona"), circulation.pk, choice="for")
        path = f"/committee/circulations/{circulation.pk}/"
        assert "Nobody recommends one way out: each member is for one of them." in page(world, "member", path)
        assert send(world, "member", f"{path}vote/", **{"vote-choice": "hold"})[0] == 302
        assert "Hold the measure" in page(world, "reader", path)
        for persona, outcome in (("mona", "compensate"), ("milo", "compensate")):
            vote_by_circulation(world.actor(persona), circulation.pk, choice="for", outcome=outcome)
        circulation.refresh_from_db()
        assert circulation.state == "open"
        vote_by_circulation(world.actor("chair"), circulation.pk, choice="for", outcome="compensate")
        circulation.refresh_from_db()
        assert (circulation.state, circulation.outcome) == ("carried", "compensate")
        decision = confirm_circulation(world.actor("chair"), circulation.pk, reason="Most of us want that.")
        assert (decision.settles, decision.quorum["in_favour"], decision.quorum["against"]) == (["1 (money)"], 3, 1)
        assert Measure.objects.filter(name=f"Compensation of {found.measure.code} {found.measure.name}").exists()
        assert again(found).state == "decided"


def test_what_is_recommended_is_proposed(world: World) -> None:
    with world.inside():
        found = worth(short_of_money(world), 300_000)
        option = add_option(
            world.actor("owner"), found.pk, title="Second supplier", outcome="add_resources", effect_in_year=D(900),
            effect_run_rate=D(1100), effective_on=date(2027, 5, 1), is_recommended=True,
        )  # fmt: skip
    run(world, DAY_14)
    with world.inside():
        circulation = Circulation.objects.get()
        assert circulation.outcome == "add_resources"
        assert circulation.details["option_id"] == str(option.pk)
        assert "Proposed is “Second supplier”." in circulation.question


def test_what_recovered_in_the_meantime_is_settled_by_itself(world: World) -> None:
    with world.inside():
        found = short_of_money(world)
        with clock.at(DAY_14):
            run_clock(DAY_14)
            Deviation.objects.update(state="recovering", clear_since=DAY_14)
            assert not load_subject("deviation", found.measure_id).is_open
            assert not circulate(found.measure_id)
            assert CommitteeDecision.objects.count() == 0


def unconfirmed(world: World) -> Deviation:
    """September is locked without a validated actual."""
    measure = decided(world)
    lock_months(SEP)
    [found] = [row for row in look(measure) if row.kind == "freshness"]
    return found


def test_who_left_a_month_unvalidated_is_asked_and_not_the_owner(world: World) -> None:
    with world.inside():
        found = unconfirmed(world)
        asked = {name: len(waiters()["deviations.cause"].waiting_for(world.actor(name))) for name in world.people}
        assert {name for name, count in asked.items() if count} == {"controller"}
        with refused(NotAllowed, "Only the controller Controller Alder or a portfolio manager (Pmo Alder) answers"):
            state_cause(world.actor("owner"), found.pk, cause_class="recording", cause="The books came late.")
        state_cause(world.actor("controller"), found.pk, cause_class="recording", cause="The books came late.")
        assert told("deviation.opened") == ["Controller Alder", "Owner Alder"]


def test_data_that_nobody_confirmed_is_no_committees_topic(world: World) -> None:
    """Owner day 0, sponsor day 7, unit lead day 14; it stands on no agenda, shuts no gate and is not decided."""
    with world.inside():
        Node.objects.filter(level__in=[2, 3]).update(lead=world.people["member"])
        found = unconfirmed(world)
        worth(found, 900_000)
    run(world, DAY_14)
    run(world, DAY_14 + timedelta(days=9))
    with world.inside(), clock.at(DAY_14):
        assert list(found.steps.order_by("id").values_list("step", flat=True)) == [
            "opened", "cause_due", "sponsor_told", "unit_told",
        ]  # fmt: skip
        assert told("deviation.unit_told") == ["Member Alder"]
        assert told("deviation.escalated") == []
        assert subjects_before(world.committee) == []
        assert past_their_clock(found.measure, DAY_14) == []
        assert not Circulation.objects.exists()
        with refused(NotAllowed, "No committee decides on data that nobody confirmed."):
            decide_deviation(world.actor("chair"), found.pk, outcome="accept", reason="Carried.")


def test_what_a_person_has_to_do_for_several_deviations_is_one_entry(world: World) -> None:
    with world.inside():
        first = short_of_money(world)
        second(first)
        waiting = waiters()["deviations.cause"]
        owner = world.actor("owner")
        assert (len(waiting.waiting_for(owner)), waiting.count(owner)) == (1, 1)
        with clock.at(DAY_14):
            run_clock(DAY_14)
            assert len(waiters()["deviations.decide"].waiting_for(world.actor("chair"))) == 1
            assert len(waiters()["deviations.sponsor"].waiting_for(world.actor("sponsor"))) == 1


def test_a_measure_is_in_circulation_once_whoever_asks(world: World) -> None:

    with world.inside(), clock.at(TODAY):
        first = short_of_money(world)
        Deviation.objects.filter(pk=first.pk).update(escalated_on=TODAY)
        ask(world, first.measure_id, subject_kind="deviation")
        with refused(Conflict, "This is in circulation already."):
            ask(world, first.pk, subject_kind="deviation")


def test_the_page_settles_the_topic_unless_something_is_taken_out(world: World) -> None:
    """Both stand in the form, marked; what is taken out stays open. In a meeting a member is for one way out too."""
    with world.inside():
        first = short_of_money(world)
        dates, cost = second(first), second(first, kind="cost", number=3, sentence="Costs more.")
        Deviation.objects.update(escalated_on=TODAY)
    path = f"/deviations/{first.pk}/"
    shown = page(world, "chair", path)
    assert "Settles with it, of the same measure" in shown
    assert shown.count('name="decide-settles"') == 2
    fields = {"outcome": "accept", "gap_owner_id": str(world.people["pmo"].pk), "reason": "Carried."}
    fields["settles"] = str(dates.pk)
    answer = send(world, "chair", f"{path}decide/", **{f"decide-{name}": value for name, value in fields.items()})
    assert answer[0] == 302, answer[1]
    with world.inside():
        assert [again(row).state for row in (first, dates, cost)] == ["decided", "decided", "open"]


def test_in_a_meeting_a_member_is_for_one_way_out(world: World) -> None:
    seat_five(world)
    with world.inside():
        found = short_of_money(world)
        Deviation.objects.update(escalated_on=TODAY)
        meeting = meets(world, TODAY, hour=10)
    with world.inside(), clock.at(meeting.starts_at):
        start_meeting(world.actor("chair"), meeting.pk)
        item = AgendaItem.objects.get()
        take_attendance(world.actor("chair"), meeting.pk, seen=[Seen(world.people["mona"].pk, "present")])
        with invalid("outcome", "Choose one of: Accept the loss"):
            cast_vote(world.actor("mona"), item.pk, choice="for")
        path = f"/committee/meetings/{meeting.pk}/items/{item.pk}/"
        assert "None of them: I abstain" in page(world, "mona", path)
        assert send(world, "mona", f"{path}vote/", **{"vote-choice": "re_scope"})[0] == 302
        assert item.votes.get().outcome == "re_scope"
        assert str(found.number) in page(world, "mona", path)


def test_a_gate_waits_behind_the_trade_off_that_shuts_it(world: World) -> None:
    """No measure stands twice on an agenda; decided, the gate is back."""
    seat_five(world)
    with world.inside():
        request = complete_request(world)
        day = TODAY - timedelta(days=14)
        Deviation.objects.create(
            number=1, measure=request.measure, kind="dates", opened_on=day, cause_due_on=TODAY, sponsor_on=TODAY,
            escalate_on=TODAY, escalated_on=TODAY, decide_by=TODAY, sentence="Comes 30 working days late.",
        )  # fmt: skip
        assert [subject.kind for _, subject in subjects_before(world.committee)] == ["deviation"]
        Deviation.objects.update(state="decided")
        assert [subject.id for _, subject in subjects_before(world.committee)] == [request.pk]
