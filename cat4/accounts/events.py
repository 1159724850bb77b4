"""The trail of accounts, written as django-allauth and Django tell that something happened."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from cat4 import clock

from . import devices
from .models import AccountEvent, AccountEventKind, ApiToken, User
from .selectors import user_of_address

log = logging.getLogger(__name__)

_NEW_DEVICE = "account/email/new_device"


def record_event(kind: AccountEventKind, user: User | None, request: HttpRequest | None, detail: str = "") -> None:
    """Keep what happened to an account, from which address and browser."""
    AccountEvent.objects.create(
        at=clock.now(),
        user=user,
        kind=kind,
        detail=detail[:200],
        address=get_adapter().get_client_ip(request) if request else None,
        browser=request.headers.get("User-Agent", "")[:300] if request else "",
        request_id=getattr(request, "request_id", "") if request else "",
    )


def tell_by_mail(template: str, user: User) -> None:
    """Tell the person what happened to their account; a mail server that is away must not undo it."""
    try:
        get_adapter().send_mail(template, user.email, {"user": user})
    except (SMTPException, OSError) as error:
        log.warning("no letter to %s: %s", user.pk, error)


def note_sign_in(request: HttpRequest, user: User, **facts: Any) -> None:
    """A sign-in from a browser that the person never used is told by mail; the first of all isn't."""
    is_first = not user.events.filter(kind=AccountEventKind.SIGNED_IN).exists()
    is_new_device = not devices.is_known(request, user)
    devices.note_sign_in(request, user)
    record_event(AccountEventKind.SIGNED_IN, user, request, "new device" if is_new_device else "")
    if is_new_device and not is_first:
        tell_by_mail(_NEW_DEVICE, user)


def note_sign_out(request: HttpRequest, user: User | None, **facts: Any) -> None:
    """A session that had ended before has nobody to sign out."""
    if user is not None:
        record_event(AccountEventKind.SIGNED_OUT, user, request)


def note_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **facts: Any) -> None:
    """The account is named where the typed address has one."""
    address = str(credentials.get("email") or credentials.get("login") or "").strip().lower()
    record_event(AccountEventKind.SIGN_IN_FAILED, user_of_address(address) if address else None, request)


def note_password(request: HttpRequest, user: User, **facts: Any) -> None:
    """By the person, who knew the old one."""
    record_event(AccountEventKind.PASSWORD_CHANGED, user, request)


def note_reset(request: HttpRequest, user: User, **facts: Any) -> None:
    """By the mailed link, perhaps because somebody else knew the old one: no key of the API outlives it."""
    revoked = ApiToken.objects.filter(membership__user=user, revoked_at__isnull=True).update(revoked_at=clock.now())
    record_event(AccountEventKind.PASSWORD_RESET, user, request, f"{revoked} API tokens ended" if revoked else "")


def note_factor(request: HttpRequest, user: User, authenticator: Any, **facts: Any) -> None:
    """An app, a key or recovery codes."""
    record_event(AccountEventKind.FACTOR_ADDED, user, request, str(authenticator.get_type_display()))


def note_factor_gone(request: HttpRequest, user: User, authenticator: Any, **facts: Any) -> None:
    """Taken away by the person."""
    record_event(AccountEventKind.FACTOR_REMOVED, user, request, str(authenticator.get_type_display()))


user_logged_in.connect(note_sign_in)
user_logged_out.connect(note_sign_out)
user_login_failed.connect(note_failure)
password_changed.connect(note_password)
password_reset.connect(note_reset)
authenticator_added.connect(note_factor)
authenticator_removed.connect(note_factor_gone)
