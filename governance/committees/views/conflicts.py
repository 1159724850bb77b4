"""What a member or an asker takes back: the own vote, for a conflict of interest, and the own motion."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from cat4.errors import require
from cat4.web.form_pages import posted
from cat4.web.requests import OrganizationRequest
from governance.gates.forms import ReasonForm

from ..actions.conflicts import declare_conflict, withdraw_motion
from ..pages import MeetingPage
from ..policies import may_declare_conflict, may_withdraw_motion
from ..selectors.circulations import visible_circulation
from ..selectors.meetings import visible_meeting
from ..selectors.motions import visible_motion
from . import circulations, meetings

_DECLARED = "Declared. You don't vote on this, and the ledger says why."


@require_POST
def on_item(request: OrganizationRequest, pk: UUID, item_id: UUID) -> HttpResponse:
    """Declare a conflict of interest on an item of the agenda."""
    found = MeetingPage(request.actor, visible_meeting(request.actor, pk))
    item = meetings.chosen(found, item_id)
    require(may_declare_conflict(request.actor, found.committee))
    form = ReasonForm(request.POST, prefix="conflict")
    if not form.is_valid():
        return meetings.page(request, found, item=item, status=422, conflict=form)
    reason = form.cleaned_data["reason"]
    declare_conflict(request.actor, subject_kind=item.subject_kind, subject_id=item.subject_id, reason=reason)
    messages.success(request, _DECLARED)
    return redirect("governance:meeting-item", pk=pk, item_id=item_id)


@require_POST
def on_circulation(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Declare a conflict of interest on what is in circulation."""
    circulation = visible_circulation(request.actor, pk)
    require(may_declare_conflict(request.actor, circulation.committee))
    form = ReasonForm(request.POST, prefix="conflict")
    if not form.is_valid():
        return circulations.page(request, circulation, status=422, conflict=form)
    kind, subject_id, reason = circulation.subject_kind, circulation.subject_id, form.cleaned_data["reason"]
    declare_conflict(request.actor, subject_kind=kind, subject_id=subject_id, reason=reason)
    messages.success(request, _DECLARED)
    return redirect("governance:circulation", pk=pk)


@require_http_methods(["GET", "POST"])
def withdraw(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take a motion back before it is decided."""
    motion = visible_motion(request.actor, pk)
    require(may_withdraw_motion(request.actor, motion))
    form = ReasonForm(posted(request))

    def act() -> HttpResponse:
        withdraw_motion(request.actor, pk, reason=form.cleaned_data["reason"])
        messages.success(request, "Motion withdrawn.")
        return redirect("governance:committees")

    around = meetings.FormPage(motion.committee, f"Withdraw “{motion.title}”", "Withdraw motion", danger=True)
    return meetings.form_page(request, form, act, around)
