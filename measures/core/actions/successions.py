"""Hand a measure over when its owner, sponsor or controller leaves (domain section 2)."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.accounts.selectors import people
from cat4.errors import Invalid
from hierarchy.people.successions import Duty, Succession
from measures.constants import Lifecycle, Verb
from measures.models import Measure

from ..notices import tell_of_new_parts
from ..selectors.measures import lock_measure, visible_measures
from .facts import PEOPLE, controlling
from .notes import note

SOURCE = "measures"
_ROLES = {role: field for field, role in PEOPLE.items()}


def duties_of_person(user_id: UUID) -> list[Duty]:
    """The open measures that the person owns, sponsors or controls."""
    duties = []
    for field, role in PEOPLE.items():
        is_open = Measure.objects.filter(lifecycle__in=(Lifecycle.ACTIVE, Lifecycle.ON_HOLD), **{field: user_id})
        duties += [
            Duty(source=SOURCE, kind=role, object_id=measure.pk, title=str(measure), url_name="measures:detail")
            for measure in is_open.only("code", "name")
        ]
    return duties


@transaction.atomic
def hand_over_duty(actor: Actor, duty: Duty, successor_id: UUID) -> None:
    """Name the successor. No policy is asked: whoever deactivates a member answers for that.

    Raises:
        Http404; Invalid when the successor would control an own measure, or is no controller there.
    """
    measure = lock_measure(duty.object_id)
    field = _ROLES[duty.kind]
    others = [getattr(measure, other) for other in PEOPLE if other != field]
    is_control = duty.kind == "controller"
    if (is_control and successor_id in others) or (not is_control and successor_id == measure.controller_id):
        raise Invalid(
            {duty.key: f"Nobody is controller and {'owner or sponsor' if is_control else duty.kind} at once."}
        )
    before = getattr(measure, duty.kind)
    successor = people({successor_id}).get(successor_id)
    if successor is None:
        raise Invalid({duty.key: "Choose an active member of the organization."})
    if is_control and not (may := controlling(actor, measure.package, successor_id)):
        raise Invalid({duty.key: may.reason})
    setattr(measure, field, successor_id)
    measure.version += 1
    measure.save(update_fields=[field, "version"])
    change = {field: [before.name if before else None, successor.name]}
    summary = f"handed the {duty.kind} over from {before.name if before else 'nobody'} to {successor.name}"
    note(actor, Verb.MEASURE_EDITED, measure, measure, summary, change=change)
    tell_of_new_parts(actor, measure, change)


def seen_of(actor: Actor, duties: Collection[Duty]) -> set[UUID]:
    """The measures among them that the actor may see."""
    return set(visible_measures(actor).filter(pk__in=[duty.object_id for duty in duties]).values_list("pk", flat=True))


SUCCESSION = Succession(duties=duties_of_person, hand_over=hand_over_duty, seen=seen_of)
