"""The degrees of a measure for the component `stepper`."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cat4.web import formats

from ..selectors.steps import Step
from .standing import Standing


@dataclass(frozen=True, slots=True)
class StepLine:
    """A degree with a note: when it was reached, or what is open before it."""

    degree: int
    name: str
    state: str
    note: str


def step_lines(steps: Iterable[Step], standing: Standing) -> list[StepLine]:
    """Each degree; what is open is that of the measure's next gate."""
    return [StepLine(step.degree.value, str(step.degree.label), step.state, _note(step, standing)) for step in steps]


def _note(step: Step, standing: Standing) -> str:
    if step.reopened_at:
        reopened = _("reopened %(day)s") % {"day": formats.day(step.reopened_at)}
        return f"{formats.day(step.reached_at)}, {reopened}" if step.reached_at else reopened
    if step.reached_at:
        return formats.day(step.reached_at)
    if step.state == "next" and standing.is_open:
        return "Decision awaited"
    if step.state == "next" and standing.missing:
        return ngettext("%d check open", "%d checks open", standing.missing) % standing.missing
    return f"due {formats.day(step.planned_on)}" if step.planned_on else ""
