"""What happened to each measure from its idea on, as dated steps."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.fiscal import add_months
from governance.constants import ApprovalKind, Outcome, RequestKind
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import give_approval, request_gate
from hierarchy.calendar.workdays import add_working_days
from measures.constants import (
    BaselineType,
    Certainty,
    DocumentPurpose,
    EffectKind,
    EvidenceClass,
    OverlapResolution,
    Recurrence,
)
from measures.core.actions.measures import create_measure, edit_measure
from measures.core.actions.risks import add_risk
from measures.evidence.actions import upload_document
from measures.findings.actions.findings import refresh_findings, resolve_finding
from measures.findings.actions.overlap import check_overlap
from measures.findings.selectors.findings import open_overlaps
from measures.formulas.phasing import cents
from measures.money.actions.actuals import report_actuals, validate_actuals
from measures.money.actions.baselines import approve_baseline, propose_baseline
from measures.money.actions.effects import add_effect_line
from measures.money.actions.forecasts import confirm_forecast, revise_forecast
from measures.schedule.actions.milestones import add_milestone, complete_milestone, revise_milestone

from . import closing, deciding, texts
from .company import PORTFOLIO, UNIT_LEADS, Company
from .curves import LAST_REPORTED, Curve, curve_of
from .dates import TODAY, GateDates, PlannedMilestone, gate_dates, milestones
from .sketches import Sketch
from .steps import Dated, Step

# Their September actuals wait for the controller.
UNVALIDATED_IN_SEPTEMBER = {"COM-011", "COM-012", "OPS-021"}
# Their owners have asked for the next gate; the confirmations named are given already.
WAITING = {
    "OPS-032": (ApprovalKind.SIZE_AND_TIMING, ApprovalKind.SPONSOR),
    "PRO-042": (),
    "COM-032": (),
    "OPS-031": (),
}
# Its owner asks the committee to accept that it brings less than planned.
RESIDUAL = "PRO-012"

# Gates that lie ahead were never planned for a day that has passed.
_IMPLEMENT_BY, _CLOSE_BY = date(2027, 3, 1), date(2027, 9, 1)
# When the owners of stale measures last said what they expect.
_STALE_SINCE = date(2026, 7, 1)


class MeasureStory:
    """One measure from its idea to where it stands on the demo's day."""

    def __init__(self, company: Company, sketch: Sketch) -> None:
        self.company, self.sketch = company, sketch
        self.curve: Curve | None = curve_of(sketch) if sketch.doi >= 2 or sketch.code in WAITING else None
        self.dates: GateDates = gate_dates(sketch, self.curve)
        self.owner: Actor = company.actors[sketch.owner]
        self.controller, self.sponsor = company.controller(sketch), company.sponsor(sketch)
        self.measure_id = self.line_id = self.cost_id = UUID(int=0)
        self.milestone_ids: dict[str, UUID] = {}

    def steps(self) -> Iterator[Dated]:
        """Every step of this measure."""
        yield self._on(self.dates.created_on, 0, self.write_down)
        if self.sketch.doi >= 1:
            yield self._on(add_working_days(self.dates.passed_on[0], -5), 1, self.make_governable)
        if self.curve is not None:
            yield self._on(self._detailed_on(), 2, self.detail)
        for degree, passed_on in enumerate(self.dates.passed_on, start=1):
            yield self._on(passed_on, 3, self._gate(degree))
        if self.curve is not None and self.sketch.doi >= 2:
            yield from self._milestone_steps(self.curve)
        if self.curve is not None and self.sketch.doi >= 3:
            yield from self._money_steps(self.curve)
        if self.sketch.code == RESIDUAL:
            yield self._on(add_working_days(TODAY, -4), 8, self.ask_for_the_residual)
        if self.sketch.code in WAITING:
            yield self._on(add_working_days(TODAY, -3), 8, self.ask_for_the_next_gate)

    def _on(self, day: date, order: int, step: Step) -> Dated:
        return Dated(day, order, self.sketch.code, step)

    def _detailed_on(self) -> date:
        passed = self.dates.passed_on
        return add_working_days(passed[1], -8) if len(passed) > 1 else add_working_days(passed[0], 10)

    def write_down(self) -> None:
        """DoI 0: an idea with an owner."""
        sketch = self.sketch
        path = (PORTFOLIO, sketch.program, sketch.project, sketch.package)
        kind = EffectKind.EBITDA_REVENUE if sketch.program == "Commercial" else EffectKind.EBITDA_COST
        measure = create_measure(
            self.company.actors["ines"],
            package_id=self.company.nodes[path],
            code=sketch.code,
            name=sketch.name,
            description=sketch.description,
            business_reason=texts.REASONS[sketch.program],
            kind=kind,
            owner_id=self.owner.user_id,
        )
        self.measure_id = measure.pk

    def make_governable(self) -> None:
        """The eight facts, the scope, the rough dates: what the first gate asks for."""
        sketch, ids = self.sketch, self.company.ids
        base = self.curve.start if self.curve else date(2027, 6, 1)
        edit_measure(
            self.company.actors["ines"],
            self.measure_id,
            sponsor_id=self.sponsor.user_id,
            controller_id=self.controller.user_id,
            business_unit_id=ids[f"unit {sketch.program}"],
            receiving_unit_id=ids[f"unit {sketch.program}"],
            function_id=ids[f"function {sketch.program}"],
            legal_entity_id=self.company.entity_id(sketch),
            committee_id=ids[f"committee {sketch.program}"],
            scope_in=texts.SCOPE_IN[sketch.program],
            scope_out=texts.SCOPE_OUT[sketch.program],
            key_assumptions=texts.ASSUMPTIONS[sketch.program],
            target_amount=self._local(Decimal(1000) * sketch.plan),
            decide_by=add_months(base, -4),
            implement_by=max(add_months(base, 4), _IMPLEMENT_BY) if sketch.doi == 3 else add_months(base, 4),
            close_by=max(add_months(base, 14), _CLOSE_BY) if sketch.doi in {3, 4} else add_months(base, 14),
        )
        check_overlap(self.owner, self.measure_id, resolution="None: no other measure books on these positions.")
        self._propose_baseline(base)

    def _propose_baseline(self, base: date) -> None:
        propose_baseline(
            self.owner,
            self.measure_id,
            type=BaselineType.PRIOR_YEAR,
            period=f"FY {base.year - 1}",
            source=f"General ledger, year-end balance of cost centre {self.sketch.package}",
            amount=self._local(Decimal(8000) * self.sketch.plan),
            currency=self.company.currency(self.sketch),
        )

    def detail(self) -> None:
        """What the second gate asks for: an approved baseline, lines with a plan, milestones, risks, closure."""
        approve_baseline(self.controller, self._newest_baseline())
        self._add_lines()
        self._add_milestones()
        risk = texts.RISKS[self.sketch.program]
        add_risk(
            self.owner, self.measure_id, title=risk, likelihood="medium", response=texts.RESPONSES[self.sketch.program]
        )
        edit_measure(
            self.owner,
            self.measure_id,
            dependencies_declared="None.",
            closure_criteria="Three locked months in a row at 95% of the planned run-rate, shown in the ledger.",
            closure_evidence=EvidenceClass.GENERAL_LEDGER,
        )

    def _newest_baseline(self) -> UUID:
        from measures.models import Baseline

        return Baseline.objects.filter(measure_id=self.measure_id).latest("number").pk

    def _add_lines(self) -> None:
        assert self.curve is not None  # noqa: S101
        sketch, curve, ids = self.sketch, self.curve, self.company.ids
        common: dict[str, Any] = {
            "certainty": Certainty.HARD,
            "legal_entity_id": self.company.entity_id(sketch),
            "currency": self.company.currency(sketch),
        }
        kind = EffectKind.EBITDA_REVENUE if sketch.program == "Commercial" else EffectKind.EBITDA_COST
        line = add_effect_line(
            self.owner,
            self.measure_id,
            name=texts.LINES[sketch.program],
            kind=kind,
            recurrence=Recurrence.RECURRING,
            account_id=ids[f"account {sketch.program}"],
            annual_amount=self._local(curve.annual),
            start_month=curve.start,
            ramp_months=curve.ramp,
            cost_centre=sketch.package,
            **common,
        )
        cost = add_effect_line(
            self.owner,
            self.measure_id,
            name="One-time cost",
            kind=EffectKind.ONE_TIME_COST,
            recurrence=Recurrence.ONE_OFF,
            account_id=ids["account one-time"],
            months={add_months(curve.start, -2): -self._local(Decimal(40) * sketch.plan)},
            **common,
        )
        self.line_id, self.cost_id = line.pk, cost.pk

    def _add_milestones(self) -> None:
        for planned in self._milestones():
            milestone = add_milestone(
                self.owner,
                self.measure_id,
                name=planned.name,
                baseline_on=planned.baseline_on,
                is_critical=planned.is_critical,
                is_effect_start=planned.is_effect_start,
                responsible_id=self.owner.user_id,
            )
            self.milestone_ids[planned.name] = milestone.pk

    def _milestones(self) -> list[PlannedMilestone]:
        assert self.curve is not None  # noqa: S101
        return milestones(self.sketch, self.curve)

    def _gate(self, degree: int) -> Step:
        return lambda: self.pass_gate(degree)

    def pass_gate(self, degree: int) -> None:
        """Asked by the owner, confirmed by whom the gate names, decided by whom it belongs to."""
        if degree == 4:
            confirm_forecast(self.owner, self.measure_id)
        if degree == 5:
            self._prove()
        self._settle_overlaps()
        request = request_gate(self.owner, self.measure_id, comment=texts.ASKS[degree])
        for actor, kind in self._confirmations(degree):
            give_approval(actor, request.pk, kind=kind, comment="Checked.")
        reason = texts.DECISIONS[degree]
        if degree == 5:
            closing.sign(self.company, self.controller, request, reason=reason)
        elif degree == 3:
            deciding.decide(self.company, request, outcome=Outcome.ADVANCE, reason=reason)
        else:
            decide_gate(self._decider(degree), request.pk, outcome=Outcome.ADVANCE, reason=reason)

    def _prove(self) -> None:
        """What the closing rests on: documents that prove the effect and the one-time cost."""
        closing.prove(self.owner, self.measure_id, self.sketch, effect=self.line_id, cost=self.cost_id)

    def _settle_overlaps(self) -> None:
        """What other measures of the package book on the same cost centre is told apart by its owner."""
        refresh_findings(self.measure_id)
        for finding in open_overlaps(self.measure_id):
            resolve_finding(
                self.owner,
                finding.pk,
                resolution=OverlapResolution.NONE,
                reason="Different contracts of one cost centre; each is booked by one measure only.",
                measure_id=self.measure_id,
            )

    def _confirmations(self, degree: int) -> list[tuple[Actor, str]]:
        if degree == 3:
            return [(self.controller, ApprovalKind.SIZE_AND_TIMING), (self.sponsor, ApprovalKind.SPONSOR)]
        if degree == 4:
            lead = self.company.actors[UNIT_LEADS[self.sketch.program]]
            return [(lead, ApprovalKind.HAND_OVER)]
        return []

    def _decider(self, degree: int) -> Actor:
        return self.sponsor if degree == 4 else self.company.actors["ines"]

    def ask_for_the_residual(self) -> None:
        """What will not come any more is said, and waits for the committee."""
        request_gate(self.owner, self.measure_id, kind=RequestKind.RESIDUAL, comment=texts.RESIDUAL_ASKED)

    def ask_for_the_next_gate(self) -> None:
        """A request that waits on the demo's day."""
        if self.sketch.doi == 4:
            self._prove()
        self._settle_overlaps()
        request = request_gate(self.owner, self.measure_id, comment=texts.ASKS[self.sketch.doi + 1])
        for kind in WAITING[self.sketch.code]:
            actor = self.controller if kind == ApprovalKind.SIZE_AND_TIMING else self.sponsor
            give_approval(actor, request.pk, kind=kind, comment="Checked.")
        if self.sketch.doi == 4:
            closing.look_at(self.controller, request, but=1)

    def _milestone_steps(self, curve: Curve) -> Iterator[Dated]:
        for planned in self._milestones():
            if planned.done_on:
                yield self._on(max(planned.done_on, self._detailed_on()), 4, self._done(planned))
            elif planned.forecast_on != planned.baseline_on:
                yield self._on(self._slip_told_on(planned), 4, self._slip(planned))

    def _slip_told_on(self, planned: PlannedMilestone) -> date:
        """Before the baseline date passes; whoever confirmed nothing since July told it before that."""
        told = min(add_working_days(TODAY, -5), add_working_days(planned.baseline_on, -2))
        if self.sketch.stale and self.sketch.doi > 2:
            told = min(told, add_working_days(_STALE_SINCE, -1))
        return max(told, add_working_days(self._detailed_on(), 1))

    def _done(self, planned: PlannedMilestone) -> Step:
        def step() -> None:
            milestone_id = self.milestone_ids[planned.name]
            if planned.is_critical:
                self._upload(f"Acceptance: {planned.name}", DocumentPurpose.MILESTONE, milestone_id=milestone_id)
            complete_milestone(self.owner, milestone_id, actual_on=planned.done_on or TODAY)

        return step

    def _slip(self, planned: PlannedMilestone) -> Step:
        def step() -> None:
            reason = texts.SLIPS[self.sketch.program]
            revise_milestone(
                self.owner, self.milestone_ids[planned.name], forecast_on=planned.forecast_on, reason=reason
            )

        return step

    def _upload(self, title: str, purpose: str, evidence_class: str = "", milestone_id: UUID | None = None) -> None:
        text = f"{title}\n{self.sketch.code} {self.sketch.name}\nFictional evidence of the demo, {clock.today()}.\n"
        upload_document(
            self.owner,
            self.measure_id,
            file=SimpleUploadedFile(f"{self.sketch.code} {title}.txt", text.encode(), content_type="text/plain"),
            title=title,
            purpose=purpose,
            evidence_class=evidence_class,
            milestone_id=milestone_id,
        )

    def _money_steps(self, curve: Curve) -> Iterator[Dated]:
        spent_in = add_months(curve.start, -2)
        spent = -self._local(Decimal(40) * self.sketch.plan)
        if spent_in <= LAST_REPORTED:
            yield from self._booked(spent_in, lambda: self.cost_id, spent)
        for month, amount in curve.actual.items():
            yield from self._booked(month, lambda: self.line_id, self._local(amount))
        if curve.forecast:
            told_on = self._forecast_told_on()
            yield self._on(told_on, 6, self._forecast(curve))
            yield self._on(told_on if self.sketch.stale else add_working_days(TODAY, -2), 7, self._confirm)

    def _forecast_told_on(self) -> date:
        if self.sketch.doi == 5:
            return add_working_days(self.dates.passed_on[-1], -1)
        return _STALE_SINCE if self.sketch.stale else add_working_days(TODAY, -6)

    def _booked(self, month: date, line: Callable[[], UUID], amount: Decimal) -> Iterator[Dated]:
        """A month is reported on the 6th working day after it and validated on the 8th, before the lock."""
        month_end = add_months(month, 1) - timedelta(days=1)

        def report() -> None:
            report_actuals(self.owner, self.measure_id, line_id=line(), months={month: amount})

        def validate() -> None:
            validate_actuals(self.controller, self.measure_id, line_id=line(), months=[month])

        yield self._on(add_working_days(month_end, 6), 5, report)
        if month < LAST_REPORTED or self.sketch.code not in UNVALIDATED_IN_SEPTEMBER:
            yield self._on(add_working_days(month_end, 8), 5, validate)

    def _forecast(self, curve: Curve) -> Step:
        def step() -> None:
            months = {month: self._local(amount) for month, amount in curve.forecast.items()}
            reason = texts.FORECASTS[self.sketch.money]
            revise_forecast(self.owner, self.measure_id, line_id=self.line_id, months=months, reason=reason)

        return step

    def _confirm(self) -> None:
        if self.sketch.doi < 5:
            confirm_forecast(self.owner, self.measure_id)

    def _local(self, euro: Decimal) -> Decimal:
        return cents(euro * self.company.factor(self.sketch))
