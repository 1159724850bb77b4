"""What a password may not be, beside Django's own rules."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError


class NotTheDemosPassword:
    """The demo's password is printed in its documents: outside a demo nobody chooses it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse it.

        Raises:
            ValidationError: it is the demo's, and this is none.
        """
        if password == settings.DEMO_PASSWORD and not settings.CAT4_DEMO:
            raise ValidationError("This password is public: the demo's documents name it. Choose another one.")

    def get_help_text(self) -> str:
        """Nothing that a person would have to know beforehand."""
        return ""
