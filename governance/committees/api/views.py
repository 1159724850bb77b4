"""Meetings, votes, committee decisions, circulations and conditions over REST. Signing stays with people."""

from typing import Any, NoReturn
from uuid import UUID

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import NoInput, Reason
from cat4.api.views import Resource, changes, reads
from cat4.errors import NotAllowed

from ..actions.circulations import confirm_circulation, open_circulation, vote_by_circulation, withdraw_circulation
from ..actions.closing import close_meeting, reopen_meeting
from ..actions.conditions import accept_condition, fulfil_condition, refuse_condition
from ..actions.conflicts import declare_conflict, withdraw_motion
from ..actions.meetings import call_meeting, cancel_meeting, move_meeting, put_motion
from ..actions.resolving import ConditionAsk
from ..actions.sessions import (
    Seen,
    add_minute_note,
    cast_vote,
    decide_item,
    start_meeting,
    take_attendance,
)
from ..models.meetings import LostVote, Minutes
from ..models.resolutions import CommitteeDecision
from ..pages import MeetingPage
from ..selectors.circulations import visible_circulation, visible_circulations
from ..selectors.conditions import visible_condition, visible_conditions
from ..selectors.lost_votes import past_vote
from ..selectors.meetings import visible_meeting, visible_meetings
from ..selectors.overview import visible_committees
from . import shapes, votes


class MeetingView(Resource):
    """What the views of one meeting share."""

    def whole(self, pk: UUID, *, status: int = 200) -> Response:
        """The meeting with its agenda, as it is now."""
        meeting = visible_meeting(self.actor, pk)
        return self.one(
            meeting, shapes.MeetingAnswer, status=status, context={"page": MeetingPage(self.actor, meeting)}
        )


class MeetingList(MeetingView):
    """The meetings of the committees that the caller may follow."""

    @reads("list_meetings", shapes.MeetingLine(many=True), parameters=[shapes.MeetingFilters])
    def get(self, request: Request) -> Response:
        return self.page(visible_meetings(self.actor).filter(**self.asked(shapes.MeetingFilters)), shapes.MeetingLine)

    @changes("call_meeting", shapes.MeetingCall, shapes.MeetingAnswer, status=201)
    def post(self, request: Request) -> Response:
        given = self.given(shapes.MeetingCall)
        return self.whole(call_meeting(self.actor, given.pop("committee_id"), **given).pk, status=201)


class MeetingDetail(MeetingView):
    """One meeting with its agenda."""

    @reads("get_meeting", shapes.MeetingAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.whole(pk)


class MeetingMove(MeetingView):
    """Move a meeting."""

    @changes("move_meeting", shapes.MeetingMove, shapes.MeetingAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.whole(move_meeting(self.actor, pk, **self.given(shapes.MeetingMove)).pk)


class MeetingCancel(MeetingView):
    """Call a meeting off."""

    @changes("cancel_meeting", Reason, shapes.MeetingAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.whole(cancel_meeting(self.actor, pk, **self.given(Reason)).pk)


class MeetingStart(MeetingView):
    """Open the session."""

    @changes("start_meeting", votes.Confirmed, shapes.MeetingAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.whole(start_meeting(self.actor, pk, **self.given(votes.Confirmed)).pk)


class MeetingAttendance(MeetingView):
    """Who is present, absent or represented."""

    @changes("take_attendance", shapes.AttendanceInput, shapes.MeetingAnswer)
    def put(self, request: Request, pk: UUID) -> Response:
        seen = [Seen(**dict(entry)) for entry in self.given(shapes.AttendanceInput)["seen"]]
        return self.whole(take_attendance(self.actor, pk, seen=seen).pk)


class MeetingNotes(MeetingView):
    """Write a note into the minutes."""

    @changes("add_minute_note", shapes.NoteCreate, shapes.NoteAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        note = add_minute_note(self.actor, pk, **self.given(shapes.NoteCreate))
        return self.one(note, shapes.NoteAnswer, status=201)


class MeetingClose(MeetingView):
    """End the session. Where something is open, 409 says what and where it goes, until that is confirmed."""

    @changes("close_meeting", votes.Confirmed, shapes.MeetingAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.whole(close_meeting(self.actor, pk, **self.given(votes.Confirmed)).pk)


class MeetingReopen(MeetingView):
    """Undo the closing, until the minutes are signed."""

    @changes("reopen_meeting", Reason, shapes.MeetingAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.whole(reopen_meeting(self.actor, pk, **self.given(Reason)).pk)


class MeetingMinutes(Resource):
    """The signed minutes. They are signed with a password, so no program signs them: a POST is always 403."""

    @reads("get_minutes", shapes.MinutesAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        minutes = Minutes.objects.filter(meeting=visible_meeting(self.actor, pk)).select_related("signed_by").first()
        if minutes is None:
            raise Http404("The minutes aren't signed yet.")
        return self.one(minutes, shapes.MinutesAnswer)

    @changes("sign_minutes", NoInput, None)
    def post(self, request: Request, pk: UUID) -> NoReturn:
        visible_meeting(self.actor, pk)
        raise NotAllowed("Minutes are signed in the browser.")


class ItemVotes(Resource):
    """Vote on an item in session."""

    @changes("vote_on_item", shapes.ItemVote, shapes.VoteAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(cast_vote(self.actor, pk, **self.given(shapes.ItemVote)), shapes.VoteAnswer, status=201)


class ItemDecision(Resource):
    """Put an item to the vote: 201 with the decision, 200 with the vote where it was not carried."""

    @changes("decide_item", shapes.ResolutionInput, shapes.DecisionPart, status=201, also={200: votes.LostVoteAnswer})
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(shapes.ResolutionInput)
        given["conditions"] = _conditions(given)
        ruled = decide_item(self.actor, pk, **given)
        if isinstance(ruled, LostVote):
            return self.one(past_vote(ruled), votes.LostVoteAnswer)
        return self.one(ruled, shapes.DecisionPart, status=201)


def _conditions(given: dict[str, Any]) -> list[ConditionAsk]:
    return [ConditionAsk(**dict(condition)) for condition in given.get("conditions", [])]


class ResolutionList(Resource):
    """What the committees that the caller may follow decided."""

    @reads("list_committee_decisions", shapes.DecisionPart(many=True), parameters=[shapes.ResolutionFilters])
    def get(self, request: Request) -> Response:
        found = CommitteeDecision.objects.filter(committee__in=visible_committees(self.actor))
        found = found.filter(**self.asked(shapes.ResolutionFilters))
        return self.page(found.select_related("committee", "measure", "decided_by"), shapes.DecisionPart)


class MotionList(Resource):
    """Put a question before a committee."""

    @changes("put_motion", shapes.MotionCreate, shapes.MotionAnswer, status=201)
    def post(self, request: Request) -> Response:
        given = self.given(shapes.MotionCreate)
        motion = put_motion(self.actor, given.pop("committee_id"), **given)
        return self.one(motion, shapes.MotionAnswer, status=201)


class MotionWithdraw(Resource):
    """Take an own motion back."""

    @changes("withdraw_motion", Reason, shapes.MotionAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(withdraw_motion(self.actor, pk, **self.given(Reason)), shapes.MotionAnswer)


class ConflictList(Resource):
    """Declare a conflict of interest in what comes before an own committee."""

    @changes("declare_conflict", shapes.ConflictCreate, shapes.ConflictAnswer, status=201)
    def post(self, request: Request) -> Response:
        made = declare_conflict(self.actor, **self.given(shapes.ConflictCreate))
        return self.one(made, shapes.ConflictAnswer, status=201)


class CirculationList(Resource):
    """Decisions by circulation."""

    @reads("list_circulations", shapes.CirculationAnswer(many=True), parameters=[shapes.CirculationFilters])
    def get(self, request: Request) -> Response:
        found = visible_circulations(self.actor).filter(**self.asked(shapes.CirculationFilters))
        return self.page(found.prefetch_related("votes__member", "votes__cast_by"), shapes.CirculationAnswer)

    @changes("open_circulation", shapes.CirculationCreate, shapes.CirculationAnswer, status=201)
    def post(self, request: Request) -> Response:
        given = self.given(shapes.CirculationCreate)
        opened = open_circulation(self.actor, given.pop("committee_id"), **given)
        return self.one(opened, shapes.CirculationAnswer, status=201)


class CirculationDetail(Resource):
    """One decision by circulation with its votes."""

    @reads("get_circulation", shapes.CirculationAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_circulation(self.actor, pk), shapes.CirculationAnswer)


class CirculationVotes(Resource):
    """Cast or change the own vote."""

    @changes("vote_by_circulation", shapes.VoteCreate, shapes.VoteAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        vote = vote_by_circulation(self.actor, pk, **self.given(shapes.VoteCreate))
        return self.one(vote, shapes.VoteAnswer, status=201)


class CirculationConfirm(Resource):
    """Record and apply what was carried."""

    @changes("confirm_circulation", shapes.Confirmation, shapes.DecisionPart, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(shapes.Confirmation)
        given["conditions"] = _conditions(given)
        return self.one(confirm_circulation(self.actor, pk, **given), shapes.DecisionPart, status=201)


class CirculationWithdraw(Resource):
    """Take a question back."""

    @changes("withdraw_circulation", Reason, shapes.CirculationAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(withdraw_circulation(self.actor, pk, **self.given(Reason)), shapes.CirculationAnswer)


class ConditionList(Resource):
    """Conditions that decisions set."""

    @reads("list_conditions", shapes.ConditionAnswer(many=True), parameters=[shapes.ConditionFilters])
    def get(self, request: Request) -> Response:
        return self.page(
            visible_conditions(self.actor).filter(**self.asked(shapes.ConditionFilters)), shapes.ConditionAnswer
        )


class ConditionDetail(Resource):
    """One condition."""

    @reads("get_condition", shapes.ConditionAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_condition(self.actor, pk), shapes.ConditionAnswer)


class ConditionFulfil(Resource):
    """Report a condition as fulfilled."""

    @changes("fulfil_condition", shapes.Fulfilment, shapes.ConditionAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(fulfil_condition(self.actor, pk, **self.given(shapes.Fulfilment)), shapes.ConditionAnswer)


class ConditionAccept(Resource):
    """Accept what was reported."""

    @changes("accept_condition", NoInput, shapes.ConditionAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        self.given(NoInput)
        return self.one(accept_condition(self.actor, pk), shapes.ConditionAnswer)


class ConditionRefuse(Resource):
    """Send it back with the reason."""

    @changes("refuse_condition", Reason, shapes.ConditionAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(refuse_condition(self.actor, pk, **self.given(Reason)), shapes.ConditionAnswer)
