"""Closures, the ledger and proof packs over REST. Signing is in the browser only."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.http.response import FileResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import Input, MoneyField, MonthField, Reference
from cat4.api.views import Resource, changes, reads
from cat4.errors import require
from cat4.web.files import download
from hierarchy.selectors.nodes import root_node
from measures.constants import Doi
from measures.selectors.measures import visible_measure

from ..actions.proof_packs import ask_for_proof, download_proof
from ..constants import RequestKind
from ..constants_closing import PackState, SustainOutcome
from ..policies import may_have_proof, may_see_ledger
from ..selectors.closing import closing_of
from ..selectors.ledger import LedgerFilter, entries, ledger_entry
from ..selectors.proof_packs import proof_pack, proof_packs
from ..selectors.requests import visible_request
from ..selectors.signatures import signatures_of


class ClosureLineAnswer(serializers.Serializer):
    """A line in its currency: run-rates of recurring ones, sums of the others."""

    line_id = serializers.UUIDField(source="id")
    name = serializers.CharField()
    is_recurring = serializers.BooleanField()
    currency = serializers.CharField()
    plan = MoneyField()
    claimed = MoneyField()
    validated = MoneyField()
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
    """What a closing claims, what the books show, what proves it, and who signed what."""

    id = serializers.UUIDField()
    measure = Reference()
    state = serializers.CharField()
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


class LedgerAnswer(serializers.Serializer):
    """An entry of the chain: `hash` is the SHA-256 of previous hash, sequence and content, line feeds between."""

    id = serializers.UUIDField()
    sequence = serializers.IntegerField()
    at = serializers.DateTimeField(source="entry.at")
    actor = serializers.CharField(source="entry.actor_name")
    verb = serializers.CharField(source="entry.verb")
    summary = serializers.CharField(source="entry.summary")
    measure_id = serializers.UUIDField(source="entry.measure_id", allow_null=True)
    content = serializers.CharField(help_text="Canonical JSON, exactly as hashed")
    previous_hash = serializers.CharField()
    hash = serializers.CharField()


class LedgerFilters(Input):
    """What the ledger may be narrowed to."""

    person = serializers.CharField(required=False, max_length=200, help_text="Part of a name")
    verb = serializers.CharField(required=False, max_length=80)
    measure = serializers.CharField(required=False, max_length=200, help_text="A code, or part of a name")
    first_day = serializers.DateField(required=False)
    last_day = serializers.DateField(required=False)


class ProofPackAnswer(serializers.Serializer):
    """A proof pack and how far it is."""

    id = serializers.UUIDField()
    node = Reference()
    first_month = MonthField(allow_null=True)
    last_month = MonthField(allow_null=True)
    with_files = serializers.BooleanField()
    state = serializers.ChoiceField(choices=PackState.choices)
    requested_by = Reference()
    requested_at = serializers.DateTimeField()
    head_sequence = serializers.IntegerField()
    head_hash = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    finished_at = serializers.DateTimeField(allow_null=True)
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class ProofPackCreate(Input):
    """What a proof pack is about; nothing named: the whole organization from its beginning."""

    node_id = serializers.UUIDField(required=False)
    first_month = MonthField(required=False)
    last_month = MonthField(required=False)
    with_files = serializers.BooleanField(default=False)


class ClosureDetail(Resource):
    """A closing with everything that a controller looks at."""

    @reads("get_closure", ClosureAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        asked = visible_request(self.actor, pk)
        if asked.kind != RequestKind.ADVANCE or asked.to_doi != Doi.CLOSED:
            raise Http404("This request doesn't ask for a closure.")
        closing = closing_of(asked.measure, asked)
        facts: dict[str, Any] = {
            "id": asked.pk, "measure": asked.measure, "state": asked.state, "lines": closing.lines,
            "evidence": closing.evidence, "signatures": signatures_of(asked),
        }  # fmt: skip
        return Response(ClosureAnswer(facts).data)


class SustainList(Resource):
    """The checks that were made after a measure was closed."""

    @reads("list_sustain_checks", SustainResultAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        return self.page(visible_measure(self.actor, pk).sustain_results.all(), SustainResultAnswer)


class LedgerList(Resource):
    """The chain, oldest first."""

    @reads("list_ledger", LedgerAnswer(many=True), parameters=[LedgerFilters])
    def get(self, request: Request) -> Response:
        require(may_see_ledger(self.actor, root_node().pk))
        return self.page(entries(LedgerFilter(**self.asked(LedgerFilters))), LedgerAnswer)


class LedgerDetail(Resource):
    """One entry, by its number."""

    @reads("get_ledger_entry", LedgerAnswer)
    def get(self, request: Request, sequence: int) -> Response:
        require(may_see_ledger(self.actor, root_node().pk))
        return self.one(ledger_entry(sequence), LedgerAnswer)


class ProofPackList(Resource):
    """Proof packs; asking for one has a worker build it."""

    @reads("list_proof_packs", ProofPackAnswer(many=True))
    def get(self, request: Request) -> Response:
        require(may_have_proof(self.actor, root_node().pk))
        return self.page(proof_packs(self.actor), ProofPackAnswer)

    @changes("ask_for_proof_pack", ProofPackCreate, ProofPackAnswer, status=201)
    def post(self, request: Request) -> Response:
        return self.one(ask_for_proof(self.actor, **self.given(ProofPackCreate)), ProofPackAnswer, status=201)


class ProofPackDetail(Resource):
    """How far a proof pack is."""

    @reads("get_proof_pack", ProofPackAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        pack = proof_pack(self.actor, pk)
        require(may_have_proof(self.actor, root_node().pk))
        return self.one(pack, ProofPackAnswer)


class ProofPackDownload(Resource):
    """The archive; that it was taken is in the ledger."""

    @reads("download_proof_pack", {(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> FileResponse:
        pack, content = download_proof(self.actor, pk)
        return download(content, name=f"proof-{pack.head_sequence}.zip", content_type="application/zip")
