"""Files of meetings: agenda, minutes, calendar entry, and the papers that people attach."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import FileResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cat4.errors import require
from cat4.web.files import download
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest

from ..actions.documents import MeetingFile, agenda_file, calendar_of, minutes_file
from ..actions.subject_papers import attach_paper, open_paper
from ..forms import PaperForm
from ..models.meetings import Meeting
from ..policies import may_attach_paper
from ..selectors.meetings import kept_agenda, visible_meeting
from ..selectors.subjects import load_subject


def _saved(made: MeetingFile) -> FileResponse:
    return download(BytesIO(made.content), name=made.name, content_type=made.content_type)


@require_GET
def agenda(request: OrganizationRequest, pk: UUID) -> FileResponse:
    """The agenda with its papers, as PDF."""
    return _saved(agenda_file(visible_meeting(request.actor, pk)))


@require_GET
def minutes(request: OrganizationRequest, pk: UUID) -> FileResponse:
    """The minutes as PDF; a draft until they are signed."""
    return _saved(minutes_file(visible_meeting(request.actor, pk)))


@require_GET
def calendar(request: OrganizationRequest, pk: UUID) -> FileResponse:
    """The meeting for a calendar."""
    return _saved(calendar_of(visible_meeting(request.actor, pk), request.membership.user.email))


@require_http_methods(["GET", "POST"])
def attach(request: OrganizationRequest, pk: UUID, kind: str, subject_id: UUID) -> HttpResponse:
    """Attach a paper to an item of a meeting."""
    meeting = visible_meeting(request.actor, pk)
    subject = load_subject(kind, subject_id)
    if subject.committee_id != meeting.committee_id:
        raise Http404("This doesn't come before the committee of the meeting.")
    require(may_attach_paper(request.actor, meeting.committee, subject))
    back = reverse("governance:meeting-draft", args=[pk, subject_id])
    page = FormPage(
        "Attach a paper", "Attach paper", back, sub=subject.title, note=_note(meeting),
        crumbs=(("Committee", reverse("governance:committees")), (subject.title, back)),
    )  # fmt: skip

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        made = attach_paper(request.actor, subject_kind=kind, subject_id=subject_id, **clean)
        return back, f"Attached {made.title}."

    files = request.FILES if request.method == "POST" else None
    return answer(request, PaperForm(posted(request), files), page, act)


def _note(meeting: Meeting) -> str:
    if kept_agenda(meeting) is None:
        return "It stays in the ledger with its hash: it can't be taken back, a better one is attached beside it."
    return "The papers are locked: it is marked as late, and stays in the ledger with its hash."


@require_GET
def paper(request: OrganizationRequest, pk: UUID) -> FileResponse:
    """The file of a paper, to be saved."""
    found, content = open_paper(request.actor, pk)
    return download(content, name=found.file_name, content_type=found.content_type)
