"""Evidence: upload, attach to effect lines, withdraw, and the file itself."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import FileResponse
from django.views.decorators.http import require_GET, require_http_methods

from cat4.errors import Invalid, require
from cat4.web.files import download
from cat4.web.form_pages import answer, posted
from cat4.web.requests import OrganizationRequest
from measures.core.pages.frame import url_of
from measures.core.selectors.measures import visible_measure, visible_part
from measures.core.views.frame import form_page, framed
from measures.models import Document, Measure

from .actions import attach_document, open_document, upload_document, withdraw_document
from .forms import AttachForm, UploadForm, WithdrawForm
from .policies import may_attach_document, may_upload_document, may_withdraw_document
from .selectors import sentences_of_the_same_file


@require_http_methods(["GET", "POST"])
def document_new(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Upload evidence."""
    measure = visible_measure(request.actor, pk)
    require(may_upload_document(request.actor, measure))
    milestones = [(milestone.pk, milestone.name) for milestone in measure.milestones.all()]
    files = request.FILES if request.method == "POST" else None
    initial = {
        "purpose": request.GET.get("purpose", ""),
        "milestone_id": request.GET.get("milestone", ""),
        "line_ids": request.GET.getlist("line"),
    }
    form = UploadForm(posted(request), files, milestones=milestones, lines=_lines(measure), initial=initial)
    page = form_page(
        request,
        measure,
        "documents",
        "Upload a document",
        "Upload",
        sub=str(measure),
        template="measures/evidence/upload.html",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        try:
            made = upload_document(request.actor, measure.pk, **clean)
        except Invalid as refused:
            if "again_because" in refused.errors:
                form.ask_why_again()
            raise
        return url_of(measure, "documents"), f"Uploaded {made.title}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def document_withdraw(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Say that a document no longer proves anything."""
    document = visible_part(request.actor, Document, pk)
    require(may_withdraw_document(request.actor, document))
    note = "The file and its hash stay on record; it no longer counts as evidence."
    page = form_page(
        request, document.measure, "documents", "Withdraw the document", "Withdraw",
        sub=document.title, note=note, danger=True,
    )  # fmt: skip

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        withdraw_document(request.actor, document.pk, reason=clean["reason"])
        return url_of(document.measure, "documents"), f"Withdrew {document.title}."

    return answer(request, WithdrawForm(posted(request)), page, act)


@require_http_methods(["GET", "POST"])
def document_attach(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Say which effect lines a document proves."""
    document = visible_part(request.actor, Document, pk)
    require(may_attach_document(request.actor, document))
    initial = {"line_ids": list(document.line_links.values_list("line_id", flat=True))}
    page = form_page(request, document.measure, "documents", "Say what the document proves", "Save", sub=document.title)

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        attach_document(request.actor, document.pk, **clean)
        return url_of(document.measure, "documents"), f"{document.title} is attached."

    return answer(request, AttachForm(posted(request), lines=_lines(document.measure), initial=initial), page, act)


@require_GET
def document(request: OrganizationRequest, pk: UUID) -> FileResponse:
    """The file itself, to be saved, never shown inside the site."""
    found, content = open_document(request.actor, pk)
    return download(content, name=found.file_name, content_type=found.content_type)


def _lines(measure: Measure) -> list[tuple[UUID, str]]:
    return [(line.pk, line.name) for line in measure.lines.all()]


@require_GET
def documents(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Evidence with its hashes, withdrawn files included."""
    measure = visible_measure(request.actor, pk)
    related = ("uploaded_by", "withdrawn_by", "milestone", "measure__package", "measure__owner", "measure__controller")
    shown = list(measure.documents.select_related(*related).prefetch_related("lines"))
    gone = sentences_of_the_same_file(shown, request.organization.time_zone)
    lines = [
        (
            row,
            gone.get(row.sha256, "") if row.withdrawn_at is None else "",
            may_attach_document(request.actor, row),
            may_withdraw_document(request.actor, row),
        )
        for row in shown
    ]
    may_upload = may_upload_document(request.actor, measure)
    return framed(request, measure, "documents", "measures/evidence/documents.html", lines=lines, may_upload=may_upload)
