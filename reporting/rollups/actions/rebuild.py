"""Computing every report of an organization anew: the way back when something was lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Conflict, require
from cat4.outbox.actions import publish
from cat4.tenancy.context import organization_context
from hierarchy.constants import Level
from hierarchy.models import Node
from reporting.constants import Topic, Verb
from reporting.models import RebuildRun

from ..policies import may_rebuild
from .from_scratch import Span, make_from_scratch
from .rollup import BATCH
from .sql import lock_roll_up
from .statuses import write_statuses

# A run that has made no step for so long was given up: its worker is gone.
SILENCE = timedelta(minutes=15)


# Nodes that are looked at in one statement: what bounds the memory of the database, and how long a climb waits.
PART = 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """A step of a rebuild: nodes of one level, those below them done already."""

    level: Level
    nodes: Sequence[UUID]

    @property
    def words(self) -> str:
        return f"{self.level.label}s" if self.level != Level.ORGANIZATION else "The organization"

    def run(self) -> None:
        """Make the rows of the nodes anew; the caller holds the lock."""
        make_from_scratch(Span(self.level, self.nodes[0], self.nodes[-1]))
        self.colour()

    def colour(self) -> None:
        """Compute the statuses of the nodes from their sums."""
        for start in range(0, len(self.nodes), BATCH):
            write_statuses(self.nodes[start : start + BATCH])


def parts() -> list[Part]:
    """Every node of the current organization, from the packages up, in parts that bound a worker's memory."""
    found = []
    for level in reversed(Level):
        of_level = list(Node.objects.filter(level=level).order_by("pk").values_list("pk", flat=True))
        found += [Part(level, of_level[start : start + PART]) for start in range(0, len(of_level), PART)]
    return found


@transaction.atomic
def rebuild_reports() -> int:
    """Make the rows of every node anew, in one transaction; returns the number of nodes.

    Equals what the climbs have kept: a property test compares both with a sum made in Python.
    """
    lock_roll_up()
    return sum(_run(part) for part in parts())


def _run(part: Part) -> int:
    part.run()
    return len(part.nodes)


@transaction.atomic
def recolour_nodes() -> None:
    """Compute the statuses of every node anew from its sums, for thresholds that changed."""
    lock_roll_up()
    for part in parts():
        part.colour()


@transaction.atomic
def start_rebuild(actor: Actor) -> RebuildRun:
    """Have a worker compute every report anew; how far it is says `reporting.selectors.rebuilds.last_rebuild`.

    Raises:
        NotAllowed; Conflict while another one runs.
    """
    require(may_rebuild(actor))
    lock_roll_up()
    running = RebuildRun.objects.filter(finished_at__isnull=True, seen_at__gt=clock.now() - SILENCE).first()
    if running is not None:
        raise Conflict("Reports are being computed anew already.", current={"done": running.done})
    run = begin(actor.user_id)
    record(actor, Verb.REBUILD_STARTED, run, summary="had every report computed anew")
    publish(Topic.REBUILD_ASKED, run.pk)
    return run


def begin(user_id: UUID | None = None) -> RebuildRun:
    """A run that waits for its worker."""
    return RebuildRun.objects.create(requested_by_id=user_id, requested_at=clock.now(), seen_at=clock.now())


def run_rebuild(organization_id: UUID, run_id: UUID) -> int:
    """Make the parts of a run, each in a transaction of its own that also says how far it is; returns the nodes.

    Climbs go on between two parts: they add their difference to what is there, and what is there is made anew
    from below. A run that another worker has taken up is left alone, so that a task may be delivered twice.
    """
    with organization_context(organization_id):
        taken = RebuildRun.objects.filter(pk=run_id, started_at__isnull=True)
        todo = parts()
        if not taken.update(started_at=clock.now(), seen_at=clock.now(), total=len(todo)):
            return 0
    try:
        for number, part in enumerate(todo, start=1):
            with organization_context(organization_id):
                lock_roll_up()
                part.run()
                _tell(run_id, step=part.words, done=number)
    except Exception as error:
        with organization_context(organization_id):
            _tell(run_id, finished_at=clock.now(), error=f"{type(error).__name__}: {error}"[:2000])
        raise
    with organization_context(organization_id):
        _tell(run_id, finished_at=clock.now())
    return sum(len(part.nodes) for part in todo)


def _tell(run_id: UUID, **facts: object) -> None:
    RebuildRun.objects.filter(pk=run_id).update(seen_at=clock.now(), **facts)
