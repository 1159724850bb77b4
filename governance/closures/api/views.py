"""Closures, the ledger and proof packs over REST. Signing is in the browser only."""

from typing import Any, NoReturn
from uuid import UUID

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import MoneyField, MonthField, NoInput, Reference
from cat4.api.views import Resource, changes, reads
from cat4.errors import NotAllowed
from governance.constants import RequestKind
from governance.gates.api.views import SIGNED_IN_THE_BROWSER
from governance.gates.constants import RequestState
from governance.gates.selectors.requests import visible_request
from measures.constants import Doi
from measures.core.selectors.measures import visible_measure

from ..constants import SustainOutcome
from ..selectors.comparison import Closing, closing_of
from ..selectors.kept import past_closing
from ..selectors.signatures import signatures_of


class ClosureLineAnswer(serializers.Serializer):
    """A line in its currency: run-rates of recurring ones, sums of the others. Null: not kept when it ended."""

    line_id = serializers.UUIDField(source="id")
    name = serializers.CharField()
    is_recurring = serializers.BooleanField()
    currency = serializers.CharField()
    plan = MoneyField(allow_null=True)
    claimed = MoneyField()
    validated = MoneyField(allow_null=True)
    evidence = serializers.ListField(source="marks", child=serializers.CharField())


class ClosureEvidenceAnswer(serializers.Serializer):
    """A document that proves lines."""

    mark = serializers.CharField()
    document_id = serializers.UUIDField(source="document.pk")
    title = serializers.CharField(source="document.title")
    evidence_class = serializers.CharField(source="document.evidence_class")
    sha256 = serializers.CharField(source="document.sha256")


class ConfirmedLineAnswer(serializers.Serializer):
    """A line as it was signed."""

    line = Reference()
    plan = MoneyField()
    claimed = MoneyField()
    validated = MoneyField()
    confirmed = MoneyField()
    reason = serializers.CharField()


class SignatureAnswer(serializers.Serializer):
    """A signature; position 1 is the controller's."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    person = Reference()
    at = serializers.DateTimeField()
    comment = serializers.CharField()
    run_rate = MoneyField()
    needs_second = serializers.BooleanField()
    unopened = serializers.ListField(child=serializers.DictField())
    lines = ConfirmedLineAnswer(source="lines.all", many=True)


class ClosureAnswer(serializers.Serializer):
    """What a closing claims, what the books show, what proves it, and who signed what; once it ended, as kept then."""

    id = serializers.UUIDField()
    measure = Reference()
    state = serializers.CharField()
    kept_at = serializers.DateTimeField(
        allow_null=True,
        help_text="When lines and evidence were kept. Null: it is open and they are today's, or it ended before "
        "they were kept, and only what was signed or claimed is shown",
    )
    run_rate = MoneyField(allow_null=True, help_text="What it was closed at, reporting currency; null: not closed")
    lines = ClosureLineAnswer(many=True)
    evidence = ClosureEvidenceAnswer(many=True)
    signatures = SignatureAnswer(many=True)


class SustainResultAnswer(serializers.Serializer):
    """A check after closing."""

    id = serializers.UUIDField()
    months_after = serializers.IntegerField()
    due_month = MonthField()
    outcome = serializers.ChoiceField(choices=SustainOutcome.choices)
    closed_run_rate = MoneyField()
    needed = MoneyField()
    run_rate = MoneyField()
    sentence = serializers.CharField()
    checked_at = serializers.DateTimeField()


class ClosureDetail(Resource):
    """A closing with everything that a controller looks at."""

    @reads("get_closure", ClosureAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        asked = visible_request(self.actor, pk)
        if asked.kind != RequestKind.ADVANCE or asked.to_doi != Doi.CLOSED:
            raise Http404("This request doesn't ask for a closure.")
        is_open = asked.state == RequestState.SUBMITTED
        closing = closing_of(asked.measure, asked) if is_open else past_closing(asked)
        facts: dict[str, Any] = {
            "id": asked.pk, "measure": asked.measure, "state": asked.state, "lines": closing.lines,
            "evidence": closing.evidence, "signatures": signatures_of(asked),
            "kept_at": None if isinstance(closing, Closing) else closing.at,
            "run_rate": None if isinstance(closing, Closing) else closing.sums.confirmed,
        }  # fmt: skip
        return Response(ClosureAnswer(facts).data)


class SustainList(Resource):
    """The checks that were made after a measure was closed."""

    @reads("list_sustain_checks", SustainResultAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return self.page(visible_measure(self.actor, pk).sustain_results.all(), SustainResultAnswer)


class ClosureSign(Resource):
    """A closure needs the controller's password, so no program signs it: always 403."""

    @changes("sign_closure", NoInput, None)
    def post(self, request: Request, pk: UUID) -> NoReturn:
        visible_request(self.actor, pk)
        raise NotAllowed(SIGNED_IN_THE_BROWSER)
