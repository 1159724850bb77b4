"""The pages of measures: who sees which buttons, and what happens to bad, foreign and stale input."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from cat4 import clock
from cat4.audit.models import AuditEntry, LedgerEntry
from hierarchy.models import RoleGrant
from measures.core.actions.measures import edit_measure
from measures.evidence.actions import upload_document
from measures.models import (
    Baseline,
    Document,
    EffectLine,
    EffectMonth,
    LockedStanding,
    Measure,
    MeasureStatus,
    Milestone,
    Risk,
    StatusOverride,
)
from measures.status.actions.recompute import recompute_measure
from tests.markup import carried
from tests.measures.steps import NOV, OCT, SEP, D, line_for, milestone_of, month_of, records
from tests.world import PERSONAS, World, lock_months

TABS = ("", "financials/", "milestones/", "risks/", "documents/", "history/")


@pytest.fixture
def november() -> Iterator[None]:
    """October is over and takes actuals."""
    with clock.at(date(2026, 11, 2)):
        yield


@pytest.fixture
def running(world: World) -> tuple[Measure, EffectLine]:
    """A decided measure with a plan, September reported, and one of everything else."""
    with world.inside():
        measure = world.measure(doi=3, code="COM-012", name="Discount governance")
        line = line_for(world, measure)
        for month in (SEP, OCT, NOV):
            month_of(line, month, plan=D("1000.50"))
        entry = EffectMonth.objects.get(line=line, month=SEP)
        entry.reported, entry.reported_by = D("900.25"), world.people["owner"]
        entry.save()
        milestone_of(measure, is_critical=True)
        Risk.objects.create(measure=measure, title="Key accounts refuse", likelihood="high", amount=D(620000))
        upload_document(
            world.actor("owner"), measure.pk, file=ContentFile(b"seen", name="note.txt"), title="Note",
            purpose="background",
        )  # fmt: skip
        recompute_measure(measure.pk)
        return measure, line


def get(client: Client, world: World, persona: str, path: str, **query: Any) -> HttpResponse:
    client.force_login(world.people[persona])
    return client.get(world.url(path), query)  # type: ignore[return-value]  # a test response


def post(client: Client, world: World, persona: str, path: str, data: dict[str, Any]) -> HttpResponse:
    client.force_login(world.people[persona])
    return client.post(world.url(path), data)  # type: ignore[return-value]  # a test response


def plain(response: HttpResponse) -> str:
    """The words of a page, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def is_greyed(page: str, label: str) -> bool:
    """Whether the first button of that label is off, with its reason beside it."""
    button = re.search(rf"<(a|button)[^>]*>\s*(?:<svg.*?</svg>)?{label}", page)
    assert button is not None, label
    return 'aria-disabled="true"' in button.group(0)


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_every_persona_reads_every_tab(
    client: Client, world: World, running: tuple[Measure, EffectLine], persona: str, tab: str
) -> None:
    response = get(client, world, persona, f"/measures/{running[0].pk}/{tab}")
    assert response.status_code == 200
    assert "Discount governance" in text_of(response)


@pytest.mark.parametrize("tab", TABS)
def test_a_measure_of_another_organization_is_not_there(
    client: Client, world: World, twin: World, running: tuple[Measure, EffectLine], tab: str
) -> None:
    assert get(client, twin, "pmo", f"/measures/{running[0].pk}/{tab}").status_code == 404


def test_who_has_no_part_in_a_measure_does_not_find_it(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    with world.inside():
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
    assert get(client, world, "reader", f"/measures/{running[0].pk}/").status_code == 404


def test_buttons_are_grey_with_the_reason_for_who_may_not(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    page = text_of(get(client, world, "owner", f"/measures/{running[0].pk}/"))
    assert not is_greyed(page, "Edit")
    assert is_greyed(page, "Move")
    page = text_of(get(client, world, "controller", f"/measures/{running[0].pk}/"))
    assert is_greyed(page, "Edit")
    assert "Only the owner Owner Alder or the portfolio manager may edit this measure." in page


@pytest.mark.usefixtures("november")
def test_the_owner_types_and_the_controller_validates(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    path = f"/measures/{running[0].pk}/financials/"
    owner = text_of(get(client, world, "owner", path))
    assert 'name="forecast-2026-11"' in owner
    assert 'name="actual-2026-10"' in owner
    assert 'name="actual-2026-11"' not in owner
    assert 'name="plan-2026-11"' not in owner
    assert "Validate ticked months" not in owner
    controller = text_of(get(client, world, "controller", path))
    assert "Validate ticked months" in controller
    assert 'class="cell-in"' not in controller
    assert "900.25" in controller
    assert 'class="cell-in"' not in text_of(get(client, world, "reader", path))


def test_before_the_decision_the_plan_is_typed(client: Client, world: World) -> None:
    with world.inside():
        measure = world.measure()
        line = line_for(world, measure)
    path = f"/measures/{measure.pk}/financials/"
    assert 'name="plan-2026-11"' in text_of(get(client, world, "owner", path))
    response = post(client, world, "owner", f"/effects/{line.pk}/months/", {"plan-2026-11": "1.234,50", "version": "1"})
    assert response.status_code == 302
    with world.inside():
        assert EffectMonth.objects.get(line=line, month=NOV).plan == D("1234.50")


def save(client: Client, world: World, line: EffectLine, data: dict[str, Any], persona: str = "owner") -> HttpResponse:
    return post(client, world, persona, f"/effects/{line.pk}/months/?year=2026", {"version": str(line.version), **data})


@pytest.mark.usefixtures("november")
def test_forecast_and_actuals_are_saved_together(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    _, line = running
    data = {"forecast-2026-11": "950", "actual-2026-10": "400.10", "actual-2026-09": "900.25", "reason": "Late."}
    assert save(client, world, line, data).status_code == 302
    with world.inside():
        months = {entry.month: entry for entry in line.months.all()}
        assert months[NOV].forecast == D(950)
        assert months[OCT].reported == D("400.10")
        assert AuditEntry.objects.filter(verb="actuals.reported").count() == 1


def test_a_number_with_two_readings_is_asked_and_a_large_change_too_and_what_it_moved_is_said(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    """Pasted together, `310.000,50` says what `320.000` is; alone it is asked. All without JavaScript."""
    _, line = running
    with world.inside():
        line.months.filter(month__gt=SEP).update(plan=D(300000))
    asked = save(client, world, line, {"forecast-2026-11": "320.000", "reason": "Late."})
    assert asked.status_code == 422
    assert "320.000: 320,000 (320 thousand)" in text_of(asked)
    typed = carried(asked.content.decode())
    assert typed["forecast-2026-11"] == ["320.000"]
    back = save(client, world, line, {**typed, "edit": "1"})
    assert (back.status_code, 'value="320.000"' in text_of(back)) == (200, True)

    large = save(client, world, line, {**typed, "decimal_mark": "."})
    assert large.status_code == 422
    assert "Forecast Nov 2026, EUR, Steel price 300,000 320 −299,680" in plain(large)
    assert "Forecast at completion, EBITDA, EUR, 2026 600,900.25 301,220.25 −299,680" in plain(large)
    with world.inside():
        assert not line.months.filter(forecast__isnull=False).exists()
        assert not AuditEntry.objects.filter(verb="measure.forecast_revised").exists()
    other = save(
        client, world, line, {**carried(large.content.decode()), "forecast-2026-11": "330", "decimal_mark": ""}
    )
    assert other.status_code == 422
    assert save(client, world, line, carried(large.content.decode())).status_code == 302
    page = plain(get(client, world, "owner", f"/measures/{line.measure_id}/financials/"))
    assert "Forecast at completion, EBITDA, EUR, 2026: 600,900.25, now 301,220.25 (−299,680)" in page

    together = {"forecast-2026-10": "310.000,50", "forecast-2026-11": "320.000", "reason": "Late."}
    with world.inside():
        line.refresh_from_db()
    asked = save(client, world, line, together)
    assert save(client, world, line, carried(asked.content.decode())).status_code == 302
    with world.inside():
        assert line.months.get(month=NOV).forecast == D(320000)
        assert line.months.get(month=OCT).forecast == D("310000.50")


@pytest.mark.usefixtures("november")
def test_refused_cells_come_back_as_they_were_typed(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    _, line = running
    response = save(client, world, line, {"forecast-2026-11": "lots", "actual-2026-10": "400", "reason": "Late."})
    assert response.status_code == 422
    page = text_of(response)
    assert "“lots” is not a number." in page
    assert 'value="lots"' in page
    assert 'value="400"' in page
    response = save(client, world, line, {"forecast-2026-11": "950", "reason": ""})
    assert response.status_code == 422
    assert "Say why the forecast changed." in text_of(response)
    response = save(client, world, line, {"forecast-2026-11": "1.2345", "reason": "Late"})
    assert "Nov 2026: at most two decimals." in text_of(response)
    with world.inside():
        assert not line.months.filter(forecast__isnull=False).exists()
        assert not AuditEntry.objects.filter(verb__in=["actuals.reported", "measure.forecast_revised"]).exists()


def test_two_tabs_do_not_save_over_each_other(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    _, line = running
    save(client, world, line, {"forecast-2026-11": "950", "reason": "Late."})
    response = save(client, world, line, {"forecast-2026-11": "800", "reason": "Later."})
    assert response.status_code == 409
    assert "now 950, you entered 800" in text_of(response)
    with world.inside():
        assert EffectMonth.objects.get(line=line, month=NOV).forecast == D(950)


def test_cells_that_are_not_open_are_not_read(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    _, line = running
    with world.inside():
        lock_months(SEP)
    response = save(client, world, line, {"plan-2026-11": "1", "actual-2026-09": "1", "actual-2026-11": "1"})
    assert response.status_code == 302
    with world.inside():
        entry = EffectMonth.objects.get(line=line, month=NOV)
        assert (entry.plan, entry.reported) == (D("1000.50"), None)


def test_the_controller_validates_what_the_page_showed(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    _, line = running
    path = f"/effects/{line.pk}/validate/"
    response = post(client, world, "controller", path, {"months": "2026-09", "seen-2026-09": "1.00"})
    assert response.status_code == 409
    assert post(client, world, "owner", path, {"months": "2026-09", "seen-2026-09": "900.25"}).status_code == 403
    assert post(client, world, "controller", path, {}).status_code == 422
    assert post(client, world, "controller", path, {"months": "x", "seen-x": "y"}).status_code == 422
    response = post(client, world, "controller", path, {"months": "2026-09", "seen-2026-09": "900.25"})
    assert response.status_code == 302
    with world.inside():
        assert EffectMonth.objects.get(line=line, month=SEP).validated == D("900.25")
    response = post(client, world, "controller", f"/effects/{line.pk}/return/", {"months": "2026-09", "reason": ""})
    assert response.status_code == 422
    data = {"months": "2026-09", "reason": "Wrong account."}
    assert post(client, world, "controller", f"/effects/{line.pk}/return/", data).status_code == 302
    with world.inside():
        assert EffectMonth.objects.get(line=line, month=SEP).reported is None


def test_nothing_changed_is_one_click(client: Client, world: World, running: tuple[Measure, EffectLine]) -> None:
    measure, _ = running
    assert post(client, world, "reader", f"/measures/{measure.pk}/forecast/confirm/", {}).status_code == 403
    response = post(client, world, "owner", f"/measures/{measure.pk}/forecast/confirm/", {"back": "mine"})
    assert response["Location"] == world.url("/my-work/")


CREATE = {
    "name": "Bundle steel",
    "description": "Bundle the steel volumes of both plants and tender them again.",
    "business_reason": "Two plants buy the same grades.",
    "kind": "ebitda_cost",
}


def test_a_measure_is_written_and_edited_on_pages(client: Client, world: World) -> None:
    package, people = str(world.package.pk), world.people
    page = text_of(get(client, world, "owner", "/measures/new/", package=package))
    assert f'value="{package}" selected' in page
    data = {**CREATE, "package_id": package, "owner_id": str(people["owner"].pk)}
    response = post(client, world, "owner", "/measures/new/", data)
    assert response.status_code == 302
    with world.inside():
        made = Measure.objects.get()
        assert made.owner == people["owner"]
    path = f"/measures/{made.pk}/edit/"
    assert get(client, world, "owner", path).status_code == 200
    changes = {**CREATE, "name": "Bundle all steel", "version": "1", "target_amount": "1.200,00"}
    assert post(client, world, "owner", path, changes).status_code == 302
    response = post(client, world, "owner", path, {**changes, "name": "Bundle no steel"})
    assert response.status_code == 409
    assert "Bundle all steel" in text_of(response)
    with world.inside():
        made.refresh_from_db()
        assert (made.name, made.target_amount) == ("Bundle all steel", D("1200.00"))


def test_a_refused_form_keeps_what_was_typed(client: Client, world: World) -> None:
    data = {**CREATE, "description": "Too short", "package_id": str(world.package.pk), "owner_id": ""}
    response = post(client, world, "pmo", "/measures/new/", data)
    assert response.status_code == 422
    page = text_of(response)
    assert "Too short" in page
    assert "Choose one of the list." in page
    data["owner_id"] = str(world.people["owner"].pk)
    response = post(client, world, "pmo", "/measures/new/", data)
    assert "Describe it in at least 30 characters" in text_of(response)
    with world.inside():
        assert Measure.objects.count() == 0


def test_ids_of_another_organization_are_no_choice(client: Client, world: World, twin: World) -> None:
    owner = str(world.people["owner"].pk)
    data = {**CREATE, "package_id": str(twin.package.pk), "owner_id": owner}
    assert post(client, world, "pmo", "/measures/new/", data).status_code == 422
    with world.inside():
        measure = world.measure()
    for field, foreign in {"legal_entity_id": twin.entity.pk, "sponsor_id": twin.people["sponsor"].pk}.items():
        path = f"/measures/{measure.pk}/edit/governance/"
        assert post(client, world, "pmo", path, {field: str(foreign), "version": "1"}).status_code == 422


def test_people_are_greyed_for_an_owner_from_doi_1_on(client: Client, world: World) -> None:
    with world.inside():
        measure = world.measure(doi=1)
    path = f"/measures/{measure.pk}/edit/governance/"
    page = text_of(get(client, world, "owner", path))
    assert "only the portfolio manager changes owner" in page
    data = {"controller_id": str(world.people["reader"].pk), "version": "1", "business_unit_id": str(world.unit.pk)}
    data |= {"function_id": str(world.function.pk), "legal_entity_id": str(world.entity.pk)}
    assert post(client, world, "owner", path, data).status_code == 302
    with world.inside():
        measure.refresh_from_db()
        assert measure.controller == world.people["controller"]


FORMS = [
    ("edit/", "owner"), ("edit/governance/", "owner"), ("edit/closure/", "owner"), ("move/", "pmo"),
    ("overlap/", "owner"), ("override/", "sponsor"), ("milestones/new/", "owner"), ("risks/new/", "owner"),
    ("documents/new/", "controller"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "persona"), FORMS)
def test_forms_open_for_who_may_and_say_why_not_to_others(
    client: Client, world: World, running: tuple[Measure, EffectLine], path: str, persona: str
) -> None:
    address = f"/measures/{running[0].pk}/{path}"
    assert get(client, world, persona, address).status_code == 200
    refused = get(client, world, "reader", address)
    assert refused.status_code == 403
    assert "Only " in text_of(refused)
    with world.inside():
        before = records()
    assert post(client, world, "reader", address, {}).status_code == 403
    with world.inside():
        assert records() == before


def test_effects_and_baselines_are_written_on_pages(client: Client, world: World) -> None:
    with world.inside():
        measure = world.measure()
    path = f"/measures/{measure.pk}/effects/new/"
    assert get(client, world, "owner", path).status_code == 200
    data = {
        "name": "Steel price", "kind": "ebitda_cost", "recurrence": "recurring", "certainty": "hard", "currency": "eur",
        "legal_entity_id": str(world.entity.pk), "account_id": "", "annual_amount": "1200", "start_month": "2026-10",
        "ramp_months": "3",
    }  # fmt: skip
    preview = post(client, world, "owner", path, {**data, "preview": "1"})
    assert "33.33" in text_of(preview)
    with world.inside():
        assert EffectLine.objects.count() == 0
    assert post(client, world, "owner", path, {**data, "currency": "euro"}).status_code == 422
    assert post(client, world, "owner", path, data).status_code == 302
    with world.inside():
        line = EffectLine.objects.get()
    edit = f"/effects/{line.pk}/edit/"
    assert 'value="2026-10"' in text_of(get(client, world, "owner", edit))
    assert post(client, world, "owner", edit, {**data, "name": "Steel", "version": "1"}).status_code == 302
    assert post(client, world, "owner", edit, {**data, "name": "Iron", "version": "1"}).status_code == 409
    path = f"/measures/{measure.pk}/baselines/new/"
    data = {"type": "budget", "period": "FY 2026", "source": "SAP", "amount": "5.000,00", "currency": "EUR"}
    assert post(client, world, "owner", path, {**data, "type": "guess"}).status_code == 422
    assert post(client, world, "owner", path, data).status_code == 302
    with world.inside():
        baseline = Baseline.objects.get()
    page = text_of(get(client, world, "controller", f"/measures/{measure.pk}/financials/"))
    assert not is_greyed(page, "Approve")
    assert is_greyed(text_of(get(client, world, "owner", f"/measures/{measure.pk}/financials/")), "Approve")
    assert post(client, world, "owner", f"/baselines/{baseline.pk}/approve/", {}).status_code == 403
    assert post(client, world, "controller", f"/baselines/{baseline.pk}/approve/", {}).status_code == 302
    assert post(client, world, "owner", f"/effects/{line.pk}/remove/", {}).status_code == 302


def test_milestones_and_risks_are_written_on_pages(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    measure, _ = running
    path = f"/measures/{measure.pk}/milestones/new/"
    assert post(client, world, "owner", path, {"name": "", "baseline_on": "soon"}).status_code == 422
    assert post(client, world, "owner", path, {"name": "Trained", "baseline_on": "2026-12-01"}).status_code == 302
    with world.inside():
        milestone = Milestone.objects.get(name="Trained")
    base = f"/milestones/{milestone.pk}"
    assert get(client, world, "owner", f"{base}/edit/").status_code == 200
    assert post(client, world, "owner", f"{base}/edit/", {"name": "All trained", "version": "1"}).status_code == 302
    data = {"forecast_on": "2027-01-15", "reason": "Late.", "version": "2"}
    assert post(client, world, "owner", f"{base}/forecast/", {**data, "version": "1"}).status_code == 409
    assert post(client, world, "owner", f"{base}/forecast/", data).status_code == 302
    assert post(client, world, "owner", f"{base}/complete/", {"actual_on": "2026-10-16"}).status_code == 422
    assert post(client, world, "owner", f"{base}/complete/", {"actual_on": "2026-10-15"}).status_code == 302
    assert post(client, world, "owner", f"{base}/complete/", {"actual_on": "2026-10-15"}).status_code == 409
    assert post(client, world, "owner", f"{base}/remove/", {}).status_code == 403
    with world.inside():
        milestone.refresh_from_db()
        assert (milestone.name, milestone.forecast_on) == ("All trained", date(2027, 1, 15))
        risk = Risk.objects.get()
    data = {"title": "Refusal", "likelihood": "low", "amount": "600.000,50", "version": "1"}
    assert post(client, world, "owner", f"/risks/{risk.pk}/edit/", data).status_code == 302
    assert post(client, world, "owner", f"/measures/{measure.pk}/risks/new/", data).status_code == 302
    assert post(client, world, "owner", f"/risks/{risk.pk}/remove/", {}).status_code == 302


def test_a_file_leaves_only_as_an_attachment_to_who_sees_the_measure(
    client: Client, world: World, twin: World, running: tuple[Measure, EffectLine]
) -> None:
    measure, _ = running
    file = SimpleUploadedFile("../evil.html", b"<script>alert(1)</script>", content_type="text/html")
    data = {"file": file, "title": "", "purpose": "background"}
    assert post(client, world, "owner", f"/measures/{measure.pk}/documents/new/", data).status_code == 302
    with world.inside():
        document = Document.objects.get(title="evil.html")
    path = f"/documents/{document.pk}/"
    response = get(client, world, "reader", path)
    assert response["Content-Disposition"] == 'attachment; filename="evil.html.txt"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "text/plain"
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]  # a FileResponse
    assert get(client, twin, "pmo", path).status_code == 404
    with world.inside():
        RoleGrant.objects.filter(user=world.people["reader"]).delete()
    assert get(client, world, "reader", path).status_code == 404
    binary = SimpleUploadedFile("report.pdf", b"MZ\x90\x00")
    response = post(
        client, world, "owner", f"/measures/{measure.pk}/documents/new/", {"file": binary, "purpose": "background"}
    )
    assert response.status_code == 422
    assert post(client, world, "owner", f"/documents/{document.pk}/withdraw/", {"reason": "Old"}).status_code == 302


def test_an_override_is_shown_beside_the_computed_status(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    measure, _ = running
    data = {"kind": "potential", "value": "g", "reason": "The rebate comes later.", "expires_on": "2026-11-01"}
    path = f"/measures/{measure.pk}/override/"
    assert post(client, world, "owner", path, {**data, "expires_on": "2027-11-01"}).status_code == 422
    assert post(client, world, "owner", path, data).status_code == 302
    page = text_of(get(client, world, "reader", f"/measures/{measure.pk}/"))
    assert "Overridden" in page
    assert "The rebate comes later." in page
    with world.inside():
        assert StatusOverride.objects.count() == LedgerEntry.objects.count() == 1
    assert "1 ledger entry on this page holds" in text_of(
        get(client, world, "reader", f"/measures/{measure.pk}/history/")
    )


def test_the_history_shows_what_a_status_became_and_why(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    measure, _ = running
    with world.inside():
        recompute_measure(measure.pk)
        MeasureStatus.objects.filter(kind="implementation").update(value="r", reasons=["Ten weeks late."])
        recompute_measure(measure.pk)
        status = MeasureStatus.objects.get(kind="implementation")
    text = text_of(get(client, world, "reader", f"/measures/{measure.pk}/history/"))
    (shown,) = re.findall(r"<li>(?:(?!</li>).)*computed the implementation(?:(?!</li>).)*</li>", text, re.DOTALL)
    assert f'aria-label="Implementation: {status.get_value_display().lower()}"' in shown
    assert f"computed the implementation status as {status.get_value_display().lower()}, before it was red." in shown
    assert f"“{' '.join(status.reasons)}”" in unescape(shown)


def test_a_long_history_is_read_page_by_page(client: Client, world: World, running: tuple[Measure, EffectLine]) -> None:
    measure, _ = running
    with world.inside():
        for number in range(55):
            edit_measure(world.actor("owner"), measure.pk, name=f"Name {number}")
    path = f"/measures/{measure.pk}/history/"
    first = text_of(get(client, world, "reader", path))
    older = re.search(r'href="\?before=([0-9a-f-]+)">Older', first)
    assert older is not None
    second = text_of(get(client, world, "reader", path, before=older[1]))
    assert "to Name 54" in first
    assert "to Name 54" not in second
    assert "to Name 1." in second
    assert "Newest" in second
    assert get(client, world, "reader", path, before="x").status_code == 200


def test_the_overlap_is_answered_and_the_measure_moved_on_pages(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    measure, _ = running
    path = f"/measures/{measure.pk}/overlap/"
    assert post(client, world, "owner", path, {"resolution": "", "version": "1"}).status_code == 422
    assert post(client, world, "owner", path, {"resolution": "None.", "version": "1"}).status_code == 302
    path = f"/measures/{measure.pk}/move/"
    assert post(client, world, "pmo", path, {"package_id": str(uuid4()), "version": "2"}).status_code == 422


def test_a_draft_says_what_is_missing_and_who_can_supply_it(client: Client, world: World) -> None:
    with world.inside():
        measure = world.measure(sponsor=None, legal_entity=None, governable=False)
    page = text_of(get(client, world, "reader", f"/measures/{measure.pk}/"))
    assert "6 of 8 set" in page
    assert "Owner Alder can supply it" in page
    assert "Not governable" in page


def test_my_work_lists_what_waits_for_owner_and_controller(
    client: Client, world: World, running: tuple[Measure, EffectLine]
) -> None:
    with world.inside():
        measure = world.measure("M-2", sponsor=None, governable=False)
        line = line_for(world, running[0], name="Second")
        month_of(line, SEP, plan=D(5))
        Baseline.objects.create(
            measure=measure, number=1, type="budget", period="FY 2026", source="SAP", amount=D(1), currency="EUR",
            proposed_by=world.people["owner"],
        )  # fmt: skip
    owner = text_of(get(client, world, "owner", "/my-work/"))
    for said in ("Forecast for Oct 2026", "Actuals for Sep 2026", "1 fact missing", "Nothing changed", "COM-012"):
        assert said in owner
    controller = text_of(get(client, world, "controller", "/my-work/"))
    assert "Validate Sep 2026" in controller
    assert "Baseline 1 to approve" in controller
    assert "Nothing to do" in text_of(get(client, world, "reader", "/my-work/"))


def test_a_red_behind_a_green_has_its_own_tag(client: Client, world: World) -> None:
    with world.inside():
        measure = world.measure(doi=3)
        for kind, value in {"implementation": "g", "potential": "r"}.items():
            MeasureStatus.objects.create(
                measure=measure, kind=kind, value=value, reasons=["Why so."], since=date(2026, 9, 1),
                computed_at="2026-10-15T06:00:00Z",
            )  # fmt: skip
    page = text_of(get(client, world, "reader", f"/measures/{measure.pk}/"))
    assert "On time, money at risk" in page
    assert "Why so." in page
    assert "Attribution doubtful" not in page


def rate(measure: Measure, **values: str) -> None:
    for kind, value in values.items():
        MeasureStatus.objects.create(
            measure=measure, kind=kind, value=value, reasons=[], since=date(2026, 9, 1),
            computed_at="2026-10-15T06:00:00Z",
        )  # fmt: skip


def test_money_that_arrives_without_the_work_has_its_own_tag(client: Client, world: World) -> None:
    with world.inside():
        measure = world.measure(doi=3)
        rate(measure, implementation="r", potential="g")
    page = text_of(get(client, world, "reader", f"/measures/{measure.pk}/"))
    assert "Attribution doubtful" in page
    assert "Check that this measure brings it." in page
    assert "On time, money at risk" not in page


def test_each_rated_status_says_how_it_moved_since_the_last_lock(client: Client, world: World) -> None:
    with world.inside():
        measure = world.measure(doi=3)
        rate(measure, implementation="g", potential="r", cost="n")
    assert "better" not in text_of(get(client, world, "reader", f"/measures/{measure.pk}/"))
    with world.inside():
        lock_months(date(2026, 8, 1))
        LockedStanding.objects.create(
            measure=measure,
            month=date(2026, 8, 1),
            implementation="a",
            potential="a",
            cost="n",
            plan_in_year=D(0),
            fac_in_year=D(0),
            plan_run_rate=D(0),
            forecast_run_rate=D(0),
            at="2026-09-10T06:00:00Z",
        )
    page = text_of(get(client, world, "reader", f"/measures/{measure.pk}/"))
    assert re.findall(r"[↑↓→]</span> (better|worse|unchanged)", page) == ["better", "worse"]
    assert "Arrows compare with how it stood when Aug 2026, the last locked month, was locked." in page


def test_what_the_imported_file_said_stands_on_the_overview(client: Client, world: World) -> None:
    kept = {"Whole-life cost, GBP m": "32614.00", "Commentary": "First line\nSecond line", "Category": "Withheld <S43>"}
    with world.inside():
        measure = world.measure(source_system="gmpp", external_id="17", source_values={"kept": kept})
        plain = world.measure("M-2")
    answer = get(client, world, "reader", f"/measures/{measure.pk}/")
    assert "From the source" in text_of(answer)
    for html in ("<dd>32614.00</dd>", "<dd>First line<br>Second line</dd>", "<dd>Withheld &lt;S43&gt;</dd>", "row 17"):
        assert html in answer.content.decode()
    assert "From the source" not in text_of(get(client, world, "reader", f"/measures/{plain.pk}/"))


def test_writing_a_measure_is_offered_to_who_may(client: Client, world: World) -> None:
    assert f'href="{world.url("/measures/new/")}"' in get(client, world, "owner", "/my-work/").content.decode()
    answer = get(client, world, "reader", "/my-work/")
    assert "measures/new" not in answer.content.decode()
    assert "Only portfolio managers, measure owners and contributors may write measures." in text_of(answer)


PARTS = ("effects/{}/edit", "effects/{}/return", "milestones/{}/edit", "risks/{}/edit", "documents/{}")


@pytest.mark.parametrize("path", PARTS)
def test_unknown_parts_are_not_found(client: Client, world: World, path: str) -> None:
    assert get(client, world, "pmo", f"/{path.format(uuid4())}/").status_code == 404
    assert get(client, world, "pmo", "/measures/new/", package="nonsense").status_code == 200
