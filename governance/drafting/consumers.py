"""Dry runs go on part by part."""

from uuid import UUID

from cat4.outbox.registry import consumes
from governance.constants import Topic

from .actions.trials import go_on_with


@consumes(Topic.DRY_RUN_ASKED)
def try_draft_rules(run_id: UUID) -> None:
    """A dry run of the gate rules goes on, part by part."""
    go_on_with(run_id)
