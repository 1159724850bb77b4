"""A status someone vouches for, beside the computed one, until a date (domain section 7)."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.errors import require

from .. import checks
from ..checks import Problems
from ..constants import Status, StatusKind, Verb
from ..models import MeasureStatus, StatusOverride
from ..policies import may_override_status
from ..selectors.calendar import calendar
from ..selectors.measures import measure_to_change
from ..wording import day_name
from ._common import note

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
    require(may_override_status(actor, measure))
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
