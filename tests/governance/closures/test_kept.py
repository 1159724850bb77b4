"""What was signed stays: a past closure is drawn from what was kept with it (domain section 4)."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db.models import Sum
from django.test import Client
from pypdf import PdfReader

from cat4 import clock
from cat4.outbox.actions import drain
from governance.closures.actions.signing import sign_closure
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import request_gate
from governance.gates.models import GateRequest, KeptRequest
from measures.constants import EvidenceClass
from measures.evidence.actions import withdraw_document
from measures.evidence.storage import open_stored
from measures.models import Document, DocumentLine, EffectLine, EffectMonth, Measure, MeasureTotals
from measures.status.actions.recompute import recompute_measure
from reporting.models import NodeCell
from tests.governance.ready import NOW, lock_through_september, ready_measure
from tests.world import PASSWORD, World, lock_months

D = Decimal


def close_at(world: World, measure: Measure, amount: int) -> GateRequest:
    request = request_gate(world.actor("owner"), measure.pk, comment=f"Closing at {amount}.")
    steel = EffectLine.objects.get(measure=measure, name="Steel price")
    made = sign_closure(
        world.actor("controller"), request.pk, reason=f"{amount} holds.", password=PASSWORD,
        confirmed={steel.pk: D(amount)}, reasons={steel.pk: "Rebate."},
    )  # fmt: skip
    assert made.decision is not None
    return GateRequest.objects.get(pk=request.pk)


def prove(world: World, measure: Measure, title: str, mark: str) -> Document:
    """A document that proves every line of a measure."""
    document = Document.objects.create(
        measure=measure, purpose="evidence", evidence_class=EvidenceClass.GENERAL_LEDGER, title=title,
        file_name="proof.pdf", content_type="application/pdf", size=3, sha256=mark * 64, storage_key="x",
        uploaded_by=world.people["owner"], uploaded_at=clock.now(),
    )  # fmt: skip
    DocumentLine.objects.bulk_create(DocumentLine(document=document, line=line) for line in measure.lines.all())
    return document


def another_month_is_locked(world: World) -> None:
    """With a tenth of what was planned: what the books say of the last months is another amount from now on."""
    by = {"reported_by": world.people["owner"], "validated_by": world.people["controller"]}
    october = EffectMonth.objects.filter(month=date(2026, 10, 1))
    october.update(reported=D(10), reported_at=NOW, validated=D(10), validated_at=NOW, **by)
    lock_months(date(2026, 10, 1))


def protocol_words(document: Document) -> str:
    with open_stored(document.storage_key) as content:
        return " ".join(PdfReader(BytesIO(content.read())).pages[0].extract_text().split())


def reopen_together(world: World, measure: Measure) -> None:
    """Nothing but the paper speaks against it: the controller asks, and the chair decides."""
    request = request_gate(world.actor("controller"), measure.pk, kind="reopen", comment="The paper was wrong.")
    decide_gate(world.actor("chair"), request.pk, outcome="reopen", reason="Then it has to be shown again.")


@pytest.fixture
def closed_twice(world: World) -> tuple[GateRequest, GateRequest]:
    """Closed at 880 on one paper, reopened because it was withdrawn, and closed at 900 on another."""
    with world.inside():
        measure = ready_measure(world, doi=4)
        withdraw_document(world.actor("owner"), Document.objects.get(purpose="evidence").pk, reason="Not needed.")
        june = prove(world, measure, "Ledger of June", "a")
        lock_through_september()
        first = close_at(world, measure, 880)
        withdraw_document(world.actor("owner"), june.pk, reason="Wrong entity.")
        with clock.at(NOW + timedelta(days=1)):
            reopen_together(world, measure)
            prove(world, measure, "Ledger of July", "b")
            Measure.objects.update(name="Steel, renamed")
            second = close_at(world, Measure.objects.get(), 900)
        # Nothing of what the books say from now on reaches either of them.
        EffectLine.objects.filter(name="Steel price").update(name="Steel, renamed line")
        another_month_is_locked(world)
        return first, second


def test_a_measure_closed_twice_shows_each_closing_as_it_was_signed(
    world: World, closed_twice: tuple[GateRequest, GateRequest], client: Client
) -> None:
    client.force_login(world.people["controller"])
    first, second = (client.get(world.url(f"/closures/{asked.pk}/")) for asked in closed_twice)
    for page, amount, said, unsaid in (
        (first, "880", ("Measure M-1", "E1. Ledger of June", "aaaaaaaa", "Withdrawn since"), ("Ledger of July",)),
        (second, "900", ("Steel, renamed", "E1. Ledger of July", "bbbbbbbb"), ("Ledger of June", "Withdrawn since")),
    ):
        words = page.content.decode()
        assert [row.confirmed for row in page.context["rows"]] == [D(amount), D(-50)]
        assert page.context["sums"].confirmed == D(amount)
        assert (page.context["sums"].plan, page.context["sums"].against_plan) == (D(1200), D(amount) - 1200)
        assert all(text in words for text in ("Steel price", "Rebate.", f"{amount} holds.", *said))
        assert not any(text in words for text in ("Steel, renamed line", *unsaid))
    listed = [(decision.request_id, amount) for decision, amount in second.context["closed"]]
    assert listed == [(closed_twice[1].pk, D(900)), (closed_twice[0].pk, D(880))]
    with world.inside():
        earlier, later = Document.objects.filter(purpose="closure").order_by("uploaded_at")
        assert "1,200 1,200 880" in protocol_words(earlier)
        assert "Ledger of June" in protocol_words(earlier)
        assert "1,200 1,200 900" in protocol_words(later)
        assert "Ledger of July" in protocol_words(later)


def test_the_api_answers_the_same(world: World, closed_twice: tuple[GateRequest, GateRequest], client: Client) -> None:
    client.force_login(world.people["controller"])
    answers = [client.get(world.url(f"/api/v1/closures/{asked.pk}/")).json() for asked in closed_twice]
    assert [answer["run_rate"] for answer in answers] == ["880.00", "900.00"]
    assert [[proof["sha256"][:2] for proof in answer["evidence"]] for answer in answers] == [["aa"], ["bb"]]
    assert {line["name"]: line["plan"] for line in answers[0]["lines"]} == {
        "Steel price": "1200.00",
        "Tooling": "-50.00",
    }
    assert answers[0]["kept_at"] == "2026-10-15T11:00:00+02:00"


def test_a_closing_that_was_returned_shows_the_books_of_that_day(world: World, client: Client) -> None:
    with world.inside():
        measure = ready_measure(world, doi=4)
        lock_through_september()
        asked = request_gate(world.actor("owner"), measure.pk, comment="Closing.")
        decide_gate(world.actor("controller"), asked.pk, outcome="return", reason="Freight is one-off.")
        another_month_is_locked(world)
    client.force_login(world.people["controller"])
    page = client.get(world.url(f"/closures/{asked.pk}/"))
    assert [(row.line.plan, row.line.validated, row.confirmed) for row in page.context["rows"]] == [
        (D(1200), D(1200), None), (D(-50), D(-50), None)
    ]  # fmt: skip


def closed(world: World) -> GateRequest:
    with world.inside():
        measure = ready_measure(world, doi=4)
        lock_through_september()
        recompute_measure(measure.pk)
        return close_at(world, measure, 880)


def test_a_closing_from_before_anything_was_kept_says_so_and_shows_what_was_signed(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeptRequest.objects, "create", lambda **_: None)
    asked = closed(world)
    with world.inside():
        another_month_is_locked(world)
    client.force_login(world.people["controller"])
    page = client.get(world.url(f"/closures/{asked.pk}/"))
    assert "Not everything was kept." in page.content.decode()
    assert page.context["board"].evidence == []
    sums = page.context["sums"]
    assert (sums.plan, sums.claimed, sums.validated, sums.confirmed) == (D(1200), D(1200), D(1200), D(880))
    request_page = client.get(world.url(f"/requests/{asked.pk}/")).content.decode()
    assert "The money of that day was not kept." in request_page


def test_from_its_closing_on_the_signed_run_rate_is_the_forecast_everywhere(world: World, client: Client) -> None:
    with world.inside():
        measure = ready_measure(world, doi=4)
        lock_through_september()
        EffectMonth.objects.filter(line__name="Steel price", month__gt=date(2026, 9, 1)).update(forecast=D("79.17"))
        recompute_measure(measure.pk)
        assert MeasureTotals.objects.get().forecast_run_rate == D("950.04")
        close_at(world, measure, 880)
        drain(world.organization.pk)
        assert NodeCell.objects.filter(node=measure.package).aggregate(sum=Sum("forecast_run_rate"))["sum"] == D(880)
    client.force_login(world.people["controller"])
    url = f"/measures/{measure.pk}/"
    page = client.get(world.url(url))
    assert "at a run-rate of 880 EUR" in (words := " ".join(page.content.decode().split()))
    assert "Its owner's last forecast was 950 (+70)." in words
    answer = client.get(world.url(f"/api/v1{url}")).json()
    assert (answer["closed_run_rate"], answer["totals"]["forecast_run_rate"]) == ("880.00", "880.00")
    grid = client.get(world.url(f"{url}financials/")).context["grids"][0]
    assert [row.cells[-1].text for row in grid.rows] == ["100", "–", "73.33"]
    with world.inside():
        withdraw_document(world.actor("owner"), Document.objects.get(purpose="evidence").pk, reason="Wrong entity.")
        reopen_together(world, measure)
        drain(world.organization.pk)
        assert MeasureTotals.objects.get().forecast_run_rate == D("950.04")


def test_the_page_of_a_decided_request_keeps_the_money_of_its_day(world: World, client: Client) -> None:
    asked = closed(world)
    with world.inside():
        Measure.objects.update(name="Renamed")
        MeasureTotals.objects.update(plan_run_rate=D(7))
    client.force_login(world.people["controller"])
    page = client.get(world.url(f"/requests/{asked.pk}/"))
    assert "Measure M-1: gate 5" in page.content.decode()
    assert page.context["figures"]["plan_run_rate"] == D(1200)
