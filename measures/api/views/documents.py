"""Uploaded evidence."""

from uuid import UUID

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads

from ...actions.documents import upload_document, withdraw_document
from ...models import Document
from ...selectors.measures import visible_measure, visible_part
from ...storage import open_stored
from .. import answers, inputs


class DocumentList(Resource):
    """The documents of a measure, withdrawn ones included."""

    parser_classes = [MultiPartParser]

    @reads("list_documents", answers.DocumentAnswer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        documents = visible_measure(self.actor, pk).documents.select_related("uploaded_by")
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
        document = visible_part(self.actor, Document, pk)
        try:
            content = open_stored(document.storage_key)
        except FileNotFoundError as error:
            raise Http404 from error
        return FileResponse(
            content, as_attachment=True, filename=document.file_name, content_type=document.content_type
        )


class DocumentWithdraw(Resource):
    """Say that a document proves nothing any more; it stays on record."""

    @changes("withdraw_document", inputs.DocumentWithdraw, answers.DocumentAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        document = withdraw_document(self.actor, pk, **self.given(inputs.DocumentWithdraw))
        return self.one(document, answers.DocumentAnswer)
