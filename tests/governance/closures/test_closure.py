"""Closing: the money arrived, and the controller signs (domain sections 4 and 5)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404

from cat4 import clock
from cat4.accounts.actor import Role
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.errors import Invalid, NotAllowed
from cat4.fiscal import month_range
from governance.closures.actions.signing import sign_closure
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import request_gate
from governance.gates.models import GateDecision, GateRequest
from governance.gates.selectors.checklists import checklist
from governance.step_up import MAX_WRONG
from hierarchy.rates.actions import set_exchange_rate
from measures.models import Document, EffectLine, EffectMonth, Measure
from tests.governance.ready import PLAN, add_evidence, add_person, footprint, lock_through_september, ready_measure
from tests.world import PASSWORD, World

SEPTEMBER = date(2026, 9, 1)


def asked(world: World) -> GateRequest:
    return ask_for(world, ready_measure(world, doi=4))


def ask_for(world: World, measure: Measure) -> GateRequest:
    """The months are locked first: entries come before."""
    lock_through_september()
    return request_gate(world.actor("owner"), measure.pk, comment="Full quarter at the new price.")


def signed(world: World, request: GateRequest, **confirmed: Any) -> GateDecision:
    """The controller's signature, which closes the measure at once."""
    made = sign_closure(
        world.actor("controller"), request.pk, reason="1,200 in the books.", password=PASSWORD, **confirmed
    )
    assert made.decision is not None
    return made.decision


def months(name: str = "Steel price") -> QuerySet[EffectMonth]:
    return EffectMonth.objects.filter(line__name=name)


def missing(world: World, measure: Measure) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refusal:
        ask_for(world, measure)
    return refusal.value.errors


def test_the_controller_signs_with_the_own_password_and_the_measure_is_closed(inside: World) -> None:
    request = asked(inside)
    decision = signed(inside, request)
    measure = Measure.objects.get()
    assert (measure.doi, measure.lifecycle) == (5, "closed")
    assert (decision.decided_by_id, decision.to_doi) == (inside.people["controller"].pk, 5)
    entry = AuditEntry.objects.get(verb="measure.closed")
    assert (entry.summary, LedgerEntry.objects.get().entry_id) == ("signed the closure, decision 1", entry.pk)


@pytest.mark.parametrize("password", ["", "wrong"])
def test_without_the_right_password_nothing_is_signed(inside: World, password: str) -> None:
    request = asked(inside)
    before = footprint(request.measure)
    with pytest.raises(Invalid) as refusal:
        sign_closure(inside.actor("controller"), request.pk, reason="Booked.", password=password)
    assert set(refusal.value.errors) == {"password"}
    assert footprint(request.measure) == before


def test_after_five_wrong_passwords_even_the_right_one_waits(inside: World) -> None:
    request, controller = asked(inside), inside.actor("controller")
    for _ in range(MAX_WRONG):
        with pytest.raises(Invalid, match="The password is wrong"):
            sign_closure(controller, request.pk, reason="Booked.", password="guess")
    with pytest.raises(Invalid, match="Too many wrong passwords"):
        sign_closure(controller, request.pk, reason="Booked.", password=PASSWORD)
    assert Measure.objects.get().doi == 4
    cache.delete(f"step-up:{controller.user_id}")
    assert signed(inside, request).number == 1


@pytest.mark.parametrize("persona", ["owner", "sponsor", "pmo", "chair", "reader", "admin"])
def test_nobody_else_signs(inside: World, persona: str) -> None:
    request = asked(inside)
    before = footprint(request.measure)
    with pytest.raises(NotAllowed) as refusal:
        sign_closure(inside.actor(persona), request.pk, reason="Booked.", password=PASSWORD)
    assert refusal.value.reason == "Only the controller Controller Alder may decide on the closing."
    assert footprint(request.measure) == before


def test_another_controller_of_the_organization_does_not_sign(inside: World) -> None:
    request = asked(inside)
    key = add_person(inside, "Second", Role.CONTROLLER)
    with pytest.raises(NotAllowed):
        sign_closure(inside.actor(key), request.pk, reason="Booked.", password=PASSWORD)


def test_a_controller_who_entered_an_actual_does_not_sign(inside: World) -> None:
    request = asked(inside)
    months().filter(month=date(2026, 10, 1)).update(reported=Decimal("100"), reported_by=inside.people["controller"])
    before = footprint(request.measure)
    with pytest.raises(NotAllowed, match="You entered actuals of this measure"):
        sign_closure(inside.actor("controller"), request.pk, reason="Booked.", password=PASSWORD)
    assert footprint(request.measure) == before


def test_a_signature_needs_a_reason(inside: World) -> None:
    request = asked(inside)
    with pytest.raises(Invalid) as refusal:
        sign_closure(inside.actor("controller"), request.pk, reason="", password=PASSWORD)
    assert set(refusal.value.errors) == {"reason"}


def test_only_a_closure_is_signed(inside: World) -> None:
    request = request_gate(inside.actor("owner"), ready_measure(inside, doi=1).pk)
    with pytest.raises(Invalid, match="doesn't ask for a closure"):
        sign_closure(inside.actor("controller"), request.pk, reason="Booked.", password=PASSWORD)


def test_the_controller_returns_a_closing_with_a_comment(inside: World) -> None:
    request = asked(inside)
    decide_gate(inside.actor("controller"), request.pk, outcome="return", reason="Freight is one-off.")
    assert (Measure.objects.get().doi, GateRequest.objects.get().state) == (4, "rejected")


def test_a_foreign_closing_is_not_found(inside: World, twin: World) -> None:
    with twin.inside():
        foreign = asked(twin)
    with pytest.raises(Http404):
        sign_closure(inside.actor("controller"), foreign.pk, reason="Booked.", password=PASSWORD)
    with twin.inside():
        assert GateDecision.objects.count() == 0


def test_the_last_three_locked_months_carry_95_percent_of_the_plan_month(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    months().filter(month=SEPTEMBER).update(reported=Decimal("94.99"), validated=Decimal("94.99"))
    assert missing(inside, measure) == {
        "validated_months": [
            "3 locked months in a row validated at 95% of the plan or more: "
            "Sep 2026 has 94.99 of 100 EUR. Controller Alder can supply it."
        ]
    }


def test_95_percent_in_the_last_month_are_enough(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    months().filter(month=SEPTEMBER).update(reported=Decimal("95.00"), validated=Decimal("95.00"))
    assert ask_for(inside, measure).to_doi == 5


def test_a_short_month_before_the_last_three_does_not_matter(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    months().filter(month=date(2026, 6, 1)).update(reported=Decimal("1"), validated=Decimal("1"))
    assert ask_for(inside, measure).to_doi == 5


def test_a_reported_month_without_validation_keeps_it_open(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    months().filter(month=date(2026, 2, 1)).update(validated=None, validated_by=None, validated_at=None)
    assert set(missing(inside, measure)) == {"no_unvalidated_month"}


def test_one_time_cost_is_complete(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    months("Tooling").update(reported=None, reported_by=None, validated=None, validated_by=None)
    assert missing(inside, measure) == {
        "one_time_cost_complete": [
            "One-time cost is complete: Mar 2026 not validated. Owner Alder can supply it."
        ]
    }  # fmt: skip


def test_one_time_cost_of_an_open_month_is_not_complete(inside: World) -> None:
    measure = ready_measure(inside, doi=4, frozen=False)
    line = EffectLine.objects.get(name="Tooling")
    months("Tooling").delete()
    EffectMonth.objects.create(measure=measure, line=line, month=date(2026, 11, 1), plan=Decimal("-50"))
    assert "Nov 2026 not locked yet" in missing(inside, measure)["one_time_cost_complete"][0]


def test_each_line_with_actuals_needs_evidence_that_stands(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    Document.objects.filter(purpose="evidence").update(withdrawn_at=clock.now())
    add_evidence(inside, measure, "invoices", measure.lines.get(name="Tooling"))
    assert missing(inside, measure) == {
        "evidence_per_line": ["Evidence for each effect line: nothing proves Steel price. Owner Alder can supply it."]
    }


def test_an_operational_kpi_proves_soft_lines_only(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    Document.objects.filter(purpose="evidence").update(withdrawn_at=clock.now())
    add_evidence(inside, measure, "kpi")
    assert "nothing proves Steel price and Tooling" in missing(inside, measure)["evidence_per_line"][0]
    EffectLine.objects.update(certainty="soft")
    assert ask_for(inside, measure).to_doi == 5


def test_soft_effects_do_not_close_a_measure_with_hard_ones(inside: World) -> None:
    measure = ready_measure(inside, doi=4, frozen=False)
    hard = EffectLine.objects.get(name="Steel price")
    soft = EffectLine.objects.create(
        measure=measure, name="Goodwill", kind=hard.kind, certainty="soft", legal_entity=inside.entity, currency="EUR"
    )
    EffectMonth.objects.create(measure=measure, line=soft, month=SEPTEMBER, plan=Decimal("900"))
    assert ask_for(inside, measure).to_doi == 5


def test_a_measure_that_costs_each_month_closes_at_its_plan_and_not_far_below(inside: World) -> None:
    costing(inside, last=Decimal("-105"))
    assert GateRequest.objects.get().to_doi == 5


def test_a_measure_that_costs_far_more_than_planned_does_not_close(inside: World) -> None:
    with pytest.raises(Invalid) as refusal:
        costing(inside, last=Decimal("-105.01"))
    assert set(refusal.value.errors) == {"validated_months"}


def costing(world: World, *, last: Decimal) -> None:
    """Ask to close a measure that was to cost 100 a month, cost 105, and `last` in September."""
    measure = ready_measure(world, doi=4, frozen=False)
    months().update(plan=Decimal("-100"))
    entered = months().filter(month__lte=SEPTEMBER)
    entered.update(reported=Decimal("-105"), validated=Decimal("-105"))
    entered.filter(month=SEPTEMBER).update(reported=last, validated=last)
    ask_for(world, measure)


@pytest.mark.parametrize(("validated", "passes"), [("95.00", True), ("94.99", False)])
def test_a_plan_rate_that_differs_between_years_is_no_part_of_the_95_percent(
    inside: World, validated: str, passes: bool
) -> None:
    """100 CZK a month through 2027, at 0.90 this year and 0.80 in the next: 84.45 CZK would be 95% of 80 EUR."""
    measure = ready_measure(inside, doi=4, frozen=False)
    line = EffectLine.objects.get(name="Steel price")
    EffectLine.objects.filter(pk=line.pk).update(currency="CZK")
    ahead = month_range(date(2027, 1, 1), date(2027, 12, 1))
    EffectMonth.objects.bulk_create(EffectMonth(measure=measure, line=line, month=m, plan=PLAN) for m in ahead)
    for year, rate in ((2026, "0.90"), (2027, "0.80")):
        set_exchange_rate(
            inside.actor("admin"), kind="plan", currency="CZK", month=date(year, 1, 1), rate=Decimal(rate)
        )
    months().filter(month=SEPTEMBER).update(reported=Decimal(validated), validated=Decimal(validated))
    lock_through_september()
    result = next(row for row in checklist(measure) if row.rule == "validated_months")
    assert result.passed == passes


def test_months_in_a_foreign_currency_count_at_plan_rate_and_a_missing_rate_is_named(inside: World) -> None:
    measure = ready_measure(inside, doi=4)
    EffectLine.objects.filter(name="Steel price").update(currency="CZK")
    assert "there is no plan rate for CZK in fiscal year 2026" in missing(inside, measure)["validated_months"][0]
