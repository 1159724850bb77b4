"""Codes and addresses as people type them, brought to the form in which they are stored."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email


def currency_code(errors: dict[str, str], field: str, value: str) -> str:
    """An ISO 4217 code in capitals."""
    code = str(value or "").strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        errors[field] = "A currency has three letters, such as EUR."
    return code


def email_address(errors: dict[str, str], field: str, value: str) -> str:
    """An address in lower case."""
    email = str(value or "").strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        errors[field] = "Enter an email address, such as name@example.com."
    return email
