"""Confirmations inside a request: several people, their order, their end (domain section 4)."""

from datetime import date

from cat4 import clock
from cat4.accounts.actor import Role
from cat4.audit.models import AuditEntry
from cat4.errors import Conflict, Invalid, NotAllowed
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.expiry import expire_requests
from governance.gates.actions.requests import give_approval, request_gate
from governance.gates.models import GateApproval, GateDecision, GateRequest
from governance.gates.selectors.checklists import checklist
from governance.gates.selectors.waiting import decisions_waiting
from governance.rulebook.models import RuleSetEntry
from governance.rules.book import Entry
from hierarchy.people.actions.deputies import name_deputy
from measures.constants import EvidenceClass
from tests.governance.ready import add_document, add_person, ready_measure
from tests.governance.rule_books import approval, published
from tests.measures.steps import refused
from tests.world import World


def key_of(text: str) -> str:
    """The key that an own rule got."""
    return RuleSetEntry.objects.get(text=text).rule


def seen(request: GateRequest, text: str) -> tuple[bool, str]:
    result = next(row for row in checklist(request.measure, request) if row.text == text)
    return result.passed, result.value


def test_as_many_confirm_as_the_rules_ask_for(inside: World) -> None:
    published(inside, own=[approval("gate_1", "Two portfolio managers", "pmo", needed=2)])
    second = add_person(inside, "Paula", Role.PMO)
    add_person(inside, "Lea", Role.PMO)
    request = request_gate(inside.actor("owner"), ready_measure(inside).pk)
    key = key_of("Two portfolio managers")
    give_approval(inside.actor("pmo"), request.pk, kind=key)
    give_approval(inside.actor("pmo"), request.pk, kind=key)
    assert seen(request, "Two portfolio managers") == (False, "1 of 2 given, by Pmo Alder")
    assert [len(decisions_waiting(inside.actor(person))) for person in ("pmo", second)] == [1, 1]
    with refused(Invalid, "1 of 2 given, by Pmo Alder. Lea, Paula or Pmo Alder can supply it."):
        decide_gate(inside.actor("lea"), request.pk, outcome="advance", reason="Agreed.")
    give_approval(inside.actor(second), request.pk, kind=key)
    assert seen(request, "Two portfolio managers") == (True, "Pmo Alder and Paula")
    assert decide_gate(inside.actor("lea"), request.pk, outcome="advance", reason="Agreed.").to_doi == 1


def test_who_gave_their_own_word_gives_that_of_the_person_they_stand_in_for_next(inside: World) -> None:
    published(inside, own=[approval("gate_1", "Two portfolio managers", "pmo", needed=2)])
    key, other = key_of("Two portfolio managers"), add_person(inside, "Petra", Role.PMO)
    request = request_gate(inside.actor("owner"), ready_measure(inside).pk)
    name_deputy(
        inside.actor(other), principal_id=inside.people[other].pk, deputy_id=inside.people["pmo"].pk,
        first_day=date(2026, 10, 12), last_day=date(2026, 10, 23), reason="Leave",
    )  # fmt: skip
    words = [give_approval(inside.actor("pmo"), request.pk, kind=key).on_behalf_of_id for _ in range(2)]
    assert words == [None, inside.people[other].pk]
    assert seen(request, "Two portfolio managers") == (True, "Pmo Alder and Pmo Alder for Petra")


def test_a_refusal_by_one_of_several_stands_until_a_later_word(inside: World) -> None:
    published(inside, own=[approval("gate_1", "Two portfolio managers", "pmo", needed=2)])
    second = add_person(inside, "Paula", Role.PMO)
    request = request_gate(inside.actor("owner"), ready_measure(inside).pk)
    key = key_of("Two portfolio managers")
    give_approval(inside.actor("pmo"), request.pk, kind=key)
    give_approval(inside.actor(second), request.pk, kind=key, granted=False, comment="Too early.")
    assert seen(request, "Two portfolio managers") == (False, "refused by Paula: Too early.")
    give_approval(inside.actor(second), request.pk, kind=key)
    assert seen(request, "Two portfolio managers")[0]


def test_a_later_turn_waits_for_the_earlier_and_says_for_whom(inside: World) -> None:
    published(
        inside,
        own=[approval("gate_1", "Legal release", "chair", turn=2), approval("gate_1", "Size", "controller", turn=1)],
    )
    request = request_gate(inside.actor("owner"), ready_measure(inside).pk)
    with refused(Conflict, "This confirmation waits for: Size (Controller Alder)."):
        give_approval(inside.actor("chair"), request.pk, kind=key_of("Legal release"))
    assert seen(request, "Legal release") == (False, "waits for: Size (Controller Alder)")
    give_approval(inside.actor("controller"), request.pk, kind=key_of("Size"))
    give_approval(inside.actor("chair"), request.pk, kind=key_of("Legal release"))
    assert seen(request, "Legal release") == (True, "Chair Alder")


def test_a_statement_is_made_by_name_and_evidence_is_of_its_class(inside: World) -> None:
    published(
        inside,
        own=[
            Entry("gate_1", "", "M", text="Works council informed", approver="owner"),
            Entry("gate_1", "", "E", text="Offer attached", evidence_class=EvidenceClass.CONTRACT),
        ],
    )
    measure = ready_measure(inside)
    with refused(Invalid, "Offer attached: no contract attached. Owner Alder can supply it."):
        request_gate(inside.actor("owner"), measure.pk)
    add_document(inside, measure, "background", evidence_class=EvidenceClass.CONTRACT)
    request = request_gate(inside.actor("owner"), measure.pk)
    key = key_of("Works council informed")
    with refused(NotAllowed, "Only Owner Alder may state this."):
        give_approval(inside.actor("pmo"), request.pk, kind=key)
    give_approval(inside.actor("owner"), request.pk, kind=key)
    decision = decide_gate(inside.actor("pmo"), request.pk, outcome="advance", reason="Agreed.")
    kept = {result["text"]: (result["kind"], result["value"]) for result in decision.rule_results}
    assert kept["Works council informed"] == ("M", "Owner Alder")
    assert kept["Offer attached"] == ("E", "1 attached, contract")


def test_a_confirmation_that_nobody_asks_for_is_refused(inside: World) -> None:
    request = request_gate(inside.actor("owner"), ready_measure(inside).pk)
    for kind in ("sponsor", "own-12345678", ""):
        with refused(Invalid, "doesn't ask for this confirmation"):
            give_approval(inside.actor("sponsor"), request.pk, kind=kind)


def test_a_request_that_nobody_decides_expires_once(inside: World) -> None:
    published(inside, off=["risks"], expiry_days=30)
    request = request_gate(inside.actor("owner"), ready_measure(inside).pk)
    assert expire_requests(date(2026, 11, 14)) == 0
    with clock.at(date(2026, 11, 15)):
        assert expire_requests(date(2026, 11, 15)) == 1
        assert expire_requests(date(2026, 11, 15)) == 0
    request.refresh_from_db()
    assert (request.state, request.ended_at is not None) == ("expired", True)
    entry = AuditEntry.objects.get(verb="gate.expired")
    assert (entry.cause, entry.summary) == (
        "rule", "ended the request for gate 1, Identified: nobody decided it in 30 days",
    )  # fmt: skip
    with refused(Conflict, "This request is expired and can't be changed any more."):
        decide_gate(inside.actor("pmo"), request.pk, outcome="advance", reason="Late.")
    assert (GateDecision.objects.count(), GateApproval.objects.count()) == (0, 0)


def test_without_days_a_request_never_expires(inside: World) -> None:
    published(inside, off=["risks"], expiry_days=None)
    request_gate(inside.actor("owner"), ready_measure(inside).pk)
    assert expire_requests(date(2030, 1, 1)) == 0
