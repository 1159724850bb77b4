"""The plan of a measure before a proposal and after it, by line and month, in the lines' currencies."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from measures.models import Measure
from measures.money.selectors.plan_versions import version_months

from .proposals import Proposal, present_plan


def plan_before(measure: Measure, proposal: Proposal) -> dict[UUID, dict[date, Decimal]]:
    """The plan that a proposal was made on, by line: its version, or where none was frozen the first or the present."""
    version = measure.plan_versions.filter(number=max(proposal.base_number, 1)).first()
    return version_months(version) if version is not None else present_plan(measure)


def plan_after(before: Mapping[UUID, Mapping[date, Decimal]], proposal: Proposal) -> dict[UUID, dict[date, Decimal]]:
    """The plan as the proposal wants it."""
    after = {line_id: dict(months) for line_id, months in before.items()}
    for part in proposal.lines:
        changed = {month: new for month, (_, new) in part.months.items()}
        after[part.line.pk] = after.get(part.line.pk, {}) | changed
    return after
