"""A recorded gap beyond tolerance, with its clock, its options, its counter-measures and its decisions."""

from datetime import date
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from cat4.accounts.actor import acting_for_words
from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from governance.gates.models import GateDecision
from governance.numbering import numbered
from governance.parties.models import DecidedInAManner
from governance.parties.triggers import decided_as_a_body_trigger
from measures.models import Measure

from .constants import (
    DATA_KINDS,
    DEVIATION_EDGES,
    LIVE_STATES,
    CauseClass,
    ClockStep,
    CounterOrigin,
    DeviationKind,
    DeviationOutcome,
    DeviationState,
)
from .triggers import deviation_duties_trigger

_STATE = DeviationState


def _person(*, null: bool = True) -> Any:
    return models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=null, blank=null, related_name="+")


def _amount() -> Any:
    return models.DecimalField(max_digits=20, decimal_places=2, default=0)


class Deviation(FSMModelMixin, TenantModel):
    """What a rule found off plan. The measure's owner answers for it; a rule closes it, nobody else.

    `triggers` are the rules that hold at present, or held last: rule, key, sentence, level. Effects are in the
    reporting currency, negative for a loss, against the plan: as they were at the opening, and now.
    """

    number = models.PositiveIntegerField()
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="deviations")
    kind = models.CharField(max_length=12, choices=DeviationKind.choices)
    state = FSMField(choices=_STATE.choices, default=_STATE.OPEN, protected=True, editable=False, max_length=10)
    round = models.PositiveSmallIntegerField(default=1, help_text="Raised with each reopening")
    sentence = models.CharField(max_length=400, help_text="What the first rule found when it opened")
    triggers = models.JSONField(default=list)
    opened_on = models.DateField()
    cause_due_on = models.DateField()
    sponsor_on = models.DateField()
    escalate_on = models.DateField(help_text="Day 14: from here on it is past its clock until it is decided")
    escalated_on = models.DateField(null=True, blank=True, help_text="Since when it is on the committee's agenda")
    waits_until = models.DateField(null=True, blank=True)
    clear_since = models.DateField(null=True, blank=True, help_text="Since when no rule finds anything")
    rested_days = models.PositiveSmallIntegerField(default=0, help_text="Days on which its clock stood still")
    closed_on = models.DateField(null=True, blank=True)
    closed_month = models.DateField(null=True, blank=True, help_text="The locked green month that closed it")
    cause_class = models.CharField(max_length=12, choices=CauseClass.choices, blank=True)
    cause = models.TextField(blank=True)
    cause_by = _person()
    cause_at = models.DateTimeField(null=True, blank=True)
    decision_needed = models.TextField(blank=True)
    decide_by = models.DateField()
    gap_owner = _person()
    accepted = models.JSONField(default=dict, help_text="Levels that the committee accepted, by rule and key")
    accepted_plan = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Plan version of the acceptance")
    effect_in_year_opened = _amount()
    effect_run_rate_opened = _amount()
    effect_in_year = _amount()
    effect_run_rate = _amount()
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["opened_on", "number"]
        constraints = [
            *tenant_constraints("deviation", "measure"),
            models.UniqueConstraint(fields=["organization", "number"], name="deviation_number"),
            models.UniqueConstraint(
                fields=["organization", "measure", "kind"],
                condition=Q(state__in=LIVE_STATES),
                name="deviation_one_open_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(state=_STATE.CLOSED, closed_on__isnull=False)
                | ~Q(state=_STATE.CLOSED) & Q(closed_on__isnull=True),
                name="deviation_closed_on_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "measure", "kind"], name="deviation_by_measure"),
            models.Index(fields=["organization", "state", "escalate_on"], name="deviation_by_clock"),
            models.Index(
                fields=["organization", "effect_run_rate"],
                condition=Q(state__in=LIVE_STATES),
                name="deviation_by_effect",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="state_edges", field="state", transitions=[(a.value, b.value) for a, b in DEVIATION_EDGES]
            )
        ]

    def __str__(self) -> str:
        return f"Deviation {self.number}"

    @property
    def is_for_committee(self) -> bool:
        """Whether a committee decides on it; data that nobody confirmed is no committee's topic."""
        return self.kind not in DATA_KINDS

    @property
    def is_live(self) -> bool:
        """Neither closed nor forgotten: its rules are still looked at."""
        return self.state in LIVE_STATES

    def day_on(self, today: date) -> int:
        """The day of its clock: 0 on the day of its opening, in calendar days without those on which it stood still."""
        return ((self.clear_since or self.closed_on or today) - self.opened_on).days - self.rested_days

    def is_past_clock(self, today: date) -> bool:
        """Day 14 has come and the committee hasn't decided; waiting is no decision."""
        return self.is_for_committee and self.state == _STATE.OPEN and self.escalate_on <= today

    @transition(field=state, source=_STATE.OPEN, target=_STATE.DECIDED)
    def decide(self) -> None:
        """The committee decided; what it decided is being done."""

    @transition(field=state, source=[_STATE.OPEN, _STATE.DECIDED], target=_STATE.RECOVERING)
    def recover(self) -> None:
        """Nothing that opened it holds any more."""

    @transition(field=state, source=_STATE.RECOVERING, target=_STATE.OPEN)
    def relapse(self) -> None:
        """What opened it holds again: its clock goes on."""

    @transition(field=state, source=_STATE.RECOVERING, target=_STATE.DECIDED)
    def relapse_decided(self) -> None:
        """What opened it holds again, and what was decided goes on being done."""

    @transition(field=state, source=list(LIVE_STATES), target=_STATE.CLOSED)
    def close(self) -> None:
        """By rule: a confirmed period of green, or a measure that was cancelled."""

    @transition(field=state, source=[_STATE.DECIDED, _STATE.CLOSED], target=_STATE.OPEN)
    def reopen(self) -> None:
        """What was decided wasn't done, got worse, or the gap came back within a period."""


class DeviationStep(AppendOnly, TenantModel):
    """A step of the clock: the day on which it was due, and the instant at which it was taken."""

    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=14, choices=ClockStep.choices)
    round = models.PositiveSmallIntegerField()
    occurrence = models.PositiveSmallIntegerField(default=1)
    due_on = models.DateField()
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["at", "id"]
        constraints = [
            *tenant_constraints("deviation_step", "deviation"),
            models.UniqueConstraint(
                fields=["organization", "deviation", "step", "round", "occurrence"], name="deviation_step_once"
            ),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.step} on {self.due_on}"


class DeviationOption(TenantModel):
    """A way out that the committee may choose, with its money and its day."""

    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="options")
    title = models.CharField(max_length=200)
    outcome = models.CharField(
        max_length=14, choices=DeviationOutcome.choices, blank=True, help_text="The decision that it asks for"
    )
    text = models.TextField(blank=True)
    effect_in_year = models.DecimalField(max_digits=18, decimal_places=2, help_text="Of the measure afterwards")
    effect_run_rate = models.DecimalField(max_digits=18, decimal_places=2, help_text="Of the measure afterwards")
    one_time_cost = models.DecimalField(max_digits=18, decimal_places=2, default=0, help_text="More of it")
    effective_on = models.DateField(help_text="From when on it works")
    is_recommended = models.BooleanField(default=False)
    written_by = _person(null=False)
    written_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["written_at", "id"]
        constraints = tenant_constraints("deviation_option", "deviation")

    def __str__(self) -> str:
        return self.title


class CounterMeasure(TenantModel):
    """What closes the gap: a task with somebody and a day, or a measure that brings the money instead."""

    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="counter_measures")
    text = models.TextField()
    responsible = _person(null=False)
    due_on = models.DateField()
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, null=True, blank=True, related_name="compensates")
    origin = models.CharField(max_length=10, choices=CounterOrigin.choices, default=CounterOrigin.PROPOSED)
    done_on = models.DateField(null=True, blank=True)
    done_by = _person()
    note = models.TextField(blank=True)
    written_by = _person(null=False)
    written_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["due_on", "id"]
        constraints = tenant_constraints("counter_measure", "deviation", "measure")
        indexes = [
            models.Index(
                fields=["organization", "responsible", "due_on"],
                condition=Q(done_on__isnull=True),
                name="counter_measure_to_do",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


@numbered
class DeviationDecision(DecidedInAManner, AppendOnly, TenantModel):
    """What the committee decided on a deviation. `number` counts with the decisions on gates.

    A decision on several deviations of a measure is a row for each that it settles, with the one number. `kept` are the
    effects of the deviation and its sentence on that day, amounts as text; empty of decisions before they were kept.
    """

    number = models.BigIntegerField()
    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=14, choices=DeviationOutcome.choices)
    reason = models.TextField()
    option = models.ForeignKey(DeviationOption, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    wait_until = models.DateField(null=True, blank=True)
    gap_owner = _person()
    counter_measure = models.ForeignKey(
        CounterMeasure, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    gate_decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = _person(null=False)
    on_behalf_of = _person()
    decided_at = models.DateTimeField()
    kept = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [
            *tenant_constraints("deviation_decision", "deviation", "option", "counter_measure", "gate_decision"),
            models.UniqueConstraint(fields=["organization", "number", "deviation"], name="deviation_decision_number"),
            models.UniqueConstraint(
                fields=["organization", "deviation"],
                condition=Q(outcome=DeviationOutcome.WAIT),
                name="deviation_waits_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "deviation", "round"],
                condition=~Q(outcome=DeviationOutcome.WAIT),
                name="deviation_decided_once_a_round",
            ),
        ]
        triggers = [
            append_only_trigger(),
            deviation_duties_trigger(),
            decided_as_a_body_trigger(
                "'trade_off'", "(SELECT measure_id FROM governance_deviation WHERE id = NEW.deviation_id)"
            ),
        ]

    def __str__(self) -> str:
        return f"Decision {self.number}: {self.outcome}"

    @property
    def by(self) -> str:
        """Who decided, and for whom."""
        return acting_for_words(self.decided_by.name, self.on_behalf_of.name if self.on_behalf_of else "")
