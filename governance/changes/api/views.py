"""Plan versions, and asking for another plan."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads
from governance.gates.api import shapes as gates_shapes
from measures.core.selectors.measures import visible_measure
from measures.formulas.plan_versions import Phasing
from measures.money.selectors.plan_versions import frozen_plans

from ..actions.changes import LineWish, propose_plan_change
from ..selectors.proposals import GATES_AHEAD
from . import shapes


class PlanChangeCreate(Resource):
    """Ask for another plan of a decided measure."""

    @changes("request_plan_change", shapes.PlanChangeCreate, gates_shapes.RequestAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        given = self.given(shapes.PlanChangeCreate)
        asked = propose_plan_change(
            self.actor,
            pk,
            reason=given["reason"],
            lines=[_wish(line) for line in given.get("lines", ())],
            dates={row["milestone_id"]: row["baseline_on"] for row in given.get("dates", ())},
            gates={name: given[name] for name in GATES_AHEAD if name in given},
            expected_version=given.get("plan_version"),
        )
        return self.one(asked, gates_shapes.RequestAnswer, status=201)


def _wish(line: dict[str, Any]) -> LineWish:
    phasing = None
    if "annual_amount" in line:
        phasing = Phasing(line["annual_amount"], line["start_month"], line.get("end_month"), line["ramp_months"])
    return LineWish(line["line_id"], line.get("months"), phasing)


class PlanVersionList(Resource):
    """Every frozen plan of a measure, oldest first."""

    pagination_class = None

    @reads("list_plan_versions", shapes.PlanVersionAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        measure = visible_measure(self.actor, pk)
        return Response(shapes.PlanVersionAnswer(frozen_plans(measure), many=True).data)
