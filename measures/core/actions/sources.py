"""What another system calls a measure (domain section 15)."""

from uuid import UUID

from django.db import transaction

from cat4 import checks
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.errors import Invalid
from measures.constants import Verb
from measures.models import Measure

from ..policies.deputies import act_as
from ..policies.measures import may_edit_measure
from ..selectors.measures import measure_to_change
from .notes import note

_TAKEN = "Another measure already carries this external ID of the same source."


@transaction.atomic
def renumber_measure(actor: Actor, measure_id: UUID, *, external_id: str) -> Measure:
    """The source calls the measure by another ID from now on; which source it is stays.

    Raises:
        Http404, NotAllowed; Invalid on `external_id`: empty, too long or another measure's.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_edit_measure)
    problems = Problems()
    external_id = checks.text(problems, "external_id", external_id, limit=200, required=True)
    problems.stop_if_any()
    if external_id == measure.external_id:
        return measure
    others = Measure.objects.filter(source_system=measure.source_system, external_id=external_id)
    if others.exclude(pk=measure.pk).exists():
        raise Invalid({"external_id": _TAKEN})
    before, measure.external_id = measure.external_id, external_id
    measure.version += 1
    measure.save(update_fields=["external_id", "version"])
    summary = f"changed the external ID of {measure.source_system} from {before or 'nothing'} to {external_id}"
    note(actor, Verb.MEASURE_EDITED, measure, measure, summary, change={"external_id": [before, external_id]})
    return measure
