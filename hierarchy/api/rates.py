"""Exchange rates, targets and working days over REST."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads

from ..actions.rates import set_rates
from ..actions.targets import set_targets
from ..models import ExchangeRate
from ..selectors.calendar import calendar_year, year_to_show
from ..selectors.node_page import targets_of
from ..selectors.nodes import visible_node
from ..selectors.rates import rate_version, rate_versions
from ..selectors.settings import organization_settings
from . import serializers as shapes


class RateList(Resource):
    """The exchange rates."""

    @reads("list_exchange_rates", shapes.RateAnswer(many=True), parameters=[shapes.RateFilters])
    def get(self, request: Request) -> Response:
        asked = self.asked(shapes.RateFilters)
        return self.page(ExchangeRate.objects.filter(**asked), shapes.RateAnswer)

    @changes("set_exchange_rates", shapes.RatesGiven, shapes.RatesSet)
    def post(self, request: Request) -> Response:
        given = self.given(shapes.RatesGiven)
        rates = {(one["currency"], one["month"]): one["rate"] for one in given.pop("rates")}
        return Response(shapes.RatesSet({"version": set_rates(self.actor, rates=rates, **given)}).data)


class RateSetList(Resource):
    """The versions of the rate sets."""

    @reads("list_rate_sets", shapes.RateSetAnswer(many=True), parameters=[shapes.RateSetFilters])
    def get(self, request: Request) -> Response:
        return self.page(rate_versions(self.asked(shapes.RateSetFilters).get("kind", "")), shapes.RateSetAnswer)


class RateSetOne(Resource):
    """One version with the rates that it set."""

    @reads("get_rate_set", shapes.RateSetDetail)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(rate_version(pk), shapes.RateSetDetail)


class NodeTargets(Resource):
    """The targets of a node with what its children were given."""

    @reads("get_targets", shapes.TargetsAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self._answer(pk)

    @changes("set_targets", shapes.TargetsGiven, shapes.TargetsAnswer)
    def put(self, request: Request, pk: UUID) -> Response:
        given = self.given(shapes.TargetsGiven)["targets"]
        amounts = {(one["effect"], one["kind"], one["fiscal_year"]): one["amount"] for one in given}
        set_targets(self.actor, node_id=pk, amounts=amounts)
        return self._answer(pk)

    def _answer(self, pk: UUID) -> Response:
        rows = targets_of(visible_node(self.actor, pk))
        return Response(shapes.TargetsAnswer({"targets": rows}).data)


class CalendarView(Resource):
    """The holidays and own days of a calendar year."""

    @reads("get_calendar", shapes.CalendarAnswer, parameters=[shapes.CalendarFilters])
    def get(self, request: Request) -> Response:
        shown = calendar_year(year_to_show(self.asked(shapes.CalendarFilters)["year"]))
        settings = organization_settings()
        answer = {
            "year": shown.year,
            "country": settings.holiday_country,
            "subdivision": settings.holiday_subdivision,
            "working_days": shown.working_days,
            "days": shown.days,
        }
        return Response(shapes.CalendarAnswer(answer).data)
