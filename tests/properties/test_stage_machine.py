"""Random people do random things to one measure; what must hold, holds after each (domain sections 4, 5, 16)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.http import Http404
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.ledger import verify_chain
from cat4.errors import Conflict, Invalid, NotAllowed
from cat4.fiscal import add_months
from governance.closures.actions.signing import sign_closure
from governance.constants import ApprovalKind, HoldReason, Outcome, RequestKind
from governance.gates.actions.decisions import cancel_measure, decide_gate, hold_measure, reopen_measure, resume_measure
from governance.gates.actions.requests import give_approval, request_gate, withdraw_request
from governance.gates.constants import RequestState
from governance.gates.models import GateDecision, GateRequest
from governance.months.actions.lock import lock_period
from governance.parties.selectors.parties import deciders_of, parties_of
from hierarchy.calendar.selectors.periods import last_locked_month
from measures.constants import DOI_EDGES, Lifecycle
from measures.core.actions.measures import edit_measure
from measures.models import EffectLine, EffectMonth, Measure, PlanMonth, PlanVersion
from measures.money.actions.actuals import report_actuals, validate_actuals
from measures.money.actions.forecasts import confirm_forecast
from measures.money.actions.plans import set_plan_months
from tests.governance.ready import lock_through_september, ready_measure
from tests.world import PASSWORD, PERSONAS, build_world

TODAY = date(2026, 12, 5)
REFUSALS = (NotAllowed, Invalid, Conflict, Http404)
LIFECYCLE_AFTER = {
    Outcome.HOLD: Lifecycle.ON_HOLD,
    Outcome.RESUME: Lifecycle.ACTIVE,
    Outcome.CANCEL: Lifecycle.CANCELLED,
    Outcome.REOPEN: Lifecycle.ACTIVE,
}

personas = st.sampled_from(list(PERSONAS))
months = st.sampled_from([date(2026, month, 1) for month in (2, 8, 9, 10, 11, 12)])
amounts = st.sampled_from([Decimal("0"), Decimal("90.00"), Decimal("100.00"), Decimal("-5.00")])


class StageMachine(RuleBasedStateMachine):
    """One organization per run, rolled back at its end. A refusal is an answer; a broken CHECK is a failure."""

    def __init__(self) -> None:
        super().__init__()
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.world = build_world("machine")
        self.context = self.world.inside()
        self.context.__enter__()
        self.actors: dict[str, Actor] = {persona: self.world.actor(persona) for persona in PERSONAS}
        self.persona_of = {actor.user_id: persona for persona, actor in self.actors.items()}

    def teardown(self) -> None:
        try:
            report = verify_chain()
            assert report.intact, report.problem
        finally:
            transaction.set_rollback(True)
            self.context.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.rollback.__exit__(None, None, None)

    @initialize(doi=st.sampled_from([4, 3, 2, 1, 0]), walked=st.sampled_from([2, 1, 0]), held=st.booleans())
    def begin(self, doi: int, walked: int, held: bool) -> None:
        """Some runs begin where random steps alone rarely get: just closed, or on hold."""
        self.pk = ready_measure(self.world, doi=doi).pk
        lock_through_september()
        self.first_doi = doi
        self.line_id = EffectLine.objects.get(name="Steel price").pk
        self.proceed(times=walked)
        if held:
            self.steer(persona="chair", which=0)

    @property
    def measure(self) -> Measure:
        return Measure.objects.select_related("package", "owner", "sponsor", "controller", "committee").get(pk=self.pk)

    def attempt(self, act: Callable[..., Any], *arguments: Any, **facts: Any) -> bool:
        """Whether it was done; a refusal must leave the state as it was."""
        before = self.state()
        try:
            act(*arguments, **facts)
        except REFUSALS:
            assert self.state() == before
            return False
        return True

    def state(self) -> tuple[Any, ...]:
        measure = self.measure
        counts = (GateDecision.objects.count(), GateRequest.objects.count(), PlanVersion.objects.count())
        return (measure.doi, measure.lifecycle, measure.version, *counts)

    def newest_request(self) -> GateRequest | None:
        return GateRequest.objects.filter(measure_id=self.pk).order_by("-id").first()

    @rule(persona=personas, kind=st.sampled_from(RequestKind.values))
    def ask(self, persona: str, kind: str) -> None:
        facts = {"hold_reason": HoldReason.BUDGET, "resume_on": date(2027, 5, 3)}
        gap = {"gap_owner_id": self.world.people["pmo"].pk}
        self.attempt(request_gate, self.actors[persona], self.pk, kind=kind, comment="Because.", **facts, **gap)

    @rule(persona=personas, kind=st.sampled_from(ApprovalKind.values), granted=st.sampled_from([True, True, False]))
    def confirm(self, persona: str, kind: str, granted: bool) -> None:
        if (request := self.newest_request()) is not None:
            facts = {"kind": kind, "granted": granted, "comment": "Seen."}
            self.attempt(give_approval, self.actors[persona], request.pk, **facts)

    @rule(persona=personas)
    def withdraw(self, persona: str) -> None:
        if (request := self.newest_request()) is not None:
            self.attempt(withdraw_request, self.actors[persona], request.pk, reason="Later.")

    @rule(persona=personas, outcome=st.sampled_from(Outcome.values))
    def decide(self, persona: str, outcome: str) -> None:
        if (request := self.newest_request()) is not None:
            facts = {"hold_reason": HoldReason.TIMING, "resume_on": date(2027, 5, 3)}
            gap = {"gap_owner_id": self.world.people["owner"].pk}
            actor = self.actors[persona]
            self.attempt(decide_gate, actor, request.pk, outcome=outcome, reason="So be it.", **facts, **gap)

    @rule(persona=personas)
    def sign(self, persona: str) -> None:
        if (request := self.newest_request()) is not None:
            self.attempt(sign_closure, self.actors[persona], request.pk, reason="Booked.", password=PASSWORD)

    def proceed(self, times: int) -> None:
        """The right people do the right thing, so that runs get far."""
        for _ in range(times):
            self.take_next_gate()

    @rule()
    def take_next_gate(self) -> None:
        owner = self.actors["owner"]
        if self.measure.doi >= 3:
            self.attempt(confirm_forecast, owner, self.pk)
        self.attempt(request_gate, owner, self.pk)
        request = self.newest_request()
        if request is None or request.state != RequestState.SUBMITTED:
            return
        for persona, kind in (("controller", "size_and_timing"), ("sponsor", "sponsor"), ("pmo", "hand_over")):
            self.attempt(give_approval, self.actors[persona], request.pk, kind=kind)
        if request.to_doi == 5:
            self.attempt(sign_closure, self.actors["controller"], request.pk, reason="Booked.", password=PASSWORD)
            return
        for person in deciders_of(parties_of(self.measure), request.kind, request.to_doi):
            actor = self.actors[self.persona_of[person.id]]
            self.attempt(decide_gate, actor, request.pk, outcome=request.kind, reason="Agreed.")

    @rule(persona=st.sampled_from(["chair", "chair", "pmo", "owner", "admin"]), which=st.integers(0, 3))
    def committee_acts(self, persona: str, which: int) -> None:
        self.steer(persona, which)

    def steer(self, persona: str, which: int) -> None:
        actor = self.actors[persona]
        hold = {"hold_reason": HoldReason.OTHER, "reason": "Rest.", "resume_on": date(2027, 5, 3)}
        acts: list[tuple[Callable[..., Any], dict[str, Any]]] = [
            (hold_measure, hold),
            (resume_measure, {"reason": "Go on."}),
            (reopen_measure, {"reason": "It faded."}),
            (cancel_measure, {"reason": "Given up.", "gap_owner_id": self.world.people["pmo"].pk}),
        ]
        act, facts = acts[which]
        self.attempt(act, actor, self.pk, **facts)

    @rule(persona=st.sampled_from(["pmo", "controller", "owner", "admin"]), ahead=st.integers(-1, 2))
    def lock(self, persona: str, ahead: int) -> None:
        last = last_locked_month()
        assert last is not None
        self.attempt(lock_period, self.actors[persona], month=add_months(last, ahead))

    @rule(persona=personas, month=months, amount=amounts)
    def edit_plan(self, persona: str, month: date, amount: Decimal) -> None:
        self.attempt(set_plan_months, self.actors[persona], self.line_id, months={month: amount})

    @rule(persona=personas, text=st.sampled_from(["", "A tender for both plants, so that one price holds."]))
    def edit(self, persona: str, text: str) -> None:
        self.attempt(edit_measure, self.actors[persona], self.pk, scope_out=text)

    @rule(persona=st.sampled_from(["owner", "pmo", "controller", "reader"]), month=months, amount=amounts)
    def report(self, persona: str, month: date, amount: Decimal) -> None:
        facts = {"line_id": self.line_id, "months": {month: amount}}
        self.attempt(report_actuals, self.actors[persona], self.pk, **facts)

    @rule(persona=st.sampled_from(["controller", "controller", "owner", "pmo"]), month=months)
    def validate(self, persona: str, month: date) -> None:
        self.attempt(validate_actuals, self.actors[persona], self.pk, line_id=self.line_id, months=[month])

    @rule(
        field=st.sampled_from(["doi", "lifecycle"]), doi=st.integers(0, 5), lifecycle=st.sampled_from(Lifecycle.values)
    )
    def go_behind(self, field: str, doi: int, lifecycle: str) -> None:
        """SQL of the serving role moves nothing."""
        value = doi if field == "doi" else lifecycle
        if value == getattr(self.measure, field):
            return
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE measures_measure SET {field} = %s WHERE id = %s", [value, self.pk])
        except DatabaseError:
            return
        raise AssertionError(f"SQL moved {field} to {value}")

    @invariant()
    def degrees_moved_by_decisions_along_edges(self) -> None:
        doi = self.first_doi
        for decision in GateDecision.objects.order_by("number"):
            assert decision.from_doi == doi
            if decision.to_doi != doi:
                assert (doi, decision.to_doi) in DOI_EDGES
            doi = decision.to_doi
        assert self.measure.doi == doi

    @invariant()
    def the_lifecycle_is_the_last_that_was_decided(self) -> None:
        lifecycle: str = Lifecycle.ACTIVE
        for outcome, to_doi in GateDecision.objects.order_by("number").values_list("outcome", "to_doi"):
            if outcome == Outcome.ADVANCE and to_doi == 5:
                lifecycle = Lifecycle.CLOSED
            lifecycle = LIFECYCLE_AFTER.get(Outcome(outcome), lifecycle)
        assert self.measure.lifecycle == lifecycle

    @invariant()
    def a_frozen_plan_stays_as_it_was_frozen(self) -> None:
        version = PlanVersion.objects.order_by("-number").first()
        assert (version is not None) == (self.measure.doi >= 3)
        if version is not None:
            frozen = set(PlanMonth.objects.filter(plan_version=version).values_list("line_id", "month", "amount"))
            planned = EffectMonth.objects.filter(measure_id=self.pk, plan__isnull=False)
            assert frozen == set(planned.values_list("line_id", "month", "plan"))

    @invariant()
    def a_closed_measure_was_signed_by_its_controller(self) -> None:
        measure = self.measure
        assert (measure.doi == 5) == (measure.lifecycle == Lifecycle.CLOSED)
        if measure.doi == 5:
            signed = GateDecision.objects.filter(to_doi=5, outcome=Outcome.ADVANCE).order_by("-number")[0]
            assert signed.decided_by_id == measure.controller_id
            assert all(result["passed"] for result in signed.rule_results)

    @invariant()
    def duties_stay_apart(self) -> None:
        measure = self.measure
        assert measure.controller_id not in (measure.owner_id, measure.sponsor_id)
        for decision in GateDecision.objects.all():
            assert decision.decided_by_id not in (measure.owner_id, self.world.people["admin"].pk)
        for validated_by, reported_by in EffectMonth.objects.filter(validated__isnull=False).values_list(
            "validated_by_id", "reported_by_id"
        ):
            assert validated_by == measure.controller_id != reported_by

    @invariant()
    def at_most_one_request_is_open(self) -> None:
        assert GateRequest.objects.filter(state=RequestState.SUBMITTED).count() <= 1


def test_the_stage_machine_holds_its_invariants(db: None) -> None:
    run = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    with clock.at(TODAY):
        run_state_machine_as_test(StageMachine, settings=run)
