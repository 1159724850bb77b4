"""How django-allauth behaves here."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

_ACCOUNTS = "/accounts/"


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: an administrator adds members, who set their password by mail.

    Letters name the product and lead to where people reach this installation, whatever host a request claims.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _public(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _public(super().get_email_confirmation_url(request, emailconfirmation))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """The demo's password is known to everybody: outside a demo it opens nothing, whoever still has it."""
        super().pre_authenticate(request, **credentials)
        if credentials.get("password") == settings.DEMO_PASSWORD and not settings.CAT4_DEMO:
            raise ValidationError("This is the demo's password. Choose another one with “Forgot password”.")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        site = SimpleNamespace(name="cat4", domain=urlsplit(settings.PUBLIC_URL).netloc)
        super().send_mail(template_prefix, email, {**context, "current_site": site})


def _public(address: str) -> str:
    """An address below accounts, at the public one."""
    return f"{settings.PUBLIC_URL}{_ACCOUNTS}{urlsplit(address).path.partition(_ACCOUNTS)[2]}"
