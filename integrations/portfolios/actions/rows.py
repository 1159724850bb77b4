"""One row of a file into one measure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.errors import Invalid
from cat4.wording import day_name, listed
from hierarchy.models import Node
from hierarchy.nodes.selectors.defaults import DEFAULTS
from integrations.constants import Outcome
from measures.constants import Doi
from measures.core.actions.measures import create_measure, edit_measure, move_measure
from measures.formulas.source_values import kept_changes, kept_in_words
from measures.models import Measure, Milestone
from measures.schedule.actions.milestones import add_milestone, complete_milestone, revise_milestone

from ..merging import Merge, merge
from ..records import DatedMilestone, Record
from ..reports import RowReport
from .identity import known_measure, told_of_new
from .placement import Placement

# Given once, when the measure is made: people know it by its code.
_GIVEN_ONCE = {"code"}


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that a row stands in, the day that it describes, and where its rows hang."""

    file_name: str
    as_of: date
    placement: Placement


def import_record(actor: Actor, record: Record, origin: Origin) -> RowReport:
    """Create the row's measure, bring it up to date, or find that nothing changed.

    What the row doesn't know (sponsor, controller, legal entity and the like) comes from the nodes above, once, when
    the measure is made; what no node names stays empty: the measure is then not governable, and says so.
    """
    placement = origin.placement
    report = RowReport(record.number, record.external_id, Outcome.UNCHANGED, list(record.notes))
    known = known_measure(actor, record, placement.source_system, report)
    if known is None:
        report.messages += told_of_new(record, placement.source_system)
        report.messages += _create(actor, record, placement)
        report.outcome = Outcome.CREATED
    else:
        _update(actor, known, record, report, origin)
        report.messages += _told_of_plan(known, record)
    return report


def _create(actor: Actor, record: Record, placement: Placement) -> list[str]:
    """Returns a sentence on what the measure took from the nodes above it, if anything."""
    unit: dict[str, Any] = (
        {"business_unit_id": placement.business_unit(record.business_unit)} if record.business_unit else {}
    )
    measure = create_measure(
        actor,
        package_id=placement.node(record.nodes),
        **_texts(record),
        **unit,
        source_system=placement.source_system,
        external_id=record.external_id,
        source_values=_snapshot(record, {}),
        draft=True,
    )
    told = []
    for dated in record.milestones:
        told += _tried(record, dated, partial(_add_milestone, actor, measure, dated))
    if record.refused:
        edit_measure(actor, measure.pk, source_values=_snapshot(record, {}))
    taken = [label for field, label in DEFAULTS.items() if field not in unit and getattr(measure, field)]
    return [f"From the nodes above it: {listed(taken)}.", *told] if taken else told


def _tried(record: Record, dated: DatedMilestone, act: Callable[[], Iterable[str] | None]) -> list[str]:
    """What an act on a dated milestone tells; a date that isn't possible here is told and left out."""
    try:
        with transaction.atomic():
            return list(act() or ())
    except Invalid as error:
        record.refused.add(dated.name)
        return [f"{dated.column}: {dated.on} is left out: {' '.join(error.sentences)}"]


def _texts(record: Record) -> dict[str, Any]:
    return {"name": "", "description": "", "business_reason": "", "kind": "", **record.fields}


def _add_milestone(actor: Actor, measure: Measure, dated: DatedMilestone) -> None:
    milestone = add_milestone(actor, measure.pk, name=dated.name, baseline_on=dated.on)
    if dated.actual_on:
        complete_milestone(actor, milestone.pk, actual_on=dated.actual_on)


def _update(actor: Actor, measure: Measure, record: Record, report: RowReport, origin: Origin) -> None:
    before = measure.source_values
    now = _snapshot(record, before)
    if _same(before, now):
        return
    fields = {name: value for name, value in record.fields.items() if name not in _GIVEN_ONCE}
    merged = merge(before.get("fields", {}), fields, {name: getattr(measure, name) for name in fields})
    if before.get("nodes") != now["nodes"]:
        report.messages += _move(actor, measure, record, origin.placement)
    report.messages += _update_milestones(actor, measure, record, merged, origin)
    if kept := kept_in_words(kept_changes(before, now)):
        report.messages.append(f"From the source: {'; '.join(kept).rstrip('.')}.")
    _take_texts(actor, measure, record, report, merged.changes)
    report.outcome = Outcome.CONFLICT if merged.conflicts else Outcome.UPDATED
    report.messages += merged.conflicts


def _take_texts(actor: Actor, measure: Measure, record: Record, report: RowReport, changes: Mapping[str, Any]) -> None:
    """Take the changed texts, each that can be; what isn't possible here stays as it is, and is told.

    As long as a measure is defined only, it may lack what its source doesn't know, as when it was made.
    """
    before, is_draft = measure.source_values, measure.doi == Doi.DEFINED
    taken = dict(changes)
    while True:
        try:
            with transaction.atomic():
                edit_measure(actor, measure.pk, draft=is_draft, **taken, source_values=_snapshot(record, before))
            break
        except Invalid as error:
            refused = taken.keys() & error.errors.keys()
            if not refused:
                raise
            for name in sorted(refused):
                record.refused.add(name)
                sentence = " ".join(error.errors[name])
                report.messages.append(f"{record.columns.get(name, name)}: stays as it is here. {sentence}")
                del taken[name]
    report.messages += [f"{record.columns.get(name, name)}: changed to {value!r}." for name, value in taken.items()]


def _same(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether a source says the same; that it says nothing of a value is the same as that it has none."""

    def told(values: Mapping[str, Any]) -> dict[str, Any]:
        kept = {label: value for label, value in (values.get("kept") or {}).items() if value not in (None, "")}
        return {**values, "kept": kept}

    return told(before) == told(now)


def _move(actor: Actor, measure: Measure, record: Record, placement: Placement) -> list[str]:
    """A node renamed as its source renamed it, or the measure below another package; the sentence names both ends."""
    renamed = placement.rename(measure, measure.source_values.get("nodes", []), record.nodes)
    package_id = placement.node(record.nodes)
    if package_id == measure.package_id:
        return [renamed] if renamed else []
    named = dict(Node.objects.filter(pk__in=measure.package.path).values_list("level", "name"))
    above = [name for _, name in sorted(named.items())][-len(record.nodes) :]
    move_measure(actor, measure.pk, package_id=package_id)
    pairs = [f"{old} to {new}" for old, new in zip(above, record.nodes, strict=True) if old != new]
    return [f"Moved from {listed(pairs)}."]


def _update_milestones(actor: Actor, measure: Measure, record: Record, merged: Merge, origin: Origin) -> list[str]:
    """What was done, in sentences; what differs on both sides goes to the conflicts."""
    before: Mapping[str, Any] = measure.source_values.get("milestones", {})
    here = {milestone.name: milestone for milestone in Milestone.objects.filter(measure=measure)}
    named = {dated.name for dated in record.milestones}
    told = [
        f"{name}: the file gives no date any more; it stays."
        for name in before
        if name in here and name not in named and name not in record.unread
    ]
    for dated in record.milestones:
        if before.get(dated.name) == _dates(dated):
            continue
        milestone = here.get(dated.name)
        if milestone is None:
            refused = _tried(record, dated, partial(_add_milestone, actor, measure, dated))
            told += refused or [f"{dated.name}: added for {day_name(dated.on)}."]
            continue
        conflict = _conflict(milestone, dated, before.get(dated.name))
        if conflict:
            merged.conflicts.append(conflict)
        elif milestone.actual_on is None:
            told += _tried(record, dated, partial(_move_milestone, actor, milestone, dated, origin))
    return told


def _conflict(milestone: Milestone, dated: DatedMilestone, before: list[str | None] | None) -> str:
    """A date is taken when it stands here as the file said last time, unless it was done."""
    if milestone.actual_on is not None:
        done = f"{dated.name}: the file says {dated.on}, here it was done on {milestone.actual_on}."
        return done if milestone.actual_on != dated.on else ""
    expected = {dated.on, date.fromisoformat(before[0]) if before and before[0] else milestone.baseline_on}
    if milestone.forecast_on in expected:
        return ""
    return (
        f"{dated.name}: the file says {dated.on}, here it is forecast for {milestone.forecast_on}; nothing was changed."
    )


def _move_milestone(actor: Actor, milestone: Milestone, dated: DatedMilestone, origin: Origin) -> Iterator[str]:
    """Another date is another forecast, with the source's reason; the baseline date stays (domain section 8)."""
    if milestone.forecast_on != dated.on:
        was, by = milestone.forecast_on, f"{origin.file_name}, as of {day_name(origin.as_of)}"
        reason = f"{by}: {dated.comment}" if dated.comment else f"{by}, gives another date."
        revise_milestone(actor, milestone.pk, forecast_on=dated.on, reason=reason, is_carried_over=True)
        kept = f"its baseline, {day_name(milestone.baseline_on)}, stays"
        yield f"{dated.name}: forecast moved from {day_name(was)} to {day_name(dated.on)}; {kept}."
    if dated.actual_on:
        complete_milestone(actor, milestone.pk, actual_on=dated.actual_on)
        yield f"{dated.name}: done on {day_name(dated.actual_on)}."


def _told_of_plan(measure: Measure, record: Record) -> list[str]:
    """A baseline date moves by a decision, never by a file: what the file says is passed on to a person."""
    if not record.says_rebaselined:
        return []
    dates = {dated.name: dated.on for dated in record.milestones}
    planned = Milestone.objects.filter(measure=measure, name__in=dates, actual_on=None)
    moved = [milestone.name for milestone in planned if milestone.baseline_on != dates[milestone.name]]
    if not moved:
        return []
    if measure.doi >= Doi.DECIDED:
        return [f"{listed(moved)}: says re-baselined: ask for a change of the plan."]
    return [f"{listed(moved)}: says re-baselined: edit the baseline date, which is open until DoI 3."]


def _snapshot(record: Record, before: Mapping[str, Any]) -> dict[str, Any]:
    """What the row said, for the measure's page and for the comparison of the next import.

    A date that the file withholds since counts as said last time, and so does what couldn't be read or taken.
    """
    milestones = {dated.name: _dates(dated) for dated in record.milestones if dated.name not in record.refused}
    said, kept = before.get("fields", {}), before.get("kept") or {}
    return {
        "fields": {
            name: said.get(name, "") if name in record.refused else value for name, value in record.fields.items()
        },
        "nodes": list(record.nodes),
        "milestones": {**before.get("milestones", {}), **milestones},
        "kept": {label: kept.get(label) if label in record.unread else value for label, value in record.kept.items()},
    }


def _dates(dated: DatedMilestone) -> list[str | None]:
    return [dated.on.isoformat(), dated.actual_on.isoformat() if dated.actual_on else None]
