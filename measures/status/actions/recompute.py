"""Bringing a measure's sums and statuses up to date. The only writer of them."""

from collections.abc import Collection
from dataclasses import asdict, fields, replace
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.outbox.actions import publish
from cat4.outbox.models import OutboxRow
from cat4.tenancy.context import current_organization_id
from hierarchy.organization.actions import system_actor
from measures.constants import Status, StatusKind, Topic, Verb
from measures.facts.measures import measure_facts
from measures.facts.reads import stored_rows
from measures.formulas.facts import MeasureFacts, OrganizationFacts
from measures.formulas.lights import StatusResult
from measures.formulas.outcome import Outcome, outcome_of
from measures.formulas.series import Series
from measures.formulas.years import YearSums
from measures.models import Measure, MeasureStatus, MeasureTotals, MeasureYear, StatusChange

from ..selectors.totals import outdated_measure_ids

_NOWHERE = OrganizationFacts(date.min, date.min)
_YEAR_KEY = ("kind", "certainty", "fiscal_year")
_YEAR_SUMS = [field.name for field in fields(YearSums) if field.name not in _YEAR_KEY]


@transaction.atomic
def recompute_measure(measure_id: UUID) -> None:
    """Compute the measure today and store what differs; run twice, the second time writes nothing.

    Locks the measure, so that two workers, or a worker and a person, take turns. A status that takes
    another value is kept in its history and in the audit: by cause "rule" when something of the measure
    changed, by "schedule" when only the day did. Publishes when a roll-up could have changed.
    A measure that is gone is left alone: its fact was published before it went.
    """
    held = Measure.objects.select_for_update(no_key=True).only("lifecycle", "governable", "package_id")
    measure = held.filter(pk=measure_id).first()
    facts = measure_facts(measure_id)
    if measure is None or facts is None:
        return
    outcome = outcome_of(facts)
    stored = next(iter(stored_rows(MeasureTotals, measure_id)), None)
    inputs = inputs_hash(measure, facts)
    same_inputs = stored is not None and stored.inputs_hash == inputs
    actor = replace(system_actor(current_organization_id()), cause="schedule" if same_inputs else "rule")
    moved = _store_statuses(actor, measure, outcome, facts.organization)
    summed = _store_totals(measure, stored, outcome, inputs, facts.organization)
    phased = _store_years(measure, outcome)
    if moved or summed or phased or not same_inputs:
        publish(Topic.MEASURE_RECOMPUTED, measure.pk)


def mark_changed(measure_ids: Collection[UUID]) -> int:
    """Have measures recomputed by the outbox, those that wait for it already excepted; returns how many.

    For what changes many at once: a new day, thresholds, rates, a locked month. A row that a worker has
    taken already doesn't count as waiting: that worker may have read what was true before.
    """
    rows = OutboxRow.objects.filter(topic=Topic.MEASURE_CHANGED, parked_at__isnull=True, object_id__in=measure_ids)
    known = set(rows.select_for_update(skip_locked=True).values_list("object_id", flat=True))
    fresh = [measure_id for measure_id in measure_ids if measure_id not in known]
    if not fresh:
        return 0
    first, *others = fresh
    OutboxRow.objects.bulk_create([OutboxRow(topic=Topic.MEASURE_CHANGED, object_id=other) for other in others])
    # One nudge is enough: it drains them all.
    publish(Topic.MEASURE_CHANGED, first)
    return len(fresh)


def mark_every_measure() -> int:
    """Have every measure of the current organization recomputed."""
    return mark_changed(list(Measure.objects.values_list("pk", flat=True)))


def mark_outdated() -> int:
    """Have measures recomputed that were last computed on an earlier day of the organization, or never."""
    return mark_changed(outdated_measure_ids())


def inputs_hash(measure: Measure, facts: MeasureFacts) -> str:
    """A digest of all that sums and roll-ups are made from, the day itself excepted."""
    organization = facts.organization
    seen = (
        measure.lifecycle,
        measure.governable,
        measure.package_id,
        facts.effect_slip_months,
        organization.year,
        organization.last_month,
        organization.currency,
        organization.fiscal_year_start,
        organization.thresholds,
        sorted(organization.locked),
        sorted(organization.rates.items()),
        sorted(organization.average_rates.items()),
        # Hundreds of holidays, and numbers hash alike in every process.
        hash(organization.calendar),
        replace(facts, organization=_NOWHERE),
    )
    return sha256(repr(seen).encode()).hexdigest()


def _store_totals(
    measure: Measure, stored: MeasureTotals | None, outcome: Outcome, inputs: str, organization: OrganizationFacts
) -> bool:
    """Whether a sum or a month differs from what was stored."""
    sums = {**asdict(outcome.totals), **_series_columns(outcome.series), "missing_rates": list(outcome.missing_rates)}
    row = stored or MeasureTotals(measure=measure)
    differing = [name for name, amount in sums.items() if getattr(row, name) != amount]
    if stored and not differing and row.as_of == organization.today and row.inputs_hash == inputs:
        return False
    for name in differing:
        setattr(row, name, sums[name])
    row.as_of, row.inputs_hash, row.computed_at = organization.today, inputs, clock.now()
    row.save(update_fields=[*differing, "as_of", "inputs_hash", "computed_at"] if stored else None)
    return bool(differing) or stored is None


def _series_columns(series: Series) -> dict[str, Any]:
    return {
        "first_month": series.first_month,
        "plan_cents": list(series.plan),
        "forecast_cents": list(series.forecast),
        "reported_cents": list(series.reported),
        "validated_cents": list(series.validated),
    }


def _store_years(measure: Measure, outcome: Outcome) -> bool:
    """Whether a fiscal year differs from what was stored; only those that do are written."""
    fresh = {(sums.fiscal_year, sums.kind, sums.certainty): asdict(sums) for sums in outcome.years}
    stored = {(row.fiscal_year, row.kind, row.certainty): row for row in stored_rows(MeasureYear, measure.pk)}
    gone = [row.pk for key, row in stored.items() if key not in fresh]
    changed = [
        MeasureYear(measure=measure, **sums)
        for key, sums in fresh.items()
        if key not in stored or any(getattr(stored[key], name) != amount for name, amount in sums.items())
    ]
    if gone:
        MeasureYear.objects.filter(pk__in=gone).delete()
    if changed:
        MeasureYear.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["organization", "measure", *_YEAR_KEY],
            update_fields=_YEAR_SUMS,
        )
    return bool(gone or changed)


def _store_statuses(actor: Actor, measure: Measure, outcome: Outcome, organization: OrganizationFacts) -> bool:
    """Whether a status took another value."""
    stored = {row.kind: row for row in stored_rows(MeasureStatus, measure.pk)}
    moved = [
        _store_status(actor, stored.get(kind) or MeasureStatus(measure=measure, kind=kind), result, organization)
        for kind, result in (
            (StatusKind.IMPLEMENTATION, outcome.implementation),
            (StatusKind.POTENTIAL, outcome.potential),
            (StatusKind.COST, outcome.cost),
        )
    ]
    return any(moved)


def _store_status(actor: Actor, row: MeasureStatus, result: StatusResult, organization: OrganizationFacts) -> bool:
    before, after, reasons = row.value, result.value.value, list(result.reasons)
    if before == after and row.reasons == reasons:
        return False
    row.value, row.reasons, row.computed_at = after, reasons, clock.now()
    if before == after:
        row.save(update_fields=["reasons", "computed_at"])
        return False
    row.since = organization.today
    row.save()
    StatusChange.objects.create(
        measure=row.measure, kind=row.kind, before=before, after=after, reasons=reasons, at=row.computed_at
    )
    if before:
        _record_change(actor, row, before)
    return True


def _record_change(actor: Actor, row: MeasureStatus, before: str) -> None:
    name, old, new = StatusKind(row.kind).label.lower(), Status(before).label.lower(), Status(row.value).label.lower()
    record(
        actor,
        Verb.STATUS_CHANGED,
        row,
        summary=f"computed the {name} status as {new}, before it was {old}",
        change={row.kind: [before, row.value]},
        reason=" ".join(row.reasons),
        measure_id=row.measure_id,
    )
