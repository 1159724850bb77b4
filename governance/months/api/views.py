"""Reporting months over REST: how far they are, and their steps before the lock."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import Input, MonthField, Reference
from cat4.api.views import Resource, changes, reads
from hierarchy.constants import PeriodState
from measures.core.selectors.measures import visible_measures
from measures.money.selectors.month_progress import MeasureMonth, Progress, month_progress

from ..actions.lock import lock_period
from ..actions.nudges import nudge_person
from ..actions.steps import advance_month, step_back_month
from ..selectors.progress import PeriodLine, lines_of, month_of_calendar, month_page, periods


class MeasureMonthAnswer(serializers.Serializer):
    """A measure that owes something for the month, and what."""

    measure = Reference()
    code = serializers.CharField(source="measure.code")
    owner = Reference(source="measure.owner", allow_null=True)
    controller = Reference(source="measure.controller", allow_null=True)
    progress = serializers.ChoiceField(choices=[step.value for step in Progress])
    unreported = serializers.ListField(child=serializers.CharField())
    unvalidated = serializers.ListField(child=serializers.CharField())


class SnapshotAnswer(serializers.Serializer):
    """What the lock kept; the digest is in the ledger entry of the lock."""

    at = serializers.DateTimeField()
    measures = serializers.IntegerField()
    nodes = serializers.IntegerField()
    digest = serializers.CharField()


class ClosingMonthAnswer(serializers.Serializer):
    """A month with its due dates and the progress of the measures that the caller sees."""

    month = MonthField()
    state = serializers.ChoiceField(choices=PeriodState.choices)
    submit_by = serializers.DateField()
    validate_by = serializers.DateField()
    lock_by = serializers.DateField()
    locked_at = serializers.DateTimeField(allow_null=True)
    days_late = serializers.IntegerField(help_text="Working days of the lock after its date, until today while open")
    measures = MeasureMonthAnswer(many=True)
    snapshot = SnapshotAnswer(allow_null=True)


class StepReason(Input):
    """Why the month moves; needed where measures are missing, and for every step back."""

    reason = serializers.CharField(required=False, allow_blank=True, default="")


class Nudge(Input):
    """The person who is asked."""

    person_id = serializers.UUIDField()


class NudgeAnswer(serializers.Serializer):
    """For how many measures the person was asked."""

    measures = serializers.IntegerField()


class MonthView(Resource):
    """A read or act of one month."""

    pagination_class = None

    def whole(self, text: str) -> Response:
        month = month_of_calendar(text)
        line, rows = lines_of([month])[0], month_progress(month, visible_measures(self.actor))
        page = month_page(self.actor, month)
        return self.one(_facts(line, rows, page.snapshot), ClosingMonthAnswer)


class MonthDetail(MonthView):
    """How far a month is."""

    @reads("get_period", ClosingMonthAnswer)
    def get(self, request: Request, month: str) -> Response:
        return self.whole(month)


class MonthAdvance(MonthView):
    """Take a month a step on."""

    @changes("advance_period", StepReason, ClosingMonthAnswer)
    def post(self, request: Request, month: str) -> Response:
        advance_month(self.actor, month=month_of_calendar(month), **self.given(StepReason))
        return self.whole(month)


class MonthStepBack(MonthView):
    """Take a month a step back."""

    @changes("step_back_period", StepReason, ClosingMonthAnswer)
    def post(self, request: Request, month: str) -> Response:
        step_back_month(self.actor, month=month_of_calendar(month), **self.given(StepReason))
        return self.whole(month)


class MonthNudge(MonthView):
    """Ask a person for what they owe, once a day."""

    @changes("nudge_person", Nudge, NudgeAnswer)
    def post(self, request: Request, month: str) -> Response:
        count = nudge_person(self.actor, month=month_of_calendar(month), **self.given(Nudge))
        return Response(NudgeAnswer({"measures": count}).data)


def _facts(line: PeriodLine, rows: list[MeasureMonth], snapshot: Any) -> dict[str, Any]:
    return {
        "month": line.month,
        "state": line.state,
        "submit_by": line.due.submit_on,
        "validate_by": line.due.validate_on,
        "lock_by": line.due.lock_on,
        "locked_at": line.locked_at,
        "days_late": line.days_late,
        "measures": rows,
        "snapshot": snapshot,
    }


class PeriodAnswer(serializers.Serializer):
    """A month and whether it takes entries. Months that aren't listed are open."""

    month = MonthField()
    state = serializers.ChoiceField(choices=PeriodState.choices)
    locked_at = serializers.DateTimeField(allow_null=True)
    locked_by = Reference(allow_null=True)


class PeriodLock(Input):
    """The month to lock for good; with measures missing, why."""

    month = MonthField()
    reason = serializers.CharField(required=False, allow_blank=True, default="")


class PeriodList(Resource):
    """The reporting months; a new lock closes one for good."""

    @reads("list_periods", PeriodAnswer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(periods(), PeriodAnswer)

    @changes("lock_period", PeriodLock, PeriodAnswer, status=201)
    def post(self, request: Request) -> Response:
        return self.one(lock_period(self.actor, **self.given(PeriodLock)), PeriodAnswer, status=201)
