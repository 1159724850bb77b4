"""What a signature under a closure confirms, who gives it, and what it leaves behind (domain sections 5 and 13)."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from cat4 import clock
from cat4.accounts.actor import Role
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.errors import Conflict, Invalid, NotAllowed
from cat4.fiscal import month_range
from cat4.tenancy.ids import new_id
from governance.closures.actions.signing import Signed, sign_closure
from governance.closures.models import ClosureSignature
from governance.closures.selectors.waiting import closures_waiting
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import request_gate
from governance.gates.models import GateDecision, GateRequest
from hierarchy.settings.actions import change_settings
from measures.evidence.storage import open_stored
from measures.models import Document, DocumentOpening, EffectLine, EffectMonth, Measure, PriceVolumeProof
from tests.governance.ready import NOW, add_evidence, add_person, footprint, lock_through_september, ready_measure
from tests.governance.sitting import resolve_in_writing
from tests.world import PASSWORD, World, lock_months

D = Decimal
SEPTEMBER = date(2026, 9, 1)


def asked(world: World, **claims: str) -> GateRequest:
    """Asked to close; `claims` are by the last word of a line's name."""
    measure = ready_measure(world, doi=4)
    lock_through_september()
    lines = {line.name.split()[-1]: line.pk for line in EffectLine.objects.all()}
    claimed = {lines[name]: D(amount) for name, amount in claims.items()}
    return request_gate(world.actor("owner"), measure.pk, comment="Full quarter.", claims=claimed)


def sign(world: World, request: GateRequest, persona: str = "controller", **more: Any) -> Signed:
    return sign_closure(world.actor(persona), request.pk, reason="In the books.", password=PASSWORD, **more)


def steel() -> EffectLine:
    return EffectLine.objects.get(name="Steel price")


def two_must_sign(world: World) -> None:
    change_settings(world.actor("admin"), closure_two_sign_above=D(1000))


def add_controller(world: World, name: str = "Second") -> str:
    """Another controller of the organization, with everybody's password."""
    key = add_person(world, name, Role.CONTROLLER)
    world.people[key].password = world.people["owner"].password
    world.people[key].save()
    return key


def test_a_line_that_is_not_claimed_claims_what_was_reported(inside: World) -> None:
    request = asked(inside, price="1250")
    assert dict(request.claims.values_list("line__name", "claimed")) == {"Steel price": D(1250), "Tooling": D(-50)}


def test_a_difference_to_the_claim_needs_a_reason_and_is_what_the_measure_is_closed_at(inside: World) -> None:
    request = asked(inside, price="1250")
    before = footprint(request.measure)
    with pytest.raises(Invalid) as refusal:
        sign(inside, request, confirmed={steel().pk: D(1200)})
    assert refusal.value.errors == {
        f"reason-{steel().pk}": ["Steel price: 1,200 EUR differs from the claim of 1,250 EUR. Say why."]
    }
    assert footprint(request.measure) == before
    sign(inside, request, confirmed={steel().pk: D(1200)}, reasons={steel().pk: "50 was one-off."})
    assert Measure.objects.get().closed_run_rate == D(1200)
    (line, _) = LedgerEntry.objects.latest("sequence").entry.change["signatures"][0]["lines"]
    assert (line["claimed"], line["confirmed"], line["reason"]) == ("1250.00", "1200.00", "50 was one-off.")


def test_more_than_the_books_show_needs_a_reason_too(inside: World) -> None:
    request = asked(inside, price="1250")
    with pytest.raises(Invalid, match="1,250 EUR is more than the 1,200 EUR in the books"):
        sign(inside, request)


def test_evidence_that_was_not_opened_is_named_in_ledger_and_protocol(inside: World) -> None:
    request = asked(inside)
    opened = add_evidence(inside, request.measure)
    DocumentOpening.objects.create(document=opened, person=inside.people["controller"], at=NOW)
    signature = sign(inside, request).signature
    assert [row["mark"] for row in signature.unopened] == ["E1"]
    recorded = AuditEntry.objects.get(verb="measure.closed").change["signatures"][0]
    assert [row["mark"] for row in recorded["unopened"]] == ["E1"]
    words = text_of(Document.objects.get(purpose="closure"))
    assert words.count("Not opened by Controller Alder") == 1


def text_of(document: Document) -> str:
    with open_stored(document.storage_key) as content:
        pages = PdfReader(BytesIO(content.read())).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


def test_the_protocol_is_one_page_with_the_figures_and_its_hash_is_in_the_ledger(inside: World) -> None:
    request = asked(inside, price="1250")
    sign(inside, request, confirmed={steel().pk: D(1100)}, reasons={steel().pk: "Rebate ends."})
    document = Document.objects.get(purpose="closure")
    with open_stored(document.storage_key) as content:
        assert sha256(content.read()).hexdigest() == document.sha256
    assert AuditEntry.objects.get(verb="measure.closed").change["protocol"] == {
        "id": str(document.pk),
        "sha256": document.sha256,
    }
    words = text_of(document)
    for said in (
        "M-1 Measure M-1", "decision 1", "1,250 1,200 1,100", "\u2212150 against the claim: Rebate ends.",
        "50,000 EUR. Prior year, FY 2025, Ledger 400; approved by Controller Alder on 15 Oct 2026",
        "plan \u221250, validated \u221250", "Sep 26", "Controller Alder, controller, 15 Oct 2026",
        "6 months after, with the lock of Apr 2027; 12 months after, with the lock of Oct 2027", "SHA-256 0000",
    ):  # fmt: skip
        assert said in words, said


def test_a_long_protocol_stays_on_its_page(inside: World) -> None:
    request = asked(inside)
    for _ in range(70):
        add_evidence(inside, request.measure, "contract", steel())
    amounts = {f"{name}_{when}": 1 for name in ("price", "volume", "rate") for when in ("before", "after")}
    PriceVolumeProof.objects.bulk_create(
        PriceVolumeProof(
            line=steel(), first_month=month, last_month=month, unit="t", source="Ledger 400",
            author=inside.people["owner"], at=clock.now(), **amounts,
        )
        for month in month_range(date(2020, 1, 1), date(2025, 12, 1))
    )  # fmt: skip
    sign(inside, request)
    words = text_of(Document.objects.get(purpose="closure"))
    assert "more, in the ledger" in words
    assert words.count(" more") == 2


def test_above_the_amount_a_second_controller_signs_the_same_figures_after_the_first(inside: World) -> None:
    two_must_sign(inside)
    key = add_controller(inside)
    request = asked(inside)
    with pytest.raises(NotAllowed, match="Only the controller Controller Alder may decide"):
        sign(inside, request, key)
    first = sign(inside, request, confirmed={steel().pk: D(1100)}, reasons={steel().pk: "Rebate ends."})
    assert (first.decision, Measure.objects.get().doi) == (None, 4)
    assert AuditEntry.objects.latest("id").summary == "signed the closure first; Second signs after them"
    assert [line.pk for line in closures_waiting(inside.actor(key))] == [request.pk]
    assert not closures_waiting(inside.actor("controller")).exists()
    with pytest.raises(NotAllowed, match="You have signed already"):
        sign(inside, request)
    second = sign(inside, request, key)
    assert second.decision is not None
    assert (second.decision.decided_by_id, Measure.objects.get().closed_run_rate) == (
        inside.people["controller"].pk,
        D(1100),
    )
    words = text_of(Document.objects.get(purpose="closure"))
    assert "Second, second controller, 15 Oct 2026" in words


@pytest.mark.parametrize(
    ("persona", "said"),
    [
        ("owner", "Only a second controller"),
        ("pmo", "Only a second controller"),
        ("admin", "Only a second controller"),
        ("Second", "You are the owner or sponsor"),
        ("Third", "You entered actuals"),
        ("Fourth", "You asked for this gate"),
    ],
)
def test_the_second_signer_has_no_other_part_in_the_measure(inside: World, persona: str, said: str) -> None:
    two_must_sign(inside)
    for name in ("Second", "Third", "Fourth", "Fifth"):
        add_controller(inside, name)
    request = asked(inside)
    sign(inside, request)
    Measure.objects.update(sponsor=inside.people["second"])
    EffectMonth.objects.create(
        measure=request.measure, line=steel(), month=date(2027, 1, 1), reported=D(1), reported_by=inside.people["third"]
    )
    GateRequest.objects.update(requested_by=inside.people["fourth"])
    with pytest.raises(NotAllowed, match=said):
        sign(inside, request, persona.lower())
    assert Measure.objects.get().doi == 4


def test_without_a_second_controller_nothing_is_signed(inside: World) -> None:
    two_must_sign(inside)
    request = asked(inside)
    with pytest.raises(Invalid, match="no second one works at or above the measure"):
        sign(inside, request)
    assert ClosureSignature.objects.count() == 0


def test_when_the_books_move_between_two_signatures_the_first_signs_again(inside: World) -> None:
    two_must_sign(inside)
    key = add_controller(inside)
    request = asked(inside)
    sign(inside, request)
    add_evidence(inside, request.measure)
    with pytest.raises(Conflict, match="Controller Alder has to sign again"):
        sign(inside, request, key)
    sign(inside, request)
    assert sign(inside, request, key).decision is not None


def test_when_the_controller_changes_between_two_signatures_the_new_one_signs_first(inside: World) -> None:
    two_must_sign(inside)
    key = add_controller(inside)
    successor = add_controller(inside, "Third")
    request = asked(inside)
    sign(inside, request)
    Measure.objects.filter(pk=request.measure_id).update(controller=inside.people[successor])
    with pytest.raises(Conflict, match="another controller since Controller Alder signed"):
        sign(inside, request, key)
    assert sign(inside, request, successor).decision is None
    assert sign(inside, request, key).decision is not None


def test_who_signs_second_may_return_the_closing(inside: World) -> None:
    two_must_sign(inside)
    key = add_controller(inside)
    request = asked(inside)
    with pytest.raises(NotAllowed):
        decide_gate(inside.actor(key), request.pk, outcome="return", reason="Too early.")
    sign(inside, request)
    decide_gate(inside.actor(key), request.pk, outcome="return", reason="The rebate is not a price.")
    assert GateRequest.objects.get().state == "rejected"


def test_the_database_takes_no_closure_without_its_signatures(inside: World) -> None:
    two_must_sign(inside)
    key = add_controller(inside)
    request = asked(inside)
    with refusing("a closure is decided by the signature of its controller"):
        decide_by_row(inside, request)
    for persona, position, said in (
        ("owner", 1, "owner and sponsor of a measure do not sign"),
        (key, 1, "signs its closure first"),
        (key, 2, "the second signature follows the first"),
        ("controller", 2, "two signatures are given by two people"),
        ("reader", 2, "the second signature is a controller's"),
    ):
        with refusing(said):
            signature_row(inside, request, persona, position)
    sign(inside, request)
    with refusing("needs a second signature"):
        decide_by_row(inside, request)
    with refusing("permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_closuresignature SET run_rate = 1")


class refusing:  # noqa: N801
    """Within the block the database refuses, and the transaction goes on."""

    def __init__(self, said: str) -> None:
        self.raises = pytest.raises(DatabaseError, match=said)
        self.savepoint = transaction.atomic()

    def __enter__(self) -> None:
        self.raises.__enter__()
        self.savepoint.__enter__()

    def __exit__(self, *error: Any) -> bool:
        self.savepoint.__exit__(*error)
        return bool(self.raises.__exit__(*error))


def decide_by_row(world: World, request: GateRequest) -> None:
    GateDecision.objects.create(
        number=9, measure=request.measure, request=request, outcome="advance", from_doi=4, to_doi=5, reason="x",
        decided_by=world.people["controller"], decided_at=NOW,
    )  # fmt: skip


def signature_row(world: World, request: GateRequest, persona: str, position: int) -> None:
    ClosureSignature.objects.create(
        id=new_id(), request=request, number=9, position=position, person=world.people[persona], comment="x",
        run_rate=1, amount=1, needs_second=True, books="0" * 64, at=NOW,
    )  # fmt: skip


# A residual ---------------------------------------------------------------------------------------


def short(world: World) -> Measure:
    """A measure that brings 80 of 100 a month."""
    measure = ready_measure(world, doi=4)
    EffectMonth.objects.filter(line=steel(), month__lte=SEPTEMBER).update(reported=D(80), validated=D(80))
    lock_through_september()
    return measure


def test_less_than_the_plan_is_closed_once_the_committee_accepted_the_residual(inside: World) -> None:
    measure = short(inside)
    with pytest.raises(Invalid, match="Sep 2026 has 80 of 100 EUR"):
        request_gate(inside.actor("owner"), measure.pk)
    request = request_gate(inside.actor("owner"), measure.pk, kind="residual", comment="Volume fell for good.")
    for persona in ("pmo", "controller", "sponsor", "admin", "chair"):
        with pytest.raises(NotAllowed):
            decide_gate(inside.actor(persona), request.pk, outcome="residual", reason="Accepted.")
    decision = resolve_in_writing(inside, "gate_request", request.pk, "residual").gate_decision
    assert decision is not None
    assert decision.rule_results[1]["value"] == "960 of 1,200 EUR a year, 240 would be accepted as missing"
    closing = request_gate(inside.actor("owner"), measure.pk)
    made = sign(inside, closing)
    assert made.decision is not None
    found = {row["rule"]: row["value"] for row in made.decision.rule_results}["validated_months"]
    assert found == "Jul 2026 to Sep 2026; a residual of 240 EUR a year is accepted by decision 1"
    assert Measure.objects.get().closed_run_rate == D(960)
    assert "accepted a residual of 240 EUR a year, decision 1" in text_of(Document.objects.get(purpose="closure"))


def accept_residual(world: World, measure: Measure) -> None:
    request = request_gate(world.actor("owner"), measure.pk, kind="residual", comment="Volume fell for good.")
    resolve_in_writing(world, "gate_request", request.pk, "residual")


def test_a_residual_covers_no_further_fall(inside: World) -> None:
    measure = short(inside)
    accept_residual(inside, measure)
    october = EffectMonth.objects.get(line=steel(), month=date(2026, 10, 1))
    october.reported, october.reported_by, october.reported_at = D(70), inside.people["owner"], NOW
    october.validated, october.validated_by, october.validated_at = D(70), inside.people["controller"], NOW
    october.save()
    lock_months(date(2026, 10, 1))
    with pytest.raises(Invalid, match="Oct 2026 has 70 of 80 EUR"):
        request_gate(inside.actor("owner"), measure.pk)


def test_a_residual_ends_with_a_reopening(inside: World) -> None:
    measure = short(inside)
    accept_residual(inside, measure)
    sign(inside, request_gate(inside.actor("owner"), measure.pk))
    asked = request_gate(inside.actor("chair"), measure.pk, kind="reopen", comment="It went on falling.")
    decide_gate(inside.actor("controller"), asked.pk, outcome="reopen", reason="It did.")
    with pytest.raises(Invalid, match="Sep 2026 has 80 of 100 EUR"):
        request_gate(inside.actor("owner"), measure.pk)


def test_where_nothing_is_missing_no_residual_is_asked_for(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    lock_through_september()
    with pytest.raises(Invalid, match="nothing is missing"):
        request_gate(inside.actor("owner"), measure.pk, kind="residual", comment="To be safe.")
