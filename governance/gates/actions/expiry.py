"""Requests that nobody decided in time (domain section 4)."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.outbox.actions import publish
from cat4.tenancy.context import current_organization_id
from governance.constants import Topic, Verb
from governance.rulebook.selectors import rules_in_force
from hierarchy.organization.actions import system_actor
from hierarchy.organization.selectors import organization
from measures.core.selectors.measures import lock_measure

from ..constants import RequestState
from ..models import GateRequest
from ..notices import tell_of_expiry
from .keeping import end_request
from .submission import in_words


def expire_requests(today: date) -> int:
    """End every request that is older than the rules in force allow; returns how many. Again does nothing more."""
    days = rules_in_force().expiry_days
    if days is None:
        return 0
    zone = ZoneInfo(organization().time_zone)
    actor = replace(system_actor(current_organization_id()), cause="rule")
    waiting = GateRequest.objects.filter(state=RequestState.SUBMITTED).order_by("submitted_at", "id")
    due = [
        request
        for request in waiting
        if request.submitted_at and request.submitted_at.astimezone(zone).date() + timedelta(days=days) < today
    ]
    return sum(_expire(actor, request, days) for request in due)


@transaction.atomic
def _expire(actor: Actor, waiting: GateRequest, days: int) -> int:
    """Under the same locks as a decision, so that one of the two comes first and the other finds it ended."""
    measure = lock_measure(waiting.measure_id)
    request = GateRequest.objects.select_for_update(of=("self",)).select_related("requested_by").get(pk=waiting.pk)
    if request.state != RequestState.SUBMITTED:
        return 0
    request.expire()
    request.measure = measure
    end_request(request, clock.now())
    summary = f"ended the request for {in_words(request)}: nobody decided it in {days} days"
    record(actor, Verb.GATE_EXPIRED, request, summary=summary, measure_id=measure.pk)
    tell_of_expiry(actor, request, days)
    publish(Topic.REQUEST_ENDED, request.pk)
    return 1
