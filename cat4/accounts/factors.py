"""The second factor: an authenticator app, a security key, and recovery codes; kept and asked by django-allauth.

What would let somebody else in, the app's secret and the recovery codes' seed, is encrypted with a key that comes
from SECRET_KEY: a copy of the database alone opens nothing.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from .models import User

_PURPOSE = b"cat4 second factors"
_LOOPBACK = {"127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104  # compared, not bound


def has_factor(user: User) -> bool:
    """Whether the person signs in with an app or a key besides the password."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=kinds).exists())


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One factor on the person's own page."""

    name: str
    added_at: datetime
    last_used_at: datetime | None


def factor_lines(user: User) -> list[FactorLine]:
    """The person's factors, the oldest first."""
    found = Authenticator.objects.filter(user_id=user.pk).order_by("created_at")
    return [FactorLine(_name(factor), factor.created_at, factor.last_used_at) for factor in found]


def _name(factor: Authenticator) -> str:
    kind = str(factor.get_type_display())
    own = factor.data.get("name", "") if factor.type == Authenticator.Type.WEBAUTHN else ""
    return f"{kind}: {own}" if own else kind


def is_app_code(user: User, code: str) -> bool:
    """Whether these are the six digits that the person's app shows now; each counts once."""
    app = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()
    return app is not None and code.isdecimal() and bool(app.wrap().validate_code(code))


def remove_factors(user: User) -> int:
    """Take away every factor of a person who lost them; returns how many there were."""
    removed: int = Authenticator.objects.filter(user_id=user.pk).delete()[0]
    return removed


def relying_party() -> str:
    """The name that security keys are bound to: the host where people reach this installation.

    Browsers take no numbers for a name: on this machine alone it is localhost.
    """
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return "localhost" if host in _LOOPBACK else host


class FactorAdapter(DefaultMFAAdapter):
    """Encrypts what is kept, and binds keys to the public address."""

    def encrypt(self, text: str) -> str:
        """As it is kept."""
        return _cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """As it was, also under an earlier key."""
        cipher = _cipher(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return cipher.decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whose keys these are, whatever host a request claims."""
        return {"id": relying_party(), "name": "cat4"}


@cache
def _cipher(*keys: str) -> MultiFernet:
    derived = [HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(key.encode()) for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])
