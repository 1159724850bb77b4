"""Dependencies, slips before they are saved, ripples, hand-offs and offers of earlier dates."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import NoInput, Reason
from cat4.api.views import Resource, changes, reads
from measures.core.selectors.measures import visible_measure, visible_part
from measures.models import Milestone

from ..actions.dependencies import add_dependency, edit_dependency, remove_dependency
from ..actions.hand_offs import accept_hand_off, refuse_hand_off
from ..actions.pull_forwards import decline_pull_forward, take_pull_forward
from ..actions.ripples import answer_ripple
from ..selectors.blockers import blockers_of
from ..selectors.hand_offs import open_hand_offs
from ..selectors.network import dependencies_of, pickable_milestones, preview_slip, visible_dependency
from ..selectors.pull_forwards import open_offers
from ..selectors.ripples import answer_views, open_answers, ripples_of, visible_ripple
from . import answers as api_answers
from . import shapes


class DependencyList(Resource):
    """What milestones wait for."""

    @changes("add_dependency", shapes.DependencyCreate, shapes.DependencyAnswer, status=201)
    def post(self, request: Request) -> Response:
        dependency = add_dependency(self.actor, **self.given(shapes.DependencyCreate))
        return self.one(dependency, shapes.DependencyAnswer, status=201)


class DependencyDetail(Resource):
    """One dependency."""

    @reads("get_dependency", shapes.DependencyAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_dependency(self.actor, pk), shapes.DependencyAnswer)

    @changes("edit_dependency", shapes.DependencyFacts, shapes.DependencyAnswer, versioned=True)
    def patch(self, request: Request, pk: UUID) -> Response:
        given = self.given(shapes.DependencyFacts, partial=True)
        dependency = edit_dependency(self.actor, pk, expected_version=self.expected_version, **given)
        return self.one(dependency, shapes.DependencyAnswer)

    @changes("remove_dependency", None, None, status=204)
    def delete(self, request: Request, pk: UUID) -> Response:
        remove_dependency(self.actor, pk)
        return Response(status=204)


class MeasureDependencies(Resource):
    """What a measure waits for, and what waits for it."""

    @reads("get_dependencies", shapes.DependenciesAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        found = dependencies_of(self.actor, visible_measure(self.actor, pk))
        return self.one(found, shapes.DependenciesAnswer)


class MilestoneSearch(Resource):
    """Milestones of all measures that somebody may wait for: name, measure and date."""

    @reads("find_milestones", shapes.PickablesAnswer, parameters=[shapes.MilestoneSearch])
    def get(self, request: Request) -> Response:
        found = pickable_milestones(self.actor, self.asked(shapes.MilestoneSearch).get("q", ""))
        return self.one({"results": found}, shapes.PickablesAnswer)


class SlipPreview(Resource):
    """What moving a forecast would cause, computed as if it were saved."""

    @reads("preview_slip", shapes.PreviewAnswer, parameters=[shapes.SlipAsked])
    def get(self, request: Request, pk: UUID) -> Response:
        visible_part(self.actor, Milestone, pk)
        asked = self.asked(shapes.SlipAsked)
        return self.one(preview_slip(self.actor, pk, forecast_on=asked["forecast_on"]), shapes.PreviewAnswer)


class MeasureRipples(Resource):
    """The ripples that a measure set off or that reached it."""

    @reads("list_ripples", shapes.RipplesAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        found = ripples_of(self.actor, visible_measure(self.actor, pk))
        return self.one({"results": found}, shapes.RipplesAnswer)


class RippleDetail(Resource):
    """One ripple."""

    @reads("get_ripple", shapes.RippleWhole)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_ripple(self.actor, pk), shapes.RippleWhole)


class OpenAnswers(Resource):
    """The answers to ripples that wait for the caller."""

    @reads("list_ripple_answers", shapes.RippleAnswers)
    def get(self, request: Request) -> Response:
        return self.one({"results": open_answers(self.actor)}, shapes.RippleAnswers)


class RippleReply(Resource):
    """Answer a ripple."""

    @changes("answer_ripple", shapes.RippleReply, shapes.RippleAnswerAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        answer = answer_ripple(self.actor, pk, **self.given(shapes.RippleReply))
        return self.one(answer_views(self.actor, [answer])[0], shapes.RippleAnswerAnswer)


class Offers(Resource):
    """Earlier dates that wait for the caller."""

    @reads("list_pull_forwards", shapes.OffersAnswer)
    def get(self, request: Request) -> Response:
        return self.one({"results": open_offers(self.actor)}, shapes.OffersAnswer)


class OfferTake(Resource):
    """Take an earlier date."""

    @changes("take_pull_forward", shapes.OptionalReason, shapes.OfferAnswered)
    def post(self, request: Request, pk: UUID) -> Response:
        return self.one(take_pull_forward(self.actor, pk, **self.given(shapes.OptionalReason)), shapes.OfferAnswered)


class OfferDecline(Resource):
    """Keep the own date."""

    @changes("decline_pull_forward", shapes.OptionalReason, shapes.OfferAnswered)
    def post(self, request: Request, pk: UUID) -> Response:
        offer = decline_pull_forward(self.actor, pk, **self.given(shapes.OptionalReason))
        return self.one(offer, shapes.OfferAnswered)


class HandOffs(Resource):
    """What waits for the caller to be accepted."""

    @reads("list_hand_offs", shapes.HandOffsAnswer)
    def get(self, request: Request) -> Response:
        return self.one({"results": open_hand_offs(self.actor)}, shapes.HandOffsAnswer)


class HandOffAccept(Resource):
    """Accept what was handed over: the milestone is done."""

    @changes("accept_hand_off", NoInput, api_answers.MilestoneAnswer, versioned=True)
    def post(self, request: Request, pk: UUID) -> Response:
        self.given(NoInput)
        milestone = accept_hand_off(self.actor, pk, expected_version=self.expected_version)
        return self.one(milestone, api_answers.MilestoneAnswer)


class HandOffRefuse(Resource):
    """Give back what was handed over."""

    @changes("refuse_hand_off", Reason, api_answers.MilestoneAnswer, versioned=True)
    def post(self, request: Request, pk: UUID) -> Response:
        milestone = refuse_hand_off(self.actor, pk, expected_version=self.expected_version, **self.given(Reason))
        return self.one(milestone, api_answers.MilestoneAnswer)


class Blockers(Resource):
    """Upstream milestones of other measures that move the caller's."""

    @reads("list_blockers", shapes.BlockersAnswer)
    def get(self, request: Request) -> Response:
        return self.one({"results": blockers_of(self.actor)}, shapes.BlockersAnswer)
