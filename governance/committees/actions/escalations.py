"""A written circulation where the committee doesn't meet soon enough (domain section 9)."""

import logging
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.http import Http404

from cat4 import clock
from cat4.errors import Cat4Error
from cat4.wording import day_name
from governance.deviations.actions.steps import take_step
from governance.deviations.constants import ClockStep
from governance.deviations.models import Deviation
from governance.deviations.selectors.deviations import sentence_of, today_here
from governance.deviations.selectors.topics import Topic, topic_for_write, topic_of, was_asked_in_writing
from governance.deviations.selectors.weights import asks_body
from governance.parties.constants import SubjectKind
from hierarchy.organization.actions import rule_actor
from hierarchy.organization.selectors import organization, thresholds

from ..constants import RUNNING, CirculationState, MeetingState
from ..models.meetings import AgendaItem, Meeting
from ..models.resolutions import Circulation
from ..selectors.circulations import circulation_for_write
from ..selectors.meetings import papers_lock_at
from .circulations import open_circulation, take_back

log = logging.getLogger(__name__)

# Long enough to read and vote, shorter than a month that passes without a decision.
_OPEN_DAYS = 7


@transaction.atomic
def circulate(measure_id: UUID) -> bool:
    """Ask the committee in writing about the deviations of a measure, unless it meets within 7 days (default).

    Once, of all that are open. A meeting is near as long as its papers are open, or the measure stands in them. Below
    the body's amount nobody is asked: it waits for the chair, and stands on the next agenda. Proposed is what is
    recommended; where no one recommends, the members choose. What can't be put to the vote is tried again later.
    """
    today, topic = today_here(), topic_for_write(measure_id)
    committee_id = topic.measure.committee_id if topic else None
    if topic is None or committee_id is None or not asks_body(topic.deviations) or was_asked_in_writing(measure_id):
        return False
    if _meets_soon(committee_id, today) or _is_on_locked_papers(measure_id):
        return False
    closes_on = today + timedelta(days=_OPEN_DAYS)
    note = f"The committee does not meet within {thresholds().deviation_meeting_days} days. Votes until "
    note += f"{day_name(closes_on)}."
    if Circulation.objects.filter(_about(measure_id), state__in=RUNNING).exists():
        note = "It was in circulation already."
    elif not _was_opened(topic, committee_id, _question(topic, today), closes_on):
        return False
    for row in topic.deviations:
        take_step(row, ClockStep.CIRCULATED, today, note)
    return True


def _about(measure_id: UUID) -> Q:
    return Q(subject_kind=SubjectKind.DEVIATION, subject_id=measure_id)


def _was_opened(topic: Topic, committee_id: UUID, question: str, closes_on: date) -> bool:
    measure_id = topic.measure.pk
    try:
        with transaction.atomic():
            open_circulation(
                rule_actor("schedule"),
                committee_id,
                subject_kind=SubjectKind.DEVIATION,
                subject_id=measure_id,
                question=question,
                closes_on=closes_on,
            )
    except (Cat4Error, Http404):
        log.exception("the deviations of measure %s could not be put into circulation", measure_id)
        return False
    return True


def _meets_soon(committee_id: UUID, today: date) -> bool:
    """Whether a meeting within the next days takes the measure up: its papers are still open."""
    zone = ZoneInfo(organization().time_zone)
    last = today + timedelta(days=thresholds().deviation_meeting_days)
    planned = Meeting.objects.filter(
        committee_id=committee_id, state=MeetingState.PLANNED, agenda__isnull=True, starts_at__gt=clock.now()
    )
    return any(
        papers_lock_at(meeting) > clock.now() and meeting.starts_at.astimezone(zone).date() <= last
        for meeting in planned.order_by("starts_at")[:5]
    )


def _is_on_locked_papers(measure_id: UUID) -> bool:
    """Whether it stands on the locked papers of a meeting that is in session or still to come."""
    items = AgendaItem.objects.filter(_about(measure_id), decision__isnull=True)
    ahead = items.filter(meeting__state=MeetingState.PLANNED, meeting__starts_at__gt=clock.now())
    return ahead.exists() or items.filter(meeting__state=MeetingState.IN_SESSION).exists()


def _question(topic: Topic, today: date) -> str:
    first, chosen = topic.deviations[0], topic.recommended
    found = " ".join(sentence_of(row) for row in topic.deviations)
    needs = " ".join(row.decision_needed for row in topic.deviations if row.decision_needed)
    proposed = f"Proposed is “{chosen.title}”." if chosen else "Nobody recommends one way out: choose."
    return f"{found} Nothing was decided until day {first.day_on(today)}. {needs or proposed}"


@transaction.atomic
def withdraw_unbegun(deviation_id: UUID) -> bool:
    """Take back the question that a rule put on a measure of which nothing is left to decide, if nobody voted yet."""
    measure_id = Deviation.objects.values_list("measure_id", flat=True).get(pk=deviation_id)
    if topic_of(measure_id) is not None:
        return False
    running = Circulation.objects.filter(
        _about(measure_id), state=CirculationState.OPEN, opened_by__isnull=True, votes__isnull=True
    )
    for pk in running.values_list("pk", flat=True):
        circulation = circulation_for_write(pk)
        if circulation.state != CirculationState.OPEN or circulation.votes.exists():
            continue
        take_back(rule_actor("rule"), circulation, "It has recovered: there is nothing left to decide.")
        return True
    return False
