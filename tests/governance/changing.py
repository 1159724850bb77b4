"""A decided measure whose plan may change, and requests that ask for it.

The plan of "Steel price": 100.00 EUR a month from January to December 2026; months are locked through September.
"Line accepted" is planned for 10 December 2026 and open; the other three milestones are done.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from cat4.audit.models import AuditEntry
from cat4.outbox.models import OutboxRow
from governance.changes.actions.changes import propose_plan_change
from governance.gates.actions.requests import give_approval
from governance.gates.models import GateRequest
from measures.models import EffectLine, EffectMonth, Measure, Milestone, PlanMilestone, PlanMonth, PlanVersion
from measures.money.actions.plans import freeze_plan
from tests.governance.ready import NOW, lock_through_september, ready_measure
from tests.world import World

OCT, NOV, DEC = (date(2026, month, 1) for month in (10, 11, 12))
JAN_27 = date(2027, 1, 1)
OPEN_ON, LATER = date(2026, 12, 10), date(2027, 2, 15)
WHY = "The supplier starts a quarter later."


def decided(world: World, doi: int = 3, **facts: Any) -> Measure:
    """A measure at DoI 3 or 4 with a frozen plan and one open milestone."""
    measure = ready_measure(world, doi=doi, frozen=False, **facts)
    Milestone.objects.create(
        measure=measure, name="Line accepted", position=9, baseline_on=OPEN_ON, forecast_on=OPEN_ON
    )
    freeze_plan(measure, reason="Decided", at=NOW)
    lock_through_september()
    return measure


def steel(measure: Measure) -> EffectLine:
    return measure.lines.get(name="Steel price")


def accepted(measure: Measure) -> Milestone:
    return measure.milestones.get(name="Line accepted")


def wish(measure: Measure, **months: str) -> list[Any]:
    """Plan months of the steel line: `wish(measure, oct="80")`."""
    from governance.changes.actions.changes import LineWish

    names = {"sep": date(2026, 9, 1), "oct": OCT, "nov": NOV, "dec": DEC, "jan": JAN_27}
    return [LineWish(steel(measure).pk, {names[name]: Decimal(amount) for name, amount in months.items()})]


def propose(
    world: World, measure: Measure, *, by: str = "owner", lines: Sequence[Any] | None = None, **facts: Any
) -> GateRequest:
    """October 80 and January 2027 120 instead of 100 and nothing, unless `lines` says otherwise."""
    asked = {"reason": WHY, "lines": wish(measure, oct="80", jan="120") if lines is None else lines} | facts
    return propose_plan_change(world.actor(by), measure.pk, **asked)


def confirmed(world: World, request: GateRequest) -> GateRequest:
    give_approval(world.actor("controller"), request.pk, kind="plan_change")
    return request


def plan_of(measure: Measure) -> dict[date, Decimal]:
    rows = EffectMonth.objects.filter(line__name="Steel price", measure=measure, plan__isnull=False)
    return {month: amount for month, amount in rows.values_list("month", "plan") if amount is not None}


def everything(measure: Measure) -> tuple[object, ...]:
    """What a refused change must leave alone."""
    tables = (GateRequest, EffectMonth, PlanVersion, PlanMonth, PlanMilestone, Milestone, AuditEntry, OutboxRow)
    return tuple(list(table.objects.order_by("pk").values()) for table in tables)
