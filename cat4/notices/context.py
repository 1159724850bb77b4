"""What the page shell shows of notices: the count beside the navigation."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cat4.accounts.actor import Actor
from cat4.web.remembered import remembered

from .selectors import unread_count

# As the other counts beside the navigation: what arrives meanwhile is counted a little late.
SECONDS = 15


def inbox(request: HttpRequest) -> dict[str, Any]:
    """Read only when the shell is rendered, never for a fragment."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return {}
    return {"unread_notices": SimpleLazyObject(lambda: remembered(key_of(actor), SECONDS, lambda: unread_count(actor)))}


def key_of(actor: Actor) -> str:
    """Where the count is kept; forgotten when its reader reads."""
    return f"unread:{actor.organization_id}:{actor.user_id}"
