"""The runs of the rebuild page in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cat4 import clock
from cat4.web.charts import share
from reporting.models import RebuildRun

from .actions.rebuild import SILENCE


@dataclass(frozen=True, slots=True)
class RebuildLine:
    """A run: who asked, how it stands, and how long it took in seconds; `width` is the share that is done."""

    requested_at: datetime
    requested_by: str
    state: str
    step: str
    done: int
    total: int
    width: str
    seconds: int | None
    error: str
    is_running: bool


def rebuild_lines(runs: Iterable[RebuildRun]) -> list[RebuildLine]:
    """Every run with its state: waits, runs, given up, failed or done."""
    return [_line(run) for run in runs]


def _line(run: RebuildRun) -> RebuildLine:
    state = _state(run)
    took = (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else None
    return RebuildLine(
        requested_at=run.requested_at,
        requested_by=run.requested_by.name if run.requested_by else "The command line",
        state=state,
        step=run.step,
        done=run.done,
        total=run.total,
        width=share(Decimal(run.done), Decimal(run.total)),
        seconds=None if took is None else round(took),
        error=run.error,
        is_running=state in {"Waits for a worker", "Running"},
    )


def _state(run: RebuildRun) -> str:
    if run.error:
        return "Failed"
    if run.finished_at:
        return "Done"
    if run.seen_at is None or run.seen_at <= clock.now() - SILENCE:
        return "Given up"
    return "Running" if run.started_at else "Waits for a worker"
