"""A status someone vouches for, beside the computed one, until a date (domain section 7)."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Conflict
from cat4.tenancy.context import current_organization_id
from cat4.wording import day_name
from hierarchy.organization.actions import system_actor
from measures.constants import Status, StatusKind, Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import measure_to_change
from measures.facts.calendar import calendar
from measures.models import Measure, MeasureStatus, StatusOverride

from ..policies import may_override_status

LONGEST = timedelta(days=31)


@transaction.atomic
def override_status(
    actor: Actor, measure_id: UUID, *, kind: str, value: str, reason: str, expires_on: date
) -> StatusOverride:
    """Show another status than the computed one, for at most one period. The computed value is kept and shown beside.

    Raises:
        Http404, NotAllowed; Invalid by argument.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_override_status)
    problems = Problems()
    kind = checks.choice(problems, "kind", kind, StatusKind)
    value = checks.choice(problems, "value", value, Status)
    if value == Status.GREY:
        problems.add("value", "Choose green, amber or red.")
    reason = checks.text(problems, "reason", reason, required=True)
    today = calendar().today
    if checks.day(problems, "expires_on", expires_on) and not today < expires_on <= today + LONGEST:
        first, last = day_name(today + timedelta(days=1)), day_name(today + LONGEST)
        problems.add("expires_on", f"Choose a day from {first} to {last}.")
    problems.stop_if_any()
    computed = MeasureStatus.objects.filter(measure=measure, kind=kind).values_list("value", flat=True).first()
    override = StatusOverride.objects.create(
        measure=measure, kind=kind, value=value, reason=reason, author_id=actor.user_id,
        created_at=clock.now(), expires_on=expires_on,
    )  # fmt: skip
    was = Status(computed).label.lower() if computed else "not computed"
    label, now = StatusKind(kind).label.lower(), Status(value).label.lower()
    summary = f"overrode the {label} status with {now} until {day_name(expires_on)}; computed: {was}"
    change = {"computed": computed, "shown": value, "expires_on": expires_on}
    note(actor, Verb.STATUS_OVERRIDDEN, override, measure, summary, change=change, reason=reason, ledger=True)
    return override


@transaction.atomic
def withdraw_override(actor: Actor, measure_id: UUID, *, kind: str, reason: str) -> Measure:
    """Show the computed status again before the override's last day.

    Raises:
        Http404, NotAllowed; Conflict: none is in force; Invalid by argument.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_override_status)
    problems = Problems()
    kind = checks.choice(problems, "kind", kind, StatusKind)
    reason = checks.text(problems, "reason", reason, required=True)
    problems.stop_if_any()
    rows = list(_lasting(measure.pk).filter(kind=kind, expires_on__gte=calendar().today))
    if not rows:
        raise Conflict(f"The {StatusKind(kind).label.lower()} status is not overridden.")
    StatusOverride.objects.filter(pk__in=[row.pk for row in rows]).update(
        ended_at=clock.now(), ended_by_id=actor.user_id
    )
    summary = f"withdrew the override of the {StatusKind(kind).label.lower()} status"
    change = {"shown": [rows[-1].value, None]}
    note(actor, Verb.OVERRIDE_WITHDRAWN, rows[-1], measure, summary, change=change, reason=reason, ledger=True)
    return measure


@transaction.atomic
def end_overrides(measure_id: UUID) -> None:
    """Say in the history that overrides whose last day is over have ended; again writes nothing."""
    rows = list(_lasting(measure_id).filter(expires_on__lt=calendar().today).select_for_update(of=("self",)))
    actor = replace(system_actor(current_organization_id()), cause="schedule")
    for row in rows:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        label = StatusKind(row.kind).label.lower()
        summary = f"ended the override of the {label} status, which held until {day_name(row.expires_on)}"
        record(actor, Verb.OVERRIDE_ENDED, row, summary=summary, measure_id=measure_id)


def _lasting(measure_id: UUID) -> QuerySet[StatusOverride]:
    """The overrides that nobody ended, oldest first."""
    return StatusOverride.objects.filter(measure=measure_id, ended_at__isnull=True).order_by("created_at")
