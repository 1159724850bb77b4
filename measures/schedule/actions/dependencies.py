"""Dependencies: which milestone waits for which (domain section 8). A circle is refused, naming its members."""

from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import checks
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.editing import accept_only, check_version
from cat4.wording import counted
from measures.constants import DependencyKind, Lifecycle, RippleCause, Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import part_to_change
from measures.facts.calendar import calendar
from measures.facts.locks import lock_network
from measures.formulas.dates import expected_date
from measures.formulas.network import Pin, path_between
from measures.models import Dependency, Milestone

from ..policies import may_edit_dependencies
from ..selectors import network_reads
from ..selectors.network import dependency_to_change, names_along
from .ripples import spread

MOST_LAG_DAYS = 1_000
FACTS = ("kind", "lag_days", "note")


@transaction.atomic
def add_dependency(
    actor: Actor,
    *,
    predecessor_id: UUID,
    successor_id: UUID,
    kind: str = DependencyKind.FINISH_START,
    lag_days: int = 0,
    note: str = "",
) -> Dependency:
    """Let a milestone wait for another one of any measure; what follows from it ripples at once.

    `lag_days` are working days; negative ones let the two overlap.

    Raises:
        Http404, NotAllowed; Invalid by argument: a circle, a link that exists, a measure that is over.
    """
    lock_network()
    successor = part_to_change(actor, Milestone, successor_id)
    actor = act_as(actor, successor.measure, may_edit_dependencies)
    problems = Problems()
    cleaned = _clean(problems, {"kind": kind, "lag_days": lag_days, "note": note})
    predecessor = _predecessor(problems, predecessor_id, successor)
    if successor.actual_on is not None:
        problems.add("successor_id", f"{successor.name} is done and waits for nothing any more.")
    problems.stop_if_any()
    dependency = Dependency(predecessor=predecessor, successor=successor, **cleaned)
    _check_new(problems, dependency)
    problems.stop_if_any()
    before = Pin(expected_date(successor, calendar().today), successor.duration_days)
    dependency.save(force_insert=True)
    other = f"{dependency.predecessor.name} of {dependency.predecessor.measure.code}"
    summary = f"let {successor.name} wait for {other} ({_in_words(dependency)})"
    _note(actor, Verb.DEPENDENCY_ADDED, dependency, summary, {"predecessor": [None, other], **_stored(dependency)})
    spread(actor, successor, before, cause=RippleCause.DEPENDENCY, reason=dependency.note)
    return dependency


@transaction.atomic
def edit_dependency(
    actor: Actor, dependency_id: UUID, *, expected_version: int | None = None, **changes: Any
) -> Dependency:
    """Change kind, lag or note; what follows from it ripples at once.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by argument.
    """
    accept_only(changes, FACTS)
    lock_network()
    dependency = dependency_to_change(actor, dependency_id)
    successor = dependency.successor
    actor = act_as(actor, successor.measure, may_edit_dependencies)
    check_version(dependency, expected_version, **_stored(dependency))
    problems = Problems()
    cleaned = _clean(problems, changes)
    problems.stop_if_any()
    was = _stored(dependency)
    change = {field: [was[field], new] for field, new in cleaned.items() if was[field] != new}
    if not change:
        return dependency
    for field, (_, new) in change.items():
        setattr(dependency, field, new)
    if "kind" in change:
        _check_once(problems, dependency)
        problems.stop_if_any()
    before = Pin(expected_date(successor, calendar().today), successor.duration_days)
    dependency.version += 1
    dependency.save()
    summary = f"changed what {successor.name} waits for: {dependency.predecessor.name} ({_in_words(dependency)})"
    _note(actor, Verb.DEPENDENCY_EDITED, dependency, summary, change)
    spread(actor, successor, before, cause=RippleCause.DEPENDENCY, reason=dependency.note)
    return dependency


@transaction.atomic
def remove_dependency(actor: Actor, dependency_id: UUID) -> None:
    """Let a milestone wait no longer; what was pushed by it comes back to its owner's date.

    Raises:
        Http404, NotAllowed.
    """
    lock_network()
    dependency = dependency_to_change(actor, dependency_id)
    successor = dependency.successor
    actor = act_as(actor, successor.measure, may_edit_dependencies)
    before = Pin(expected_date(successor, calendar().today), successor.duration_days)
    other = f"{dependency.predecessor.name} of {dependency.predecessor.measure.code}"
    summary = f"let {successor.name} no longer wait for {other}"
    _note(actor, Verb.DEPENDENCY_REMOVED, dependency, summary, {"predecessor": [other, None]})
    dependency.delete()
    spread(actor, successor, before, cause=RippleCause.DEPENDENCY)


def _clean(problems: Problems, facts: dict[str, Any]) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    if "kind" in facts:
        cleaned["kind"] = checks.choice(problems, "kind", facts["kind"], DependencyKind)
    if "lag_days" in facts:
        lag = facts["lag_days"]
        if isinstance(lag, bool) or not isinstance(lag, int) or abs(lag) > MOST_LAG_DAYS:
            problems.add("lag_days", f"Enter whole working days from −{MOST_LAG_DAYS:,} to {MOST_LAG_DAYS:,}.")
        cleaned["lag_days"] = lag
    if "note" in facts:
        cleaned["note"] = checks.text(problems, "note", facts["note"], limit=200)
    return cleaned


def _predecessor(problems: Problems, predecessor_id: UUID, successor: Milestone) -> Milestone | None:
    """A milestone of any measure of the organization that may still come."""
    if predecessor_id == successor.pk:
        problems.add("predecessor_id", "A milestone can't wait for itself. Choose another one.")
        return None
    found = Milestone.objects.select_related("measure").filter(pk=predecessor_id).first()
    if found is None:
        problems.add("predecessor_id", "Unknown milestone.")
    elif not found.measure.is_open:
        state = Lifecycle(found.measure.lifecycle).label.lower()
        problems.add("predecessor_id", f"{found.measure.code} is {state}. Choose a milestone of an open measure.")
    return found


def _check_new(problems: Problems, dependency: Dependency) -> None:
    _check_once(problems, dependency)
    first, last = dependency.successor_id, dependency.predecessor_id
    reach = network_reads.downstream([first])
    if last not in reach:
        return
    links = network_reads.links_into(reach)
    way = names_along(path_between(links, first, last))
    problems.add("predecessor_id", f"That closes a circle: {way} already wait for each other in this order.")


def _check_once(problems: Problems, dependency: Dependency) -> None:
    same = Dependency.objects.filter(
        predecessor_id=dependency.predecessor_id, successor_id=dependency.successor_id, kind=dependency.kind
    ).exclude(pk=dependency.pk)
    if same.exists():
        label = DependencyKind(dependency.kind).label.lower()
        problems.add("kind", f"These two milestones are linked {label} already. Change that dependency instead.")


def _stored(dependency: Dependency) -> dict[str, Any]:
    return {field: getattr(dependency, field) for field in FACTS}


def _in_words(dependency: Dependency) -> str:
    """`finish to start, 5 working days later`."""
    label, lag = str(DependencyKind(dependency.kind).label).lower(), dependency.lag_days
    if not lag:
        return label
    return f"{label}, {counted(abs(lag), 'working day')} {'later' if lag > 0 else 'of overlap'}"


def _note(actor: Actor, verb: Verb, dependency: Dependency, summary: str, change: Any) -> None:
    note(actor, verb, dependency, dependency.successor.measure, summary, change=change, reason=dependency.note)
