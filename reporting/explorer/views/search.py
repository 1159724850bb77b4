"""Search over what the person may see."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4.errors import Invalid
from cat4.web.requests import OrganizationRequest

from ..selectors.search import search

_LONGEST = 200


@require_GET
def page(request: OrganizationRequest) -> HttpResponse:
    """Measures and nodes that carry the words of `q`."""
    text = request.GET.get("q", "").strip()
    if len(text) > _LONGEST or "\x00" in text:
        raise Invalid({"q": f"Search for at most {_LONGEST} characters."})
    return render(
        request, "reporting/explorer/search.html", {"search_text": text, "found": search(request.actor, text)}
    )
