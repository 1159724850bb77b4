"""The request as our middleware leaves it."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest

from cat4.accounts.actor import Actor
from cat4.accounts.models import Membership, User
from cat4.tenancy.models import Organization


class Cat4Request(HttpRequest):
    """A request with its organization and actor; both are None outside `/o/<slug>/`."""

    request_id: str
    organization: Organization | None
    membership: Membership | None
    actor: Actor | None
    htmx: Any
    token_user: Any
    open_memberships: list[Membership] | None


class OrganizationRequest(Cat4Request):
    """A request inside an organization: the views of the apps get only these."""

    organization: Organization
    membership: Membership
    actor: Actor


def signed_in(request: HttpRequest) -> UUID:
    """The id of the person who is signed in; the view requires that somebody is."""
    return UUID(str(request.user.pk))


def person(request: HttpRequest) -> User:
    """Who is signed in; the view requires that somebody is."""
    return cast(User, request.user)
