"""Members: who may enter, what they are here, which roles they have."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.accounts.models import Membership
from cat4.accounts.selectors import active_member_ids
from cat4.errors import Invalid, require
from cat4.notices.mail import has_mail_server
from cat4.web.form_pages import Crumbs, FormPage, answer, posted, show_errors
from cat4.web.requests import OrganizationRequest
from hierarchy.nodes.selectors.nodes import in_words, visible_nodes
from hierarchy.organization.selectors import active_people
from hierarchy.policies import may_give_role_to, may_manage_members, may_succeed

from .. import successions
from ..actions.members import deactivate_member, edit_member
from ..actions.roles import grant_role, revoke_role
from ..forms.people import DeactivateForm, GrantForm, MembershipForm
from ..selectors.invitations import invitation_lines
from ..selectors.members import grants_of, member, member_lines, seats_of

_MEMBER_FIELDS = ("title", "is_admin", "ends_on")


@require_GET
def index(request: OrganizationRequest) -> HttpResponse:
    """Every member with title and roles; administrators also see who is invited."""
    lines = member_lines(request.actor)
    manages = may_manage_members(request.actor)
    context = {
        "lines": [line for line in lines if line.is_open],
        "closed": [line for line in lines if not line.is_open],
        "may_manage": manages,
        "invited": invitation_lines(request.actor) if manages else [],
        "has_mail_server": has_mail_server(),
    }
    return render(request, "hierarchy/people/members.html", context)


@require_http_methods(["GET", "POST"])
def detail(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """A member with roles, seats and duties; the form grants a role."""
    found = member(request.actor, pk)
    places = in_words(visible_nodes(request.actor).filter(retired_at__isnull=True))
    form = GrantForm(posted(request), nodes=places)
    if request.method == "POST":
        done = _grant(request, found, form)
        if done is not None:
            return done
    manages = may_manage_members(request.actor)
    context = {
        "member": found,
        "is_open": found.user_id in active_member_ids(request.actor.organization_id),
        "grants": grants_of(found.user_id),
        "seats": seats_of(found.user_id),
        "duties": successions.shown_duties(request.actor, found.user_id),
        "form": form,
        "may_manage": manages,
        "may_grant": may_give_role_to(request.actor, found.user_id) if manages else manages,
    }
    return render(request, "hierarchy/people/member.html", context, status=422 if form.errors else 200)


def _grant(request: OrganizationRequest, found: Membership, form: GrantForm) -> HttpResponse | None:
    require(may_manage_members(request.actor))
    if not form.is_valid():
        return None
    try:
        grant = grant_role(request.actor, user_id=found.user_id, **form.cleaned_data)
    except Invalid as refused:
        show_errors(form, refused)
        return None
    messages.success(request, f"{found.user.name} is now {grant.get_role_display().lower()} at {grant.node.name}.")
    return redirect(_url(found))


@require_http_methods(["GET", "POST"])
def edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Change what a person is here."""
    found = member(request.actor, pk)
    require(may_manage_members(request.actor))
    initial = {name: getattr(found, name) for name in _MEMBER_FIELDS} | {"version": found.version}
    form = MembershipForm(posted(request), initial=initial)
    page = FormPage(
        f"Edit {found.user.name}",
        "Save member",
        _url(found),
        sub="Name and address belong to the person, who may be a member elsewhere.",
        crumbs=_crumbs(found),
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        edit_member(request.actor, pk, expected_version=clean.pop("version"), **clean)
        return _url(found), f"Saved {found.user.name}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def deactivate(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """End a membership, with a successor for every open duty."""
    found = member(request.actor, pk)
    require(may_manage_members(request.actor))
    duties = successions.duties_of(found.user_id)
    people = [
        person
        for person in active_people(request.actor)
        if person.pk != found.user_id and may_succeed(request.actor, person.pk)
    ]
    form = DeactivateForm(posted(request), duties=duties, people=people)
    page = FormPage(
        f"Deactivate {found.user.name}",
        "Deactivate member",
        _url(found),
        crumbs=_crumbs(found),
        note="They can no longer enter. Their roles, seats and API tokens end. What they did stays on record.",
        danger=True,
        template="hierarchy/people/deactivate.html",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        reason = clean.pop("reason")
        deactivate_member(request.actor, pk, successors=clean, reason=reason)
        return reverse("hierarchy:members"), f"Deactivated {found.user.name}."

    return answer(request, form, page, act, duties=duties)


@require_POST
def revoke(request: OrganizationRequest, pk: UUID, grant_id: UUID) -> HttpResponse:
    """Take a role away."""
    found = member(request.actor, pk)
    grant = revoke_role(request.actor, grant_id)
    messages.success(
        request, f"{found.user.name} is no longer {grant.get_role_display().lower()} at {grant.node.name}."
    )
    return redirect(_url(found))


def _url(membership: Membership) -> str:
    return reverse("hierarchy:member", args=[membership.pk])


def _crumbs(membership: Membership | None = None) -> Crumbs:
    top = (("People", reverse("hierarchy:members")),)
    return (*top, (membership.user.name, _url(membership))) if membership else top
