"""The pages of governance: who sees what, what a form does, and what it says when it is refused."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from cat4.audit.models import AuditEntry
from cat4.waiting import Page, counts
from governance.gates.actions.requests import request_gate
from governance.gates.models import GateApproval, GateDecision, GateRequest
from governance.months.actions.lock import lock_period
from hierarchy.calendar.selectors.periods import last_locked_month
from hierarchy.models import ReportingPeriod
from measures.models import EffectLine, Measure
from tests.governance.gates.test_decisions import asked
from tests.governance.months.test_periods import AUGUST, SEPTEMBER
from tests.governance.ready import LAST_LOCKED, lock_through_september, ready_measure
from tests.markup import glued
from tests.world import PASSWORD, PERSONAS, World


class Visitor:
    """A person in front of the pages of one organization."""

    def __init__(self, world: World, persona: str) -> None:
        self.world, self.client = world, Client()
        self.client.force_login(world.people[persona])

    def get(self, path: str, status: int = 200) -> str:
        response = self.client.get(self.world.url(path))
        assert response.status_code == status, response.content.decode()[:2000]
        return response.content.decode()

    def post(self, path: str, status: int = 302, /, **values: Any) -> str:
        response = self.client.post(self.world.url(path), values)
        assert response.status_code == status, response.content.decode()[:4000]
        return response.content.decode() if status != 302 else response["Location"]


def requested(world: World, doi: int, **facts: Any) -> GateRequest:
    with world.inside():
        return asked(world, doi, **facts)


def state(world: World) -> tuple[int, int, int]:
    with world.inside():
        return GateRequest.objects.count(), GateDecision.objects.count(), AuditEntry.objects.count()


# Panels


def test_the_stepper_shows_each_degree_with_its_day_and_what_is_open(world: World) -> None:
    request = requested(world, 0)
    Visitor(world, "pmo").post(f"/requests/{request.pk}/decide/", outcome="advance", reason="Agreed.")
    with world.inside():
        Measure.objects.update(dependencies_declared="")
    html = glued(Visitor(world, "reader").get(f"/gates/{request.measure_id}/stepper/"))
    assert '<li class="now" aria-current="step"><span>DoI 1</span><b>Identified</b><span>15 Oct 2026</span>' in html
    assert '<li class="next"><span>DoI 2</span><b>Detailed</b><span>1 check open</span>' in html
    assert "<b>Closed</b><span>due 30 Sep 2027</span>" in html


@pytest.mark.parametrize("persona", PERSONAS)
def test_everybody_who_sees_the_measure_sees_its_gate_and_only_some_may_ask(world: World, persona: str) -> None:
    with world.inside():
        measure = ready_measure(world)
    html = Visitor(world, persona).get(f"/gates/{measure.pk}/card/")
    assert "Gate 1, Identified" in html
    assert "8 of 8 set" in html
    assert ("Ask for gate 1" in html) == (persona in {"owner", "pmo"})
    assert ("may ask." in html) == (persona not in {"owner", "pmo"})


def test_the_gate_card_says_what_is_missing_and_who_supplies_it(world: World) -> None:
    with world.inside():
        measure = ready_measure(world, scope_in="")
    html = Visitor(world, "owner").get(f"/gates/{measure.pk}/card/")
    assert '<b class="vh">Missing: </b>In scope and out of scope' in html
    assert "Owner Alder. In scope missing" in html
    assert "1 of 12 checks blocks" in html
    assert "Ask for gate 1" not in html


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"lifecycle": "on_hold", "hold_reason": "Budget: none."}, "On hold."),
        ({"lifecycle": "cancelled"}, "Cancelled."),
        ({"doi": 5}, "Closed."),
    ],
)
def test_the_gate_card_of_a_measure_that_rests_or_ended(world: World, facts: dict[str, Any], words: str) -> None:
    with world.inside():
        measure = ready_measure(world, **{"doi": 1, **facts})
    assert words in Visitor(world, "chair").get(f"/gates/{measure.pk}/card/")


def test_my_requests_name_who_is_waited_for(world: World) -> None:
    requested(world, 2)
    assert "Waits for Chair Alder." in Visitor(world, "owner").get("/requests/mine/")
    assert "Nothing asked for" in Visitor(world, "chair").get("/requests/mine/")


# Asking and deciding


def test_an_owner_asks_on_the_page(world: World) -> None:
    with world.inside():
        measure = ready_measure(world)
    owner = Visitor(world, "owner")
    assert "Hand in request" in owner.get(f"/gates/{measure.pk}/advance/")
    where = owner.post(f"/gates/{measure.pk}/advance/", comment="Ready.")
    with world.inside():
        request = GateRequest.objects.get()
    assert where == world.url(f"/requests/{request.pk}/")
    assert "“Ready.”" in owner.get(f"/requests/{request.pk}/")


def test_asking_with_something_missing_is_answered_with_the_list(world: World) -> None:
    with world.inside():
        measure = ready_measure(world, scope_in="")
    before = state(world)
    html = Visitor(world, "owner").post(f"/gates/{measure.pk}/advance/", 422, comment="Ready.")
    assert "In scope and out of scope: in scope missing. Owner Alder can supply it." in html
    assert state(world) == before


def test_asking_without_the_right_is_forbidden(world: World) -> None:
    with world.inside():
        measure = ready_measure(world)
    before = state(world)
    reader = Visitor(world, "reader")
    assert "Only the owner Owner Alder" in reader.get(f"/gates/{measure.pk}/advance/")
    assert "Only the owner Owner Alder" in reader.post(f"/gates/{measure.pk}/advance/", 403)
    assert state(world) == before


def test_asking_twice_is_a_conflict(world: World) -> None:
    request = requested(world, 0)
    assert "open request" in Visitor(world, "pmo").post(f"/gates/{request.measure_id}/advance/", 409)


def test_a_chair_holds_right_away_and_an_owner_asks_for_it(world: World) -> None:
    with world.inside():
        first, second = ready_measure(world, doi=2), ready_measure(world, doi=2, code="M-2")
    hold = {"hold_reason": "budget", "resume_on": "2027-05-03", "comment": "No money."}
    chair, owner = Visitor(world, "chair"), Visitor(world, "owner")
    assert "Hold the measure" in chair.get(f"/gates/{first.pk}/hold/")
    chair.post(f"/gates/{first.pk}/hold/", **hold)
    assert "Ask to hold the measure" in owner.get(f"/gates/{second.pk}/hold/")
    owner.post(f"/gates/{second.pk}/hold/", **hold)
    with world.inside():
        lifecycles = dict(Measure.objects.values_list("code", "lifecycle"))
        assert lifecycles == {"M-1": "on_hold", "M-2": "active"}
        assert set(GateRequest.objects.values_list("state", flat=True)) == {"approved", "submitted"}


@pytest.mark.parametrize("missing", ["hold_reason", "resume_on", "comment"])
def test_a_hold_without_one_of_its_facts_is_shown_again(world: World, missing: str) -> None:
    with world.inside():
        measure = ready_measure(world, doi=2)
    hold = {"hold_reason": "budget", "resume_on": "2027-05-03", "comment": "No money.", missing: ""}
    assert 'class="error"' in Visitor(world, "chair").post(f"/gates/{measure.pk}/hold/", 422, **hold)


def test_a_chair_cancels_and_names_who_owns_the_gap(world: World) -> None:
    with world.inside():
        measure = ready_measure(world, doi=2)
    owner_of_gap = str(world.people["pmo"].pk)
    Visitor(world, "chair").post(f"/gates/{measure.pk}/cancel/", comment="No supplier.", gap_owner_id=owner_of_gap)
    html = Visitor(world, "reader").get(f"/gates/{measure.pk}/card/")
    assert "Pmo Alder owns the gap." in html
    with world.inside():
        assert Measure.objects.get().lifecycle == "cancelled"


def test_without_a_cause_the_controller_asks_on_the_page_and_the_chair_reopens(world: World) -> None:
    with world.inside():
        measure = ready_measure(world, doi=5)
    controller = Visitor(world, "controller")
    controller.post(f"/gates/{measure.pk}/reopen/", comment="The price went back.")
    with world.inside():
        assert Measure.objects.get().doi == 5
        request = GateRequest.objects.get()
    assert "Without a cause." in controller.get(f"/requests/{request.pk}/")
    Visitor(world, "chair").post(f"/requests/{request.pk}/decide/", outcome="reopen", reason="I see it too.")
    with world.inside():
        assert Measure.objects.get().doi == 4


def test_the_page_of_a_request_offers_each_person_their_part(world: World) -> None:
    with world.inside():
        request = request_gate(world.actor("owner"), ready_measure(world, doi=2).pk)
    path = f"/requests/{request.pk}/"
    chair = Visitor(world, "chair").get(path)
    assert "Record decision" in chair
    assert '" required checked' not in chair
    assert "2 of 26 checks block" in chair
    controller = Visitor(world, "controller").get(path)
    assert "I confirm" in controller
    assert "You control this measure and advise the committee." in controller
    owner = Visitor(world, "owner").get(path)
    assert "Withdraw request" in owner
    assert "You own this measure. Nobody decides on their own measure." in owner
    reader = Visitor(world, "reader").get(path)
    for button in ("Record decision", "I confirm", "Withdraw request"):
        assert button not in reader


def test_a_confirmation_is_given_or_refused_on_the_page(world: World) -> None:
    with world.inside():
        request = request_gate(world.actor("owner"), ready_measure(world, doi=2).pk)
    path = f"/requests/{request.pk}/confirm/size_and_timing/"
    controller = Visitor(world, "controller")
    assert "Choose one." in controller.post(path, 422)
    assert "This is needed." in controller.post(path, 422, **{"size_and_timing-granted": "no"})
    controller.post(path, **{"size_and_timing-granted": "yes"})
    Visitor(world, "pmo").post(path, 403, **{"size_and_timing-granted": "yes"})
    with world.inside():
        assert GateApproval.objects.get().granted


def test_a_decision_needs_a_choice_and_a_reason(world: World) -> None:
    request = requested(world, 2)
    before = state(world)
    html = Visitor(world, "chair").post(f"/requests/{request.pk}/decide/", 422)
    assert "Choose a decision." in html
    assert "Write a reason before you go on." in html
    assert state(world) == before


def test_a_decision_without_the_right_is_forbidden_and_a_late_one_a_conflict(world: World) -> None:
    request = requested(world, 2)
    decide = {"outcome": "advance", "reason": "Agreed."}
    html = Visitor(world, "pmo").post(f"/requests/{request.pk}/decide/", 403, **decide)
    assert "Only the chair of the Commercial committee (Chair Alder) decides this gate." in html
    chair = Visitor(world, "chair")
    assert chair.post(f"/requests/{request.pk}/decide/", **decide) == world.url(f"/requests/{request.pk}/")
    assert "in the meantime" in chair.post(f"/requests/{request.pk}/decide/", 409, **decide)
    assert "As they were at the decision" in chair.get(f"/requests/{request.pk}/")


def test_a_request_is_withdrawn_on_the_page(world: World) -> None:
    request = requested(world, 0)
    owner = Visitor(world, "owner")
    assert "Write a reason" in owner.post(f"/requests/{request.pk}/withdraw/", 422)
    owner.post(f"/requests/{request.pk}/withdraw/", **{"withdraw-reason": "Later."})
    assert "Withdrawn" in owner.get(f"/requests/{request.pk}/")


# Inboxes


def test_each_decider_finds_what_waits_for_them(world: World) -> None:
    with world.inside():
        measures = [ready_measure(world, doi=doi, code=f"M-{doi}") for doi in range(5)]
        lock_through_september()
        for measure in measures:
            request_gate(world.actor("owner"), measure.pk)
    expected = {  # closures, decisions
        "pmo": (0, 3),  # gates 1 and 2, and a hand-over
        "chair": (0, 1),
        "sponsor": (0, 2),  # gate 4, and a confirmation for gate 3
        "controller": (1, 1),  # a closing, and size and timing
        "owner": (0, 0),
        "member": (0, 0),
        "reader": (0, 0),
        "admin": (0, 0),
    }
    with world.inside():
        waiting = {persona: counts(world.actor(persona)) for persona in PERSONAS}
    assert {persona: (by[Page.CLOSURES], by[Page.DECISIONS]) for persona, by in waiting.items()} == expected


@pytest.mark.parametrize("persona", PERSONAS)
def test_everybody_may_open_the_inboxes(world: World, persona: str) -> None:
    requested(world, 2)
    requested(world, 4, code="M-9")
    for path in ("/decisions/", "/closures/", "/periods/"):
        Visitor(world, persona).get(path)


def test_a_decision_is_recorded_from_the_inbox(world: World) -> None:
    request = requested(world, 2)
    chair = Visitor(world, "chair")
    html = chair.get("/decisions/")
    assert "1 request waits for your word" in html
    assert "The plan is frozen." in html
    decide = {"outcome": "advance", "reason": "Agreed.", "from": "decisions"}
    assert chair.post(f"/requests/{request.pk}/decide/", **decide) == world.url("/decisions/")
    html = chair.get("/decisions/")
    assert "Nothing waits for your word." in html
    assert "“Agreed.”" in html
    chair.get(f"/decisions/{request.pk}/", 404)


def test_a_controller_signs_in_the_inbox_with_the_password(world: World) -> None:
    request = requested(world, 4)
    controller = Visitor(world, "controller")
    html = controller.get("/closures/")
    assert "1 request claims 1 kEUR run-rate EBITDA." in html
    assert "E1 not opened by you; the ledger will say so." in html
    sign = {"reason": "1,200 in the books.", "password": PASSWORD, **confirmed(world)}
    path = f"/closures/{request.pk}/sign/"
    assert "Enter your password to sign." in controller.post(path, 422, **{**sign, "password": ""})
    wrong = controller.post(path, 422, **{**sign, "password": "guess"})
    assert "The password is wrong. Nothing was signed." in wrong
    assert "guess" not in wrong
    less = {**sign, **confirmed(world, "1,100")}
    assert "1,100 EUR differs from the claim of 1,200 EUR. Say why." in controller.post(path, 422, **less)
    preview = controller.post(f"/closures/{request.pk}/preview/", 200, **less)
    assert "\N{MINUS SIGN}100" in preview
    assert controller.post(path, **sign) == world.url("/closures/")
    with world.inside():
        assert (Measure.objects.get().doi, GateDecision.objects.get().reason) == (5, "1,200 in the books.")


def confirmed(world: World, steel: str = "1,200") -> dict[str, str]:
    """The amounts of the closing's form."""
    with world.inside():
        lines = {line.name: line.pk for line in EffectLine.objects.all()}
    return {f"confirmed-{lines['Steel price']}": steel, f"confirmed-{lines['Tooling']}": "-50"}


def test_guessing_passwords_ends_after_five(world: World) -> None:
    request = requested(world, 4)
    controller = Visitor(world, "controller")
    sign = {"reason": "Booked.", **confirmed(world)}
    for _ in range(5):
        controller.post(f"/closures/{request.pk}/sign/", 422, **sign, password="guess")
    html = controller.post(f"/closures/{request.pk}/sign/", 422, **sign, password=PASSWORD)
    assert "Too many wrong passwords." in html
    with world.inside():
        assert Measure.objects.get().doi == 4


def test_the_closing_shows_claim_plan_and_books_by_line(world: World) -> None:
    request = requested(world, 4)
    html = Visitor(world, "owner").get(f"/closures/{request.pk}/")
    assert "Steel price" in html
    assert "1,200" in html
    assert "Only the controller Controller Alder may decide on the closing." in html
    assert "Confirm and sign" not in html


def test_a_controller_returns_a_closing(world: World) -> None:
    request = requested(world, 4)
    controller = Visitor(world, "controller")
    path = f"/closures/{request.pk}/return/"
    assert "Write a reason" in controller.post(path, 422)
    controller.post(path, **{"return-reason": "Freight is one-off."})
    with world.inside():
        assert GateRequest.objects.get().state == "rejected"


def test_nobody_else_signs_or_returns_on_the_page(world: World) -> None:
    request = requested(world, 4)
    before = state(world)
    for persona in PERSONAS.keys() - {"controller"}:
        visitor = Visitor(world, persona)
        visitor.post(f"/closures/{request.pk}/sign/", 403, reason="Mine.", password=PASSWORD)
        visitor.post(f"/closures/{request.pk}/return/", 403, **{"return-reason": "Mine."})
    assert state(world) == before


# Records


def test_the_periods_page_names_what_is_missing_and_who_owes_it(world: World) -> None:
    with world.inside():
        lock_period(world.actor("pmo"), month=AUGUST)
        ready_measure(world, doi=3)
    html = Visitor(world, "controller").get("/periods/")
    assert "Lock Sep 2026" in html
    assert "Steel price" in html
    assert "Owner Alder" in html
    assert "Only a controller or portfolio manager" in Visitor(world, "reader").get("/periods/")


def test_a_month_is_locked_after_a_confirmation(world: World) -> None:
    with world.inside():
        lock_period(world.actor("pmo"), month=AUGUST)
    pmo = Visitor(world, "pmo")
    assert "This cannot be undone." in pmo.get("/periods/lock/")
    assert pmo.post("/periods/lock/", month="2026-09") == world.url("/periods/2026-09/")
    with world.inside():
        assert last_locked_month() == SEPTEMBER == LAST_LOCKED
    assert "is not over yet" in pmo.post("/periods/lock/", 422, month="2026-10")
    assert "locked already" in pmo.post("/periods/lock/", 409, month="2026-09")
    assert "Enter a month" in pmo.post("/periods/lock/", 422, month="soon")


@pytest.mark.parametrize("persona", ["owner", "sponsor", "chair", "reader", "admin"])
def test_nobody_else_locks_on_the_page(world: World, persona: str) -> None:
    visitor = Visitor(world, persona)
    visitor.get("/periods/lock/", 403)
    visitor.post("/periods/lock/", 403, month="2026-09")
    with world.inside():
        assert ReportingPeriod.objects.count() == 0


def test_the_ledger_shows_the_newest_entry_first_and_is_verified_on_demand(world: World) -> None:
    with world.inside():
        for month in (AUGUST, SEPTEMBER):
            lock_period(world.actor("pmo"), month=month)
    reader = Visitor(world, "reader")
    html = reader.get("/ledger/")
    assert html.index("locked Sep 2026.") < html.index("locked Aug 2026")
    assert "#6 " in html
    assert reader.post("/ledger/verify/") == world.url("/ledger/")
    assert "6 entries hold." in reader.get("/ledger/")
    assert "locked Sep 2026." not in reader.get("/ledger/?before=6")
    narrowed = reader.get("/ledger/?person=pmo&verb=period.locked&first_day=2026-10-15&last_day=2026-10-15")
    assert "locked Sep 2026." in narrowed
    for nothing in ("person=nobody", "measure=M-1", "last_day=2026-10-14", "first_day=2026-10-16"):
        assert "locked Sep 2026." not in reader.get(f"/ledger/?{nothing}")
    entry = reader.get("/ledger/6/")
    assert "This entry holds." in entry
    assert "&quot;verb&quot;: &quot;period.locked&quot;" in entry
    reader.get("/ledger/7/", 404)
    reader.get("/ledger/?before=nonsense")
    reader.get(f"/ledger/?before={'9' * 30}")


def test_the_ledger_is_open_to_members_with_a_role_at_the_whole(world: World) -> None:
    from hierarchy.constants import Level
    from hierarchy.models import RoleGrant

    with world.inside():
        part = world.nodes[Level.PROJECT]
        RoleGrant.objects.filter(user=world.people["owner"]).update(node=part)
    assert "a role at the whole organization" in Visitor(world, "owner").get("/ledger/", 403)
    Visitor(world, "owner").post("/ledger/verify/", 403)


# Other organizations


def test_nothing_of_another_organization_is_found(world: World, twin: World) -> None:
    foreign = requested(twin, 4)
    for pk in (foreign.pk, uuid4()):
        for persona in ("pmo", "controller", "admin"):
            visitor = Visitor(world, persona)
            for path in (f"/requests/{pk}/", f"/closures/{pk}/", f"/decisions/{pk}/", f"/gates/{pk}/card/"):
                visitor.get(path, 404)
            visitor.get(f"/gates/{foreign.measure_id}/stepper/", 404)
            visitor.post(f"/gates/{foreign.measure_id}/hold/", 404, comment="Mine.")
            visitor.post(f"/requests/{pk}/decide/", 404, outcome="return", reason="Mine.")
            visitor.post(f"/requests/{pk}/withdraw/", 404, **{"withdraw-reason": "Mine."})
            visitor.post(f"/requests/{pk}/confirm/sponsor/", 404, **{"sponsor-granted": "yes"})
            visitor.post(f"/closures/{pk}/sign/", 404, reason="Mine.", password=PASSWORD)
            visitor.post(f"/closures/{pk}/return/", 404, **{"return-reason": "Mine."})
    with twin.inside():
        assert GateRequest.objects.get().state == "submitted"


def test_a_closing_is_found_only_where_it_is_one(world: World) -> None:
    request = requested(world, 2)
    Visitor(world, "controller").get(f"/closures/{request.pk}/", 404)
    Visitor(world, "owner").get(f"/gates/{request.measure_id}/jump/", 404)
