"""Uploaded evidence."""

from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads
from cat4.web.files import download
from measures.core.selectors.measures import visible_measure, visible_part
from measures.models import Document

from ..actions import attach_document, open_document, upload_document, withdraw_document
from . import answers as api_answers
from . import inputs as api_inputs


class DocumentList(Resource):
    """The documents of a measure, withdrawn ones included."""

    parser_classes = [MultiPartParser]

    @reads("list_documents", api_answers.DocumentAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        documents = (
            visible_measure(self.actor, pk)
            .documents.select_related("uploaded_by", "withdrawn_by")
            .prefetch_related("lines")
        )
        return self.page(documents, api_answers.DocumentAnswer)

    @changes("upload_document", api_inputs.DocumentUpload, api_answers.DocumentAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        document = upload_document(self.actor, pk, **self.given(api_inputs.DocumentUpload))
        return self.one(document, api_answers.DocumentAnswer, status=201)


class DocumentDetail(Resource):
    """One document's facts."""

    @reads("get_document", api_answers.DocumentAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_part(self.actor, Document, pk), api_answers.DocumentAnswer)


class DocumentDownload(Resource):
    """One document's content."""

    @reads("download_document", {(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> FileResponse:
        document, content = open_document(self.actor, pk)
        return download(content, name=document.file_name, content_type=document.content_type)


class DocumentOpenings(Resource):
    """Who opened a document, and when."""

    @reads("list_document_openings", api_answers.OpeningAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        openings = visible_part(self.actor, Document, pk).openings.select_related("person")
        return self.page(openings, api_answers.OpeningAnswer)


class DocumentLines(Resource):
    """Which effect lines a document is evidence for."""

    @changes("attach_document", api_inputs.DocumentAttach, api_answers.DocumentAnswer)
    def put(self, request: Request, pk: UUID) -> Response:
        document = attach_document(self.actor, pk, **self.given(api_inputs.DocumentAttach))
        return self.one(document, api_answers.DocumentAnswer)


class DocumentWithdraw(Resource):
    """Say that a document proves nothing any more; it stays on record."""

    @changes("withdraw_document", api_inputs.DocumentWithdraw, api_answers.DocumentAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        document = withdraw_document(self.actor, pk, **self.given(api_inputs.DocumentWithdraw))
        return self.one(document, api_answers.DocumentAnswer)
