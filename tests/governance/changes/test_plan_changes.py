"""A frozen plan changes by a request, the controller's word and the committee's decision (domain section 5)."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import Http404

from cat4.audit.ledger import verify_chain
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.errors import Conflict, Invalid, NotAllowed, StaleVersion
from cat4.notices.models import Notice
from cat4.outbox.models import OutboxRow
from governance.changes.actions.changes import LineWish
from governance.changes.models import PlanChange
from governance.gates.actions.decisions import cancel_measure, decide_gate, hold_measure
from governance.gates.actions.requests import give_approval, request_gate, withdraw_request
from governance.gates.models import GateDecision, GateRequest
from governance.gates.selectors.waiting import decisions_waiting
from governance.parties.rules import Mandate
from governance.parties.selectors.parties import deciders_of, parties_of
from governance.rules.book import Right
from hierarchy.models import CommitteeMember
from measures.formulas.plan_versions import Phasing
from measures.models import EffectLine, EffectMonth, Measure, Milestone, PlanMilestone, PlanMonth, PlanVersion
from measures.status.actions.recompute import recompute_measure
from tests.governance.changing import (
    DEC,
    JAN_27,
    LATER,
    NOV,
    OCT,
    OPEN_ON,
    WHY,
    accepted,
    confirmed,
    decided,
    everything,
    plan_of,
    propose,
    steel,
    wish,
)
from tests.governance.gates.test_decisions import HOLD
from tests.governance.ready import PLAN, ready_measure
from tests.governance.rule_books import published, up_to
from tests.measures.steps import refused
from tests.world import PERSONAS, World, lock_months

D = Decimal


def decide(world: World, request: GateRequest, by: str = "chair", outcome: str = "change") -> GateDecision:
    return decide_gate(world.actor(by), request.pk, outcome=outcome, reason="Agreed.")


@pytest.mark.parametrize("doi", [3, 4])
def test_an_approved_change_becomes_the_next_plan_version(inside: World, doi: int) -> None:
    measure = decided(inside, doi)
    decision = decide(inside, confirmed(inside, propose(inside, measure, dates={accepted(measure).pk: LATER})))
    measure.refresh_from_db()
    assert (measure.doi, measure.lifecycle, measure.version) == (doi, "active", 2)
    assert plan_of(measure)[OCT] == D(80)
    assert plan_of(measure)[NOV] == PLAN
    assert plan_of(measure)[JAN_27] == D(120)
    assert accepted(measure).baseline_on == LATER
    assert accepted(measure).forecast_on == OPEN_ON
    first, second = PlanVersion.objects.order_by("number")
    assert (second.number, second.frozen_at, second.reason) == (2, decision.decided_at, "Decision 1: Agreed.")
    months = dict(PlanMonth.objects.filter(plan_version=second, line=steel(measure)).values_list("month", "amount"))
    assert months == plan_of(measure)
    assert PlanMonth.objects.filter(plan_version=second).count() == 14
    old = PlanMonth.objects.filter(plan_version=first, line=steel(measure))
    assert dict(old.values_list("month", "amount")) == dict.fromkeys([date(2026, m, 1) for m in range(1, 13)], PLAN)
    dates = PlanMilestone.objects.filter(milestone=accepted(measure)).order_by("plan_version__number")
    assert list(dates.values_list("baseline_on", flat=True)) == [OPEN_ON, LATER]
    assert GateRequest.objects.get().state == "approved"


def test_the_change_is_chained_with_every_old_and_new_month_and_date(inside: World) -> None:
    measure = decided(inside)
    request = confirmed(inside, propose(inside, measure, dates={accepted(measure).pk: LATER}))
    OutboxRow.objects.all().delete()
    decide(inside, request)
    entry = AuditEntry.objects.get(verb="plan.changed")
    assert entry.summary == "changed the plan to version 2: 2 months and 1 baseline date"
    assert entry.change == {
        "number": 2,
        "months": {"Steel price": {"2026-10": ["100.00", "80.00"], "2027-01": [None, "120.00"]}},
        "baseline_on": {"Line accepted": ["2026-12-10", "2027-02-15"]},
    }
    verbs = LedgerEntry.objects.order_by("sequence").values_list("entry__verb", flat=True)
    assert list(verbs) == ["gate.approval_given", "plan.changed", "gate.decided"]
    assert verify_chain().intact
    assert OutboxRow.objects.filter(topic="measures.measure_changed", object_id=measure.pk).exists()


def test_the_request_keeps_its_proposal_and_the_record_of_asking_names_it(inside: World) -> None:
    measure = decided(inside)
    request = propose(inside, measure)
    part = PlanChange.objects.get(request=request).lines.get()
    assert list(part.months.values_list("month", "before", "after")) == [(OCT, PLAN, D(80)), (JAN_27, None, D(120))]
    entry = AuditEntry.objects.get(verb="gate.requested")
    assert (entry.summary, entry.reason) == ("asked for a change of the plan", WHY)
    assert entry.change["months"] == {"Steel price": {"2026-10": ["100.00", "80.00"], "2027-01": [None, "120.00"]}}
    assert plan_of(measure)[OCT] == PLAN


def test_phased_anew_only_open_months_change_and_left_out_ones_become_zero(inside: World) -> None:
    """1,800 a year from November, at once: locked months and what they planned stay."""
    measure = decided(inside)
    lines = [LineWish(steel(measure).pk, phasing=Phasing(D(1800), NOV, date(2027, 1, 1)))]
    decide(inside, confirmed(inside, propose(inside, measure, lines=lines)))
    plan = plan_of(measure)
    assert [plan[month] for month in (date(2026, 9, 1), OCT, NOV, DEC, JAN_27)] == [PLAN, 0, 150, 150, 150]
    line = EffectLine.objects.get(pk=steel(measure).pk)
    assert (line.annual_amount, line.start_month, line.end_month) == (1800, NOV, JAN_27)


def test_typed_months_make_the_line_a_typed_one(inside: World) -> None:
    measure = decided(inside)
    decide(inside, confirmed(inside, propose(inside, measure)))
    assert EffectLine.objects.get(pk=steel(measure).pk).annual_amount is None


def test_a_second_change_builds_on_the_first(inside: World) -> None:
    measure = decided(inside)
    decide(inside, confirmed(inside, propose(inside, measure)))
    decide(inside, confirmed(inside, propose(inside, measure, lines=wish(measure, nov="70"), expected_version=2)))
    assert [plan_of(measure)[month] for month in (OCT, NOV, JAN_27)] == [80, 70, 120]
    assert list(PlanVersion.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_a_plan_that_came_without_a_version_is_written_down_before_its_first_change(inside: World) -> None:
    measure = ready_measure(inside, doi=3, frozen=False)
    decide(inside, confirmed(inside, propose(inside, measure)))
    first, second = PlanVersion.objects.order_by("number")
    amounts = [PlanMonth.objects.get(plan_version=v, month=OCT, line=steel(measure)).amount for v in (first, second)]
    assert amounts == [100, 80]


# Who


@pytest.mark.parametrize("persona", [name for name in PERSONAS if name not in {"owner", "pmo"}])
def test_only_the_owner_or_a_portfolio_manager_asks(inside: World, persona: str) -> None:
    measure = decided(inside)
    before = everything(measure)
    with pytest.raises(NotAllowed, match="Only the owner Owner Alder or a portfolio manager"):
        propose(inside, measure, by=persona)
    assert everything(measure) == before


@pytest.mark.parametrize("persona", [name for name in PERSONAS if name != "controller"])
def test_only_the_controller_confirms_a_changed_plan(inside: World, persona: str) -> None:
    measure = decided(inside)
    request = propose(inside, measure)
    before = everything(measure)
    with pytest.raises(NotAllowed, match="Only the controller Controller Alder may confirm the changed plan"):
        give_approval(inside.actor(persona), request.pk, kind="plan_change")
    assert everything(measure) == before


@pytest.mark.parametrize("persona", [name for name in PERSONAS if name != "chair"])
def test_only_the_chair_decides_on_a_changed_plan(inside: World, persona: str) -> None:
    measure = decided(inside)
    request = confirmed(inside, propose(inside, measure))
    before = everything(measure)
    with pytest.raises(NotAllowed):
        decide(inside, request, by=persona)
    assert everything(measure) == before


def test_a_chair_who_asked_does_not_decide(inside: World) -> None:
    measure = decided(inside)
    CommitteeMember.objects.filter(role="chair").update(user=inside.people["pmo"])
    request = confirmed(inside, propose(inside, measure, by="pmo"))
    before = everything(measure)
    with pytest.raises(NotAllowed, match="You asked for this change"):
        decide(inside, request, by="pmo")
    assert everything(measure) == before


def test_it_waits_for_the_controller_and_then_for_the_chair(inside: World) -> None:
    request = propose(inside, decided(inside))

    def waits(persona: str) -> bool:
        return decisions_waiting(inside.actor(persona)).filter(pk=request.pk).exists()

    assert [name for name in PERSONAS if waits(name)] == ["controller", "chair"]
    confirmed(inside, request)
    assert [name for name in PERSONAS if waits(name)] == ["chair"]


def test_without_the_controllers_word_it_is_not_decided(inside: World) -> None:
    measure = decided(inside)
    request = propose(inside, measure)
    before = everything(measure)
    with pytest.raises(Invalid) as refusal:
        decide(inside, request)
    assert refusal.value.errors == {
        "change_confirmed": ["Controller confirms the changed plan: not given yet. Controller Alder can supply it."]
    }
    assert everything(measure) == before


def test_a_refused_confirmation_keeps_it_from_being_decided(inside: World) -> None:
    request = propose(inside, decided(inside))
    give_approval(inside.actor("controller"), request.pk, kind="plan_change", granted=False, comment="Too late.")
    with pytest.raises(Invalid, match="refused by Controller Alder: Too late"):
        decide(inside, request)


def test_a_returned_change_changes_nothing(inside: World) -> None:
    measure = decided(inside)
    request = propose(inside, measure)
    decide(inside, request, outcome="return")
    assert plan_of(measure)[OCT] == PLAN
    assert PlanVersion.objects.count() == 1
    assert GateRequest.objects.get().state == "rejected"


@pytest.mark.parametrize("act", ["hold", "cancel"])
def test_the_chair_may_hold_or_cancel_instead(inside: World, act: str) -> None:
    measure = decided(inside)
    propose(inside, measure)
    if act == "hold":
        hold_measure(inside.actor("chair"), measure.pk, **HOLD)
    else:
        gap = inside.people["pmo"].pk
        cancel_measure(inside.actor("chair"), measure.pk, reason="No demand.", gap_owner_id=gap)
    assert GateRequest.objects.get().state == "rejected"
    assert PlanVersion.objects.count() == 1


def test_one_request_is_open_at_a_time(inside: World) -> None:
    measure = decided(inside)
    request = propose(inside, measure)
    with pytest.raises(Conflict, match="There is an open request for this measure already"):
        propose(inside, measure, by="pmo")
    with pytest.raises(Conflict):
        request_gate(inside.actor("owner"), measure.pk)
    withdraw_request(inside.actor("owner"), request.pk, reason="Not now.")
    propose(inside, measure, by="pmo")
    assert GateRequest.objects.count() == 2


# What


@pytest.mark.parametrize("doi", [0, 1, 2, 5])
def test_only_a_decided_measure_that_is_active_has_a_plan_to_change(inside: World, doi: int) -> None:
    measure = ready_measure(inside, doi=doi)
    before = everything(measure)
    with pytest.raises(Conflict, match="change the plan is not possible now"):
        propose(inside, measure)
    assert everything(measure) == before


@pytest.mark.parametrize("lifecycle", ["on_hold", "cancelled"])
def test_what_rests_or_ended_has_none(inside: World, lifecycle: str) -> None:
    measure = decided(inside, lifecycle=lifecycle)
    with pytest.raises(Conflict, match="change the plan is not possible now"):
        propose(inside, measure)


def test_every_mistake_of_a_proposal_is_named(inside: World) -> None:
    measure, other = decided(inside), ready_measure(inside, 3, "M-2")
    line = steel(measure)
    tooling = measure.lines.get(name="Tooling")
    before = everything(measure)
    with pytest.raises(Invalid) as refusal:
        propose(
            inside,
            measure,
            lines=[
                LineWish(line.pk, {date(2031, 1, 1): D(1), OCT: D("1.234"), date(2026, 11, 2): D(1)}),
                LineWish(steel(other).pk, {OCT: D(1)}),
                LineWish(tooling.pk, phasing=Phasing(D(12), OCT)),
            ],
            dates={other.milestones.all()[0].pk: LATER, accepted(measure).pk: date(1626, 1, 1)},
        )
    assert refusal.value.errors == {
        "lines": [
            "Steel price: Jan 2031 is outside the fiscal calendar, which runs from Jan 2024 to Dec 2029.",
            "Steel price: 2026-11-02 is not the first day of a month.",
            "Steel price: Oct 2026: at most two decimals.",
            "Name each effect line of this measure once.",
            "Tooling: A one-off effect has no annual amount. Type its months.",
        ],
        "dates": [
            "Name milestones of this measure only.",
            "Line accepted: 1626-01-01 is not between the years 1900 and 2100.",
        ],
    }
    assert everything(measure) == before


@pytest.mark.parametrize(
    ("phasing", "sentence"),
    [
        (Phasing(D(1), DEC, OCT), "Steel price: The effect ends before it starts."),
        (Phasing(D(1), date(2031, 1, 1)), "Steel price: Jan 2031 is outside the fiscal calendar"),
        (Phasing(D(1), OCT, None, -1), "Steel price: Enter a number of ramp months from 0 to 120."),
        (Phasing(D("0.001"), OCT), "Steel price: At most two decimals."),
    ],
)
def test_a_phasing_that_cannot_be_is_named(inside: World, phasing: Phasing, sentence: str) -> None:
    measure = decided(inside)
    with pytest.raises(Invalid) as refusal:
        propose(inside, measure, lines=[LineWish(steel(measure).pk, phasing=phasing)])
    assert sentence in refusal.value.errors["lines"][0]


def test_a_proposal_without_reason_or_change_is_refused(inside: World) -> None:
    measure = decided(inside)
    before = everything(measure)
    with pytest.raises(Invalid) as refusal:
        propose(inside, measure, reason=" ")
    assert refusal.value.errors == {"reason": ["This is needed."]}
    with pytest.raises(Invalid) as refusal:
        propose(inside, measure, lines=wish(measure, oct="100"), dates={accepted(measure).pk: OPEN_ON})
    assert refusal.value.errors == {"change_asked": ["Something of the plan changes: no month and no date changes."]}
    assert everything(measure) == before


def test_a_locked_month_keeps_its_plan(inside: World) -> None:
    measure = decided(inside)
    before = everything(measure)
    with pytest.raises(Invalid) as refusal:
        propose(inside, measure, lines=wish(measure, sep="80", oct="80"))
    assert refusal.value.errors == {"only_open_months": ["Only open months change: Sep 2026 locked."]}
    assert everything(measure) == before


def test_a_milestone_that_is_done_or_a_date_outside_the_calendar_is_refused(inside: World) -> None:
    measure = decided(inside)
    done = measure.milestones.get(name="Contract signed")
    with pytest.raises(Invalid) as refusal:
        propose(inside, measure, dates={done.pk: LATER, accepted(measure).pk: date(2031, 1, 1)})
    assert refusal.value.errors == {
        "change_dates": ["Months and dates lie inside the fiscal calendar: Line accepted on 1 Jan 2031 outside."],
        "change_fits": ["Fits the plan as it is: Contract signed is done since 10 Jan 2026."],
    }


def test_a_proposal_on_an_older_plan_is_stale(inside: World) -> None:
    measure = decided(inside)
    decide(inside, confirmed(inside, propose(inside, measure, expected_version=1)))
    before = everything(measure)
    with pytest.raises(StaleVersion) as stale:
        propose(inside, measure, expected_version=1)
    assert stale.value.current == {"version": 2}
    assert everything(measure) == before


def lock_october(measure: Measure) -> None:
    lock_months(OCT)


def finish_the_milestone(measure: Measure) -> None:
    Milestone.objects.filter(pk=accepted(measure).pk).update(actual_on=date(2026, 10, 9))


def change_the_currency(measure: Measure) -> None:
    EffectLine.objects.filter(pk=steel(measure).pk).update(currency="USD")


@pytest.mark.parametrize(
    ("meanwhile", "rule", "sentence"),
    [
        (lock_october, "only_open_months", "Only open months change: Oct 2026 locked."),
        (finish_the_milestone, "change_fits", "Fits the plan as it is: Line accepted is done since 9 Oct 2026."),
        (
            change_the_currency,
            "change_fits",
            "Fits the plan as it is: Steel price is in USD now, the proposal in EUR.",
        ),
    ],
)
def test_a_proposal_that_no_longer_fits_is_not_decided(
    inside: World, meanwhile: object, rule: str, sentence: str
) -> None:
    measure = decided(inside)
    request = confirmed(inside, propose(inside, measure, dates={accepted(measure).pk: LATER}))
    meanwhile(measure)  # type: ignore[operator]
    before = everything(measure)
    # Without a rate nobody can tell how large it is, and the chair alone decides what can't wait.
    with pytest.raises(Invalid) as refusal:
        decide_gate(inside.actor("chair"), request.pk, outcome="change", reason="Agreed.", mandate=Mandate("Today."))
    assert refusal.value.errors == {rule: [sentence]}
    assert everything(measure) == before
    decide(inside, request, outcome="return")


def test_a_gate_request_is_no_way_round_the_proposal(inside: World) -> None:
    measure = decided(inside)
    with pytest.raises(Invalid) as refusal:
        request_gate(inside.actor("owner"), measure.pk, kind="change", comment="Please.")
    assert refusal.value.errors == {"kind": ["A change of the plan is asked for with its months and dates."]}


def test_the_rules_are_stored_with_the_decision(inside: World) -> None:
    decision = decide(inside, confirmed(inside, propose(inside, decided(inside))))
    assert [(row["rule"], row["passed"], row["value"]) for row in decision.rule_results] == [
        ("change_reason", True, "stated"),
        ("change_asked", True, "2 months"),
        ("only_open_months", True, "none is locked"),
        ("change_dates", True, "all inside"),
        ("change_fits", True, "nothing moved since"),
        ("change_confirmed", True, "Controller Alder"),
    ]


def test_another_organization_finds_no_such_measure(world: World, twin: World) -> None:
    with world.inside():
        measure = decided(world)
        lines = wish(measure, oct="1")
    with twin.inside(), pytest.raises(Http404):
        propose(twin, measure, lines=lines)
    with twin.inside():
        own = decided(twin)
        with pytest.raises(Invalid, match="Name each effect line of this measure once"):
            propose(twin, own, lines=lines)


def test_a_line_moves_with_the_baseline_date_that_it_follows(inside: World) -> None:
    measure = decided(inside)
    line, milestone = steel(measure), accepted(measure)
    EffectLine.objects.filter(pk=line.pk).update(milestone=milestone)
    decide(inside, confirmed(inside, propose(inside, measure, lines=[], dates={milestone.pk: LATER})))
    plan = plan_of(measure)
    assert [plan[month] for month in (NOV, DEC, JAN_27, date(2027, 2, 1))] == [PLAN] * 4
    assert date(2027, 3, 1) not in plan


def test_a_proposal_may_say_otherwise_of_a_line_that_follows(inside: World) -> None:
    measure = decided(inside)
    EffectLine.objects.filter(pk=steel(measure).pk).update(milestone=accepted(measure))
    asked = propose(inside, measure, lines=wish(measure, dec="0"), dates={accepted(measure).pk: LATER})
    decide(inside, confirmed(inside, asked))
    assert plan_of(measure)[DEC] == D(0)
    assert JAN_27 not in plan_of(measure)


def test_forecasts_and_actuals_stay(inside: World) -> None:
    measure = decided(inside)
    EffectMonth.objects.filter(line=steel(measure), month=OCT).update(forecast=D(95))
    decide(inside, confirmed(inside, propose(inside, measure)))
    assert EffectMonth.objects.get(line=steel(measure), month=OCT).forecast == 95


@pytest.mark.parametrize(("amount", "decider", "other"), [("120", "chair", "pmo"), ("80", "pmo", "chair")])
def test_the_larger_of_present_and_proposed_amount_counts_for_the_limit(
    inside: World, amount: str, decider: str, other: str
) -> None:
    """1,200 a year are planned, which lies within the portfolio manager's limit; 1,440 don't."""
    published(inside, rights=[up_to("change", "pmo", 1200), Right("change", "chair")])
    measure = decided(inside)
    recompute_measure(measure.pk)
    request = confirmed(inside, propose(inside, measure, lines=wish(measure, oct=amount, nov=amount, dec=amount)))
    assert [len(decisions_waiting(inside.actor(person))) for person in (decider, other)] == [1, 0]
    told = Notice.objects.filter(kind="gate.decision_asked").values_list("person_id", flat=True)
    assert list(told) == [inside.people[decider].pk]
    if decider == "chair":
        with refused(NotAllowed, "Only the chair of the Commercial committee"):
            decide_gate(inside.actor("pmo"), request.pk, outcome="change", reason="Mine.")
    assert decide_gate(inside.actor(decider), request.pk, outcome="change", reason="Agreed.").outcome == "change"


def test_cost_above_the_limit_of_a_change_waits_for_the_higher_authority(inside: World) -> None:
    """50 of one-time cost are planned; 200 more lie above a limit of 100."""
    published(inside, rights=[up_to("change", "pmo", 100, basis="cost"), Right("change", "chair")])
    measure = decided(inside)
    line = measure.lines.get(name="Tooling")
    request = propose(inside, measure, lines=[LineWish(line.pk, {DEC: Decimal("-200")})])
    assert [person.name for person in deciders_of(parties_of(measure), request.kind, request.to_doi)] == ["Chair Alder"]
