"""What an owner is asked and answers: to a ripple, and for an enabler that fell (domain sections 4 and 8)."""

from django.db import models
from django.db.models import Q

from cat4.tenancy.models import TenantModel
from measures.constants import RippleAnswerKind


class OwnerAnswer(TenantModel):
    """The question to the owner of `measure`, and their answer: to accept, absorb or contest. Empty until then."""

    due_on = models.DateField()
    kind = models.CharField(max_length=10, choices=RippleAnswerKind.choices, blank=True)
    counter_measure = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    answered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        abstract = True
        ordering = ["due_on"]

    def __str__(self) -> str:
        return self.kind or "not answered"


def is_signed(table: str) -> models.CheckConstraint:
    """An answer says when it was given, and a question says nothing."""
    return models.CheckConstraint(
        condition=Q(kind="", answered_at__isnull=True) | Q(~Q(kind=""), answered_at__isnull=False),
        name=f"{table}_is_signed",
    )
