"""Papers on what committees decide, and the files of meetings, over REST."""

from io import BytesIO
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import Input, Reference
from cat4.api.views import Resource, changes, reads
from cat4.web.files import download
from governance.parties.constants import SubjectKind

from ..actions.documents import MeetingFile, agenda_file, minutes_file
from ..actions.subject_papers import attach_paper, open_paper
from ..selectors.meetings import visible_meeting
from ..selectors.subject_papers import visible_papers

_BINARY = {(200, "application/octet-stream"): OpenApiTypes.BINARY}


class PaperAnswer(serializers.Serializer):
    """A paper; it is late at a meeting whose papers locked before `uploaded_at`."""

    id = serializers.UUIDField()
    committee = Reference()
    subject_kind = serializers.ChoiceField(choices=SubjectKind.choices)
    subject_id = serializers.UUIDField()
    title = serializers.CharField()
    file_name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = Reference()
    uploaded_at = serializers.DateTimeField()


class PaperFilters(Input):
    """What a list of papers may be narrowed to."""

    committee_id = serializers.UUIDField(required=False)
    subject_id = serializers.UUIDField(required=False)


class PaperAttach(Input):
    """A file, and what it is a paper on."""

    subject_kind = serializers.ChoiceField(choices=SubjectKind.choices)
    subject_id = serializers.UUIDField()
    file = serializers.FileField()
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)


class PaperList(Resource):
    """The papers before the committees that the caller may follow."""

    parser_classes = [MultiPartParser]

    @reads("list_committee_papers", PaperAnswer(many=True), parameters=[PaperFilters])
    def get(self, request: Request) -> Response:
        found = visible_papers(self.actor).filter(**self.asked(PaperFilters))
        return self.page(found.select_related("committee", "uploaded_by"), PaperAnswer)

    @changes("attach_paper", PaperAttach, PaperAnswer, status=201)
    def post(self, request: Request) -> Response:
        return self.one(attach_paper(self.actor, **self.given(PaperAttach)), PaperAnswer, status=201)


class PaperContent(Resource):
    """One paper's content."""

    @reads("download_committee_paper", _BINARY)
    def get(self, request: Request, pk: UUID) -> FileResponse:
        paper, content = open_paper(self.actor, pk)
        return download(content, name=paper.file_name, content_type=paper.content_type)


class AgendaFile(Resource):
    """The agenda of a meeting with its papers, as PDF; a draft until they lock."""

    @reads("download_agenda", _BINARY)
    def get(self, request: Request, pk: UUID) -> FileResponse:
        return _saved(agenda_file(visible_meeting(self.actor, pk)))


class MinutesFile(Resource):
    """The minutes of a meeting, as PDF; a draft until they are signed."""

    @reads("download_minutes", _BINARY)
    def get(self, request: Request, pk: UUID) -> FileResponse:
        return _saved(minutes_file(visible_meeting(self.actor, pk)))


def _saved(made: MeetingFile) -> FileResponse:
    return download(BytesIO(made.content), name=made.name, content_type=made.content_type)
