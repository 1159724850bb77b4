"""What of deviations waits for a person: counter-measures to do, answers to give or to see given, decisions."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from cat4.accounts.actor import Actor
from governance.parties.selectors.authorities import RECORDING_SEATS
from governance.rulebook.selectors import rules_in_force
from hierarchy.models import CommitteeMember
from measures.core.selectors.mine import held_by, reach_of

from ..constants import ASKING_STATES, DeviationState
from ..models import CounterMeasure, Deviation
from .asked import asked_of
from .topics import Topic, topics_of
from .weights import asks_body


def counter_measures_to_do(actor: Actor) -> QuerySet[CounterMeasure]:
    """Those that the person, or who they act for, does and says done, the nearest day first.

    What a measure carries is done by its degree.
    """
    mine = Q(responsible_id=actor.user_id)
    for principal in actor.stands_in_for:
        mine |= Q(responsible_id=principal.user_id) & reach_of(principal, "deviation__measure__")
    rows = CounterMeasure.objects.filter(
        mine,
        organization_id=actor.organization_id,
        done_on__isnull=True,
        measure__isnull=True,
        deviation__state__in=ASKING_STATES,
    )
    return rows.select_related("deviation__measure").order_by("due_on", "id")


def unanswered(actor: Actor, today: date) -> QuerySet[Deviation]:
    """Without a cause or a counter-measure: of who is asked for them, and of the sponsor once they were told."""
    return _lacking(actor, asked_of(actor) | _told(actor, today))


def unanswered_by(actor: Actor) -> QuerySet[Deviation]:
    """Those of them that the person answers: as owner, or as controller who left a month without a validated actual."""
    return _lacking(actor, asked_of(actor))


def unanswered_below(actor: Actor, today: date) -> QuerySet[Deviation]:
    """Those of them that somebody else has to answer, and of which the person was told as sponsor."""
    return _lacking(actor, _told(actor, today) & ~asked_of(actor))


def _told(actor: Actor, today: date) -> Q:
    return held_by(actor, "sponsor", to="measure__") & Q(sponsor_on__lte=today)


def _lacking(actor: Actor, whose: Q) -> QuerySet[Deviation]:
    rows = Deviation.objects.filter(
        whose, Q(cause="") | Q(counter_measures__isnull=True), organization_id=actor.organization_id,
        state=DeviationState.OPEN,
    )  # fmt: skip
    return rows.select_related("measure").distinct().order_by("cause_due_on", "number")


def by_measure(rows: Iterable[Deviation]) -> list[tuple[Deviation, ...]]:
    """The deviations of each measure together, in the order of the first of them: one thing to do each."""
    found: dict[UUID, list[Deviation]] = {}
    for row in rows:
        found.setdefault(row.measure_id, []).append(row)
    return [tuple(group) for group in found.values()]


def measures_among(rows: QuerySet[Deviation]) -> int:
    """How many things to do that are."""
    return rows.order_by().values("measure_id").distinct().count()


def topics_to_decide(actor: Actor) -> list[Topic]:
    """The chair's list: topics below the body's amount, of the committees in which the person presides.

    What the body decides is voted on or stands on an agenda instead; nobody decides on an own measure.
    """
    presides = CommitteeMember.objects.filter(user_id=actor.user_id, role__in=RECORDING_SEATS)
    own = Q(measure__owner_id=actor.user_id) | Q(measure__sponsor_id=actor.user_id)
    own |= Q(measure__controller_id=actor.user_id)
    rows = Deviation.objects.filter(measure__committee__in=presides.values("committee_id")).exclude(own)
    topics = topics_of(rows)
    book = rules_in_force() if topics else None
    return [topic for topic in topics if not asks_body(topic.deviations, book)]
