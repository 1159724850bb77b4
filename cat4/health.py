"""Whether the installation is alive."""

from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """Placeholder answer until every part reports."""
    return JsonResponse({"web": True})
