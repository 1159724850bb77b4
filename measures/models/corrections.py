"""What comes late: an entry of the open month that points at the locked month it corrects."""

from django.db import models
from django.db.models import F, Q

from cat4.tenancy.models import TenantModel, tenant_constraints

from .effects import EffectLine
from .measure import Measure


class Correction(TenantModel):
    """A difference to a locked month of a line, booked in `month`, in the line's currency.

    It counts like a reported actual of `month` until the controller validates it, and not at all once it was
    returned. The locked month stays as it is.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="corrections")
    line = models.ForeignKey(EffectLine, on_delete=models.PROTECT, related_name="corrections")
    corrects = models.DateField(help_text="The locked month")
    month = models.DateField(help_text="The month that it is booked in")
    amount = models.DecimalField(
        max_digits=18, decimal_places=2, help_text="Added to what was booked; negative takes away"
    )
    reason = models.TextField()
    entered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    validated_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    validated_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    returned_at = models.DateTimeField(null=True)
    return_reason = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-entered_at", "-id"]
        constraints = [
            *tenant_constraints("correction", "measure", "line"),
            models.CheckConstraint(condition=Q(month__day=1, corrects__day=1), name="correction_first_of_month"),
            models.CheckConstraint(condition=Q(corrects__lt=F("month")), name="correction_comes_later"),
            models.CheckConstraint(condition=~Q(amount=0), name="correction_changes_something"),
            models.CheckConstraint(
                condition=Q(validated_by__isnull=True) | ~Q(validated_by=F("entered_by")), name="correction_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(validated_at__isnull=True) | Q(returned_at__isnull=True), name="correction_one_answer"
            ),
        ]
        indexes = [models.Index(fields=["organization", "measure", "month"], name="correction_by_measure")]

    def __str__(self) -> str:
        return f"{self.corrects:%Y-%m} in {self.month:%Y-%m}: {self.amount}"

    @property
    def is_pending(self) -> bool:
        """Nobody has answered yet."""
        return self.validated_at is None and self.returned_at is None
