"""An imported measure on its way through the gates, by the people of the world and through the actions only."""

from datetime import date
from decimal import Decimal

from governance.changes.actions.changes import propose_plan_change
from governance.constants import ApprovalKind, Outcome
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import give_approval, request_gate
from hierarchy.models import OrganizationSettings
from measures.constants import BaselineType, Certainty, EffectKind, EvidenceClass, Recurrence
from measures.core.actions.measures import edit_measure
from measures.findings.actions.findings import refresh_findings
from measures.findings.actions.overlap import check_overlap
from measures.models import Measure, Milestone
from measures.money.actions.baselines import approve_baseline, propose_baseline
from measures.money.actions.effects import add_effect_line
from measures.schedule.actions.milestones import add_milestone, complete_milestone, edit_milestone
from tests.world import World


def widen_calendar(first: date, last: date) -> None:
    """The fiscal calendar of the world begins in 2024; a replay begins earlier."""
    OrganizationSettings.objects.update(first_month=first, last_month=last)


def steer(world: World, measure: Measure, *, to_doi: int, proven_on: date, effect_from: date) -> None:
    """To DoI 2 or 3; `proven_on` is past and dates the milestone that starts the effect, `effect_from` is a month."""
    _make_governable(world, measure)
    _plan(world, measure, proven_on, effect_from)
    for degree in range(1, to_doi + 1):
        refresh_findings(measure.pk)
        request = request_gate(world.actor("owner"), measure.pk, comment="Ready.")
        if degree == 3:
            give_approval(world.actor("controller"), request.pk, kind=ApprovalKind.SIZE_AND_TIMING)
            give_approval(world.actor("sponsor"), request.pk, kind=ApprovalKind.SPONSOR)
        decider = world.actor("chair" if degree == 3 else "pmo")
        decide_gate(decider, request.pk, outcome=Outcome.ADVANCE, reason="Agreed.")


def _make_governable(world: World, measure: Measure) -> None:
    edit_measure(
        world.actor("pmo"),
        measure.pk,
        business_reason="What is in service is at the end of its life.",
        kind=EffectKind.EBITDA_COST,
        owner_id=world.people["owner"].pk,
        sponsor_id=world.people["sponsor"].pk,
        controller_id=world.people["controller"].pk,
        business_unit_id=measure.business_unit_id or world.unit.pk,
        function_id=world.function.pk,
        legal_entity_id=world.entity.pk,
        committee_id=world.committee.pk,
        receiving_unit_id=world.unit.pk,
        scope_in="All sites.",
        scope_out="Nothing else.",
        key_assumptions="Funding as agreed.",
        target_amount=Decimal(1200),
        decide_by=date(2028, 1, 31),
        implement_by=date(2028, 6, 30),
        close_by=date(2029, 6, 30),
        dependencies_declared="None.",
        no_risks_because="They are carried by the supplier.",
        closure_criteria="Three months at the new cost.",
        closure_evidence=EvidenceClass.GENERAL_LEDGER,
        no_one_time_cost=True,
    )


def _plan(world: World, measure: Measure, proven_on: date, effect_from: date) -> None:
    owner = world.actor("owner")
    check_overlap(owner, measure.pk, resolution="None: no other measure books on this cost centre.")
    baseline = propose_baseline(
        owner, measure.pk, type=BaselineType.PRIOR_YEAR, period="Prior year", source="Ledger", amount=Decimal(50_000),
        currency="EUR",
    )  # fmt: skip
    approve_baseline(world.actor("controller"), baseline.pk)
    add_effect_line(
        owner, measure.pk, name="Running cost", kind=EffectKind.EBITDA_COST, recurrence=Recurrence.RECURRING,
        certainty=Certainty.HARD, legal_entity_id=world.entity.pk, account_id=world.account.pk, currency="EUR",
        annual_amount=Decimal(1200), start_month=effect_from, cost_centre=measure.code,
    )  # fmt: skip
    proven = add_milestone(owner, measure.pk, name="Proven", baseline_on=proven_on, is_effect_start=True)
    complete_milestone(owner, proven.pk, actual_on=proven_on)
    add_milestone(owner, measure.pk, name="Closed out", baseline_on=date(2028, 12, 29))
    for milestone in Milestone.objects.filter(measure=measure):
        edit_milestone(owner, milestone.pk, responsible_id=world.people["owner"].pk)


def change_plan(world: World, milestone: Milestone, to: date, reason: str) -> None:
    """Another baseline date: asked by the owner, confirmed by the controller, decided by the committee's chair."""
    request = propose_plan_change(world.actor("owner"), milestone.measure_id, reason=reason, dates={milestone.pk: to})
    give_approval(world.actor("controller"), request.pk, kind=ApprovalKind.PLAN_CHANGE)
    decide_gate(world.actor("chair"), request.pk, outcome=Outcome.CHANGE, reason="Agreed.")
