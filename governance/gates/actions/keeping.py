"""Ending a request: what its page showed is kept in the same step (domain section 4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..models import GateRequest, KeptRequest
from ..selectors.kept import facts_to_keep


def end_request(request: GateRequest, at: datetime, facts: Mapping[str, Any] | None = None) -> None:
    """Write a request whose state has just been moved to an end, and what it looked like.

    `facts` were gathered before the measure moved; without them it stands where it stood. The caller holds the locks.
    """
    request.ended_at = at
    request.save(update_fields=["state", "ended_at"])
    KeptRequest.objects.create(request=request, facts=facts_to_keep(request) if facts is None else facts, at=at)
