"""Uploaded evidence."""

from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads
from cat4.web.files import download

from ...actions.documents import attach_document, open_document, upload_document, withdraw_document
from ...models import Document
from ...selectors.measures import visible_measure, visible_part
from .. import answers, inputs


class DocumentList(Resource):
    """The documents of a measure, withdrawn ones included."""

    parser_classes = [MultiPartParser]

    @reads("list_documents", answers.DocumentAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        documents = visible_measure(self.actor, pk).documents.select_related("uploaded_by").prefetch_related("lines")
        return self.page(documents, answers.DocumentAnswer)

    @changes("upload_document", inputs.DocumentUpload, answers.DocumentAnswer, status=201)
    def post(self, request: Request, pk: UUID) -> Response:
        document = upload_document(self.actor, pk, **self.given(inputs.DocumentUpload))
        return self.one(document, answers.DocumentAnswer, status=201)


class DocumentDetail(Resource):
    """One document's facts."""

    @reads("get_document", answers.DocumentAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        return self.one(visible_part(self.actor, Document, pk), answers.DocumentAnswer)


class DocumentDownload(Resource):
    """One document's content."""

    @reads("download_document", {(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> FileResponse:
        document, content = open_document(self.actor, pk)
        return download(content, name=document.file_name, content_type=document.content_type)


class DocumentOpenings(Resource):
    """Who opened a document, and when."""

    @reads("list_document_openings", answers.OpeningAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        openings = visible_part(self.actor, Document, pk).openings.select_related("person")
        return self.page(openings, answers.OpeningAnswer)


class DocumentLines(Resource):
    """Which effect lines a document is evidence for."""

    @changes("attach_document", inputs.DocumentAttach, answers.DocumentAnswer)
    def put(self, request: Request, pk: UUID) -> Response:
        document = attach_document(self.actor, pk, **self.given(inputs.DocumentAttach))
        return self.one(document, answers.DocumentAnswer)


class DocumentWithdraw(Resource):
    """Say that a document proves nothing any more; it stays on record."""

    @changes("withdraw_document", inputs.DocumentWithdraw, answers.DocumentAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        document = withdraw_document(self.actor, pk, **self.given(inputs.DocumentWithdraw))
        return self.one(document, answers.DocumentAnswer)
