"""The answer to an invitation, outside any organization: whoever answers is no member yet."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cat4.accounts.addresses import is_proved
from cat4.accounts.models import Invitation, Membership
from cat4.accounts.selectors import invitation_of_secret, user_of_address
from cat4.errors import Conflict, Invalid
from cat4.web.form_pages import show_errors
from cat4.web.requests import person

from ..actions.invitations import (
    GONE,
    accept_by_link,
    accept_invitation,
    decline_by_link,
    decline_invitation,
    join_by_link,
)
from ..forms.people import JoiningForm

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept or decline by the mailed link.

    Somebody without an account, or with one whose address was never proved, sets name and password; the others
    sign in with what they have.
    """
    invitation = invitation_of_secret(secret)
    if invitation is None:
        return render(request, "hierarchy/people/invitation_gone.html", {"reason": GONE}, status=410)
    if request.method == "POST" and "decline" in request.POST:
        decline_by_link(secret)
        return render(request, "hierarchy/people/invitation_declined.html", {"invitation": invitation})
    user = user_of_address(invitation.email)
    if user is None or not is_proved(user):
        return _join(request, secret, invitation)
    is_theirs = request.user.is_authenticated and person(request).pk == user.pk
    if request.method == "POST" and is_theirs:
        return _enter(request, accept_by_link(secret, user))
    context = {"invitation": invitation, "is_theirs": is_theirs}
    return render(request, "hierarchy/people/invitation.html", context)


def _join(request: HttpRequest, secret: str, invitation: Invitation) -> HttpResponse:
    form = JoiningForm(request.POST if request.method == "POST" else None, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        try:
            membership = join_by_link(secret, **form.cleaned_data)
        except Invalid as refused:
            show_errors(form, refused)
        else:
            login(request, membership.user, backend=_BACKEND)
            return _enter(request, membership)
    context = {"invitation": invitation, "form": form}
    return render(request, "hierarchy/people/invitation_join.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Accept from the list of organizations, with an address that was proved before."""
    try:
        with transaction.atomic():
            return _enter(request, accept_invitation(pk, person(request)))
    except Conflict as refused:
        messages.error(request, str(refused))
        return redirect("web:organizations")


@require_POST
@login_required
def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Decline from the list of organizations."""
    invitation = decline_invitation(pk, person(request))
    messages.success(request, f"Declined the invitation of {invitation.organization.name}.")
    return redirect("web:organizations")


def _enter(request: HttpRequest, membership: Membership) -> HttpResponse:
    messages.success(request, f"You are a member of {membership.organization.name} now.")
    return redirect(f"/o/{membership.organization.slug}/")
