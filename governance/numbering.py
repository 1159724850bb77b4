"""The one count of decisions: gates, motions and trade-offs share it."""

from hierarchy.models import OrganizationSettings

from .committees.models.resolutions import CommitteeDecision
from .deviations.models import Deviation, DeviationDecision
from .gates.models import GateDecision


def next_number() -> int:
    """Counted up per organization; deciders take turns until the end of the transaction."""
    OrganizationSettings.objects.select_for_update().get()
    last = [
        model.objects.order_by("-number").values_list("number", flat=True).first() or 0
        for model in (GateDecision, CommitteeDecision, DeviationDecision)
    ]
    return max(last) + 1


def next_deviation_number() -> int:
    """Counted up per organization; who opens takes turns until the end of the transaction."""
    OrganizationSettings.objects.select_for_update().get()
    return (Deviation.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1
