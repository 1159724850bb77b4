"""Who hears of what: requests, decisions, actuals, baselines, moved dates, hand-overs, months, forecasts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client
from django.urls import resolve

from cat4 import clock
from cat4.accounts.addresses import prove
from cat4.accounts.models import Membership, User
from cat4.duties.tasks import run_duty
from cat4.notices.models import Notice
from cat4.notices.rendering import reading, words_of
from cat4.outbox.actions import drain
from governance.gates.actions.decisions import cancel_measure, decide_gate
from governance.gates.actions.requests import give_approval, request_gate
from hierarchy.constants import Level
from hierarchy.master.actions import edit_master
from hierarchy.models import ReportingPeriod
from hierarchy.nodes.actions.nodes import edit_node
from hierarchy.people.actions.deputies import name_deputy
from hierarchy.people.actions.invitations import accept_invitation, decline_invitation, invite_member
from measures.core.actions.measures import edit_measure
from measures.core.actions.successions import duties_of_person, hand_over_duty
from measures.models import Measure, Ripple, RippleAnswer, StatusOverride
from measures.money.actions.actuals import report_actuals, return_actuals
from measures.money.actions.baselines import approve_baseline, propose_baseline
from measures.money.actions.corrections import enter_correction, return_correction
from measures.money.forms.grid import cell_name
from measures.money.selectors.grid import RowKey
from measures.money.selectors.returned import returned_months
from measures.schedule.actions.enablers import answer_enabler, ask_about_enabler
from measures.schedule.actions.hand_offs import refuse_hand_off
from measures.schedule.actions.milestones import complete_milestone
from measures.schedule.actions.ripples import answer_ripple
from tests.governance.ready import ready_measure
from tests.measures.schedule.test_ripples import chain
from tests.measures.steps import SEP, D, line_for, milestone_of, month_of
from tests.world import TODAY, World, lock_months


def heard(world: World) -> list[tuple[str, str]]:
    """Persona and kind of every notice, in order; each leads to a page and can be worded in both languages.

    What a deviation tells is left out: it follows from some of these events and has tests of its own.
    """
    names = {user.pk: persona for persona, user in world.people.items()}
    notices = list(Notice.objects.exclude(kind__startswith="deviation."))
    for notice in notices:
        resolve(notice.path, settings.ORGANIZATION_URLCONF)
        for language in ("en", "de"):
            with reading(language=language, time_zone="UTC"):
                assert words_of(notice).subject
    opened(world, notices)
    return sorted((names.get(notice.person_id, "other"), notice.kind) for notice in notices)


def opened(world: World, notices: list[Notice]) -> None:
    """The page to which each notice leads is there for whom it was told."""
    client = Client()
    members = set(Membership.objects.filter(organization=world.organization, is_active=True).values_list("user_id"))
    for person, path in sorted({(notice.person_id, notice.path) for notice in notices}):
        if (person,) in members:
            client.force_login(User.objects.get(pk=person))
            assert client.get(world.url(path)).status_code == 200, (person, path)


def said(kind: str) -> str:
    notice = Notice.objects.filter(kind=kind).latest("id")
    words = words_of(notice)
    return f"{words.subject} / {words.body}"


def test_a_request_reaches_who_confirms_and_who_decides(inside: World) -> None:
    request_gate(inside.actor("owner"), ready_measure(inside, doi=2).pk, comment="Ready.")
    assert heard(inside) == [
        ("chair", "gate.decision_asked"), ("controller", "gate.approval_asked"), ("sponsor", "gate.approval_asked"),
    ]  # fmt: skip
    assert said("gate.decision_asked") == (
        "M-1 Measure M-1 asks for your decision on gate 3 / Owner Alder asked for it. “Ready.”"
    )


def test_who_asked_hears_of_confirmations_and_of_the_decision(inside: World) -> None:
    request = request_gate(inside.actor("pmo"), ready_measure(inside, doi=2).pk)
    give_approval(inside.actor("controller"), request.pk, kind="size_and_timing")
    asked = Notice.objects.filter(kind="gate.approval_asked", read_at__isnull=True)
    assert list(asked.values_list("person", flat=True)) == [inside.people["sponsor"].pk]
    give_approval(inside.actor("sponsor"), request.pk, kind="sponsor", granted=False, comment="Too dear.")
    give_approval(inside.actor("sponsor"), request.pk, kind="sponsor")
    assert [pair for pair in heard(inside) if not pair[1].endswith("_asked")] == [
        ("owner", "gate.approval_given"), ("owner", "gate.approval_given"), ("owner", "gate.approval_refused"),
        ("pmo", "gate.approval_given"), ("pmo", "gate.approval_given"), ("pmo", "gate.approval_refused"),
    ]  # fmt: skip
    decide_gate(inside.actor("chair"), request.pk, outcome="advance", reason="Agreed.")
    assert not Notice.objects.filter(kind="gate.decision_asked", read_at__isnull=True).exists()
    assert [pair for pair in heard(inside) if pair[1] == "gate.decided"] == [
        (who, "gate.decided") for who in ("controller", "owner", "pmo", "sponsor")
    ]
    assert said("gate.decided") == "M-1 Measure M-1: gate 3 is passed / Decision 1 by Chair Alder: “Agreed.”"


def test_a_return_says_why(inside: World) -> None:
    request = request_gate(inside.actor("owner"), ready_measure(inside, doi=2).pk)
    Notice.objects.all().delete()
    decide_gate(inside.actor("chair"), request.pk, outcome="return", reason="Too early.")
    assert heard(inside) == [("owner", "gate.returned")]
    assert said("gate.returned").endswith("Chair Alder sent the request for gate 3 back: “Too early.”")


def test_actuals_ask_their_controller_once_a_day_and_come_back_with_a_reason(inside: World) -> None:
    measure = inside.measure(doi=3)
    line, other = line_for(inside, measure), line_for(inside, measure, name="Freight")
    for effect_line in (line, other):
        month_of(effect_line, SEP, plan=D(100))
        report_actuals(inside.actor("owner"), measure.pk, line_id=effect_line.pk, months={SEP: D(90)})
    assert heard(inside) == [("controller", "actuals.validation_asked")]
    assert "90" not in said("actuals.validation_asked")
    return_actuals(inside.actor("controller"), measure.pk, line_id=line.pk, months=[SEP], reason="Wrong month.")
    assert heard(inside) == [("controller", "actuals.validation_asked"), ("owner", "actuals.returned")]
    assert "sent Sep 2026 back: “Wrong month.”" in said("actuals.returned")


def test_a_baseline_goes_to_its_controller_and_back(inside: World) -> None:
    measure = inside.measure(doi=1)
    facts: dict[str, Any] = {
        "type": "budget",
        "period": "FY 2025",
        "source": "SAP",
        "amount": D(5000),
        "currency": "EUR",
    }
    baseline = propose_baseline(inside.actor("owner"), measure.pk, **facts)
    assert heard(inside) == [("controller", "baseline.approval_asked")]
    approve_baseline(inside.actor("controller"), baseline.pk)
    assert heard(inside)[1:] == [("owner", "baseline.approved")]


def test_a_hand_over_names_no_measure_to_its_receiver_and_its_refusal_comes_back(inside: World) -> None:
    measure = inside.measure(doi=3)
    milestone = milestone_of(measure, receiver=inside.people["reader"], day=TODAY)
    complete_milestone(inside.actor("owner"), milestone.pk, actual_on=TODAY)
    assert heard(inside) == [("reader", "handoff.acceptance_asked")]
    assert "M-1" not in said("handoff.acceptance_asked")
    refuse_hand_off(inside.actor("reader"), milestone.pk, reason="No manual.")
    assert heard(inside)[0] == ("owner", "handoff.refused")


def test_a_successor_hears_what_is_theirs_now(inside: World) -> None:
    measure = inside.measure()
    (duty,) = [duty for duty in duties_of_person(inside.people["owner"].pk) if duty.object_id == measure.pk]
    hand_over_duty(inside.actor("admin"), duty, inside.people["pmo"].pk)
    assert heard(inside) == [("pmo", "member.successor_named")]


def test_whoever_takes_a_part_over_hears_it_and_whoever_takes_it_alone_does_not(inside: World) -> None:
    measure = inside.measure()
    edit_measure(inside.actor("pmo"), measure.pk, owner_id=inside.people["reader"].pk)
    edit_measure(inside.actor("pmo"), measure.pk, sponsor_id=inside.people["chair"].pk, name="Renamed")
    assert heard(inside) == [("chair", "member.successor_named"), ("reader", "member.successor_named")]
    assert said("member.successor_named").startswith("You are now sponsor of M-1")
    edit_measure(inside.actor("pmo"), measure.pk, owner_id=inside.people["pmo"].pk)
    assert len(heard(inside)) == 2


def test_deputies_and_leads_hear_what_is_theirs_from_now_on(inside: World) -> None:
    people, admin = inside.people, inside.actor("admin")
    name_deputy(
        admin, principal_id=people["sponsor"].pk, deputy_id=people["reader"].pk, first_day=TODAY,
        last_day=TODAY + timedelta(days=9), reason="Leave.",
    )  # fmt: skip
    assert set(heard(inside)) == {("reader", "member.deputy_named"), ("sponsor", "member.principal_told")}
    assert said("member.deputy_named").startswith("You stand in for Sponsor Alder from 15 Oct 2026 to 24 Oct 2026")
    package = inside.nodes[Level.PACKAGE]
    edit_node(inside.actor("pmo"), package.pk, lead_id=people["owner"].pk)
    edit_node(inside.actor("pmo"), package.pk, lead_id=people["pmo"].pk)
    edit_master(admin, "business_unit", inside.unit.pk, lead_id=people["chair"].pk)
    leads = [person for person, kind in heard(inside) if kind == "member.lead_named"]
    assert sorted(leads) == ["chair", "owner"]


def test_administrators_hear_of_access_that_ends_while_something_is_open(inside: World) -> None:
    """Nothing may lose its controller silently: two weeks ahead, and once more when it has happened."""
    inside.measure(doi=3)
    leaving = inside.people["controller"]
    Membership.objects.filter(user__in=[leaving, inside.people["reader"]]).update(ends_on=date(2026, 10, 30))
    member = Membership.objects.get(user=leaving)
    assert remind(inside, "members.endings", date(2026, 10, 15)) == []
    assert remind(inside, "members.endings", date(2026, 10, 16), date(2026, 10, 30)) == [
        f"membership:{member.pk}:2026-10-30:ends"
    ]
    assert heard(inside) == [("admin", "member.access_ends")]
    assert "Controller of M-1" in said("member.access_ends")
    assert remind(inside, "members.endings", date(2026, 10, 31), date(2026, 11, 20)) == [
        f"membership:{member.pk}:2026-10-30:ended"
    ]


def at(day: date) -> Any:
    return clock.at(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


def remind(world: World, name: str, *days: date) -> list[str]:
    """The events that are new after the duty ran hourly on each of the days."""
    known = set(Notice.objects.values_list("event", flat=True))
    for day in days:
        with at(day):
            for _ in range(3):
                run_duty(world.organization.pk, name)
    return sorted({*Notice.objects.values_list("event", flat=True)} - known)


def slipped(world: World) -> RippleAnswer:
    """Thursday 15 October: a slip that the owner of another measure has to answer by Thursday 22."""
    with world.inside():
        chain(world).slip(world, date(2026, 11, 20))
    drain(world.organization.pk)
    with world.inside():
        return RippleAnswer.objects.get()


def test_an_affected_owner_is_asked_and_reminded_on_the_third_and_the_fifth_day(world: World) -> None:
    answer = slipped(world)
    with world.inside():
        assert heard(world) == [("member", "ripple.answer_asked")]
        name = "measures.remind_of_answers"
        assert remind(world, name, TODAY + timedelta(days=1), date(2026, 10, 19)) == []
        assert remind(world, name, date(2026, 10, 20)) == [f"ripple:{answer.pk}:soon"]
        assert remind(world, name, date(2026, 10, 21)) == []
        assert remind(world, name, date(2026, 10, 22)) == [f"ripple:{answer.pk}:due"]
        assert remind(world, name, date(2026, 10, 23), date(2026, 10, 26)) == []


def test_an_owner_whose_enabler_fell_is_reminded_likewise_until_they_answer(world: World) -> None:
    """Cancelled on Thursday 15 October, to be answered by Thursday 22."""
    with world.inside():
        measure = world.measure(doi=3)
        enabler = world.measure("M-2", doi=3, enables=measure)
        answer = ask_about_enabler(world.actor("chair"), enabler, event="cancel", decision_number=1)
        assert answer is not None
        name, event = "measures.remind_of_answers", f"enabler:{measure.pk}:1"
        assert remind(world, name, date(2026, 10, 19)) == []
        assert remind(world, name, date(2026, 10, 20)) == [f"{event}:soon"]
        assert remind(world, name, date(2026, 10, 21)) == []
        assert remind(world, name, date(2026, 10, 22)) == [f"{event}:due"]
        answer_enabler(world.actor("owner"), answer.pk, kind="accept")
        assert remind(world, name, date(2026, 10, 23)) == []


def test_after_three_days_of_standstill_only_the_last_reminder_is_sent(world: World) -> None:
    answer = slipped(world)
    with world.inside():
        assert remind(world, "measures.remind_of_answers", date(2026, 10, 23)) == [f"ripple:{answer.pk}:due"]


def test_who_has_answered_is_not_reminded(world: World) -> None:
    answer = slipped(world)
    with world.inside():
        answer_ripple(world.actor("member"), answer.pk, kind="accept")
        assert remind(world, "measures.remind_of_answers", date(2026, 10, 22)) == []


def open_questions() -> list[UUID]:
    """The ripples whose question is unread or still to be mailed."""
    waiting = Notice.objects.filter(kind__startswith="ripple.").exclude(read_at__isnull=False, mail_after__isnull=True)
    return [UUID(path.split("/")[2]) for path in waiting.order_by("id").values_list("path", flat=True)]


def test_nobody_is_asked_about_a_date_that_moved_again_or_came_back(world: World) -> None:
    with world.inside():
        row = chain(world)
    for day, left in ((date(2026, 11, 20), 1), (date(2026, 11, 25), 1), (date(2026, 11, 2), 0)):
        with world.inside():
            row.slip(world, day)
        drain(world.organization.pk)
        with world.inside():
            live = list(Ripple.objects.filter(superseded_at=None).values_list("pk", flat=True))
            assert open_questions() == live
            assert len(live) == left
    with world.inside():
        assert Notice.objects.filter(kind="ripple.answer_asked").count() == 2
        assert remind(world, "measures.remind_of_answers", date(2026, 10, 22)) == []


def test_who_gives_a_measure_up_is_not_asked_about_its_dates(world: World) -> None:
    answer = slipped(world)
    with world.inside():
        assert open_questions() == [answer.ripple_id]
        cancel_measure(
            world.actor("chair"), answer.measure_id, reason="Too dear.", gap_owner_id=world.people["member"].pk
        )
    drain(world.organization.pk)
    with world.inside():
        assert open_questions() == []


def test_forecasts_are_asked_for_before_and_after_they_are_due_and_then_of_the_sponsor(world: World) -> None:
    """October ends on a Saturday: due on Friday 30, reminded from Tuesday 27, overdue on Monday 2 November."""
    with world.inside():
        confirmed = {"doi": 3, "forecast_confirmed_at": datetime(2026, 9, 29, 12, tzinfo=UTC)}
        for code in ("M-1", "M-2"):
            world.measure(code, **confirmed)
        world.measure("M-3", doi=2)
        name = "measures.remind_of_forecasts"
        assert remind(world, name, date(2026, 10, 26)) == []
        assert remind(world, name, date(2026, 10, 27), date(2026, 10, 30)) == ["forecast.confirmation_due:2026-10"]
        assert remind(world, name, date(2026, 10, 31), date(2026, 11, 1)) == []
        assert remind(world, name, date(2026, 11, 2)) == ["forecast.overdue:2026-10"]
        assert remind(world, name, date(2026, 11, 3), date(2026, 11, 5)) == []
        assert remind(world, name, date(2026, 11, 6), date(2026, 11, 9)) == ["forecast.escalated:2026-10"]
        assert heard(world) == [
            ("owner", "forecast.confirmation_due"), ("owner", "forecast.overdue"), ("sponsor", "forecast.escalated"),
        ]  # fmt: skip
        assert said("forecast.confirmation_due").startswith("2 forecasts of yours wait to be confirmed by 30 Oct 2026")


def test_a_confirmed_forecast_is_not_asked_for(world: World) -> None:
    """Confirmed in the first hour of October in Vienna, which is still September in London."""
    with world.inside():
        world.measure(doi=3, forecast_confirmed_at=datetime(2026, 9, 30, 22, 30, tzinfo=UTC))
        assert remind(world, "measures.remind_of_forecasts", date(2026, 10, 28), date(2026, 11, 9)) == []


def test_an_override_is_announced_before_it_lapses(world: World) -> None:
    with world.inside():
        row = StatusOverride.objects.create(
            measure=world.measure(doi=3), kind="potential", value="g", reason="Signed.", author=world.people["sponsor"],
            created_at=datetime(2026, 10, 1, tzinfo=UTC), expires_on=date(2026, 10, 20),
        )  # fmt: skip
        name = "measures.remind_of_overrides"
        assert remind(world, name, date(2026, 10, 14)) == []
        assert remind(world, name, date(2026, 10, 15), date(2026, 10, 20)) == [f"override:{row.pk}:expiring"]
        assert heard(world) == [("owner", "override.expiring"), ("sponsor", "override.expiring")]


def test_a_locked_month_is_told_to_who_reports_and_validates(world: World) -> None:
    from governance.months.actions.lock import lock_period

    with world.inside():
        Measure.objects.all().delete()
        world.measure(doi=4)
        lock_period(world.actor("pmo"), month=date(2026, 8, 1))
    drain(world.organization.pk)
    drain(world.organization.pk)
    with world.inside():
        assert ReportingPeriod.objects.filter(state="locked").exists()
        assert [pair for pair in heard(world) if pair[1] == "period.locked"] == [
            ("controller", "period.locked"), ("owner", "period.locked"),
        ]  # fmt: skip
        assert said("period.locked").startswith("Aug 2026 is locked")


def test_a_correction_reaches_its_controller_and_returned_whoever_entered_it(inside: World) -> None:
    measure = inside.measure(doi=3)
    line = line_for(inside, measure)
    lock_months(date(2026, 8, 1))
    entered = enter_correction(
        inside.actor("pmo"),
        measure.pk,
        line_id=line.pk,
        corrects=date(2026, 8, 1),
        amount=D(25),
        reason="Late invoice.",
    )
    assert heard(inside) == [("controller", "actuals.correction_entered")]
    assert said("actuals.correction_entered").endswith(
        "Pmo Alder books 25.00 EUR on Steel price in Sep 2026: “Late invoice.”"
    )
    return_correction(inside.actor("controller"), entered.pk, reason="No voucher.")
    assert [pair for pair in heard(inside) if pair[1].endswith("returned")] == [
        ("owner", "actuals.correction_returned"), ("pmo", "actuals.correction_returned"),
    ]  # fmt: skip
    assert "“No voucher.”" in said("actuals.correction_returned")
    assert not Notice.objects.filter(kind="actuals.correction_entered", read_at__isnull=True).exists()


def test_whoever_invited_is_told_of_the_answer(inside: World) -> None:
    no = invite_member(inside.actor("admin"), email="otto@alder.example", name="Otto")
    decline_invitation(no.pk, User.objects.create_user("otto@alder.example", "Otto Ode"))
    yes = invite_member(
        inside.actor("admin"), email="nora@alder.example", name="Nora", role="owner", node_id=inside.package.pk
    )
    nora = User.objects.create_user("nora@alder.example", "Nora Nevis")
    prove(nora)
    accept_invitation(yes.pk, nora)
    assert heard(inside) == [("admin", "member.declined"), ("admin", "member.joined")]
    assert said("member.declined").startswith("Otto declined your invitation / Nobody became a member. ")
    assert said("member.joined") == "Nora Nevis accepted your invitation / They are measure owner now, as you chose."


def test_a_returned_figure_shows_its_reason_until_it_is_entered_again(inside: World) -> None:
    measure = inside.measure(doi=3)
    line = line_for(inside, measure)
    month_of(line, SEP, plan=D(100), reported=D(90), reported_by=inside.people["owner"])
    return_actuals(inside.actor("controller"), measure.pk, line_id=line.pk, months=[SEP], reason="Freight is missing.")
    (found,) = returned_months(measure)
    assert (found.line, found.month, found.by, found.reason) == (
        "Steel price", SEP, "Controller Alder", "Freight is missing."
    )  # fmt: skip
    client = Client()
    client.force_login(inside.people["owner"])
    for page in ("", "financials/"):
        text = client.get(inside.url(f"/measures/{measure.pk}/{page}")).content.decode()
        assert "Controller Alder: “Freight is missing.”" in text
    cell = text.split(f'name="{cell_name(RowKey.ACTUAL, SEP)}"')[0].rpartition("<td")[2]
    assert 'title="Returned by Controller Alder: “Freight is missing.”"' in cell
    report_actuals(inside.actor("owner"), measure.pk, line_id=line.pk, months={SEP: D(95)})
    assert returned_months(measure) == []
    return_actuals(inside.actor("controller"), measure.pk, line_id=line.pk, months=[SEP], reason="Again.")
    assert len(returned_months(measure)) == 1
    # Nobody enters it again once its month is locked.
    lock_months(SEP)
    assert returned_months(measure) == []
