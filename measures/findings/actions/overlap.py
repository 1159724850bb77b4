"""The overlap check: does another measure claim the same money (domain section 11)?"""

from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.editing import check_version
from cat4.wording import counted
from measures.constants import Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import measure_to_change
from measures.models import Measure

from ..policies import may_check_overlap
from ..selectors.findings import overlaps_to_settle


@transaction.atomic
def check_overlap(actor: Actor, measure_id: UUID, *, resolution: str, expected_version: int | None = None) -> Measure:
    """State how each overlap was resolved (merge, split, sequential), or that there is none and why.

    What the checks found has to be settled first, so that the answer isn't said over open overlaps.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid on `resolution`: empty, or overlaps are open.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_check_overlap)
    check_version(measure, expected_version, resolution=measure.overlap_resolution)
    problems = Problems()
    resolution = checks.text(problems, "resolution", resolution, required=True)
    _check_settled(problems, measure)
    problems.stop_if_any()
    change = {"resolution": [measure.overlap_resolution, resolution]}
    measure.overlap_resolution, measure.overlap_checked_at = resolution, clock.now()
    measure.version += 1
    measure.save(update_fields=["overlap_resolution", "overlap_checked_at", "version"])
    note(actor, Verb.OVERLAP_CHECKED, measure, measure, f"answered the overlap check: {resolution}", change=change)
    return measure


def _check_settled(problems: Problems, measure: Measure) -> None:
    waiting = overlaps_to_settle(measure)
    if waiting:
        noun = counted(len(waiting), "overlap")
        problems.add("resolution", f"Resolve {noun} in Checks first. {waiting[0].sentence}")
