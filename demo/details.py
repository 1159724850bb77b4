"""What a few measures show in detail: other effects than EBITDA, proofs, causes, and changes of a plan."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from governance.changes.actions.changes import LineWish, propose_plan_change
from governance.constants import ApprovalKind, Outcome
from governance.gates.actions.requests import give_approval
from measures.constants import Cadence, Certainty, EffectKind, LeakageCause, OverlapResolution, Recurrence, Series
from measures.core.actions.measures import edit_measure
from measures.findings.actions.findings import refresh_findings, resolve_finding
from measures.findings.selectors.findings import rows_of
from measures.models import Measure
from measures.money.actions.effects import add_effect_line
from measures.money.actions.leakage import explain_leakage
from measures.money.actions.periods import set_period_amounts
from measures.money.actions.proofs import enter_proof
from measures.schedule.actions.milestones import revise_milestone

from . import deciding
from .steps import Dated
from .story import MeasureStory

Stories = Mapping[str, MeasureStory]

_RELEASED_IN = date(2027, 6, 1)
_SHIFTED = Decimal(20_000)


def detail_steps(stories: Stories) -> Iterator[Dated]:
    """Each by who would do it, on its day."""
    named = {
        date(2026, 9, 2): ("SGA-032", _add_heads),
        date(2026, 9, 3): ("OPS-032", _add_carbon),
        date(2026, 9, 8): ("COM-031", _add_spare_parts),
        date(2026, 9, 9): ("COM-034", lambda story: _enable(story, stories["COM-031"])),
        date(2026, 9, 16): ("COM-021", _change_plan),
        date(2026, 9, 21): ("SGA-023", _add_release),
        date(2026, 9, 22): ("SGA-032", _add_release),
        date(2026, 9, 24): ("COM-012", _name_a_cause),
        date(2026, 10, 7): ("PRO-012", _prove),
        date(2026, 10, 12): ("SGA-023", _explain_the_start),
        date(2026, 10, 13): ("SGA-021", _ask_for_another_date),
    }
    for day, (code, act) in named.items():
        yield Dated(day, 7, code, partial(act, stories[code]))


def _add_line(story: MeasureStory, name: str, kind: EffectKind, **facts: Any) -> UUID:
    defaults = {
        "recurrence": Recurrence.RECURRING,
        "certainty": Certainty.HARD,
        "account_id": None,
        "legal_entity_id": story.company.entity_id(story.sketch),
        "currency": story.company.currency(story.sketch),
    }
    return add_effect_line(story.owner, story.measure_id, name=name, kind=kind, **{**defaults, **facts}).pk


def _add_heads(story: MeasureStory) -> None:
    phasing = {"annual_amount": Decimal(24), "start_month": date(2027, 3, 1), "ramp_months": 6}
    _add_line(story, "Positions given up", EffectKind.FTE, **phasing)


def _add_carbon(story: MeasureStory) -> None:
    phasing = {"annual_amount": Decimal(1450), "start_month": date(2027, 3, 1), "ramp_months": 6}
    _add_line(story, "Emissions avoided", EffectKind.NON_FINANCIAL, unit="tCO2e", **phasing)


def _add_spare_parts(story: MeasureStory) -> None:
    """Entered by quarter: a side effect that counts toward no target."""
    account = story.company.ids[f"account {story.sketch.program}"]
    soft = {"certainty": Certainty.SOFT, "account_id": account, "cadence": Cadence.QUARTERLY}
    line_id = _add_line(story, "More spare parts sold with contracts", EffectKind.EBITDA_REVENUE, **soft)
    quarters = {date(2027, 4, 1): 60_000, date(2027, 7, 1): 90_000, date(2027, 10, 1): 120_000}
    amounts = {quarter: Decimal(amount) for quarter, amount in quarters.items()}
    set_period_amounts(story.owner, line_id, series=Series.PLAN, cadence=Cadence.QUARTERLY, amounts=amounts)


def _add_release(story: MeasureStory) -> None:
    """Two measures count the same provision: an overlap that nobody has settled yet."""
    _add_line(
        story,
        "Restructuring provision released",
        EffectKind.EBITDA_COST,
        recurrence=Recurrence.ONE_OFF,
        account_id=story.company.ids["account one-time"],
        cost_centre="Group Functions",
        months={_RELEASED_IN: Decimal(120_000)},
    )


def _enable(story: MeasureStory, other: MeasureStory) -> None:
    edit_measure(story.owner, story.measure_id, enables_id=other.measure_id)


def _change_plan(story: MeasureStory) -> None:
    """Two months and a date of a frozen plan change; the year brings the same. Version 2."""
    assert story.curve is not None  # noqa: S101
    sooner, later = date(2027, 2, 1), date(2027, 4, 1)
    plan = story.curve.plan
    months = {sooner: plan[sooner] - _SHIFTED, later: plan[later] + _SHIFTED}
    all_branches, later_on = story.milestone_ids["All branches"], date(2027, 5, 31)
    request = propose_plan_change(
        story.owner,
        story.measure_id,
        reason="Two framework contracts are renewed in April instead of February.",
        lines=[LineWish(story.line_id, months=months)],
        dates={all_branches: later_on},
    )
    give_approval(story.controller, request.pk, kind=ApprovalKind.PLAN_CHANGE, comment="The year stays as decided.")
    deciding.decide(story.company, request, outcome=Outcome.CHANGE, reason="Agreed; nothing is lost.")
    revise_milestone(story.owner, all_branches, forecast_on=later_on, reason="As in plan version 2.")


def _ask_for_another_date(story: MeasureStory) -> None:
    """Waits for the controller on the demo's day."""
    propose_plan_change(
        story.owner,
        story.measure_id,
        reason="Twelve applications of the service companies can go only after the last of them runs on the ERP.",
        dates={story.milestone_ids["All units moved"]: date(2027, 10, 29)},
    )


def _name_a_cause(story: MeasureStory) -> None:
    explain_leakage(
        story.owner,
        story.measure_id,
        line_id=story.line_id,
        month=date(2026, 8, 1),
        cause=LeakageCause.SCOPE,
        amount=Decimal(60_000),
        reason="Key accounts keep their discounts until their framework contracts end in 2027.",
    )


def _prove(story: MeasureStory) -> None:
    """Price and volume of the castings behind the savings of June to August."""
    enter_proof(
        story.owner,
        story.line_id,
        first_month=date(2026, 6, 1),
        last_month=date(2026, 8, 1),
        unit="castings",
        price_before=Decimal("21.40"),
        volume_before=Decimal(262_000),
        rate_before=Decimal(1),
        price_after=Decimal("19.07"),
        volume_after=Decimal(260_000),
        rate_after=Decimal(1),
        source="Invoices of both foundries, June to August 2026",
    )


def _explain_the_start(story: MeasureStory) -> None:
    refresh_findings(story.measure_id)
    rows = rows_of(Measure.objects.get(pk=story.measure_id))
    doubt = next(row for row in rows if row.code == "effect_before_milestone" and row.closed_at is None)
    resolve_finding(
        story.owner,
        doubt.pk,
        resolution=OverlapResolution.EXPLAINED,
        reason="Two sales companies switch in March on the old data model; their savings don't wait for it.",
    )
