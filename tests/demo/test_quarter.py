"""A quarter of the demo, day by day, through a real worker: clocks run, people act, and the ledger holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.db.models import Q
from django.test import override_settings

from cat4 import clock
from cat4.audit.ledger import verify_chain
from cat4.duties.tasks import run_duty
from cat4.notices.models import Notice
from cat4.outbox.actions import drain
from cat4.tenancy.context import organization_context
from demo.people import PASSWORD
from demo.sketches import sketches
from governance.closures.actions.signing import sign_closure
from governance.committees.models.resolutions import Circulation
from governance.committees.selectors.agenda import subjects_before
from governance.committees.selectors.meetings import next_meetings
from governance.deviations.actions.deciding import decide_deviation
from governance.deviations.constants import DATA_KINDS, ClockStep, DeviationKind, DeviationState
from governance.deviations.models import Deviation, DeviationStep
from governance.deviations.selectors.topics import topics_of
from governance.deviations.selectors.waiting import topics_to_decide
from governance.deviations.selectors.weights import asks_body
from governance.gates.actions.decisions import reopen_measure
from governance.gates.models import GateRequest
from governance.months.models import Snapshot
from governance.parties.constants import SubjectKind
from governance.parties.rules import Mandate
from hierarchy.models import Committee, CommitteeMember
from measures.constants import Doi, Lifecycle
from measures.models import Measure, MeasureTotals, Milestone
from measures.schedule.actions.hand_offs import accept_hand_off, refuse_hand_off
from measures.schedule.actions.milestones import complete_milestone
from tests.demo.links import links_that_lead_nowhere
from tests.demo.quarter import Quarter
from tests.governance.proofs.test_ledger import as_forger
from tests.reporting.truth import what_differs
from tests.workers import CeleryWorker

pytestmark = pytest.mark.worker

START = date(2026, 10, 15)
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (9, 10, 11, 12))
ESCALATED = "PRO-023"
CLOSING = "OPS-031"
# Closed on 20 November 2025, so that its check after twelve months falls into the quarter.
REVERSED = "PRO-011"
# What runs by the day for deviations and committees; statuses change by the day alone on few days.
DAILY = ("deviations.clock", "meetings.plan", "meetings.papers", "circulations.close")
DATED = ("measures.push_overdue", "measures.recompute_dated", "deviations.unfollowed", *DAILY)
LOOKED_AT = (date(2026, 10, 22), date(2026, 11, 17))


@pytest.fixture
def quarter(
    transactional_db: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    empty_broker: redis.Redis,
    start_celery_worker: Callable[..., CeleryWorker],
) -> Iterator[Quarter]:
    file = tmp_path / "clock"
    file.write_text(START.isoformat())
    monkeypatch.setenv("CAT4_CLOCK", f"@{file}")
    with override_settings(CAT4_DEMO=True):
        call_command("load_demo", verbosity=0, stdout=StringIO())
    quarter = Quarter(file, empty_broker, start_celery_worker(), today=START)
    quarter.work("cat4.outbox.sweep")
    yield quarter
    connections.close_all()


def told(quarter: Quarter) -> Counter[str]:
    with quarter.inside():
        return Counter(Notice.objects.values_list("kind", flat=True))


def verify() -> tuple[int, str]:
    words = StringIO()
    try:
        call_command("verify_ledger", "--organization", "alderbrook", stdout=words)
    except CommandError as error:
        return error.returncode, f"{words.getvalue()}{error}"
    return 0, words.getvalue()


def test_a_quarter_governs_itself(quarter: Quarter) -> None:
    as_sketched(quarter)
    every_place_shows_the_same(quarter)
    every_link_leads_somewhere(quarter)
    nobody_acts_for_33_days(quarter)
    close_september(quarter)
    close_a_measure(quarter)
    decide_what_was_escalated(quarter)
    two_weeks_of_standstill(quarter)
    an_open_deviation_escalates(quarter)
    a_reversal_reopens(quarter)
    the_quarter_ends(quarter)
    the_ledger_proves_it(quarter)


def as_sketched(quarter: Quarter) -> None:
    """The demo's figures are those that its portfolio was sketched with; of its past nobody is mailed."""
    with quarter.inside():
        assert verify_chain().intact
        unread = set(Notice.objects.filter(read_at__isnull=True).values_list("kind", flat=True))
        assert {"gate.decision_asked", "actuals.validation_asked"} <= unread
        assert not Notice.objects.filter(mail_after__isnull=False, mailed_at__isnull=True).exists()
        degrees = dict(Measure.objects.values_list("code", "doi"))
        assert degrees == {sketch.code: sketch.doi for sketch in sketches()}
        for sketch in sketches():
            totals = MeasureTotals.objects.get(measure__code=sketch.code)
            seen = [totals.plan_run_rate, totals.forecast_run_rate, totals.validated_run_rate]
            # What is closed was closed at its plan, and is expected as it was signed.
            expected = sketch.plan if sketch.doi == Doi.CLOSED else sketch.forecast
            sketched = [Decimal(1000 * value) for value in (sketch.plan, expected, sketch.actual)]
            assert [round(value, -2) for value in seen] == sketched, sketch.code


def every_place_shows_the_same(quarter: Quarter) -> None:
    """Plan, forecast, actual, gap and unconfirmed of every node and of some measures: pages, files, API, last lock."""
    # Sentences of pages lead to addresses within the organization.
    with quarter.inside(), override_settings(ROOT_URLCONF=settings.ORGANIZATION_URLCONF):
        reader = quarter.by_name("ines")
        assert what_differs(quarter.organization.slug, reader, one_in=20) == []


def every_link_leads_somewhere(quarter: Quarter) -> None:
    """Notices that wait, and the buttons beside what each gate lacks, open a page with that field or act."""
    with quarter.inside():
        assert links_that_lead_nowhere(quarter.organization.slug) == []


def nobody_acts_for_33_days(quarter: Quarter) -> None:
    """A committee is asked once a measure, of nothing cured and of no data; afterwards nothing of it has happened."""
    days = [START + timedelta(days=number) for number in range(1, 34)]
    with transaction.atomic():
        refuse_and_accept(quarter)
        for day in days:
            with clock.at(day):
                for name in DATED if day in LOOKED_AT else DAILY:
                    run_duty(quarter.organization.pk, name)
                drain(quarter.organization.pk)
        with clock.at(days[-1]), organization_context(quarter.organization.pk):
            asked = Circulation.objects.filter(subject_kind=SubjectKind.DEVIATION)
            by_measure = Counter(asked.values_list("measure__code", flat=True))
            assert by_measure and max(by_measure.values()) == 1, by_measure
            settles = {
                key for details in asked.values_list("details", flat=True) for key in details["settles"].split(",")
            }
            about = Deviation.objects.filter(pk__in=settles)
            assert not about.filter(Q(kind=DeviationKind.FRESHNESS) | Q(clear_since__isnull=False)).exists()
            for committee in Committee.objects.all():
                items = Counter(subject.measure for _, subject in subjects_before(committee) if subject.measure)
                assert not items or max(items.values()) == 1, committee
                for meeting in committee.meetings.all():
                    kept = Counter(meeting.items.filter(measure__isnull=False).values_list("measure", flat=True))
                    assert not kept or max(kept.values()) == 1, meeting
            for seat in CommitteeMember.objects.filter(role="chair"):
                assert len(topics_to_decide(quarter.actor(seat.user_id))) <= 12
            assert not stuck(days[-1])
        transaction.set_rollback(True)


def refuse_and_accept(quarter: Quarter) -> None:
    """A hand-over that is refused and accepted within minutes, on the first day."""
    with quarter.inside():
        offered = Milestone.objects.select_related("measure").get(handed_over_on__isnull=False)
        receiver, owner = quarter.actor(offered.receiver_id), quarter.actor(offered.measure.owner_id)
        refuse_hand_off(receiver, offered.pk, reason="The list of tests is missing.")
        drain(quarter.organization.pk)
        complete_milestone(owner, offered.pk, actual_on=START)
        accept_hand_off(receiver, offered.pk)
        drain(quarter.organization.pk)
        assert Deviation.objects.get(kind=DeviationKind.HAND_OFF).state == DeviationState.RECOVERING


def stuck(today: date) -> list[str]:
    """Measures past day 21 that stand on no agenda with open papers, in no circulation and on no chair's list."""
    late = [topic for topic in topics_of(Deviation.objects.all()) if topic.since + timedelta(days=7) <= today]
    seen = {
        subject.measure.pk
        for committee in Committee.objects.all()
        if next_meetings(committee)
        for _, subject in subjects_before(committee)
        if subject.measure
    }
    seen |= set(Circulation.objects.filter(state="open").values_list("measure_id", flat=True))
    return [topic.measure.code for topic in late if topic.measure.pk not in seen and asks_body(topic.deviations)]


def close_september(quarter: Quarter) -> None:
    """The controllers validate the rest of September, and it locks with its snapshot."""
    quarter.turn(date(2026, 10, 16))
    with quarter.inside():
        for measure in Measure.objects.filter(lines__months__month=SEPTEMBER).distinct():
            quarter.validate(measure, SEPTEMBER, quarter.actor(measure.controller_id))
    quarter.settle()
    quarter.lock(SEPTEMBER)
    with quarter.inside():
        snapshot = Snapshot.objects.get(month=SEPTEMBER)
        assert (snapshot.measures, len(snapshot.digest)) == (len(sketches()), 64)


def close_a_measure(quarter: Quarter) -> None:
    """Above the organization's amount two controllers sign, each with their password, one after the other."""
    with quarter.inside():
        request = GateRequest.objects.select_related("measure").get(measure__code=CLOSING, state="submitted")
        signer = quarter.actor(request.measure.controller_id)
        first = sign_closure(signer, request.pk, reason="The meters show it.", password=PASSWORD)
        assert first.decision is None
        second = sign_closure(quarter.by_name("lucia"), request.pk, reason="So do the books.", password=PASSWORD)
        assert second.decision is not None
    quarter.settle()
    with quarter.inside():
        measure = Measure.objects.get(code=CLOSING)
        assert (measure.doi, measure.lifecycle) == (Doi.CLOSED, Lifecycle.CLOSED)


def decide_what_was_escalated(quarter: Quarter) -> None:
    """Day 14 has passed and it can't wait for the committee: its chair decides, and the gap has a name."""
    quarter.turn(date(2026, 10, 22))
    with quarter.inside():
        deviation = Deviation.objects.select_related("measure").get(
            measure__code=ESCALATED, kind=DeviationKind.MONEY, state=DeviationState.OPEN
        )
        assert deviation.is_past_clock(quarter.today)
        seat = CommitteeMember.objects.get(committee=deviation.measure.committee, role="chair")
        heir = quarter.by_name("ines")
        decide_deviation(
            quarter.actor(seat.user_id),
            deviation.pk,
            outcome="accept",
            reason="The supplier failed twice; the gap is carried.",
            gap_owner_id=heir.user_id,
            mandate=Mandate("The supplier's offer ends today."),
        )
    quarter.settle()
    with quarter.inside():
        deviation.refresh_from_db()
        assert (deviation.state, deviation.gap_owner_id) == (DeviationState.DECIDED, heir.user_id)


def two_weeks_of_standstill(quarter: Quarter) -> None:
    """Beat rests from a Thursday to the Wednesday after next: one round catches up, a second one finds nothing."""
    quarter.turn(date(2026, 11, 4))
    with quarter.inside():
        steps = DeviationStep.objects.count()
        # What nobody confirmed is no committee's topic: its unit's lead was told instead.
        overdue = Deviation.objects.filter(
            state=DeviationState.OPEN, escalate_on__lte=quarter.today, escalated_on__isnull=True
        )
        assert set(overdue.values_list("kind", flat=True)) <= set(DATA_KINDS)
    notices = told(quarter)
    quarter.turn(date(2026, 11, 4))
    assert told(quarter) == notices
    with quarter.inside():
        assert DeviationStep.objects.count() == steps


def an_open_deviation_escalates(quarter: Quarter) -> None:
    """A measure at plan reports nothing for October: its deviation is on the agenda on day 14, once."""
    with quarter.inside():
        off_plan = Deviation.objects.filter(kind=DeviationKind.MONEY).values("measure_id")
        at_plan = Measure.objects.filter(doi=Doi.IMPLEMENTED, lifecycle=Lifecycle.ACTIVE).exclude(pk__in=off_plan)
        victim = at_plan.order_by("code")[0]
    quarter.report(OCTOBER, short=frozenset({victim.code, REVERSED}))
    quarter.turn(date(2026, 11, 13))
    quarter.lock(OCTOBER)
    with quarter.inside():
        deviation = Deviation.objects.get(measure=victim, kind=DeviationKind.MONEY, state=DeviationState.OPEN)
    for day in (deviation.escalate_on, date(2026, 11, 30)):
        quarter.turn(day)
    with quarter.inside():
        taken = DeviationStep.objects.filter(deviation=deviation, step=ClockStep.ESCALATED)
        assert [step.due_on for step in taken] == [deviation.escalate_on]
    assert (deviation.escalate_on - deviation.opened_on).days >= 14


def a_reversal_reopens(quarter: Quarter) -> None:
    """What was closed a year ago delivers nothing: the check of the twelfth month finds it, its controller reopens."""
    quarter.report(NOVEMBER, short=frozenset({REVERSED}))
    quarter.turn(date(2026, 12, 14))
    quarter.lock(NOVEMBER)
    quarter.turn(date(2026, 12, 15))
    with quarter.inside():
        measure = Measure.objects.get(code=REVERSED)
        assert Deviation.objects.filter(measure=measure, kind=DeviationKind.REVERSAL).count() == 1
        reopen_measure(quarter.actor(measure.controller_id), measure.pk, reason="The effect is gone.")
        measure.refresh_from_db()
        assert (measure.doi, measure.lifecycle) == (Doi.IMPLEMENTED, Lifecycle.ACTIVE)
    quarter.settle()


def the_quarter_ends(quarter: Quarter) -> None:
    """December closes like the months before."""
    quarter.report(DECEMBER, short=frozenset())
    quarter.turn(date(2027, 1, 15))
    quarter.lock(DECEMBER)
    with quarter.inside():
        assert Snapshot.objects.latest("month").month == DECEMBER


def the_ledger_proves_it(quarter: Quarter) -> None:
    """Every entry holds; a byte flipped past all triggers is named."""
    code, words = verify()
    assert code == 0, words
    assert "intact" in words
    as_forger(
        "UPDATE audit_ledgerentry SET content = overlay(content PLACING 'X' FROM 20 FOR 1) WHERE sequence = 100"
        f" AND organization_id = '{quarter.organization.pk}'",
        "audit_ledgerentry",
    )
    code, words = verify()
    assert code == 1
    assert "entry 100" in words
