"""Keeping what the checks find, and what people say to it (domain 6.9 and section 11)."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.http import Http404

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import check_version
from cat4.errors import Conflict, Invalid, require
from cat4.fiscal import fiscal_year
from cat4.outbox.actions import publish
from cat4.outbox.models import OutboxRow
from cat4.tenancy.context import current_organization_id
from cat4.wording import listed
from hierarchy.organization.actions import system_actor
from hierarchy.organization.selectors import organization
from measures.constants import OverlapResolution, Topic, Verb
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import visible_measures
from measures.formulas.words import in_words
from measures.models import Finding, Measure

from ..policies import may_explain_finding, may_resolve_overlap, may_speak_for
from ..selectors.findings import ACCOUNT, Draft, drafts_of, is_overlap, may_be_explained, rows_of, still_said
from ..selectors.overlap import claims_beside, grounds_of
from .taken import keep_taken, keep_taken_of, require_open_plans

_ALL = Decimal(100)


@transaction.atomic
def refresh_findings(measure_id: UUID) -> None:
    """Run the checks of a measure and keep what they find; run twice, the second time writes nothing.

    What is new is opened, what is gone is closed and kept, what comes back is opened again without what was said
    to it. An explanation ends with the sentence that it was given to. Where an account is no longer, or newly, planned
    beyond its baselines, the other measures on it are checked too.
    """
    measure = Measure.objects.select_for_update(no_key=True).filter(pk=measure_id).first()
    if measure is None:
        return
    actor = replace(system_actor(current_organization_id()), cause="rule")
    drafts = {draft.key: draft for draft in drafts_of(measure)}
    rows = {row.key: row for row in rows_of(measure)}
    moved = [draft for key, draft in drafts.items() if _keep(actor, draft, rows.get(key))]
    gone = [row for key, row in rows.items() if key not in drafts and row.closed_at is None]
    for row in gone:
        _close(actor, row)
    keep_taken(measure_id)
    changed: list[Draft | Finding] = [*moved, *gone]
    accounts = {finding.key for finding in changed if finding.code == ACCOUNT}
    if accounts:
        _check_neighbours(measure, accounts)


def mark_findings(measure_id: UUID) -> None:
    """Have the checks of a measure run after its figures, in a transaction of their own."""
    waiting = OutboxRow.objects.filter(
        topic=Topic.FINDINGS_OUTDATED, object_id=measure_id, parked_at__isnull=True
    ).select_for_update(skip_locked=True)
    if not waiting.exists():
        publish(Topic.FINDINGS_OUTDATED, measure_id)


def _keep(actor: Actor, draft: Draft, row: Finding | None) -> bool:
    """Whether something had to be written."""
    if row is None:
        row = Finding(measure_id=draft.measure_id, key=draft.key)
    elif row.closed_at is None and row.sentence == draft.sentence:
        return False
    said = still_said(row, draft)
    is_known = not row._state.adding and row.closed_at is None
    is_news = not is_known or (bool(row.resolution) and not said)
    row.code, row.sentence, row.blocked_gates = draft.code, draft.sentence, list(draft.blocked_gates)
    if not said:
        _forget(row, draft)
    if not is_known:
        row.opened_at, row.closed_at = clock.now(), None
    row.version += 0 if row._state.adding else 1
    row.save()
    if is_news:
        record(actor, Verb.FINDING_OPENED, row, summary=f"found: {_quoted(row)}", measure_id=row.measure_id)
    return True


def _forget(row: Finding, draft: Draft) -> None:
    """Nothing was said to this yet; it lies with the measure that the check names."""
    row.resolution, row.percent, row.reason, row.resolved_by, row.resolved_at = "", None, "", None, None
    row.measure_id, row.line_id = draft.measure_id, draft.line_id
    row.other_measure_id, row.other_line_id = draft.other_measure_id, draft.other_line_id


def _close(actor: Actor, row: Finding) -> None:
    row.closed_at = clock.now()
    row.version += 1
    row.save(update_fields=["closed_at", "version"])
    record(actor, Verb.FINDING_CLOSED, row, summary=f"no longer found: {_quoted(row)}", measure_id=row.measure_id)


def _quoted(row: Finding) -> str:
    return row.sentence.removesuffix(".")


def _check_neighbours(measure: Measure, keys: Iterable[str]) -> None:
    """The measures on these accounts, and those that still hold a finding of them."""
    places = {tuple(key.split(":")[1:]) for key in keys}
    beside = {claim.measure for claim in claims_beside(measure) if (str(claim.entity), str(claim.account)) in places}
    holding = Finding.objects.filter(code=ACCOUNT, key__in=list(keys), closed_at__isnull=True)
    beside.update(holding.values_list("measure_id", flat=True))
    for other in beside - {measure.pk}:
        mark_findings(other)


@transaction.atomic
def resolve_finding(
    actor: Actor,
    finding_id: UUID,
    *,
    resolution: str,
    percent: Decimal | None = None,
    reason: str = "",
    measure_id: UUID | None = None,
    expected_version: int | None = None,
) -> Finding:
    """Explain a doubt with a reason, or settle an overlap between two measures once for both.

    `measure_id` is the side that the resolution is said for, by default one that the actor may speak for: `merge`
    lets the other carry its value, `split` leaves it `percent` of the smaller amount of each month and the other the
    rest, `sequential` starts its
    baseline where the other ends, `none` says why both may stand. What was said before is replaced and stays in
    the history of both.

    Raises:
        Http404, NotAllowed, StaleVersion; Conflict: it is no longer found; Invalid by argument.
    """
    row = finding_to_resolve(actor, finding_id)
    sides = [side for side in (row.measure, row.other_measure) if side is not None]
    overlap = is_overlap(row.code)
    actor = act_as(actor, row, may_resolve_overlap) if overlap else act_as(actor, row.measure, may_explain_finding)
    check_version(row, expected_version, "resolution", "percent", "reason")
    if row.closed_at is not None:
        raise Conflict("This is no longer found. There is nothing to resolve.", current={"version": row.version})
    problems = Problems()
    resolution = checks.choice(problems, "resolution", resolution, OverlapResolution)
    reason = checks.text(problems, "reason", reason, required=True)
    side = _side(actor, sides, measure_id) if overlap else row.measure
    _check_kind(problems, row, resolution)
    share = _share(problems, resolution, percent)
    problems.stop_if_any()
    if overlap:
        if resolution != OverlapResolution.NONE:
            require(may_speak_for(actor, side))
        _turn(row, side)
    if resolution == OverlapResolution.SEQUENTIAL:
        _check_sequence(row)
    if overlap:
        require_open_plans(row, resolution)
    before = row.resolution
    row.resolution, row.percent, row.reason = resolution, share, reason
    row.resolved_by_id, row.resolved_at = actor.user_id, clock.now()
    row.version += 1
    row.save()
    if overlap:
        keep_taken_of(row)
    _say(actor, row, sides, before)
    return row


def finding_to_resolve(actor: Actor, finding_id: UUID) -> Finding:
    """The finding, with its measures locked in one order.

    Raises:
        Http404: there is none of that id here, or the actor sees neither of its measures.
    """
    row = Finding.objects.filter(pk=finding_id).first()
    ids = [known for known in ((row.measure_id, row.other_measure_id) if row else ()) if known]
    if row is None or not visible_measures(actor).filter(pk__in=ids).exists():
        raise Http404("There is no such finding.")
    locked = Measure.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    by_id = {side.pk: side for side in locked.select_related("package", "owner")}
    row = Finding.objects.select_for_update(of=("self",)).get(pk=finding_id)
    row.measure = by_id[row.measure_id]
    row.other_measure = by_id[row.other_measure_id] if row.other_measure_id else None
    return row


def _side(actor: Actor, sides: list[Measure], measure_id: UUID | None) -> Measure:
    """The measure that is spoken for: the named one, else one that the actor may speak for.

    Raises:
        Invalid: the named one has no part in the finding.
    """
    if measure_id is None:
        return next((side for side in sides if may_speak_for(actor, side)), sides[0])
    side = next((measure for measure in sides if measure.pk == measure_id), None)
    if side is None:
        raise Invalid({"measure_id": "This measure has no part in the finding."})
    return side


def _check_kind(problems: Problems, row: Finding, resolution: str) -> None:
    if not resolution:
        return
    explained = resolution == OverlapResolution.EXPLAINED
    if is_overlap(row.code):
        if explained:
            problems.add("resolution", "An overlap is merged, split, put in sequence, or said to be none.")
    elif not may_be_explained(row.code):
        problems.add("resolution", "This contradicts itself. No reason makes it right: correct the numbers.")
    elif not explained:
        problems.add("resolution", "This is no overlap. It can be explained with a reason, or corrected.")


def _share(problems: Problems, resolution: str, percent: Decimal | None) -> Decimal | None:
    """What the measure keeps of a split, more than 0 and less than 100 percent; the other keeps the rest."""
    if resolution != OverlapResolution.SPLIT:
        return None
    if percent is None:
        problems.add("percent", "Enter the share that the measure keeps, in percent.")
        return None
    share = checks.amount(problems, "percent", percent)
    if "percent" not in problems and not 0 < share < _ALL:
        problems.add("percent", "Enter more than 0 and less than 100. To give everything away, merge.")
    return share


def _turn(row: Finding, side: Measure) -> None:
    """Keep the finding with the measure that is spoken for, so that its direction can be read."""
    if row.measure_id != side.pk and row.other_measure is not None:
        row.measure, row.other_measure = row.other_measure, row.measure
        row.line_id, row.other_line_id = row.other_line_id, row.line_id


def _check_sequence(row: Finding) -> None:
    """What starts where another measure ends can't start from more than that one leaves.

    Raises:
        Invalid: a baseline is missing, or the second one is larger than what the first leaves of its own.
    """
    first, second, home = row.other_measure, row.measure, organization()
    if first is None:
        return
    grounds = grounds_of([first.pk, second.pk], fiscal_year(clock.today(home.time_zone), home.fiscal_year_start))
    lacking = [side.code for side in (first, second) if side.pk not in grounds or not grounds[side.pk].amount]
    if lacking:
        sentence = f"A sequence compares baselines. {listed(lacking)} has none with an amount yet."
        raise Invalid({"resolution": sentence})
    plans = [claim.years for claim in claims_beside(second) if claim.measure == first.pk]
    taken = sum((max(years.values(), default=Decimal(0)) for years in plans), Decimal(0))
    start, left = abs(grounds[second.pk].amount), abs(grounds[first.pk].amount) - taken
    if start > left:
        sentence = f"{first.code} leaves {in_words(left, home.currency)} of its baseline."
        sentence += f" {second.code} can't start from {in_words(start, home.currency)}."
        raise Invalid({"resolution": sentence})


def _say(actor: Actor, row: Finding, sides: list[Measure], before: str) -> None:
    """Both measures keep it in their history, and are looked at again."""
    change = {"resolution": [before or None, row.resolution], "percent": row.percent, "finding": row.sentence}
    summary = f"{_in_words(row)}: {_quoted(row)}"
    for side in sides:
        record(
            actor, Verb.FINDING_RESOLVED, row, summary=summary, change=change, reason=row.reason, measure_id=side.pk
        )  # fmt: skip
        mark_findings(side.pk)


def _in_words(row: Finding) -> str:
    here = row.measure.code
    there = row.other_measure.code if row.other_measure else ""
    rest = _ALL - row.percent if row.percent is not None else _ALL
    return {
        OverlapResolution.MERGE: f"merged {here} into {there}, which carries the value",
        OverlapResolution.SPLIT: f"split {row.percent or 0:f} percent to {here} and {rest:f} percent to {there}",
        OverlapResolution.SEQUENTIAL: f"put {here} after {there}, whose target is its baseline",
        OverlapResolution.NONE: "said that no money is counted twice",
        OverlapResolution.EXPLAINED: "explained",
    }[OverlapResolution(row.resolution)]
