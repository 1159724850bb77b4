"""Milestones, risks and documents: add, change, take away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.http.response import FileResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.errors import require
from cat4.web.requests import OrganizationRequest
from hierarchy.selectors.members import active_people
from hierarchy.views._pages import FormPage, answer, posted

from ..actions.documents import upload_document, withdraw_document
from ..actions.milestones import (
    add_milestone,
    complete_milestone,
    edit_milestone,
    remove_milestone,
)
from ..actions.risks import add_risk, edit_risk, remove_risk
from ..constants import Doi
from ..forms.work import CompleteForm, MilestoneForm, RiskForm, UploadForm, WithdrawForm
from ..models import Document, Measure, Milestone, Risk
from ..policies import may_edit_milestones, may_edit_risks, may_upload_document, may_withdraw_document
from ..policies.standing import PLAN_IS_FROZEN
from ..selectors.calendar import calendar
from ..selectors.measures import visible_measure, visible_part
from ..storage import open_stored
from ._frame import crumbs_of, url_of


def _page(request: OrganizationRequest, measure: Measure, tab: str, title: str, submit: str, **more: Any) -> FormPage:
    crumbs = crumbs_of(request, measure, itself=True)
    return FormPage(title=title, submit=submit, back=url_of(measure, tab), crumbs=crumbs, **more)


@require_http_methods(["GET", "POST"])
def milestone_new(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Add a milestone."""
    measure = visible_measure(request.actor, pk)
    require(may_edit_milestones(request.actor, measure))
    form = MilestoneForm(posted(request), people=list(active_people(request.actor)))
    page = _page(request, measure, "milestones", "Add a milestone", "Add milestone", sub=str(measure))

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        clean.pop("version")
        made = add_milestone(request.actor, measure.pk, **clean)
        return url_of(measure, "milestones"), f"Added {made.name}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def milestone_edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Change a milestone's name, marks and, before the decision, its baseline date."""
    milestone = visible_part(request.actor, Milestone, pk)
    measure = milestone.measure
    require(may_edit_milestones(request.actor, measure))
    fields = (
        "name",
        "baseline_on",
        "is_critical",
        "is_effect_start",
        "responsible_id",
        "receiver_id",
        "duration_days",
        "version",
    )
    form = MilestoneForm(
        posted(request),
        people=list(active_people(request.actor)),
        decided_because=PLAN_IS_FROZEN if measure.doi >= Doi.DECIDED else "",
        initial={field: getattr(milestone, field) for field in fields},
    )
    page = _page(request, measure, "milestones", "Edit the milestone", "Save", sub=milestone.name)

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        version = clean.pop("version")
        edit_milestone(request.actor, milestone.pk, expected_version=version, **clean)
        return url_of(measure, "milestones"), "Saved."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def milestone_complete(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Record that a milestone was reached."""
    milestone = visible_part(request.actor, Milestone, pk)
    require(may_edit_milestones(request.actor, milestone.measure))
    form = CompleteForm(posted(request), initial={"actual_on": calendar().today, "version": milestone.version})
    note = "Gate 4 asks for evidence of this milestone. Upload it under Documents." if milestone.is_critical else ""
    page = _page(
        request, milestone.measure, "milestones", "Complete the milestone", "Complete", sub=milestone.name, note=note
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        complete_milestone(
            request.actor, milestone.pk, actual_on=clean["actual_on"], expected_version=clean["version"]
        )  # fmt: skip
        return url_of(milestone.measure, "milestones"), f"{milestone.name} is done."

    return answer(request, form, page, act)


@require_POST
def milestone_remove(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take a milestone away."""
    milestone = visible_part(request.actor, Milestone, pk)
    remove_milestone(request.actor, pk)
    messages.success(request, f"Removed {milestone.name}.")
    return redirect(url_of(milestone.measure, "milestones"))


@require_http_methods(["GET", "POST"])
def risk_new(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Add a risk."""
    measure = visible_measure(request.actor, pk)
    require(may_edit_risks(request.actor, measure))
    form = RiskForm(posted(request), people=active_people(request.actor), currency=request.organization.currency)
    page = _page(request, measure, "risks", "Add a risk", "Add risk", sub=str(measure))

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        clean.pop("version")
        made = add_risk(request.actor, measure.pk, **clean)
        return url_of(measure, "risks"), f"Added {made.title}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def risk_edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Change a risk."""
    risk = visible_part(request.actor, Risk, pk)
    require(may_edit_risks(request.actor, risk.measure))
    fields = ("title", "likelihood", "amount", "response", "owner_id", "version")
    form = RiskForm(
        posted(request),
        people=active_people(request.actor),
        currency=request.organization.currency,
        initial={field: getattr(risk, field) for field in fields},
    )
    page = _page(request, risk.measure, "risks", "Edit the risk", "Save", sub=risk.title)

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        version = clean.pop("version")
        edit_risk(request.actor, risk.pk, expected_version=version, **clean)
        return url_of(risk.measure, "risks"), "Saved."

    return answer(request, form, page, act)


@require_POST
def risk_remove(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take a risk away."""
    risk = visible_part(request.actor, Risk, pk)
    remove_risk(request.actor, pk)
    messages.success(request, f"Removed {risk.title}.")
    return redirect(url_of(risk.measure, "risks"))


@require_http_methods(["GET", "POST"])
def document_new(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Upload evidence."""
    measure = visible_measure(request.actor, pk)
    require(may_upload_document(request.actor, measure))
    milestones = [(milestone.pk, milestone.name) for milestone in measure.milestones.all()]
    files = request.FILES if request.method == "POST" else None
    initial = {"purpose": request.GET.get("purpose", ""), "milestone_id": request.GET.get("milestone", "")}
    form = UploadForm(posted(request), files, milestones=milestones, initial=initial)
    page = _page(
        request, measure, "documents", "Upload a document", "Upload", sub=str(measure), template="measures/upload.html"
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        made = upload_document(request.actor, measure.pk, **clean)
        return url_of(measure, "documents"), f"Uploaded {made.title}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def document_withdraw(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Say that a document no longer proves anything."""
    document = visible_part(request.actor, Document, pk)
    require(may_withdraw_document(request.actor, document))
    note = "The file and its hash stay on record; it no longer counts as evidence."
    page = _page(
        request, document.measure, "documents", "Withdraw the document", "Withdraw",
        sub=document.title, note=note, danger=True,
    )  # fmt: skip

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        withdraw_document(request.actor, document.pk, reason=clean["reason"])
        return url_of(document.measure, "documents"), f"Withdrew {document.title}."

    return answer(request, WithdrawForm(posted(request)), page, act)


@require_GET
def document(request: OrganizationRequest, pk: UUID) -> HttpResponseBase:
    """The file itself, to be saved, never shown inside the site."""
    found = visible_part(request.actor, Document, pk)
    try:
        content = open_stored(found.storage_key)
    except FileNotFoundError as error:
        raise Http404("The file is not in the storage. Tell your administrator.") from error
    response = FileResponse(content, as_attachment=True, filename=found.file_name, content_type=found.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
