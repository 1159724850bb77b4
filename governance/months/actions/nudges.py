"""Asking a person for what they owe for a month: one notice per person and day (domain section 12)."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Conflict, Invalid, require
from cat4.notices.actions import notify
from cat4.wording import counted, month_name
from governance.constants import Verb
from hierarchy.models import ReportingPeriod
from hierarchy.nodes.selectors.nodes import root_node
from measures.money.selectors.month_progress import month_progress

from ..policies import may_nudge
from ..selectors.debts import Owed, debts, present_day


@transaction.atomic
def nudge_person(actor: Actor, *, month: date, person_id: UUID) -> int:
    """Tell a person what they owe for a month; returns for how many measures.

    Raises:
        NotAllowed; Conflict when they were asked today already; Invalid on `person_id` when they owe nothing.
    """
    require(may_nudge(actor, root_node().pk))
    mine = [debt for debt in debts(month_progress(month)) if debt.person_id == person_id]
    if not mine:
        raise Invalid({"person_id": f"This person owes nothing for {month_name(month)}."})
    owed = [task for debt in mine for task in debt.owed]
    event = f"period:{month:%Y-%m}:nudge:{present_day()}"
    told = tell("period.nudge", event, person_id, month, owed, sender=actor.in_words)
    if not told:
        raise Conflict(f"{mine[0].name} was asked today already, or takes no such notices.", current={})
    period = ReportingPeriod.objects.get_or_create(month=month)[0]
    summary = f"asked {mine[0].name} for {month_name(month)}, {counted(len(owed), 'measure')}"
    record(actor, Verb.PERIOD_NUDGED, period, summary=summary, change={"person_id": person_id})
    return len(owed)


def tell(kind: str, event: str, person_id: UUID, month: date, owed: Iterable[Owed], **facts: Any) -> int:
    """One notice with everything that a person owes for a month."""
    measures = [
        {
            "code": task.row.measure.code,
            "name": task.row.measure.name,
            "what": task.what.words,
            "lines": list(task.lines),
        }
        for task in owed
    ]
    path = f"/periods/{month:%Y-%m}/"
    return notify(
        kind, event=event, people=[person_id], path=path, facts={"month": month, "measures": measures, **facts}
    )
