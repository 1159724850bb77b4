"""How often a person may call, so that a runaway script doesn't slow the pages down."""

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView


class PersonThrottle(SimpleRateThrottle):
    """600 calls a minute for each person in each organization, by token or session."""

    scope = "api"
    rate = "600/minute"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        organization = getattr(request._request, "organization", None)
        return f"api-rate:{organization.pk if organization else 'none'}:{request.user.pk}"
