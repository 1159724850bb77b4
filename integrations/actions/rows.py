"""One row of a file into one measure."""

from typing import Any

from cat4.accounts.actor import Actor
from measures.actions.measures import create_measure, edit_measure, move_measure
from measures.actions.milestones import add_milestone, complete_milestone, revise_milestone
from measures.models import Measure, Milestone

from ..constants import Outcome
from ..merging import Merge, merge
from ..records import DatedMilestone, Record
from ..reports import RowReport
from .placement import Placement


def import_record(actor: Actor, record: Record, placement: Placement) -> RowReport:
    """Create the row's measure, bring it up to date, or find that nothing changed.

    What the row doesn't know (owner, sponsor, controller, legal entity) stays empty: the measure is
    then not governable, and says so.
    """
    known = Measure.objects.filter(source_system=placement.source_system, external_id=record.external_id).first()
    report = RowReport(record.number, record.external_id, Outcome.UNCHANGED, list(record.notes))
    if known is None:
        _create(actor, record, placement)
        report.outcome = Outcome.CREATED
    else:
        _update(actor, known, record, placement, report)
    return report


def _create(actor: Actor, record: Record, placement: Placement) -> None:
    measure = create_measure(
        actor,
        package_id=placement.node(record.nodes),
        **_texts(record),
        business_unit_id=placement.business_unit(record.business_unit) if record.business_unit else None,
        source_system=placement.source_system,
        external_id=record.external_id,
        source_values=_snapshot(record),
        draft=True,
    )
    for milestone in record.milestones:
        _add_milestone(actor, measure, milestone)


def _texts(record: Record) -> dict[str, Any]:
    return {"name": "", "description": "", "business_reason": "", "kind": "", **record.fields}


def _add_milestone(actor: Actor, measure: Measure, dated: DatedMilestone) -> None:
    milestone = add_milestone(actor, measure.pk, name=dated.name, baseline_on=dated.on)
    if dated.actual_on:
        complete_milestone(actor, milestone.pk, actual_on=dated.actual_on)


def _update(actor: Actor, measure: Measure, record: Record, placement: Placement, report: RowReport) -> None:
    before, now = measure.source_values, _snapshot(record)
    if before == now:
        return
    merged = merge(before.get("fields", {}), record.fields, {name: getattr(measure, name) for name in record.fields})
    if before.get("nodes") != now["nodes"]:
        move_measure(actor, measure.pk, package_id=placement.node(record.nodes))
    _update_milestones(actor, measure, record, before.get("milestones", {}), merged)
    edit_measure(actor, measure.pk, **merged.changes, source_values=now)
    report.outcome = Outcome.CONFLICT if merged.conflicts else Outcome.UPDATED
    report.messages += [f"{name}: changed to {value!r}." for name, value in merged.changes.items()] + merged.conflicts


def _update_milestones(actor: Actor, measure: Measure, record: Record, before: dict[str, Any], merged: Merge) -> None:
    here = {milestone.name: milestone for milestone in Milestone.objects.filter(measure=measure)}
    for dated in record.milestones:
        if before.get(dated.name) == _dates(dated):
            continue
        milestone = here.get(dated.name)
        if milestone is None:
            _add_milestone(actor, measure, dated)
        elif milestone.actual_on and milestone.actual_on != dated.on:
            merged.conflicts.append(
                f"{dated.name}: the file says {dated.on}, here it was done on {milestone.actual_on}."
            )
        elif milestone.actual_on is None:
            _move_milestone(actor, milestone, dated)


def _move_milestone(actor: Actor, milestone: Milestone, dated: DatedMilestone) -> None:
    if milestone.forecast_on != dated.on:
        revise_milestone(actor, milestone.pk, forecast_on=dated.on, reason="The imported file gives another date.")
    if dated.actual_on:
        complete_milestone(actor, milestone.pk, actual_on=dated.actual_on)


def _snapshot(record: Record) -> dict[str, Any]:
    """What the row said, for the measure's page and for the comparison of the next import."""
    return {
        "fields": record.fields,
        "nodes": list(record.nodes),
        "milestones": {dated.name: _dates(dated) for dated in record.milestones},
        "kept": record.kept,
    }


def _dates(dated: DatedMilestone) -> list[str | None]:
    return [dated.on.isoformat(), dated.actual_on.isoformat() if dated.actual_on else None]
