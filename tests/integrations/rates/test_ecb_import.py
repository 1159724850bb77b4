"""Taking over reference rates: preview, consent, versions, locked months, every way in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from cat4.errors import Conflict, Invalid, NotAllowed
from hierarchy.models import ExchangeRate, LegalEntity, OrganizationSettings, RateChange, RateSet
from hierarchy.rates.actions import set_rates
from integrations.rates.actions import take_over_rates
from integrations.rates.comparison import PlanBasis, Proposal
from integrations.rates.ecb import read_quotes
from integrations.rates.selectors import preview_of, proposed_rates, used_currencies
from measures.models import EffectLine
from tests.hierarchy.conftest import unchanged
from tests.integrations.quotes import history, zipped
from tests.world import World, lock_months

D = Decimal
AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)
TABLES = (ExchangeRate, RateSet, RateChange)


@pytest.fixture
def dollars(world: World) -> World:
    """The world with a legal entity that books in dollars."""
    with world.inside():
        LegalEntity.objects.create(code="US", name="Drives Inc", currency="USD")
    return world


def proposal(**facts: Any) -> Proposal:
    return proposed_rates(read_quotes(history().encode(), "hist.csv"), **facts)


def file(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("eurofxref-hist.zip", content or zipped(history()), "application/zip")


def test_the_currencies_in_use_are_those_of_entities_in_use_and_of_lines(dollars: World) -> None:
    with dollars.inside():
        LegalEntity.objects.create(code="CZ", name="Stroje", currency="CZK", retired_at="2026-01-01T00:00Z")
        measure = dollars.measure()
        EffectLine.objects.create(
            measure=measure, name="Steel", kind="ebitda_cost", recurrence="recurring", certainty="hard",
            legal_entity=dollars.entity, account=dollars.account, currency="GBP",
        )  # fmt: skip
        assert used_currencies() == {"USD", "GBP"}


def test_what_the_file_says_is_set_once_and_a_second_time_nothing_changes(dollars: World) -> None:
    with dollars.inside():
        admin = dollars.actor("admin")
        preview, versions = take_over_rates(admin, proposal())
        assert preview.counts == {"new": 4, "changed": 0, "unchanged": 0, "locked": 0}
        told = [(version.kind, version.number, version.changes.count()) for version in versions]
        assert told == [("avg", 1, 2), ("close", 1, 2)]
        assert versions[0].source.startswith("ECB reference rates to 14 Oct 2026 (hist.csv, ")
        assert ExchangeRate.objects.get(kind="close", month=SEPTEMBER).rate == D("0.625")
    with unchanged(dollars, *TABLES), dollars.inside():
        preview, versions = take_over_rates(admin, proposal())
        assert (preview.counts, versions) == ({"new": 0, "changed": 0, "unchanged": 4, "locked": 0}, [])


def test_a_rate_of_a_locked_month_stays_and_the_rest_is_taken(dollars: World) -> None:
    with dollars.inside():
        admin = dollars.actor("admin")
        rates = {("USD", AUGUST): D("0.95"), ("USD", SEPTEMBER): D("0.70")}
        set_rates(admin, kind="avg", rates=rates, reason="", source="Treasury")
        lock_months(AUGUST)
        preview, versions = take_over_rates(admin, proposal())
        assert preview.counts == {"new": 2, "changed": 1, "unchanged": 0, "locked": 1}
        assert ExchangeRate.objects.get(kind="avg", month=AUGUST).rate == D("0.95")
        assert [version.kind for version in versions] == ["avg", "close"]


def test_nobody_consents_to_rates_that_changed_since_the_preview(dollars: World) -> None:
    with dollars.inside():
        admin = dollars.actor("admin")
        seen = preview_of(proposal()).state
        set_rates(admin, kind="avg", rates={("USD", AUGUST): D("0.95")}, reason="", source="Treasury")
    with unchanged(dollars, *TABLES), dollars.inside(), pytest.raises(Conflict, match="changed since this preview"):
        take_over_rates(admin, proposal(), expected=seen)


@pytest.mark.parametrize("persona", ["pmo", "controller", "reader"])
def test_only_an_administrator_takes_rates_over(dollars: World, persona: str) -> None:
    with unchanged(dollars, *TABLES), dollars.inside(), pytest.raises(NotAllowed):
        take_over_rates(dollars.actor(persona), proposal())


def test_plan_rates_come_only_when_asked_for_and_say_from_which_months(dollars: World) -> None:
    with dollars.inside():
        _, versions = take_over_rates(dollars.actor("admin"), proposal(plan=PlanBasis(2027, AUGUST, SEPTEMBER)))
        plan = next(version for version in versions if version.kind == "plan")
        assert plan.reason == "Plan 2027 from the mean of the reference rates of Aug 2026 to Sep 2026"
        assert ExchangeRate.objects.get(kind="plan").month == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"currencies": ["US"]}, "currencies"),
        ({"plan": PlanBasis(2050, AUGUST, SEPTEMBER)}, "plan_fiscal_year"),
        ({"plan": PlanBasis(2027, SEPTEMBER, AUGUST)}, "plan_to"),
        ({"plan": PlanBasis(2027, date(2020, 1, 1), SEPTEMBER)}, "plan_to"),
    ],
)
def test_a_wrong_wish_is_refused_by_field(dollars: World, facts: dict[str, Any], field: str) -> None:
    with dollars.inside(), pytest.raises(Invalid) as refusal:
        proposal(**facts)
    assert list(refusal.value.errors) == [field]


def test_months_outside_of_the_fiscal_calendar_are_left_out(dollars: World) -> None:
    with dollars.inside():
        OrganizationSettings.objects.update(last_month=AUGUST)
        assert set(proposal().rates["avg"]) == {("USD", AUGUST)}


def test_the_page_previews_and_the_consent_sets_exactly_that(client: Client, dollars: World) -> None:
    client.force_login(dollars.people["admin"])
    path = dollars.url("/settings/rates/ecb/")
    assert "Currencies in use: USD" in client.get(path).content.decode()
    with unchanged(dollars, *TABLES):
        preview = client.post(path, {"file": file(), "currencies": "hrk, XPF"})
    page = preview.content.decode()
    assert preview.status_code == 200
    assert "The bank has no rate of XPF" in page and "HRK has no quote in Sep 2026." in page
    assert "Oct 2026 isn&#x27;t complete" in page and "Set 6 rates" in page
    done = client.post(path + "confirm/", {"proposal": preview.context["token"]}, follow=True)
    assert "Took over the rates as version average 1, closing 1." in done.content.decode()
    with unchanged(dollars, *TABLES):
        again = client.post(path + "confirm/", {"proposal": preview.context["token"]})
    assert (again.status_code, "changed since this preview" in again.content.decode()) == (409, True)
    with dollars.inside():
        assert ExchangeRate.objects.count() == 6


def test_a_bad_upload_is_refused_on_its_page(client: Client, dollars: World) -> None:
    client.force_login(dollars.people["admin"])
    path = dollars.url("/settings/rates/ecb/")
    broken = file(b"Date,USD,\n2026-09-01,abc,\n")
    for sent, sentence in [
        ({"file": broken}, "Line 2, USD: &#x27;abc&#x27; is no rate."),
        ({}, "This field is required."),
        ({"file": file(), "plan_fiscal_year": "2027"}, "Plan rates need a fiscal year and the months"),
        ({"file": file(), "currencies": "DOLLAR"}, "A currency has three letters"),
    ]:
        with unchanged(dollars, *TABLES):
            answer = client.post(path, sent)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True), sentence


def test_a_consent_is_bound_to_its_person_and_organization(client: Client, dollars: World, twin: World) -> None:
    client.force_login(dollars.people["admin"])
    path = dollars.url("/settings/rates/ecb/")
    token = client.post(path, {"file": file()}).context["token"]
    with unchanged(dollars, *TABLES):
        assert client.post(path + "confirm/", {"proposal": token[:-2] + "xx"}).status_code == 422
    client.force_login(twin.people["admin"])
    with unchanged(twin, *TABLES):
        answer = client.post(twin.url("/settings/rates/ecb/confirm/"), {"proposal": token})
    assert (answer.status_code, "This preview has expired." in answer.content.decode()) == (422, True)


def test_over_the_api_a_dry_run_writes_nothing_and_the_run_does(client: Client, dollars: World) -> None:
    client.force_login(dollars.people["admin"])
    path = dollars.url("/api/v1/exchange-rates/ecb/")
    with unchanged(dollars, *TABLES):
        dry = client.post(path, {"file": file(), "dry_run": "true"})
    assert dry.status_code == 200
    first = dry.json()["lines"][0]
    assert first["kind"] == "avg" and (first["month"], first["before"], first["fate"]) == ("2026-08", None, "new")
    assert dry.json()["versions"] == []
    run = client.post(path, {"file": file(), "plan_fiscal_year": "2027", "plan_from": "2026-08", "plan_to": "2026-09"})
    assert [version["kind"] for version in run.json()["versions"]] == ["plan", "avg", "close"]
    lacking = client.post(path, {"file": file(), "plan_fiscal_year": "2027"})
    assert (lacking.status_code, list(lacking.json()["errors"])) == (422, ["plan_fiscal_year"])


def run(world: World, path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_ecb_rates", world.organization.slug, str(path), *options, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_would_do_does_it_and_then_nothing(dollars: World, tmp_path: Path) -> None:
    path = tmp_path / "eurofxref-hist.zip"
    path.write_bytes(zipped(history()))
    with unchanged(dollars, *TABLES):
        dry = run(dollars, path, "--dry-run", "--currency", "XPF")
    assert "Closing USD 2026-09: none to 0.62500000, new" in dry
    assert "XPF isn't quoted by the bank." in dry and "Dry run: nothing was written." in dry
    told = run(dollars, path, "--plan", "2027", "--from", "2026-08", "--to", "2026-09")
    assert "Average rates, version 1." in told and "5 new, 0 changed, 0 unchanged, 0 locked, stays" in told
    assert "Nothing differed: no new version." in run(dollars, path)


def test_the_command_names_what_is_wrong(dollars: World, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("Date,USD,\nyesterday,1.1,\n")
    with pytest.raises(CommandError, match="Line 2: 'yesterday' is no date"):
        run(dollars, path)
    with pytest.raises(CommandError, match="There is no file"):
        run(dollars, tmp_path / "none.csv")
    with pytest.raises(CommandError, match="need --plan, --from and --to"):
        run(dollars, path, "--plan", "2027")
    with pytest.raises(CommandError, match="There is no organization 'nobody'"):
        call_command("import_ecb_rates", "nobody", str(path), stdout=StringIO())
