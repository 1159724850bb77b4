"""A committee's agenda: what it has to decide, and what it has to know first (domain section 13).

It builds itself from what is open. Until the papers lock it is made anew for every look; then it is kept as it was.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db.models import Q

from governance.constants import RequestKind
from governance.deviations.selectors.topics import topics_before
from governance.gates.constants import RequestState
from governance.gates.models import GateRequest
from governance.parties.constants import SubjectKind
from governance.parties.selectors.parties import WITH_PARTIES, parties_of
from governance.rulebook.selectors import rules_in_force
from hierarchy.committees.cadence import at_local_time
from hierarchy.models import Committee
from hierarchy.organization.selectors import organization
from measures.constants import Doi

from ..constants import RUNNING, CirculationState
from ..models.meetings import Meeting, Motion
from ..models.resolutions import Circulation, CommitteeDecision
from .agenda_figures import figures_of
from .meetings import last_held, papers_lock_at
from .opening import Opening, opening_of
from .subjects import (
    Subject,
    committee_deciding,
    deviation_subject,
    load_subject,
    ratification_subject,
    request_subject,
)
from .urgent import unratified_under

_ORDER = {SubjectKind.RATIFICATION: 0, SubjectKind.REQUEST: 1, SubjectKind.DEVIATION: 2, SubjectKind.MOTION: 3}


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a meeting has before it. `late` came after the papers locked, and is for the next one."""

    locks_at: datetime
    items: list[Subject]
    late: list[Subject]
    opening: Opening
    figures: Mapping[str, str]


def agenda_of(meeting: Meeting) -> Agenda:
    """The agenda as it is now, for a meeting whose papers aren't locked yet."""
    committee, locks_at = meeting.committee, papers_lock_at(meeting)
    dated = subjects_before(committee)
    previous = last_held(committee, meeting.starts_at)
    figures = figures_of(committee)
    return Agenda(
        locks_at,
        [subject for at, subject in dated if at <= locks_at],
        [subject for at, subject in dated if at > locks_at],
        opening_of(meeting, previous, figures),
        figures,
    )


def subjects_before(committee: Committee) -> list[tuple[datetime, Subject]]:
    """What waits for the committee, with the instant it came: urgent decisions, requests, trade-offs, motions, each the
    oldest first."""
    circulating, trade_offs = _in_circulation(committee), _trade_offs(committee)
    shut = {subject.id for _, subject in trade_offs if subject.id not in circulating}
    found = [*_ratifications(committee), *_requests(committee, shut), *trade_offs, *_motions(committee)]
    waiting = [(at, subject) for at, subject in found if subject.id not in circulating]
    return sorted(waiting, key=lambda dated: (_ORDER[dated[1].kind], dated[0], dated[1].title))


def _ratifications(committee: Committee) -> list[tuple[datetime, Subject]]:
    """What a chair decided urgently, and the committee hasn't ratified; from two meetings on at its escalation body."""
    return [
        (urgent.decision.decided_at, ratification_subject(urgent))
        for urgent in unratified_under(committee)
        if urgent.committee_id == committee.pk
    ]


def _requests(committee: Committee, shut: Collection[UUID]) -> list[tuple[datetime, Subject]]:
    """Open requests that the committee decides, as a body or by its chair.

    A gate is shut until the trade-off of its measure is decided (domain section 9), so in `shut` it waits behind that.
    """
    requests = GateRequest.objects.filter(_may_reach(committee), state=RequestState.SUBMITTED)
    related = ("requested_by", "gap_owner", *(f"measure__{name}" for name in WITH_PARTIES))
    mine = [
        request
        for request in requests.exclude(kind=RequestKind.ADVANCE, to_doi=Doi.CLOSED).select_related(*related)
        if not (request.kind == RequestKind.ADVANCE and request.measure_id in shut)
        and committee_deciding(request, parties_of(request.measure)) == committee.pk
    ]
    return [(request.submitted_at, request_subject(request, committee.pk)) for request in mine if request.submitted_at]


def _may_reach(committee: Committee) -> Q:
    """Measures whose requests may come before a committee: its own, those below it, all where it is named."""
    if committee.pk in rules_in_force().committees:
        return Q()
    return Q(measure__committee_id=committee.pk) | Q(measure__committee__escalation_id=committee.pk)


def _trade_offs(committee: Committee) -> list[tuple[datetime, Subject]]:
    """Deviations that were escalated and not decided, one item a measure, from the morning of the first day on."""
    zone = organization().time_zone
    return [
        (at_local_time(topic.since, time(), zone), deviation_subject(topic.measure, topic))
        for topic in topics_before(committee)
    ]


def _motions(committee: Committee) -> list[tuple[datetime, Subject]]:
    decided = CommitteeDecision.objects.filter(committee_id=committee.pk).values("subject_id")
    motions = Motion.objects.filter(committee_id=committee.pk, withdrawn_at__isnull=True).exclude(pk__in=decided)
    # What was voted down by circulation is decided; what lapsed comes back.
    rejected = Q(state__in=[CirculationState.REJECTED, CirculationState.WITHDRAWN])
    over = Circulation.objects.filter(rejected, committee_id=committee.pk).values("subject_id")
    return [(motion.proposed_at, load_subject("motion", motion.pk)) for motion in motions.exclude(pk__in=over)]


def _in_circulation(committee: Committee) -> set[UUID]:
    """What the members are asked about right now is not decided twice."""
    running = Circulation.objects.filter(state__in=RUNNING, committee_id=committee.pk)
    return set(running.values_list("subject_id", flat=True))
