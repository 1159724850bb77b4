"""What a committee has to decide about a measure: its open deviations are one topic (domain section 9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from cat4.tenancy.context import current_organization_id
from hierarchy.models import Committee
from measures.core.selectors.measures import lock_measure
from measures.models import Measure

from ..constants import DATA_KINDS, ClockStep, DeviationOutcome, DeviationState
from ..models import Deviation, DeviationDecision, DeviationOption, DeviationStep


@dataclass(frozen=True, slots=True)
class Topic:
    """The open deviations of a measure of which at least one is past its clock, the longest open first."""

    measure: Measure
    deviations: tuple[Deviation, ...]

    @property
    def since(self) -> date:
        """Since when it is on the committee's agenda."""
        return min(row.escalated_on for row in self.deviations if row.escalated_on)

    @property
    def options(self) -> tuple[DeviationOption, ...]:
        """The ways out of all of them, in the order in which they were written."""
        found = [option for row in self.deviations for option in row.options.all()]
        return tuple(sorted(found, key=lambda option: option.written_at))

    @property
    def recommended(self) -> DeviationOption | None:
        """What is recommended; None where nobody recommends anything, or more than one thing is recommended."""
        found = [option for option in self.options if option.is_recommended]
        return found[0] if len(found) == 1 else None


def topics_before(committee: Committee) -> list[Topic]:
    """What stands on a committee's agenda, the longest open first."""
    return topics_of(Deviation.objects.filter(measure__committee=committee).prefetch_related("options"))


def topic_of(measure_id: UUID) -> Topic | None:
    """What a committee has to decide about a measure; None where nothing of it is past its clock."""
    return next(iter(topics_of(Deviation.objects.filter(measure=measure_id).prefetch_related("options"))), None)


def others_in_topic(deviation: Deviation) -> tuple[Deviation, ...]:
    """What else is to be decided about the measure of a deviation, itself left out; none of data."""
    topic = topic_of(deviation.measure_id) if deviation.is_for_committee else None
    return tuple(row for row in topic.deviations if row.pk != deviation.pk) if topic else ()


def have_waited(deviations: Iterable[Deviation]) -> bool:
    """Whether the committee has waited with one of them already: it may once."""
    waits = DeviationDecision.objects.filter(
        outcome=DeviationOutcome.WAIT, deviation__in=[row.pk for row in deviations]
    )  # fmt: skip
    return waits.exists()


def was_asked_in_writing(measure_id: UUID) -> bool:
    """Whether the committee was asked about a deviation of the measure that it hasn't decided: it is asked once.

    What a circulation left undecided stands on the next agenda, with what came after it.
    """
    undecided = (DeviationState.OPEN, DeviationState.RECOVERING)
    asked = DeviationStep.objects.filter(
        organization_id=current_organization_id(),
        deviation__measure=measure_id,
        deviation__state__in=undecided,
        step=ClockStep.CIRCULATED,
        round=F("deviation__round"),
    )
    return asked.exists()


def topic_for_write(measure_id: UUID) -> Topic | None:
    """The same, with the measure and its deviations locked, the measure first as every act on a deviation does."""
    lock_measure(measure_id)
    list(Deviation.objects.select_for_update(of=("self",)).filter(measure=measure_id).order_by("number"))
    return topic_of(measure_id)


def topics_of(rows: QuerySet[Deviation]) -> list[Topic]:
    """The topics among `rows`, the longest open first."""
    related = open_topics(rows).select_related("measure__owner", "measure__package", "measure__committee")
    found = list(related.order_by("measure_id", "opened_on", "number"))
    topics = [_topic(tuple(group)) for _, group in groupby(found, key=lambda row: row.measure_id)]
    return sorted(topics, key=lambda topic: (topic.deviations[0].opened_on, topic.deviations[0].number))


def _topic(deviations: Sequence[Deviation]) -> Topic:
    return Topic(deviations[0].measure, tuple(deviations))


def open_topics(rows: QuerySet[Deviation]) -> QuerySet[Deviation]:
    """Those of `rows` that are part of a topic: open ones of measures of which one is past its clock.

    What waits until a day is none until then, and data that nobody confirmed never.
    """
    every = Deviation.objects.filter(
        organization_id=current_organization_id(), state=DeviationState.OPEN
    ).exclude(kind__in=DATA_KINDS)  # fmt: skip
    escalated = every.filter(measure=OuterRef("measure"), escalated_on__isnull=False)
    rows = rows.filter(Exists(escalated), organization_id=current_organization_id(), state=DeviationState.OPEN)
    return rows.exclude(kind__in=DATA_KINDS).exclude(waits_until__isnull=False, escalated_on__isnull=True)
