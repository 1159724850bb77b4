"""How django-allauth behaves here."""

import logging
from smtplib import SMTPException
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest

from .devices import COOKIE, is_known
from .patience import Counter
from .selectors import user_of_address

log = logging.getLogger(__name__)

FREE_TRIES = 3
# An office behind one address: colleagues who mistype don't slow each other.
FREE_TRIES_OF_A_NETWORK = 50
NO_ADDRESS = "0.0.0.0"  # noqa: S104  # nothing is bound to it
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

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address; all zeros where a request has none, as one of our own."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return NO_ADDRESS

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse the demo's password outside a demo, and who tries too soon after wrong ones.

        Raises:
            ValidationError: with the seconds to wait.
        """
        if credentials.get("password") == settings.DEMO_PASSWORD and not settings.CAT4_DEMO:
            raise ValidationError("This is the demo's password. Choose another one with “Forgot password”.")
        wait = max(counter.seconds_to_wait() for counter in self._counters(request, credentials))
        if wait:
            raise ValidationError(f"Too many wrong passwords. Try again in {wait} s, or use “Forgot password”.")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The next try waits longer."""
        for counter in self._counters(request, credentials):
            counter.note_wrong()

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Sign-in and the password asked again: both count."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            self._counters(request, credentials)[0].forget()
        return user

    def _counters(self, request: HttpRequest, credentials: dict[str, Any]) -> list[Counter]:
        """The account from this device; from an unknown one also the network address, whatever the account."""
        login = str(credentials.get("email") or "").strip().lower()
        user = user_of_address(login)
        if user is not None and is_known(request, user):
            return [Counter(f"known:{user.pk}:{request.COOKIES.get(COOKIE)}", FREE_TRIES)]
        network = self.get_client_ip(request)
        return [Counter(f"account:{login}", FREE_TRIES), Counter(f"network:{network}", FREE_TRIES_OF_A_NETWORK)]

    def send_notification_mail(self, template_prefix: str, user: Any, *arguments: Any, **options: Any) -> None:
        """What happened is told by mail; a mail server that is away must not undo it."""
        try:
            super().send_notification_mail(template_prefix, user, *arguments, **options)
        except (SMTPException, OSError) as error:
            log.warning("no letter to %s: %s", user.pk, error)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Without a look at the request, which a command has none of."""
        site = SimpleNamespace(name="cat4", domain=urlsplit(settings.PUBLIC_URL).netloc)
        self.render_mail(template_prefix, email, {**context, "email": email, "current_site": site}).send()


def _public(address: str) -> str:
    """An address below accounts, at the public one."""
    return f"{settings.PUBLIC_URL}{_ACCOUNTS}{urlsplit(address).path.partition(_ACCOUNTS)[2]}"
