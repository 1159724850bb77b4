"""The state machines as a page of diagrams, made from the same tables as the machines and their triggers."""

from collections.abc import Iterable

from django.db import models

from measures.constants import DOI_EDGES, LIFECYCLE_EDGES, Doi, Lifecycle

from .committees.constants import (
    CIRCULATION_EDGES,
    CONDITION_EDGES,
    MEETING_EDGES,
    CirculationState,
    ConditionState,
    MeetingState,
)
from .deviations.constants import DEVIATION_EDGES, DeviationState
from .gates.constants import RequestState
from .gates.transitions import REQUEST_EDGES

HEAD = """# States

Made by `manage.py state_diagrams` from the tables of edges in `measures` and `governance`; a test fails when it is
out of date. The transitions of the state machines and the triggers in the database come from the same tables.
"""


def state_page() -> str:
    """The whole of docs/states.md."""
    parts = [
        _diagram(
            "Degree of implementation",
            [(f"DoI{degree.value}", f"{degree.value} {degree.label}") for degree in Doi],
            [(f"DoI{source}", f"DoI{target}") for source, target in DOI_EDGES],
        ),
        _diagram("Lifecycle", _names(Lifecycle), LIFECYCLE_EDGES),
        _diagram("Gate request", _names(RequestState), REQUEST_EDGES),
        _diagram("Deviation", _names(DeviationState), DEVIATION_EDGES),
        _diagram("Meeting", _names(MeetingState), MEETING_EDGES),
        _diagram("Decision by circulation", _names(CirculationState), CIRCULATION_EDGES),
        _diagram("Condition of a decision", _names(ConditionState), CONDITION_EDGES),
    ]
    return "\n".join([HEAD, *parts])


def _names(states: Iterable[models.TextChoices]) -> list[tuple[str, str]]:
    return [(state.value, str(state.label)) for state in states]


def _diagram(title: str, states: list[tuple[str, str]], edges: Iterable[tuple[str, str]]) -> str:
    """A mermaid state diagram. The first state is where it begins; a state that no edge leaves is an end."""
    edges = [(str(source), str(target)) for source, target in edges]
    left = {source for source, _ in edges}
    lines = [f"## {title}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{label}" as {name}' for name, label in states]
    lines.append(f"    [*] --> {states[0][0]}")
    lines += [f"    {source} --> {target}" for source, target in edges]
    lines += [f"    {name} --> [*]" for name, _ in states if name not in left]
    return "\n".join([*lines, "```", ""])
