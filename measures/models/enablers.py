"""What the owner of a measure says when a measure that makes it possible falls (domain section 4)."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.models import TenantModel, tenant_constraints
from measures.constants import EnablerEvent, RippleAnswerKind

from .measure import Measure


class EnablerAnswer(TenantModel):
    """The question to the owner of `measure`, and the answer; until then its money is at best amber.

    Asked once per decision on the enabler. When the enabler stands again, nobody has to answer any more.
    """

    enabler = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="falls")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="enabler_answers")
    event = models.CharField(max_length=10, choices=EnablerEvent.choices)
    decision_number = models.BigIntegerField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    kind = models.CharField(max_length=10, choices=RippleAnswerKind.choices, blank=True)
    counter_measure = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["due_on"]
        constraints = [
            *tenant_constraints("enabler_answer", "enabler", "measure"),
            models.UniqueConstraint(fields=["organization", "measure", "decision_number"], name="enabler_answer_once"),
            models.CheckConstraint(
                condition=Q(kind="", answered_at__isnull=True) | Q(~Q(kind=""), answered_at__isnull=False),
                name="enabler_answer_is_signed",
            ),
        ]
        indexes = [models.Index(fields=["organization", "measure", "answered_at"], name="enabler_answer_open")]

    def __str__(self) -> str:
        return self.kind or "not answered"
