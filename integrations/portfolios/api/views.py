"""Reference rates over REST."""

from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes
from cat4.errors import require
from hierarchy.models import RateSet
from hierarchy.policies import may_set_rates
from integrations.constants import RateFate
from integrations.rates.actions import take_over_rates
from integrations.rates.ecb import read_quotes
from integrations.rates.forms import plan_basis, split_codes
from integrations.rates.selectors import preview_of, proposed_rates

from . import shapes


class ReferenceRates(Resource):
    """Take over the reference rates of the European Central Bank, or see what that would change."""

    parser_classes = [MultiPartParser]

    @changes("import_reference_rates", shapes.ReferenceRatesGiven, shapes.ReferenceRatesAnswer)
    def post(self, request: Request) -> Response:
        require(may_set_rates(self.actor))
        given = self.given(shapes.ReferenceRatesGiven)
        quotes = read_quotes(given["file"].read(), given["file"].name)
        plan = plan_basis(given["plan_fiscal_year"], given["plan_from"], given["plan_to"])
        proposal = proposed_rates(quotes, currencies=split_codes(given["currencies"]), plan=plan)
        preview, versions = preview_of(proposal), list[RateSet]()
        if not given["dry_run"]:
            preview, versions = take_over_rates(self.actor, proposal)
        answer = {
            "last_quote": proposal.last_quote,
            "not_quoted": proposal.not_quoted,
            "remarks": proposal.remarks,
            "counts": preview.counts,
            "lines": [line for line in preview.lines if line.fate is not RateFate.UNCHANGED],
            "versions": versions,
        }
        return Response(shapes.ReferenceRatesAnswer(answer).data)
