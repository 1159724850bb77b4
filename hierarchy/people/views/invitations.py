"""Asking people in: administrators invite, send again, withdraw. They never see a link."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cat4.errors import require
from cat4.notices.mail import has_mail_server
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from hierarchy.nodes.selectors.nodes import in_words, visible_nodes
from hierarchy.policies import may_manage_members

from ..actions.invitations import invite_member, resend_invitation, withdraw_invitation
from ..forms.people import InvitationForm

_MAILED = "They get a letter with a link, valid for seven days, and set their own password."
_NOT_MAILED = (
    "No mail server is set up, so that no letter leaves. "
    "The operator of this installation prints the link: manage.py invitation_link."
)


@require_http_methods(["GET", "POST"])
def invite(request: OrganizationRequest) -> HttpResponse:
    """Ask somebody in by mail."""
    require(may_manage_members(request.actor))
    people = reverse("hierarchy:members")
    note = _MAILED if has_mail_server() else _NOT_MAILED
    page = FormPage("Invite a member", "Invite", people, crumbs=(("People", people),), note=note)
    places = in_words(visible_nodes(request.actor).filter(retired_at__isnull=True))

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        clean.pop("version")
        invited = invite_member(request.actor, **clean)
        return people, f"Invited {invited.name}."

    return answer(request, InvitationForm(posted(request), nodes=places), page, act)


@require_POST
def resend(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Mail a new link; the old one is void."""
    invitation = resend_invitation(request.actor, pk)
    messages.success(request, f"{invitation.name} gets a new link; the old one opens nothing any more.")
    return redirect("hierarchy:members")


@require_POST
def withdraw(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take the invitation back."""
    invitation = withdraw_invitation(request.actor, pk)
    messages.success(request, f"Withdrew the invitation of {invitation.name}.")
    return redirect("hierarchy:members")
