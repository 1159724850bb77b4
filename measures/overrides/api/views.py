"""Overrides and the history of statuses over REST."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import changes, reads
from measures.core.api import answers
from measures.core.api.views import MeasureView
from measures.core.selectors.measures import visible_measure
from measures.status.api import answers as api_answers
from measures.status.selectors.history import overrides_of, status_changes_of

from ..actions.overrides import override_status, withdraw_override
from . import inputs as api_inputs


class StatusHistory(MeasureView):
    """How the computed statuses became what they are."""

    @reads("list_status_changes", api_answers.StatusChangeAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return self.page(status_changes_of(visible_measure(self.actor, pk)), api_answers.StatusChangeAnswer)


class OverrideCreate(MeasureView):
    """Show another status than the computed one, until a date."""

    @reads("list_status_overrides", api_answers.PastOverrideAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return self.page(overrides_of(visible_measure(self.actor, pk)), api_answers.PastOverrideAnswer)

    @changes("override_status", api_inputs.StatusOverride, answers.MeasureAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        override_status(self.actor, pk, **self.given(api_inputs.StatusOverride))
        return self.whole(pk, status=201)


class OverrideWithdraw(MeasureView):
    """Show the computed status again."""

    @changes("withdraw_override", api_inputs.OverrideWithdraw, answers.MeasureAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        withdraw_override(self.actor, pk, **self.given(api_inputs.OverrideWithdraw))
        return self.whole(pk)
