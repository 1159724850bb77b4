"""What the page shell needs on every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cat4 import clock

from .middleware import shell_memberships
from .session_end import typed, unsent_form


def shell(request: HttpRequest) -> dict[str, Any]:
    """The theme from its cookie, the switcher's lines (read only when shown), the demo's day, what wasn't sent."""
    theme = request.COOKIES.get("theme", "")
    unsent = unsent_form(request)
    request.memberships = SimpleLazyObject(lambda: shell_memberships(request))  # type: ignore[attr-defined, arg-type]
    return {
        "theme": theme if theme in {"light", "dark"} else "",
        "demo_date": clock.today() if settings.CAT4_CLOCK else None,
        "unsent": unsent and {**unsent, "typed": typed(unsent)},
    }
