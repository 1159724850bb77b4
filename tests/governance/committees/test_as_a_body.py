"""A body decides as a body: who may decide what from which amount on, by page, API and SQL (domain section 4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from cat4 import clock
from cat4.audit.models import LedgerEntry
from cat4.errors import Conflict, NotAllowed
from governance.committees.actions.circulations import open_circulation
from governance.committees.actions.closing import close_meeting
from governance.committees.actions.conflicts import declare_conflict
from governance.committees.actions.meetings import call_meeting, lock_due_papers
from governance.committees.actions.sessions import Seen, decide_item, start_meeting, take_attendance
from governance.committees.models.meetings import AgendaItem, Meeting
from governance.committees.selectors.agenda import agenda_of, subjects_before
from governance.deviations.actions.deciding import decide_deviation
from governance.deviations.constants import DeviationKind
from governance.deviations.models import Deviation, DeviationDecision
from governance.gates.actions.decisions import decide_gate, hold_measure
from governance.gates.actions.requests import give_approval, request_gate
from governance.gates.models import GateDecision, GateRequest
from governance.gates.selectors.waiting import decisions_waiting, left_to_committees
from governance.parties.rules import Mandate
from governance.rules.book import Amounts
from hierarchy.models import Committee
from measures.models import EffectMonth, Measure
from tests.governance.changing import confirmed, propose, wish
from tests.governance.changing import decided as planned
from tests.governance.ready import lock_through_september, ready_measure
from tests.governance.sitting import resolve_in_writing
from tests.measures.steps import refused
from tests.world import World

D = Decimal
BELOW, FROM = D("249999.00"), D("250000.00")
SENTENCE = "The committee decides this in a meeting or by circulation"
DAYS: dict[str, Any] = {"resume_on": date(2027, 3, 1)}


@pytest.fixture
def inside(world: World) -> Iterator[World]:
    """With the two seats of every world: of those who decide here, quorum is counted in two."""
    with world.inside():
        yield world


@dataclass(frozen=True)
class Case:
    """Something that waits for a decision, and what whoever decides it sends."""

    kind: str
    subject: GateRequest | Deviation
    sent: dict[str, Any]

    @property
    def topic(self) -> UUID:
        """What a committee is asked about: a request, or the trade-off of a measure."""
        return self.subject.measure_id if isinstance(self.subject, Deviation) else self.subject.pk

    @property
    def page(self) -> str:
        part = "requests" if self.kind == "gate_request" else "deviations"
        return f"/{part}/{self.subject.pk}/decide/"

    @property
    def form(self) -> dict[str, Any]:
        return self.sent if self.kind == "gate_request" else {f"decide-{key}": said for key, said in self.sent.items()}

    def rest(self, client: Client, world: World) -> Any:
        """By the API."""
        path, sent = "/decisions/", self.sent | {"request_id": str(self.subject.pk)}
        if self.kind == "deviation":
            path, sent = f"/deviations/{self.subject.pk}/decisions/", self.sent
        body = json.dumps(sent, default=str)
        return client.post(world.url(f"/api/v1{path}"), body, content_type="application/json")

    def insert(self, world: World, amount: Decimal, **manner: Any) -> object:
        """By SQL, as the serving role, with the amount and the manner that the row states."""
        facts: dict[str, Any] = {
            "number": 900, "reason": "So be it.", "decided_by": world.people["chair"], "decided_at": clock.now(),
            "outcome": self.sent["outcome"], "weight": amount, "manner": "chair", **manner,
        }  # fmt: skip
        if isinstance(self.subject, Deviation):
            return DeviationDecision.objects.create(deviation=self.subject, round=self.subject.round, **facts)
        asked = self.subject
        return GateDecision.objects.create(
            measure=asked.measure, request=asked, from_doi=asked.from_doi, to_doi=asked.to_doi, **facts
        )


def worth(world: World, amount: Decimal) -> Measure:
    """A measure that is planned to bring so much in 2026, a little less than a twelfth of it in most months."""
    measure = ready_measure(world, 2, baseline=10 * amount)
    months = EffectMonth.objects.filter(measure=measure, plan__gt=0)
    months.update(plan=(amount / 12).quantize(D("0.01")) - D("0.01"))
    months.filter(month=date(2026, 2, 1)).update(plan=amount - 11 * ((amount / 12).quantize(D("0.01")) - D("0.01")))
    return measure


def gate_3(world: World, amount: Decimal) -> Case:
    request = request_gate(world.actor("owner"), worth(world, amount).pk)
    give_approval(world.actor("controller"), request.pk, kind="size_and_timing")
    give_approval(world.actor("sponsor"), request.pk, kind="sponsor")
    return Case("gate_request", request, {"outcome": "advance", "reason": "Agreed."})


def hold(world: World, amount: Decimal) -> Case:
    request = request_gate(
        world.actor("owner"),
        worth(world, amount).pk,
        kind="hold",
        comment="No budget.",
        hold_reason="budget",
        **DAYS,
    )
    return Case("gate_request", request, {"outcome": "hold", "reason": "Agreed.", "hold_reason": "budget", **DAYS})


def cancel(world: World, amount: Decimal) -> Case:
    gap: dict[str, Any] = {"gap_owner_id": world.people["pmo"].pk}
    request = request_gate(world.actor("owner"), worth(world, amount).pk, kind="cancel", comment="Sold.", **gap)
    return Case("gate_request", request, {"outcome": "cancel", "reason": "Agreed.", **gap})


def change(world: World, amount: Decimal) -> Case:
    """One month of 100 brings so much more."""
    measure = planned(world)
    request = confirmed(world, propose(world, measure, lines=wish(measure, nov=str(amount + 100))))
    return Case("gate_request", request, {"outcome": "change", "reason": "Agreed."})


def residual(world: World, amount: Decimal) -> Case:
    """Whatever its amount, the committee's: here 240 a year."""
    measure = ready_measure(world, 4)
    EffectMonth.objects.filter(measure=measure, plan__gt=0, month__lte=date(2026, 9, 1)).update(
        reported=80, validated=80
    )
    lock_through_september()
    request = request_gate(world.actor("owner"), measure.pk, kind="residual", comment="Volume fell for good.")
    return Case("gate_request", request, {"outcome": "residual", "reason": "Agreed."})


def trade_off(world: World, amount: Decimal) -> Case:
    today = clock.today()
    days = dict.fromkeys(("opened_on", "cause_due_on", "sponsor_on", "escalate_on", "decide_by"), today)
    deviation = Deviation.objects.create(
        number=1, measure=ready_measure(world, 3), kind=DeviationKind.MONEY, escalated_on=today,
        effect_in_year=D(-10), effect_run_rate=-amount, **days,
    )  # fmt: skip
    due_on = today + timedelta(days=20)
    return Case("deviation", deviation, {"outcome": "re_scope", "reason": "A year later.", "due_on": due_on})


SCENES: list[Callable[[World, Decimal], Case]] = [gate_3, hold, cancel, change, residual, trade_off]


def taken_back(act: Callable[[], Any]) -> Any:
    """What it answers; nothing of it stays."""
    with transaction.atomic():
        answer = act()
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_the_chair_alone_decides_below_250_000_a_year_and_nothing_above(
    inside: World, client: Client, scene: Callable[[World, Decimal], Case]
) -> None:
    client.force_login(inside.people["chair"])
    with transaction.atomic():
        case = scene(inside, BELOW)
        passes = scene is not residual
        page = taken_back(lambda: client.post(inside.url(case.page), case.form))
        rest = taken_back(lambda: case.rest(client, inside))
        assert (page.status_code, rest.status_code) == ((302, 201) if passes else (403, 403))
        if passes:
            assert (rest.json()["manner"], rest.json()["urgent_reason"]) == ("chair", "")
            taken_back(lambda: case.insert(inside, BELOW))
        transaction.set_rollback(True)
    case = scene(inside, FROM)
    page = client.post(inside.url(case.page), case.form)
    rest = case.rest(client, inside)
    assert (page.status_code, rest.status_code) == (403, 403)
    assert SENTENCE in rest.json()["detail"]
    assert SENTENCE in page.content.decode()
    for stated in ({}, {"manner": "urgent"}, {"manner": "body"}, {"weight": None}):
        with pytest.raises(DatabaseError, match="cat4: "), transaction.atomic():
            case.insert(inside, FROM, **stated)
    about: dict[str, Any] = {"subject_kind": case.kind, "subject_id": case.topic}
    opened = open_circulation(
        inside.actor("chair"), inside.committee.pk, question="Agreed?", closes_on=date(2026, 10, 22), **about
    )
    page = client.post(inside.url(case.page), case.form)
    rest = case.rest(client, inside)
    assert (page.status_code, rest.status_code) == (409, 409)
    current = rest.json()["current"]
    assert (current["decided_in"], current["id"]) == ("circulation", str(opened.pk))
    assert current["address"].endswith(f"/committee/circulations/{opened.pk}/")


def test_the_body_decides_and_its_decision_says_so(inside: World) -> None:
    case = gate_3(inside, FROM)
    made = resolve_in_writing(inside, case.kind, case.subject.pk, "advance")
    decision = GateDecision.objects.get()
    assert (decision.number, decision.manner, decision.weight) == (made.number, "body", FROM)
    assert (decision.resolution_kind, decision.resolution_id) == ("circulation", made.circulation_id)
    content = LedgerEntry.objects.filter(entry__verb="gate.decided").get().entry.change
    assert (content["manner"], content["resolution"]) == ("body", ["circulation", str(made.circulation_id)])


def test_a_deputy_does_not_decide_for_a_chair_who_declared_a_conflict(inside: World, client: Client) -> None:
    from tests.governance.parties.test_deputies import deputize

    case = gate_3(inside, BELOW)
    deputize(inside, "chair", "member")
    declare_conflict(inside.actor("chair"), subject_kind="gate_request", subject_id=case.subject.pk, reason="Mine.")
    with refused(NotAllowed, "Only the chair of the Commercial committee"):
        decide_gate(inside.actor("member"), case.subject.pk, outcome="advance", reason="For her.")
    client.force_login(inside.people["chair"])
    page = client.get(inside.url(f"/requests/{case.subject.pk}/")).content.decode()
    assert "You declared a conflict of interest on this." in page
    assert "Record decision" not in page


# Urgent


def meeting_after(world: World, days: int) -> Meeting:
    """A meeting in session, so many days from now, with its papers locked."""
    at = clock.now() + timedelta(days=days)
    called = call_meeting(world.actor("chair"), world.committee.pk, starts_at=at, reason="As every month.")
    with clock.at(at):
        lock_due_papers()
        start_meeting(world.actor("chair"), called.pk)
        seen = [Seen(world.people[key].pk, "present") for key in ("chair", "member")]
        take_attendance(world.actor("chair"), called.pk, seen=seen)
    return called


def urgent_hold(world: World) -> GateDecision:
    measure = worth(world, FROM)
    return hold_measure(
        world.actor("chair"), measure.pk, hold_reason="budget", reason="The supplier is insolvent.",
        mandate=Mandate("Goods leave tomorrow."), **DAYS,
    )  # fmt: skip


def test_an_urgent_act_holds_at_once_is_marked_and_is_ratified_by_a_vote(inside: World, client: Client) -> None:
    decision = urgent_hold(inside)
    assert Measure.objects.get().lifecycle == "on_hold"
    assert (decision.manner, decision.urgency) == ("urgent", "Urgent, not ratified yet")
    assert "urgently, to be ratified" in LedgerEntry.objects.get().entry.summary
    client.force_login(inside.people["chair"])
    assert "Urgent, not ratified yet" in client.get(inside.url(f"/requests/{decision.request_id}/")).content.decode()
    assert client.get(inside.url("/api/v1/decisions/")).json()["results"][0]["is_ratified"] is False
    meeting = meeting_after(inside, 3)
    item = AgendaItem.objects.get(meeting=meeting)
    assert item.summary == f"Urgent decision {decision.number}, hold: Goods leave tomorrow."
    with clock.at(meeting.starts_at):
        assert "Goods leave tomorrow." in client.get(
            inside.url(f"/committee/meetings/{meeting.pk}/items/{item.pk}/")
        ).content.decode()  # fmt: skip
        made = decide_item(inside.actor("chair"), item.pk, outcome="ratified", reason="Rightly.", unanimous=True)
    assert GateDecision.objects.get().urgency == f"Urgent, ratified by decision {made.number}"
    assert subjects_before(inside.committee) == []


def resume(world: World, amount: Decimal) -> Case:
    """Its chair alone resumes, and cancels urgently."""
    held = urgent_hold(world)
    request = request_gate(world.actor("owner"), held.measure_id, kind="resume", comment="Paid again.")
    return Case("gate_request", request, {"outcome": "resume", "reason": "Agreed."})


@pytest.mark.parametrize(
    ("scene", "folded"),
    [(cancel, "Return, or decide urgently"), (residual, "Return, hold or cancel"), (resume, "")],
    ids=lambda case: getattr(case, "__name__", None),
)
def test_what_is_folded_away_says_what_the_chair_may_do_there(
    inside: World, client: Client, scene: Callable[[World, Decimal], Case], folded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A residual is never urgent; what the chair decides alone is not folded away for what they don't."""
    case = scene(inside, FROM)
    monkeypatch.setattr("governance.gates.pages.standing.amounts_of", lambda measure: Amounts(FROM))
    client.force_login(inside.people["chair"])
    page = client.get(inside.url(f"/requests/{case.subject.pk}/")).content.decode()
    assert "Why it can" in page
    said = ("Return, or decide urgently", "Return, hold or cancel")
    assert [words for words in said if words in page] == [words for words in [folded] if words]


def test_what_two_meetings_do_not_ratify_goes_to_the_escalation_body(inside: World) -> None:
    board = Committee.objects.create(name="Board", node=inside.committee.node)
    Committee.objects.filter(pk=inside.committee.pk).update(escalation=board)
    inside.committee.refresh_from_db()
    decision = urgent_hold(inside)
    for days in (3, 30):
        assert [subject.id for _, subject in subjects_before(inside.committee)] == [decision.pk]
        meeting = meeting_after(inside, days)
        with clock.at(meeting.starts_at):
            close_meeting(inside.actor("chair"), meeting.pk, confirmed=True)
    assert subjects_before(inside.committee) == []
    assert [subject.id for _, subject in subjects_before(board)] == [decision.pk]


def test_what_the_chair_decides_alone_stands_on_the_next_agenda_to_take_note_of(inside: World) -> None:
    case = gate_3(inside, BELOW)
    decision = decide_gate(inside.actor("chair"), case.subject.pk, outcome="advance", reason="Agreed.")
    at = clock.now() + timedelta(days=3)
    meeting = call_meeting(inside.actor("chair"), inside.committee.pk, starts_at=at, reason="As every month.")
    noted = agenda_of(meeting).opening.decided_alone
    assert [(note.number, note.weight) for note in noted] == [(decision.number, BELOW)]


def test_a_hold_by_trade_off_is_weighed_by_the_measure_too(inside: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small gap doesn't let the chair alone hold a large measure."""
    case = trade_off(inside, D(1000))
    monkeypatch.setattr("governance.parties.selectors.weights.weight_of", lambda step, measure, known: FROM)
    with refused(NotAllowed, f"{SENTENCE}: it is 250,000 EUR a year, from 250,000 on."):
        decide_deviation(
            inside.actor("chair"), case.subject.pk, outcome="hold", reason="Wait.", hold_reason="budget", **DAYS
        )


def test_what_is_before_an_open_meeting_is_decided_there(inside: World) -> None:
    case = gate_3(inside, BELOW)
    meeting = meeting_after(inside, 3)
    item = AgendaItem.objects.get(meeting=meeting)
    with clock.at(datetime(2026, 10, 18, 10, tzinfo=meeting.starts_at.tzinfo)), pytest.raises(Conflict) as raised:
        decide_gate(inside.actor("chair"), case.subject.pk, outcome="advance", reason="Agreed.")
    assert raised.value.current["id"] == str(item.pk)


@pytest.mark.parametrize(("amount", "is_left"), [(BELOW, False), (FROM, True)])
def test_the_inbox_marks_what_the_committee_decides_and_nothing_that_a_person_confirms(
    inside: World, amount: Decimal, is_left: bool
) -> None:
    request_gate(inside.actor("owner"), worth(inside, amount).pk)
    for persona, is_marked in (("chair", is_left), ("controller", False)):
        actor = inside.actor(persona)
        waiting = list(decisions_waiting(actor))
        assert (len(waiting), len(left_to_committees(actor, waiting))) == (1, int(is_marked)), persona
    client = Client()
    client.force_login(inside.people["chair"])
    page = client.get(inside.url("/decisions/")).content.decode()
    assert ("The committee decides: agenda or circulation" in page) == is_left
    assert (f"{SENTENCE}: it is 250,000 EUR a year" in page) == is_left
