"""Exchange rates, targets and working days over REST."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads
from hierarchy.models import ExchangeRate

from ..actions import set_rates
from ..selectors.rates import rate_version, rate_versions
from . import shapes


class RateList(Resource):
    """The exchange rates."""

    @reads("list_exchange_rates", shapes.RateAnswer(many=True), parameters=[shapes.RateFilters])
    def get(self, request: Request) -> Response:
        asked = self.asked(shapes.RateFilters)
        return self.page(ExchangeRate.objects.filter(**asked), shapes.RateAnswer)

    @changes("set_exchange_rates", shapes.RatesGiven, shapes.RatesSet)
    def post(self, request: Request) -> Response:
        given = self.given(shapes.RatesGiven)
        rates = {(row["currency"], row["month"]): row["rate"] for row in given.pop("rates")}
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
