"""What the checks found, and what is said to it."""

from collections.abc import Iterable
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Facts, Resource, changes, reads
from measures.core.api import answers
from measures.core.api.views import MeasureView
from measures.core.selectors.measures import visible_measure
from measures.models import Finding

from ..actions.findings import resolve_finding
from ..actions.overlap import check_overlap
from ..selectors.findings import of_measure
from ..selectors.lines import lines_of, open_findings, visible_finding, visible_findings
from . import inputs as api_inputs
from .answers import FindingAnswer


class FindingView(Resource):
    """Answers with findings as the caller may see them: of a measure that isn't theirs only code and owner."""

    def words_of(self, rows: Iterable[Finding]) -> Facts:
        return {"lines": {line.row.pk: line for line in lines_of(self.actor, rows)}}

    def whole(self, pk: UUID) -> Response:
        row = visible_finding(self.actor, pk)
        return self.one(row, FindingAnswer, context=self.words_of([row]))


class FindingList(FindingView):
    """The open findings that the caller sees, oldest first."""

    @reads("list_findings", FindingAnswer(many=True), parameters=[api_inputs.FindingFilters])
    def get(self, request: Request) -> Response:
        wanted = {name: str(value) for name, value in self.asked(api_inputs.FindingFilters).items()}
        return self.page(open_findings(self.actor, **wanted), FindingAnswer, context_of=self.words_of)


class MeasureFindings(FindingView):
    """Those of one measure, resolved and closed ones included."""

    @reads("list_measure_findings", FindingAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        measure = visible_measure(self.actor, pk)
        rows = visible_findings(self.actor).filter(of_measure(measure.pk)).order_by("opened_at", "id")
        return self.page(rows, FindingAnswer, context_of=self.words_of)


class FindingDetail(FindingView):
    """One finding."""

    @reads("get_finding", FindingAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.whole(pk)


class FindingResolve(FindingView):
    """Explain a doubt, or settle an overlap once for both measures."""

    @changes("resolve_finding", api_inputs.FindingResolution, FindingAnswer, versioned=True)
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(api_inputs.FindingResolution)
        resolve_finding(self.actor, pk, expected_version=self.expected_version, **given)
        return self.whole(pk)


class OverlapCheck(MeasureView):
    """Answer the overlap check."""

    @changes("check_overlap", api_inputs.OverlapCheck, answers.MeasureAnswer, versioned=True)
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(api_inputs.OverlapCheck)
        check_overlap(self.actor, pk, expected_version=self.expected_version, **given)
        return self.whole(pk)
