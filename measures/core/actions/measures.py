"""Create, edit and move a measure (domain sections 3 to 5)."""

from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import checks
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.editing import accept_only, check_version, naming_duplicates
from cat4.errors import Invalid, require
from cat4.outbox.actions import publish
from hierarchy.models import Committee, Node
from hierarchy.nodes.selectors.gaps import gaps_as_stored
from measures.constants import STEERING, Doi, Topic, Verb
from measures.facts import checks as measure_checks
from measures.facts.locks import lock_network
from measures.models import Measure

from ..notices import tell_of_new_parts
from ..policies.deputies import act_as
from ..policies.measures import (
    may_create_measure,
    may_edit_measure,
    may_move_measure,
    may_name_people,
    may_receive_measure,
)
from ..selectors.measures import measure_to_change
from ..selectors.moves import gaps_of_moved
from . import facts as _facts
from .codes import lock_package, next_code
from .defaults import take_defaults
from .notes import note
from .seating import change_committee

_TAKEN = {
    "measure_code": ("code", "Another measure already has this code."),
    "measure_external_id": ("external_id", "Another measure already carries this external ID of the same source."),
}


@transaction.atomic
def create_measure(
    actor: Actor,
    *,
    package_id: UUID,
    name: str,
    description: str,
    business_reason: str,
    kind: str,
    owner_id: UUID | None = None,
    code: str = "",
    source_system: str = "",
    external_id: str = "",
    source_values: dict[str, Any] | None = None,
    draft: bool = False,
    **facts: Any,
) -> Measure:
    """A new measure at DoI 0. Without an owner it passes no gate.

    A `draft`, as an import writes it, may lack what its source doesn't know. `facts` are those that
    `edit_measure` takes. Without a code the next one of its package's prefix is drawn. Sponsor, controller, unit,
    function, entity and committee that aren't named come from the nearest node above that names them, where they
    hold; they are the measure's own from then on. Named as None they stay empty.

    Raises:
        NotAllowed; Invalid by argument, `package_id` included: unknown, foreign or not a package.
    """
    facts |= {"name": name, "description": description, "business_reason": business_reason, "kind": kind}
    facts |= {"owner_id": owner_id, "source_values": source_values or {}}
    accept_only(facts, _facts.LABELS)
    package, prefix = lock_package(package_id)
    if package is None or not actor.sees(package.path):
        raise Invalid({"package_id": "Unknown measure package."})
    actor = act_as(actor, package, may_create_measure)
    problems = Problems()
    measure = Measure(package=package)
    cleaned = _facts.clean(problems, actor, measure, facts, draft=draft)
    measure.source_system = checks.text(problems, "source_system", source_system, limit=60)
    measure.external_id = checks.text(problems, "external_id", external_id, limit=200)
    measure.code = checks.text(problems, "code", code, limit=40)
    problems.stop_if_any()
    _facts.differences(measure, cleaned)
    measure_checks.planned_gates(problems, measure.planned_gates)
    _facts.check_committee(problems, measure.committee_id, package, "committee_id")
    problems.stop_if_any()
    inherited = take_defaults(actor, measure, named=cleaned.keys())
    measure.code = measure.code or next_code(prefix)
    measure.governable = not measure.missing_fields
    with naming_duplicates(_TAKEN):
        measure.save(force_insert=True)
    summary = " ".join(filter(None, (f"created the measure {measure.code} in {package.name}", inherited.sentence)))
    note(actor, Verb.MEASURE_CREATED, measure, measure, summary, change={"name": [None, measure.name]})
    return measure


@transaction.atomic
def edit_measure(
    actor: Actor, measure_id: UUID, *, expected_version: int | None = None, draft: bool = False, **changes: Any
) -> Measure:
    """Change any descriptive fact; people and committee by their own, stricter rule. Nothing changed writes nothing.

    A `draft`, as an import writes it, may lack what its source doesn't know, until it is identified.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by field.
    """
    accept_only(changes, _facts.LABELS)
    if changes.get("enables_id"):
        # Two that name each other at the same moment take turns, so that the second one sees the circle.
        lock_network()
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_edit_measure)
    if any(getattr(measure, field) != changes[field] for field in STEERING if field in changes):
        require(may_name_people(actor, measure))
    check_version(measure, expected_version, **{field: _facts.in_words(measure, field) for field in changes})
    problems = Problems()
    cleaned = _facts.clean(problems, actor, measure, changes, draft=draft and measure.doi == Doi.DEFINED)
    problems.stop_if_any()
    change = _facts.differences(measure, cleaned)
    measure_checks.planned_gates(problems, measure.planned_gates)
    if "committee_id" in change:
        _facts.check_committee(problems, measure.committee_id, measure.package, "committee_id")
    problems.stop_if_any()
    if not change:
        return measure
    measure.governable = not measure.missing_fields
    measure.version += 1
    measure.save()
    note(actor, Verb.MEASURE_EDITED, measure, measure, _facts.sentence(change), change=change)
    tell_of_new_parts(actor, measure, change)
    return measure


@transaction.atomic
def move_measure(
    actor: Actor,
    measure_id: UUID,
    *,
    package_id: UUID,
    committee_id: UUID | None = None,
    expected_version: int | None = None,
) -> Measure:
    """Hang a measure below another package; reports follow it.

    Where its committee has no power there, `committee_id` decides from now on, in the same step. The target gaps of
    both places, before and after, are kept with the record.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid on `package_id` or `committee_id`.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_move_measure)
    package = Node.objects.select_for_update(no_key=True).filter(pk=package_id).first()
    if package is None or not actor.sees(package.path):
        raise Invalid({"package_id": "Unknown measure package."})
    require(may_receive_measure(actor, package))
    check_version(measure, expected_version, package=measure.package.name)
    if measure.package_id == package.pk:
        return measure
    problems = Problems()
    if committee_id is None:
        _facts.check_committee(problems, measure.committee_id, package, "package_id")
    else:
        checks.known_id(problems, "committee_id", committee_id, Committee, noun="committee")
        _facts.check_committee(problems, committee_id, package, "committee_id")
    problems.stop_if_any()
    gaps = gaps_as_stored(gaps_of_moved(measure, package))
    before, measure.package = measure.package, package
    measure.version += 1
    measure.save(update_fields=["package", "version"])
    change: dict[str, Any] = {"package": [before.name, package.name], "package_id": [before.pk, package.pk]}
    change["consequences"] = {"gaps": gaps}
    said = f"moved it from {before.name} to {package.name}"
    note(actor, Verb.MEASURE_MOVED, measure, measure, said, change=change)
    if committee_id not in (None, measure.committee_id):
        change_committee(actor, measure, Committee.objects.get(pk=committee_id), said)
    publish(Topic.MEASURE_MOVED, measure.pk)
    publish(Topic.PACKAGE_LEFT, before.pk)
    return measure
