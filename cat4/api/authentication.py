"""Who calls the API: a person's token, or a person's session with its CSRF token."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from cat4.accounts.keys import bearer_key
from cat4.accounts.models import Membership, User
from cat4.accounts.selectors import membership_of_token


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. Inside an organization the middleware has checked the key already.

    `request.auth` is the membership behind the key, None inside an organization, where the actor says it all.
    """

    def authenticate(self, request: Request) -> tuple[User, Membership | None] | None:
        token_user = getattr(request._request, "token_user", None)
        if token_user is not None:
            return token_user, None
        key = bearer_key(request.headers.get("Authorization", ""))
        if not key:
            return None
        membership = membership_of_token(key)
        if membership is None:
            raise AuthenticationFailed("The token is unknown, revoked or expired.")
        return membership.user, membership

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The token in the OpenAPI document."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key from Settings, API tokens."}
