"""What the page shell shows of notices: the count beside the navigation."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cat4.accounts.actor import Actor

from .selectors import unread_count


def inbox(request: HttpRequest) -> dict[str, Any]:
    """Read only when the shell is rendered, never for a fragment."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return {}
    return {"unread_notices": SimpleLazyObject(lambda: unread_count(actor))}
