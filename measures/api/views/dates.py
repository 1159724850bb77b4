"""Milestones and risks."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads

from ...actions.milestones import (
    add_milestone,
    complete_milestone,
    edit_milestone,
    remove_milestone,
    revise_milestone,
)
from ...actions.risks import add_risk, edit_risk, remove_risk
from ...models import Milestone, Risk
from ...selectors.measures import visible_measure, visible_part
from .. import answers, inputs


class MilestoneList(Resource):
    """The milestones of a measure."""

    @reads("list_milestones", answers.MilestoneAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        milestones = visible_measure(self.actor, pk).milestones.select_related("responsible", "receiver")
        return self.page(milestones, answers.MilestoneAnswer)

    @changes("add_milestone", inputs.MilestoneEdit, answers.MilestoneAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        milestone = add_milestone(self.actor, pk, **self.given(inputs.MilestoneEdit))
        return self.one(milestone, answers.MilestoneAnswer, status=201)


class MilestoneDetail(Resource):
    """One milestone."""

    @reads("get_milestone", answers.MilestoneAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_part(self.actor, Milestone, pk), answers.MilestoneAnswer)

    @changes("edit_milestone", inputs.MilestoneEdit, answers.MilestoneAnswer, versioned=True)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.given(inputs.MilestoneEdit, partial=True)
        milestone = edit_milestone(self.actor, pk, expected_version=self.expected_version, **given)
        return self.one(milestone, answers.MilestoneAnswer)

    @changes("remove_milestone", None, None, status=204)
    def delete(self, request: Request, pk: UUID) -> Response:
        remove_milestone(self.actor, pk)
        return Response(status=204)


class MilestoneForecast(Resource):
    """Move the owner's forecast; the baseline date stays."""

    @changes("revise_milestone", inputs.MilestoneForecast, answers.MilestoneAnswer, versioned=True)
    def put(self, request: Request, pk: UUID) -> Response:
        given = self.given(inputs.MilestoneForecast)
        milestone = revise_milestone(self.actor, pk, expected_version=self.expected_version, **given)
        return self.one(milestone, answers.MilestoneAnswer)


class MilestoneComplete(Resource):
    """Record the day on which it was reached."""

    @changes("complete_milestone", inputs.MilestoneDone, answers.MilestoneAnswer, versioned=True)
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(inputs.MilestoneDone)
        milestone = complete_milestone(self.actor, pk, expected_version=self.expected_version, **given)
        return self.one(milestone, answers.MilestoneAnswer)


class RiskList(Resource):
    """The risks of a measure."""

    @reads("list_risks", answers.RiskAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return self.page(visible_measure(self.actor, pk).risks.select_related("owner"), answers.RiskAnswer)

    @changes("add_risk", inputs.RiskEdit, answers.RiskAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(add_risk(self.actor, pk, **self.given(inputs.RiskEdit)), answers.RiskAnswer, status=201)


class RiskDetail(Resource):
    """One risk."""

    @reads("get_risk", answers.RiskAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_part(self.actor, Risk, pk), answers.RiskAnswer)

    @changes("edit_risk", inputs.RiskEdit, answers.RiskAnswer, versioned=True)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.given(inputs.RiskEdit, partial=True)
        risk = edit_risk(self.actor, pk, expected_version=self.expected_version, **given)
        return self.one(risk, answers.RiskAnswer)

    @changes("remove_risk", None, None, status=204)
    def delete(self, request: Request, pk: UUID) -> Response:
        remove_risk(self.actor, pk)
        return Response(status=204)
