"""`{% panel %}`: a page of one app shows a part that another app renders, in the same response."""

import copy
from http import HTTPStatus
from typing import Any

from django import template
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.template import Context
from django.template.response import SimpleTemplateResponse
from django.urls import get_script_prefix, resolve, reverse
from django.utils.safestring import SafeString
from django_htmx.middleware import HtmxDetails

from cat4.errors import NotAllowed

register = template.Library()

UNSEEN = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


@register.simple_tag(takes_context=True)
def panel(context: Context, name: str, /, **kwargs: Any) -> SafeString:
    """The fragment view `name`, asked for by the same person, inlined.

    Nothing when that view answers 403 or 404: who may not see a part does not see its place.
    Raises NoReverseMatch when no app provides the name, RuntimeError when the view answers anything else.
    """
    request = context.get("request") or getattr(context, "request", None)
    if request is None:
        raise RuntimeError("{% panel %} needs the request in the context.")
    path = reverse(name, urlconf=getattr(request, "urlconf", None), kwargs=kwargs)
    return render(part_of(request, path))


def part_of(request: HttpRequest, path: str) -> HttpRequest:
    """The request of the same person for another path: a GET without body or query, marked as htmx."""
    part = copy.copy(request)
    part.__dict__.pop("headers", None)
    part.method, part.path = "GET", path
    part.path_info = "/" + path.removeprefix(get_script_prefix())
    part.META = {key: value for key, value in request.META.items() if not key.startswith("HTTP_HX_")}
    part.META |= {"REQUEST_METHOD": "GET", "QUERY_STRING": "", "PATH_INFO": part.path_info, "HTTP_HX_REQUEST": "true"}
    part.GET, part.POST = QueryDict(), QueryDict()
    part.htmx = HtmxDetails(part)  # type: ignore[attr-defined]
    return part


def render(part: HttpRequest) -> SafeString:
    """The HTML the view of `part` answers with; empty when it may not be seen."""
    match = resolve(part.path_info, urlconf=getattr(part, "urlconf", None))
    part.resolver_match = match
    try:
        response = match.func(part, *match.args, **match.kwargs)
    except (PermissionDenied, NotAllowed, Http404):
        return SafeString("")
    return _html_of(response, match.view_name)


def _html_of(response: HttpResponseBase, name: str) -> SafeString:
    if response.status_code in UNSEEN:
        return SafeString("")
    if response.status_code != HTTPStatus.OK or not isinstance(response, HttpResponse):
        raise RuntimeError(f"The panel {name} answered {response.status_code}; a panel answers 200, 403 or 404.")
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    return SafeString(response.content.decode())
