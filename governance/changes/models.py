"""What a request asks to change about a frozen plan: written with the request, and never changed afterwards."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.append_only import AppendOnly, append_only_trigger
from cat4.tenancy.models import TenantModel, tenant_constraints
from governance.gates.models import GateRequest
from measures.models import EffectLine, Milestone


class PlanChange(AppendOnly, TenantModel):
    """The proposal of a request to change the plan. `base_number` is the plan version that it was made on."""

    request = models.OneToOneField(GateRequest, on_delete=models.PROTECT, related_name="plan_change")
    base_number = models.PositiveSmallIntegerField(help_text="0 where no plan was frozen")
    implement_by_before = models.DateField(null=True)
    implement_by = models.DateField(null=True, help_text="The planned date of DoI 4 that is asked for; empty: it stays")
    close_by_before = models.DateField(null=True)
    close_by = models.DateField(null=True, help_text="The planned date of DoI 5 that is asked for; empty: it stays")
    annual_effect = models.DecimalField(
        max_digits=20, decimal_places=2, null=True, help_text="Of the plan as proposed; empty where a rate is missing"
    )
    cost = models.DecimalField(max_digits=20, decimal_places=2, null=True, help_text="The same")

    class Meta(TenantModel.Meta):
        constraints = tenant_constraints("plan_change", "request")
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"Change of plan version {self.base_number}"


class PlanChangeLine(AppendOnly, TenantModel):
    """An effect line whose plan is to change. With an `annual_amount` its open months were phased from it."""

    change = models.ForeignKey(PlanChange, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(EffectLine, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, help_text="The line's when it was proposed")
    annual_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    start_month = models.DateField(null=True, blank=True)
    end_month = models.DateField(null=True, blank=True)
    ramp_months = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints("plan_change_line", "change", "line"),
            models.UniqueConstraint(fields=["organization", "change", "line"], name="plan_change_line_once"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"Change of {self.line_id}"


class PlanChangeMonth(AppendOnly, TenantModel):
    """A month of such a line: what the plan was, empty where there was none, and what it is to be."""

    part = models.ForeignKey(PlanChangeLine, on_delete=models.PROTECT, related_name="months")
    month = models.DateField()
    before = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta(TenantModel.Meta):
        ordering = ["month"]
        constraints = [
            *tenant_constraints("plan_change_month", "part"),
            models.UniqueConstraint(fields=["organization", "part", "month"], name="plan_change_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="plan_change_month_first_of_month"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.before} to {self.after}"


class PlanChangeDate(AppendOnly, TenantModel):
    """A milestone whose baseline date is to move."""

    change = models.ForeignKey(PlanChange, on_delete=models.PROTECT, related_name="dates")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="+")
    before = models.DateField()
    after = models.DateField()

    class Meta(TenantModel.Meta):
        ordering = ["before"]
        constraints = [
            *tenant_constraints("plan_change_date", "change", "milestone"),
            models.UniqueConstraint(fields=["organization", "change", "milestone"], name="plan_change_date_once"),
        ]
        triggers = [append_only_trigger()]

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"
