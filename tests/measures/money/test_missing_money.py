"""Causes of missing money, proofs, and the forecast as it was: who may, what is refused, and what the pages show."""

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.http import Http404, HttpResponse
from django.test import Client

from cat4 import clock
from cat4.errors import NotAllowed, StaleVersion
from measures.models import EffectLine, EffectPeriod, LeakageEntry, Measure, MeasureTotals, PriceVolumeProof
from measures.money.actions.forecasts import revise_forecast
from measures.money.actions.leakage import explain_leakage, remove_explanation
from measures.money.actions.periods import set_period_amounts
from measures.money.actions.proofs import edit_proof, enter_proof, remove_proof
from measures.money.selectors.forecasts import forecast_as_of
from measures.money.selectors.proofs import proof_line
from measures.status.actions.recompute import recompute_measure
from tests.markup import carried
from tests.measures.amounts import effect_line, validate
from tests.measures.steps import AUG, NOV, OCT, SEP, D, invalid, last_entry, line_for, milestone_of, month_of, refused
from tests.world import World, lock_months

JUL, DEC = date(2026, 7, 1), date(2026, 12, 1)


@pytest.fixture
def short(world: World) -> EffectLine:
    """100 planned for July and August, 70 and nothing validated, both locked."""
    with world.inside():
        line = line_for(world, world.measure(doi=3, code="COM-012", name="Discount governance"))
        for month in (JUL, AUG, SEP, OCT):
            month_of(line, month, plan=D(100))
        validate(world, line, JUL, JUL, D(70))
        lock_months(JUL, AUG)
        return line


def explain(world: World, line: EffectLine, persona: str = "owner", **changes: Any) -> LeakageEntry:
    facts: dict[str, Any] = {"month": JUL, "cause": "price", "amount": D(20), "reason": "Index clause"}
    return explain_leakage(world.actor(persona), line.measure_id, line_id=line.pk, **{**facts, **changes})


def proof_facts(**changes: Any) -> dict[str, Any]:
    """The example of domain 6.11."""
    facts = {
        "first_month": JUL, "last_month": SEP, "unit": "t", "price_before": D(10), "volume_before": D(1000),
        "rate_before": D("1.0"), "price_after": D(9), "volume_after": D(900), "rate_after": D("1.1"),
        "source": "SAP MM",
    }  # fmt: skip
    return {**facts, **changes}


def prove(world: World, line: EffectLine, persona: str = "owner", **changes: Any) -> PriceVolumeProof:
    return enter_proof(world.actor(persona), line.pk, **proof_facts(**changes))


# Causes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("persona", ["owner", "pmo", "controller"])
def test_who_answers_for_the_money_names_a_cause_and_the_totals_follow(
    world: World, short: EffectLine, persona: str
) -> None:
    with world.inside():
        explain(world, short, persona)
        recompute_measure(short.measure_id)
        totals = MeasureTotals.objects.get()
        assert totals.leakage == {"price": "20.00", "magnitude": "10.00", "not_booked": "100.00"}


def test_a_named_cause_is_recorded(world: World, short: EffectLine) -> None:
    with world.inside():
        explain(world, short)
        entry = last_entry(world.actor("owner"))
        assert entry.summary == "explained 20 EUR that Steel price is missing in Jul 2026: price"
        assert entry.reason == "Index clause"


@pytest.mark.parametrize("persona", ["sponsor", "chair", "member", "reader", "admin"])
def test_nobody_else_explains_missing_money_or_writes_proofs(world: World, short: EffectLine, persona: str) -> None:
    with world.inside():
        entry, proof = explain(world, short), prove(world, short)
        said = "Only the owner Owner Alder, the controller Controller Alder or the portfolio manager may"
        for act in (
            lambda: explain(world, short, persona, cause="volume"),
            lambda: remove_explanation(world.actor(persona), entry.pk),
            lambda: prove(world, short, persona, first_month=OCT, last_month=OCT),
            lambda: edit_proof(world.actor(persona), proof.pk, unit="kg"),
            lambda: remove_proof(world.actor(persona), proof.pk),
        ):
            with refused(NotAllowed, said):
                act()
        assert LeakageEntry.objects.get() == entry
        assert PriceVolumeProof.objects.get().unit == "t"


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"amount": D("30.01")}, "amount", "At most 30 EUR"),
        ({"amount": D(0)}, "amount", "an amount above 0"),
        ({"amount": D(-5)}, "amount", "an amount above 0"),
        ({"amount": D("0.001")}, "amount", "At most two decimals."),
        ({"month": SEP}, "month", "Sep 2026 is not locked yet."),
        ({"month": date(2026, 7, 2)}, "month", "not the first day"),
        ({"cause": "weather"}, "cause", "Choose one of: Timing"),
        ({"reason": " "}, "reason", "This is needed."),
    ],
)
def test_a_cause_that_makes_no_sense_is_refused(
    world: World, short: EffectLine, changes: dict[str, Any], field: str, said: str
) -> None:
    with world.inside():
        with invalid(field, said):
            explain(world, short, **changes)
        assert not LeakageEntry.objects.exists()


def test_named_amounts_of_a_month_never_exceed_what_is_missing(world: World, short: EffectLine) -> None:
    with world.inside():
        explain(world, short)
        with invalid("amount", "At most 10 EUR: that is what is missing and has no named cause yet."):
            explain(world, short, cause="volume", amount=D(11))
        explain(world, short, cause="volume", amount=D(10))
        assert explain(world, short, amount=D(15)).version == 2
        assert {entry.cause: entry.amount for entry in LeakageEntry.objects.all()} == {"price": D(15), "volume": D(10)}


def test_nothing_is_missing_where_the_plan_arrived_or_the_effect_is_soft(world: World, short: EffectLine) -> None:
    with world.inside():
        validate(world, short, SEP, SEP, D(100))
        lock_months(SEP)
        with invalid("month", "Nothing is missing in Sep 2026."):
            explain(world, short, month=SEP)
        soft = effect_line(world, short.measure, name="Soft", certainty="soft")
        with invalid("line_id", "Soft is no hard EBITDA."):
            explain(world, soft)


def test_a_cause_can_be_taken_back_and_stays_on_record(world: World, short: EffectLine) -> None:
    with world.inside():
        entry = explain(world, short)
        with refused(StaleVersion):
            explain(world, short, amount=D(5), expected_version=7)
        remove_explanation(world.actor("controller"), entry.pk)
        assert not LeakageEntry.objects.exists()
        assert last_entry().change == {"price": ["20.00", None]}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"lifecycle": "cancelled"}, "The measure is cancelled and can only be read."),
        ({"doi": 2}, "Missing money is explained from DoI 3 on."),
    ],
)
def test_a_measure_that_is_given_up_or_not_decided_takes_no_cause(
    world: World, state: dict[str, Any], said: str
) -> None:
    with world.inside():
        line = line_for(world, world.measure(**{"doi": 3, **state}))
        with refused(NotAllowed, said):
            explain(world, line)


def test_another_organization_finds_neither_line_nor_cause_nor_proof(
    world: World, twin: World, short: EffectLine
) -> None:
    with world.inside():
        entry, proof = explain(world, short), prove(world, short)
    with twin.inside():
        actor = twin.actor("pmo")
        other = line_for(twin, twin.measure(doi=3))
        for act in (
            lambda: explain(twin, short, "pmo"),
            lambda: explain_leakage(
                actor, other.measure_id, line_id=short.pk, month=JUL, cause="price", amount=D(1), reason="x"
            ),
            lambda: remove_explanation(actor, entry.pk),
            lambda: prove(twin, short, "pmo"),
            lambda: edit_proof(actor, proof.pk, unit="kg"),
            lambda: remove_proof(actor, uuid4()),
        ):
            with pytest.raises(Http404):
                act()


# Proofs ------------------------------------------------------------------------------------------


def test_the_example_of_a_proof_splits_1_090_into_900_1_000_and_minus_810(world: World, short: EffectLine) -> None:
    with world.inside():
        found = proof_line(prove(world, short))
        assert (found.split.price, found.split.volume, found.split.fx) == (D(900), D(1000), D(-810))
        assert found.split.total == D(1090)
        assert (found.plan, found.actual, found.unproved) == (D(300), D(70), D(-1020))
        assert last_entry().summary == "proved 1,090 EUR of Steel price, Jul 2026 to Sep 2026"


def test_for_revenue_a_higher_price_is_a_gain(world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=3), kind="ebitda_revenue")
        found = proof_line(prove(world, line, price_after=D(11), volume_after=D(1000), rate_after=D(1)))
        assert (found.split.price, found.split.total, found.actual) == (D(1000), D(1000), None)


def test_a_proof_is_exact_for_any_digits(world: World, short: EffectLine) -> None:
    with world.inside():
        long = D("999999999999.123457"), D("99999999999999.999"), D("1.12345679")
        found = proof_line(prove(world, short, price_before=long[0], volume_before=long[1], rate_before=long[2]))
        before, after = found.proof, D(9) * D(900) * D("1.1")
        whole = int(before.price_before * 10**6) * int(before.volume_before * 10**3) * int(before.rate_before * 10**8)
        assert int(found.split.total.scaleb(17).to_integral_exact()) != 0
        exact = found.split.total.as_tuple()
        assert int("".join(map(str, exact.digits))) * 10 ** (17 + int(exact.exponent)) == whole - int(after * 10**17)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"last_month": date(2026, 6, 1)}, "last_month", "before the first"),
        ({"unit": ""}, "unit", "This is needed."),
        ({"price_before": D(-1)}, "price_before", "0 or more"),
        ({"price_before": D("NaN")}, "price_before", "Enter a number."),
        ({"volume_after": D("0.0001")}, "volume_after", "At most 3 decimals."),
        ({"rate_after": D(0)}, "rate_after", "A rate is above 0"),
        ({"price_after": D(10) ** 12}, "price_after", "too large"),
        ({"source": "x" * 201}, "source", "At most 200 characters."),
    ],
)
def test_a_proof_that_makes_no_sense_is_refused(
    world: World, short: EffectLine, changes: dict[str, Any], field: str, said: str
) -> None:
    with world.inside():
        with invalid(field, said):
            prove(world, short, **changes)
        assert not PriceVolumeProof.objects.exists()


def test_proofs_of_a_line_do_not_overlap_and_prove_only_ebitda(world: World, short: EffectLine) -> None:
    with world.inside():
        prove(world, short)
        with invalid("first_month", "There is a proof of Jul 2026 to Sep 2026 already."):
            prove(world, short, first_month=SEP, last_month=OCT)
        cost = effect_line(world, short.measure, kind="one_time_cost")
        with invalid("line_id", "is no EBITDA"):
            prove(world, cost)


def test_a_proof_is_corrected_and_removed_on_record(world: World, short: EffectLine) -> None:
    with world.inside():
        proof = prove(world, short)
        actor = world.actor("controller")
        assert edit_proof(actor, proof.pk, volume_after=D(1000), expected_version=1).version == 2
        assert last_entry().change == {"volume_after": ["900", "1000"]}
        assert edit_proof(actor, proof.pk, volume_after=D(1000)).version == 2
        with refused(StaleVersion):
            edit_proof(actor, proof.pk, unit="kg", expected_version=1)
        remove_proof(actor, proof.pk)
        assert last_entry().change["price_before"] == ["10", None]


# The forecast as it was --------------------------------------------------------------------------


def test_the_forecast_of_any_moment_is_known(world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=3))
        month_of(line, OCT, plan=D(100), forecast=D(95))
        month_of(line, DEC, plan=D(100), forecast=D(70))

        def say(day: int, **months: int) -> None:
            amounts = {{"nov": NOV, "oct": OCT}[name]: D(amount) for name, amount in months.items()}
            with clock.at(datetime(2026, 10, day, 9, tzinfo=UTC)):
                revise_forecast(
                    world.actor("owner"), line.measure_id, line_id=line.pk, months=amounts, reason=f"Day {day}"
                )

        say(2, oct=90, nov=100)
        say(9, oct=80)

        def then(day: int) -> Any:
            return forecast_as_of(line, datetime(2026, 10, day, 12, tzinfo=UTC)).get(line.pk)

        assert then(1) == {OCT: D(95), DEC: D(70)}
        assert then(2) == {OCT: D(90), NOV: D(100), DEC: D(70)}
        assert then(9) == {OCT: D(80), NOV: D(100), DEC: D(70)}
        assert forecast_as_of(line.measure, datetime(2026, 10, 9, 12, tzinfo=UTC))[line.pk] == then(9)


# Pages -------------------------------------------------------------------------------------------


def get(client: Client, world: World, persona: str, path: str) -> HttpResponse:
    client.force_login(world.people[persona])
    return client.get(world.url(path))  # type: ignore[return-value]  # a test response


def post(client: Client, world: World, persona: str, path: str, data: dict[str, Any]) -> HttpResponse:
    client.force_login(world.people[persona])
    return client.post(world.url(path), data)  # type: ignore[return-value]  # a test response


def words(response: HttpResponse) -> str:
    """The page without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def page_of(short: EffectLine) -> str:
    return f"/measures/{short.measure_id}/financials"


def test_the_result_shows_the_forecast_only_beside_what_it_rests_on(
    client: Client, world: World, short: EffectLine, page_of: str
) -> None:
    with world.inside():
        explain(world, short)
    page = words(get(client, world, "reader", f"{page_of}/result/"))
    assert "FAC 2026 0 19% validated, 81% assumed" in page
    assert "Plan 2026" in page
    assert "Price 20.00" in page
    assert "Not booked 100.00" in page
    assert "Together 130.00" in page
    assert "Index clause Owner Alder" in page


def test_a_measure_without_a_rate_says_which_amounts_its_sums_lack(client: Client, world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=3), currency="USD")
        month_of(line, OCT, plan=D(100))
    page = words(get(client, world, "owner", f"/measures/{line.measure_id}/financials/result/"))
    assert "USD has no plan rate for 2026: these amounts stay out." in page
    assert "Run-rate now" in page


def test_a_cause_is_named_on_its_page_and_errors_stand_at_the_field(
    client: Client, world: World, short: EffectLine, page_of: str
) -> None:
    path = f"/effects/{short.pk}/leakage/2026-07/"
    assert "30 EUR is missing" in words(get(client, world, "owner", path))
    data = {"cause": "scope", "amount": "31", "reason": "Smaller scope"}
    refused_page = post(client, world, "owner", path, data)
    assert refused_page.status_code == 422
    assert "At most 30 EUR" in words(refused_page)
    assert post(client, world, "owner", path, {**data, "amount": "30"}).status_code == 302
    with world.inside():
        entry = LeakageEntry.objects.get()
        assert (entry.cause, entry.amount) == ("scope", D(30))
    assert post(client, world, "reader", f"/leakage/{entry.pk}/remove/", {}).status_code == 403
    assert post(client, world, "owner", f"/leakage/{entry.pk}/remove/", {}).status_code == 302
    with world.inside():
        assert not LeakageEntry.objects.exists()


@pytest.mark.parametrize("month", ["2026-13", "july", "2026-7"])
def test_a_month_that_is_none_is_not_found(client: Client, world: World, short: EffectLine, month: str) -> None:
    assert get(client, world, "owner", f"/effects/{short.pk}/leakage/{month}/").status_code == 404


def test_a_proof_is_entered_corrected_and_removed_on_its_pages(
    client: Client, world: World, short: EffectLine, page_of: str
) -> None:
    data = {key: f"{value:%Y-%m}" if isinstance(value, date) else str(value) for key, value in proof_facts().items()}
    path = f"/effects/{short.pk}/proofs/new/"
    assert post(client, world, "owner", path, {**data, "price_after": "-1"}).status_code == 422
    assert post(client, world, "owner", path, data).status_code == 302
    page = words(get(client, world, "reader", f"{page_of}/proofs/"))
    assert "10 x 1,000 t at 1 " in page
    assert "900.00 1,000.00 −810.00 1,090.00 300.00 70.00" in page
    with world.inside():
        proof = PriceVolumeProof.objects.get()
    edit = f"/proofs/{proof.pk}/edit/"
    assert 'value="900"' in get(client, world, "owner", edit).content.decode()
    assert post(client, world, "owner", edit, {**data, "unit": "kg", "version": "1"}).status_code == 302
    assert post(client, world, "owner", edit, {**data, "unit": "lb", "version": "1"}).status_code == 409
    assert post(client, world, "owner", f"/proofs/{proof.pk}/remove/", {}).status_code == 302
    with world.inside():
        assert not PriceVolumeProof.objects.exists()


def test_the_forecast_history_names_month_amounts_author_and_reason(
    client: Client, world: World, short: EffectLine, page_of: str
) -> None:
    with world.inside():
        actor = world.actor("owner")
        revise_forecast(actor, short.measure_id, line_id=short.pk, months={SEP: D(100)}, reason="First")
        revise_forecast(actor, short.measure_id, line_id=short.pk, months={SEP: D(90)}, reason="Index clause")
    page = words(get(client, world, "reader", f"{page_of}/forecasts/"))
    assert "Sep 2026 Steel price, EUR 100.00 90.00 Owner Alder, 15 Oct 2026 Index clause" in page


def test_quarters_are_entered_on_their_page_and_shown_with_their_months(
    client: Client, world: World, short: EffectLine, page_of: str
) -> None:
    path = f"/effects/{short.pk}/periods/?cadence=quarterly&year=2026"
    page = get(client, world, "owner", path).content.decode()
    assert "Its months now: 70" in page
    data = {"amount-2026-10": "300", "reason": "Slower ramp", "version": str(short.version)}
    without = post(client, world, "owner", path, {**data, "reason": ""})
    assert without.status_code == 422
    none = post(client, world, "owner", path, {**data, "amount-2026-10": ""})
    assert "Enter at least one amount that changes something." in words(none)
    asked = post(client, world, "owner", path, data)
    assert "Is that what you mean?" in words(asked)
    assert post(client, world, "owner", path, carried(asked.content.decode())).status_code == 302
    months = words(get(client, world, "owner", f"{page_of}/?year=2026"))
    assert "Forecast phased from Q4 2026: 300 = 3 x 100" in months
    with world.inside():
        assert EffectPeriod.objects.get().amount == D(300)
        line = EffectLine.objects.get(pk=short.pk)
        revise_forecast(world.actor("owner"), line.measure_id, line_id=line.pk, months={NOV: D(90)}, reason="Less")
    months = words(get(client, world, "owner", f"{page_of}/?year=2026"))
    assert "Months now 290.00, −10.00 against it" in months


def test_the_plan_is_entered_by_fiscal_year_before_the_decision(client: Client, world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=2), cadence="annual")
    path = f"/effects/{line.pk}/periods/?cadence=annual&year=2026"
    data = {"amount-2026-01": "1,200", "version": "1"}
    assert post(client, world, "owner", path, data).status_code == 302
    with world.inside():
        assert line.months.count() == 12
    assert post(client, world, "owner", path, {**data, "amount-2026-01": "1"}).status_code == 409
    assert get(client, world, "reader", path).status_code == 403


def test_a_line_in_tons_shows_its_unit_and_no_currency(client: Client, world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=3), kind="non_financial", unit="tCO2e", currency="USD")
        month_of(line, OCT, plan=D(12), forecast=D(10))
    page = words(get(client, world, "owner", f"/measures/{line.measure_id}/financials/"))
    assert (
        "Forecast Oct 2026, tCO2e, Steel price"
        in get(client, world, "owner", f"/measures/{line.measure_id}/financials/").content.decode()
    )
    assert "USD" not in page
    result = words(get(client, world, "owner", f"/measures/{line.measure_id}/financials/result/"))
    assert "Non-financial Recurring, hard tCO2e 12.00 10.00 100% forecast" in result


def test_heads_of_a_year_are_the_mean_of_its_months(client: Client, world: World) -> None:
    with world.inside():
        line = line_for(world, world.measure(doi=3), kind="fte", unit="FTE")
        for month in (OCT, NOV, DEC):
            month_of(line, month, plan=D(12), forecast=D(10))
    page = words(get(client, world, "reader", f"/measures/{line.measure_id}/financials/"))
    assert "12 12 12 3 " in page
    assert "−2 −2 −2 −0.50" in page


def test_an_effect_line_is_bound_on_its_form(client: Client, world: World) -> None:
    with world.inside():
        measure = world.measure(doi=2)
        milestone = milestone_of(measure, day=date(2026, 2, 20))
    data = {
        "name": "Steel", "kind": "ebitda_cost", "recurrence": "recurring", "certainty": "hard", "currency": "EUR",
        "legal_entity_id": str(world.entity.pk), "annual_amount": "1200", "milestone_id": str(milestone.pk),
        "offset_months": "2", "cadence": "monthly",
    }  # fmt: skip
    assert post(client, world, "owner", f"/measures/{measure.pk}/effects/new/", data).status_code == 302
    with world.inside():
        line = EffectLine.objects.get()
        assert (line.start_month, line.milestone_id) == (date(2026, 4, 1), milestone.pk)
    page = words(get(client, world, "owner", f"/measures/{measure.pk}/financials/"))
    assert "Follows Contract signed, 2 months after it" in page
    bad = post(client, world, "owner", f"/measures/{measure.pk}/effects/new/", {**data, "offset_months": "999"})
    assert bad.status_code == 422


def test_a_closed_measure_shows_its_sustain_checks(client: Client, world: World) -> None:
    with world.inside():
        facts: dict[str, Any] = {
            "doi": 5,
            "lifecycle": "closed",
            "closed_on": date(2026, 2, 9),
            "closed_run_rate": D(1200),
        }
        line = line_for(world, world.measure(**facts))
        validate(world, line, date(2026, 6, 1), AUG, D(80))
        lock_months(*(date(2026, number, 1) for number in (6, 7, 8)))
    page = words(get(client, world, "reader", f"/measures/{line.measure_id}/financials/result/"))
    assert "6 months after closing the effect has reversed: the run-rate is EUR 960, 20% below the closed" in page
    assert "The check 12 months after closing is due with Feb 2027." in page


def test_set_period_amounts_is_an_act_of_the_measure(world: World, short: EffectLine) -> None:
    """Kept beside the pages: the portfolio manager may as well."""
    with world.inside():
        line = set_period_amounts(
            world.actor("pmo"), short.pk, series="forecast", cadence="quarterly", amounts={OCT: D(30)}, reason="Less"
        )
        assert Measure.objects.get(pk=line.measure_id).forecast_confirmed_by_id == world.people["pmo"].pk
