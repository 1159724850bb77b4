"""The page that asks for another plan, the request that shows it, and the versions beside each other."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from governance.changes.models import PlanChangeDate, PlanChangeMonth
from governance.gates.actions.decisions import decide_gate
from governance.gates.models import GateRequest
from hierarchy.constants import Level, TargetKind
from hierarchy.models import ReportingPeriod, Target
from measures.models import EffectLine, Measure, PlanVersion
from tests.governance.changing import OCT, WHY, accepted, confirmed, decided, plan_of, propose, steel, wish
from tests.governance.gates.test_pages import Visitor, state
from tests.governance.ready import ready_measure
from tests.markup import glued
from tests.world import PERSONAS, World

DATES = (("2026-12-10", "10 Dec 2026"), ("2027-02-15", "15 Feb 2027"))


@pytest.fixture
def measure(world: World) -> Measure:
    with world.inside():
        return decided(world)


def page(measure: Measure) -> str:
    return f"/measures/{measure.pk}/change-plan/"


def line(world: World, measure: Measure) -> EffectLine:
    with world.inside():
        return steel(measure)


def cell(world: World, measure: Measure, month: str) -> str:
    return f"plan-{line(world, measure).pk}-{month}"


def date_field(world: World, measure: Measure) -> str:
    with world.inside():
        return str(accepted(measure).pk)


def filled(world: World, measure: Measure, **values: Any) -> dict[str, Any]:
    """A form as it comes back: the open dates unchanged, one month changed, with a reason."""
    given = {date_field(world, measure): "2026-12-10", cell(world, measure, "2026-10"): "80", "reason": WHY}
    return given | {"version": "1", "implement_by": "2027-03-31", "close_by": "2027-09-30"} | values


def one_line(html: str) -> str:
    """The page with one blank wherever it breaks a line."""
    return " ".join(html.split())


@pytest.mark.parametrize("persona", PERSONAS)
def test_everybody_sees_the_page_and_only_owner_and_portfolio_manager_the_form(
    world: World, measure: Measure, persona: str
) -> None:
    html = Visitor(world, persona).get(page(measure))
    may = persona in {"owner", "pmo"}
    assert ("Hand in request" in html) == may
    assert ("Only the owner Owner Alder or a portfolio manager (Pmo Alder) may ask." in html) == (not may)


def test_open_months_can_be_typed_and_locked_ones_not(world: World, measure: Measure) -> None:
    html = glued(Visitor(world, "owner").get(page(measure)))
    assert f'name="{cell(world, measure, "2026-10")}" value="100"' in html
    assert f'name="{cell(world, measure, "2027-01")}" value=""' in html
    assert f'name="{cell(world, measure, "2026-09")}"' not in html
    assert "Line accepted" in html
    assert "Contract signed" not in html


def test_a_request_is_handed_in_with_what_was_changed_only(world: World, measure: Measure) -> None:
    moved = {date_field(world, measure): "2027-02-15"}
    address = Visitor(world, "owner").post(page(measure), **filled(world, measure, **moved))
    with world.inside():
        request = GateRequest.objects.get()
        assert address.endswith(f"/requests/{request.pk}/")
        assert (request.kind, request.state, request.comment) == ("change", "submitted", WHY)
        assert list(PlanChangeMonth.objects.values_list("month", "after")) == [(OCT, 80)]
        assert [str(day) for day in PlanChangeDate.objects.values_list("after", flat=True)] == ["2027-02-15"]


def test_what_changes_is_shown_before_it_is_handed_in(world: World, measure: Measure) -> None:
    """October 20 less: 1,180 in year; December as it was, so the exit run-rate stays 1,200."""
    before = state(world)
    html = one_line(Visitor(world, "owner").post(page(measure), 200, show="1", **filled(world, measure, reason="")))
    assert '<td class="num">1,200</td> <td class="num strong">1,180</td> <td class="num neg">−20</td>' in html
    assert "This is needed" not in html
    assert state(world) == before


def test_what_follows_is_shown_before_it_is_handed_in(world: World, measure: Measure) -> None:
    """October 20 less is the chair's; 300,000 more in October is the committee's, and closes what was short of 2,000.

    Nothing of it is decided: what stands there is foreseen from the proposal, in the same words as on the request.
    """
    with world.inside():
        node, enabled = world.nodes[Level.PROGRAM], world.measure("M-3", doi=3)
        Measure.objects.filter(pk=measure.pk).update(enables=enabled)
        Target.objects.create(node=node, kind=TargetKind.IN_YEAR, fiscal_year=2026, amount=Decimal(2000))
    small = one_line(Visitor(world, "owner").post(page(measure), 200, show="1", **filled(world, measure)))
    assert "What follows" in small and "M-3" in small and "No milestone of another measure waits for it." in small
    assert "It moves 20 EUR a year. Below 250,000 the chair of Commercial committee decides alone." in small
    large = filled(world, measure, **{cell(world, measure, "2026-10"): "300100"})
    html = one_line(Visitor(world, "owner").post(page(measure), 200, show="1", **large))
    assert '<td class="num" data-l="Gap now">−2</td> <td class="num strong" data-l="Gap after">298</td>' in html
    assert "meeting or by circulation: it is 300,000 EUR a year, from 250,000 on." in html


def test_a_phased_line_is_filled_in_and_summed(world: World, measure: Measure) -> None:
    prefix = line(world, measure).pk
    phasing = {f"{prefix}-annual_amount": "2,400", f"{prefix}-start_month": "2026-11", f"{prefix}-end_month": "2027-02"}
    html = one_line(Visitor(world, "owner").post(page(measure), 200, show="1", **filled(world, measure, **phasing)))
    assert f'name="{cell(world, measure, "2026-10")}" value="0"' in html
    assert f'name="{cell(world, measure, "2026-11")}" value="200"' in html
    assert f'name="{cell(world, measure, "2027-02")}" value="200"' in html
    assert '<td class="num">1,200</td> <td class="num strong">2,400</td> <td class="num">+1,200</td>' in html


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"2026-10": "lots"}, "is not a number"),
        ({"2026-10": ""}, "Enter a number; 0 where there is nothing."),
        ({"2026-10": "1.2345"}, "Steel price: Oct 2026: at most two decimals."),
        ({"2026-10": "1.234"}, "1.234: 1,234 (1 thousand 234)"),
        ({"reason": ""}, "Write a reason before you go on."),
        ({"date": ""}, "Enter the baseline date."),
        ({"implement_by": ""}, "Enter the planned date."),
        ({"close_by": "2027-01-01"}, "The planned date of DoI 5 lies before the planned date of DoI 4"),
        ({"2026-10": "100"}, "Something of the plan changes: no month and no date changes."),
        ({"annual_amount": "x"}, "Enter a number."),
        ({"annual_amount": "12"}, "Name the month in which the effect starts."),
    ],
)
def test_bad_input_is_named_and_kept(world: World, measure: Measure, values: dict[str, str], sentence: str) -> None:
    names = {name: name for name in ("reason", "implement_by", "close_by")} | {"date": date_field(world, measure)}
    names["annual_amount"] = f"{line(world, measure).pk}-annual_amount"
    given = {names.get(name) or cell(world, measure, name): value for name, value in values.items()}
    before = state(world)
    html = Visitor(world, "owner").post(page(measure), 422, **filled(world, measure, **given))
    assert sentence in html
    assert WHY in html or "reason" in values
    assert state(world) == before


def test_who_may_not_ask_hands_nothing_in(world: World, measure: Measure) -> None:
    before = state(world)
    for persona in set(PERSONAS) - {"owner", "pmo"}:
        Visitor(world, persona).post(page(measure), 403, **filled(world, measure))
    assert state(world) == before


def test_a_plan_that_changed_meanwhile_is_shown_beside_the_input(world: World, measure: Measure) -> None:
    with world.inside():
        request = confirmed(world, propose(world, measure, lines=wish(measure, oct="70")))
        decide_gate(world.actor("chair"), request.pk, outcome="change", reason="Agreed.")
    html = Visitor(world, "owner").post(page(measure), 409, **filled(world, measure))
    assert "The plan was changed since you opened it." in html
    assert "Plan Oct 2026, EUR, Steel price: now 70, you entered 80." in html


def test_the_page_says_why_nothing_can_be_asked_now(world: World, measure: Measure) -> None:
    with world.inside():
        early = ready_measure(world, doi=2, code="M-2")
        propose(world, measure)
    assert "It is at DoI 2, active." in Visitor(world, "owner").get(page(early))
    html = Visitor(world, "owner").get(page(measure))
    assert "Owner Alder asked for a change already." in html
    assert "Hand in request" not in html


def test_the_page_of_another_organization_is_not_found(world: World, twin: World, measure: Measure) -> None:
    for path in (page(measure), f"/measures/{measure.pk}/plans/", f"/measures/{uuid4()}/plans/"):
        Visitor(twin, "owner").get(path, 404)
    Visitor(twin, "owner").post(page(measure), 404)


def test_the_request_shows_old_and_proposed_side_by_side(world: World, measure: Measure) -> None:
    with world.inside():
        request = propose(world, measure)
    html = one_line(Visitor(world, "controller").get(f"/requests/{request.pk}/"))
    assert "Controller confirms the changed plan" in html
    assert "The controller confirms the plan proposed above" in html
    assert '<td class="num strong">80</td>' in html
    assert '<td class="num">1,200</td> <td class="num strong">1,180</td>' in html


def test_it_still_shows_what_was_proposed_after_it_was_decided(world: World, measure: Measure) -> None:
    with world.inside():
        request = confirmed(world, propose(world, measure))
        decide_gate(world.actor("chair"), request.pk, outcome="change", reason="Agreed.")
    html = one_line(Visitor(world, "reader").get(f"/requests/{request.pk}/"))
    assert '<td class="num">1,200</td> <td class="num strong">1,180</td>' in html
    assert "Chair Alder</b> decided “Change the plan”" in html


def test_the_whole_way_by_pages(world: World, measure: Measure) -> None:
    Visitor(world, "owner").post(page(measure), **filled(world, measure, implement_by="2027-06-30"))
    with world.inside():
        request = GateRequest.objects.get()
    assert "Planned gate dates before and proposed" in Visitor(world, "chair").get(f"/requests/{request.pk}/")
    Visitor(world, "controller").post(f"/requests/{request.pk}/confirm/plan_change/", **{"plan_change-granted": "yes"})
    assert "What changes" in Visitor(world, "chair").get("/decisions/")
    Visitor(world, "chair").post(f"/requests/{request.pk}/decide/", outcome="change", reason="Agreed.")
    with world.inside():
        assert plan_of(measure)[OCT] == 80
        assert [f"{version.implement_by}" for version in PlanVersion.objects.all()] == ["2027-03-31", "2027-06-30"]


def test_the_gate_card_leads_to_it_from_decided_on(world: World, measure: Measure) -> None:
    html = Visitor(world, "owner").get(f"/gates/{measure.pk}/card/")
    assert f'/measures/{measure.pk}/change-plan/">Ask to change the plan</a>' in html
    assert "change-plan" not in Visitor(world, "chair").get(f"/gates/{measure.pk}/card/")
    with world.inside():
        early = ready_measure(world, doi=2, code="M-2")
    assert "change-plan" not in Visitor(world, "owner").get(f"/gates/{early.pk}/card/")


def test_the_address_of_a_move_leads_to_it_too(world: World, measure: Measure) -> None:
    assert (
        Visitor(world, "owner")
        .client.get(world.url(f"/gates/{measure.pk}/change/"))["Location"]
        .endswith(page(measure))
    )


def test_versions_stand_beside_each_other_with_who_why_and_the_dates_of_then(world: World, measure: Measure) -> None:
    with world.inside():
        request = confirmed(world, propose(world, measure, dates={accepted(measure).pk: date(2027, 2, 15)}))
        decide_gate(world.actor("chair"), request.pk, outcome="change", reason="Agreed.")
    html = " ".join(Visitor(world, "reader").get(f"/measures/{measure.pk}/plans/").split())
    assert "2026, in year" in html
    assert '1,180 <span class="sub neg">−20</span>' in html
    assert "Chair Alder" in html
    assert "Decision 1: Agreed." in html
    then, now = (f'<td><time datetime="{day}">{text}</time></td>' for day, text in DATES)
    assert f"{then} {now}" in html


def test_before_the_decision_there_is_no_version(world: World) -> None:
    with world.inside():
        early = ready_measure(world, doi=2)
    assert "No plan is frozen yet" in Visitor(world, "owner").get(f"/measures/{early.pk}/plans/")


def test_without_a_rate_the_page_says_which_one_is_missing(world: World, measure: Measure) -> None:
    with world.inside():
        EffectLine.objects.filter(measure=measure).update(currency="USD")
        assert ReportingPeriod.objects.exists()
    page = Visitor(world, "owner").get(f"/measures/{measure.pk}/plans/")
    assert "There is no plan rate USD to EUR for fiscal year 2026 (Jan 2026 to Dec 2026)." in page
