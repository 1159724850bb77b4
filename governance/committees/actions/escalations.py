"""A written circulation where the committee doesn't meet soon enough (domain section 9)."""

import logging
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import Http404

from cat4.errors import Cat4Error, Conflict
from cat4.wording import day_name
from governance.deviations.actions.steps import take_step
from governance.deviations.constants import CHANGE_OUTCOMES, ClockStep, DeviationOutcome
from governance.deviations.models import Deviation, DeviationOption
from governance.deviations.selectors.deviations import sentence_of, today_here, undecided_for_write
from governance.parties.constants import SubjectKind
from hierarchy.organization.actions import rule_actor
from hierarchy.organization.selectors import organization, thresholds

from ..constants import MeetingState
from ..models.meetings import Meeting
from .circulations import open_circulation

log = logging.getLogger(__name__)

# Long enough to read and vote, shorter than a month that passes without a decision.
_OPEN_DAYS = 7
_TASK_DAYS = 30


@transaction.atomic
def circulate(deviation_id: UUID) -> bool:
    """Ask the committee in writing about a deviation whose clock has run out, unless it meets within 7 days (default).

    Once in a round. Proposed is what the owner recommends; without a recommendation that the loss is accepted, with
    its gap at the owner: a question that can be voted on. What can't be put to the vote is tried again later.
    """
    today, deviation = today_here(), undecided_for_write(deviation_id)
    committee_id = deviation.measure.committee_id if deviation else None
    if deviation is None or committee_id is None or _meets_soon(committee_id, today):
        return False
    chosen = next((option for option in deviation.options.all() if option.is_recommended and option.outcome), None)
    closes_on = today + timedelta(days=_OPEN_DAYS)
    try:
        with transaction.atomic():
            open_circulation(
                rule_actor("schedule"),
                committee_id,
                subject_kind=SubjectKind.DEVIATION,
                subject_id=deviation.pk,
                question=_question(deviation, today, chosen),
                closes_on=closes_on,
                outcome=chosen.outcome if chosen else DeviationOutcome.ACCEPT,
                details=_details(deviation, today, chosen),
            )
    except Conflict:
        return take_step(deviation, ClockStep.CIRCULATED, today, "It was in circulation already.")
    except (Cat4Error, Http404):
        log.exception("deviation %s could not be put into circulation", deviation.pk)
        return False
    note = f"The committee does not meet within {thresholds().deviation_meeting_days} days. Votes until "
    return take_step(deviation, ClockStep.CIRCULATED, today, f"{note}{day_name(closes_on)}.")


def _meets_soon(committee_id: UUID, today: date) -> bool:
    """Whether a meeting of the committee is planned for the next days, or in session."""
    zone = ZoneInfo(organization().time_zone)
    until = today + timedelta(days=thresholds().deviation_meeting_days + 1)
    meetings = Meeting.objects.filter(
        committee_id=committee_id,
        state__in=[MeetingState.PLANNED, MeetingState.IN_SESSION],
        starts_at__gte=datetime.combine(today, time(), zone),
        starts_at__lt=datetime.combine(until, time(), zone),
    )
    return meetings.exists()


def _question(deviation: Deviation, today: date, chosen: DeviationOption | None) -> str:
    proposed = f"“{chosen.title}”" if chosen else "that the loss is accepted"
    need = deviation.decision_needed or f"Proposed is {proposed}."
    return f"{sentence_of(deviation)} Nothing was decided until day {deviation.day_on(today)}. {need}"


def _details(deviation: Deviation, today: date, chosen: DeviationOption | None) -> dict[str, str]:
    """What the proposed outcome needs besides a reason; those that it doesn't take are left aside."""
    owner, later = deviation.measure.owner_id, today + timedelta(days=_TASK_DAYS)
    details = {"gap_owner_id": str(owner)} if owner else {}
    if chosen is None:
        return details
    details["option_id"] = str(chosen.pk)
    if chosen.outcome in CHANGE_OUTCOMES:
        details["due_on"] = later.isoformat()
    elif chosen.outcome == DeviationOutcome.COMPENSATE:
        details["new_measure"] = chosen.title
    elif chosen.outcome == DeviationOutcome.HOLD:
        details |= {"hold_reason": "other", "resume_on": max(later, chosen.effective_on).isoformat()}
    return details
