"""Milestones and risks."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads
from measures.core.selectors.measures import visible_measure, visible_part
from measures.models import Milestone

from ..actions.milestones import add_milestone, complete_milestone, edit_milestone, remove_milestone, revise_milestone
from . import answers as api_answers
from . import inputs as api_inputs


class MilestoneList(Resource):
    """The milestones of a measure."""

    @reads("list_milestones", api_answers.MilestoneAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        milestones = visible_measure(self.actor, pk).milestones.select_related("responsible", "receiver")
        return self.page(milestones, api_answers.MilestoneAnswer)

    @changes("add_milestone", api_inputs.MilestoneEdit, api_answers.MilestoneAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        milestone = add_milestone(self.actor, pk, **self.given(api_inputs.MilestoneEdit))
        return self.one(milestone, api_answers.MilestoneAnswer, status=201)


class MilestoneDetail(Resource):
    """One milestone."""

    @reads("get_milestone", api_answers.MilestoneAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_part(self.actor, Milestone, pk), api_answers.MilestoneAnswer)

    @changes("edit_milestone", api_inputs.MilestoneEdit, api_answers.MilestoneAnswer, versioned=True)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.given(api_inputs.MilestoneEdit, partial=True)
        milestone = edit_milestone(self.actor, pk, expected_version=self.expected_version, **given)
        return self.one(milestone, api_answers.MilestoneAnswer)

    @changes("remove_milestone", None, None, status=204)
    def delete(self, request: Request, pk: UUID) -> Response:
        remove_milestone(self.actor, pk)
        return Response(status=204)


class MilestoneForecast(Resource):
    """Move the owner's forecast; the baseline date stays."""

    @changes("revise_milestone", api_inputs.MilestoneForecast, api_answers.MilestoneAnswer, versioned=True)
    def put(self, request: Request, pk: UUID) -> Response:
        given = self.given(api_inputs.MilestoneForecast)
        milestone = revise_milestone(self.actor, pk, expected_version=self.expected_version, **given)
        return self.one(milestone, api_answers.MilestoneAnswer)


class MilestoneComplete(Resource):
    """Record the day on which it was reached."""

    @changes("complete_milestone", api_inputs.MilestoneDone, api_answers.MilestoneAnswer, versioned=True)
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(api_inputs.MilestoneDone)
        milestone = complete_milestone(self.actor, pk, expected_version=self.expected_version, **given)
        return self.one(milestone, api_answers.MilestoneAnswer)
