"""What the owner of a measure says when a measure that makes it possible falls (domain section 4)."""

from django.db import models

from cat4.tenancy.models import tenant_constraints
from measures.constants import EnablerEvent

from .answers import OwnerAnswer, is_signed
from .measure import Measure


class EnablerAnswer(OwnerAnswer):
    """The question to the owner of `measure`, and the answer; until then its money is at best amber.

    Asked once per decision on the enabler. When the enabler stands again, nobody has to answer any more.
    """

    enabler = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="falls")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="enabler_answers")
    event = models.CharField(max_length=10, choices=EnablerEvent.choices)
    decision_number = models.BigIntegerField()
    asked_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnerAnswer.Meta):
        constraints = [
            *tenant_constraints("enabler_answer", "enabler", "measure"),
            models.UniqueConstraint(fields=["organization", "measure", "decision_number"], name="enabler_answer_once"),
            is_signed("enabler_answer"),
        ]
        indexes = [models.Index(fields=["organization", "measure", "answered_at"], name="enabler_answer_open")]
