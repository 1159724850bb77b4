"""What every editing action does the same way: refuse a stale version, tell old from new, name a duplicate."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from cat4.accounts.actor import Actor
from cat4.accounts.selectors import active_member_ids
from cat4.errors import Invalid, StaleVersion


class Versioned(Protocol):
    """An object that counts its edits."""

    version: int


def check_version(obj: Versioned, expected: int | None, fields: list[str]) -> None:
    """Refuse an edit that was begun on an older state; None skips the check.

    Raises:
        StaleVersion: `current` holds the version and the values of `fields` as they are now.
    """
    if expected is None or expected == obj.version:
        return
    current = {"version": obj.version, **{field: getattr(obj, field) for field in fields}}
    raise StaleVersion("Someone saved this since you opened it.", current=current)


def apply_changes(obj: Any, changes: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the values that differ, and return field to [old, new]."""
    difference: dict[str, list[Any]] = {}
    for field, new in changes.items():
        old = getattr(obj, field)
        if old != new:
            difference[field] = [old, new]
            setattr(obj, field, new)
    return difference


def accept_only(changes: Mapping[str, Any], allowed: list[str]) -> None:
    """A programmer's mistake, not the user's: an unknown field."""
    unknown = set(changes) - set(allowed)
    if unknown:
        raise TypeError(f"There is no field {', '.join(sorted(unknown))} here.")


@contextmanager
def naming_duplicates(sentences: Mapping[str, tuple[str, str]]) -> Iterator[None]:
    """Turn a violated unique constraint into Invalid: constraint name to (field, sentence).

    The database decides, so that two people who save at once can't both succeed.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))
        if name not in sentences:
            raise
        field, sentence = sentences[name]
        raise Invalid({field: sentence}) from error


def required_text(errors: dict[str, str], field: str, value: object, *, label: str, limit: int) -> str:
    """The text without blanks around it; notes in `errors` when it is empty or too long."""
    text = str(value or "").strip()
    if not text:
        errors[field] = f"Enter {label}."
    elif len(text) > limit:
        errors[field] = f"{label[:1].upper()}{label[1:]} may have {limit} characters. This has {len(text)}."
    _refuse_controls(errors, field, text)
    return text


def optional_text(errors: dict[str, str], field: str, value: object, *, limit: int) -> str:
    """As `required_text`, but may be empty."""
    text = str(value or "").strip()
    if len(text) > limit:
        errors[field] = f"At most {limit} characters. This has {len(text)}."
    _refuse_controls(errors, field, text)
    return text


def _refuse_controls(errors: dict[str, str], field: str, text: str) -> None:
    if any(ord(sign) < 32 and sign not in "\n\r\t" for sign in text):
        errors[field] = "The text contains control characters."


def refuse(errors: Mapping[str, str | list[str]]) -> None:
    """Raise Invalid when anything was noted."""
    if errors:
        raise Invalid(errors)


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


def active_person(errors: dict[str, str], actor: Actor, field: str, user_id: UUID | None) -> None:
    """Note an error unless the person may act in the organization today."""
    if user_id not in active_member_ids(actor.organization_id):
        errors[field] = "Choose an active member of the organization."
