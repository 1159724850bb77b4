"""The ledger and proof packs over REST."""

from uuid import UUID

from django.http.response import FileResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import Input, MonthField, Reference
from cat4.api.views import Resource, changes, reads
from cat4.errors import require
from cat4.web.files import download
from hierarchy.nodes.selectors.nodes import root_node

from ..actions.packs import ask_for_proof, download_proof
from ..constants import PackState
from ..policies import may_have_proof, may_see_ledger
from ..selectors.ledger import LedgerFilter, entries, ledger_entry
from ..selectors.packs import proof_pack, proof_packs


class LedgerAnswer(serializers.Serializer):
    """An entry of the chain: `hash` is the SHA-256 of previous hash, sequence and content, line feeds between."""

    id = serializers.UUIDField()
    sequence = serializers.IntegerField()
    at = serializers.DateTimeField(source="entry.at")
    actor = serializers.CharField(source="entry.actor_name")
    on_behalf_of = serializers.CharField(
        source="entry.on_behalf_of_name", help_text="For whom a deputy acted; empty where somebody acted as themselves"
    )
    reason = serializers.CharField(source="entry.reason", help_text="The actor's own words")
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
