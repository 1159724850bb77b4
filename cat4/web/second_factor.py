"""Leading to the second factor who must have one, and shutting out who still has none when the days are over."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from cat4.accounts.actor import Actor
from cat4.accounts.asking import missing_factor
from cat4.accounts.models import Membership

_TOLD = "second_factor_told"
_API = "/api/"


def ask_for_factor(request: HttpRequest, membership: Membership, actor: Actor) -> HttpResponse | None:
    """The page that leads to it: once a session while there is time, then instead of every other; None lets pass."""
    missing = missing_factor(membership, actor)
    if missing is None:
        return None
    told = request.session.get(_TOLD, [])
    key = str(membership.organization_id)
    if not missing.is_over and (key in told or request.method != "GET" or _is_part(request)):
        return None
    if request.path_info.startswith(_API):
        answer = {"type": "about:blank", "title": "A second factor is missing", "status": 403, "code": "not_allowed"}
        return JsonResponse(answer, status=403, content_type="application/problem+json")
    request.session[_TOLD] = [*told, key]
    context = {"missing": missing, "name": membership.organization.name, "onward": request.get_full_path()}
    return render(request, "web/second_factor.html", context, status=403 if missing.is_over else 200)


def _is_part(request: HttpRequest) -> bool:
    return request.path_info.startswith(_API) or request.headers.get("HX-Request") == "true"
