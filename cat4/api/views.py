"""What every view of the API shares: the actor, pages of rows, checked input."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import get_script_prefix
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cat4.accounts.actor import Actor
from cat4.accounts.models import Membership
from cat4.accounts.selectors import memberships_of

from .etag import etag, expected_version
from .parsers import ExactJSONParser
from .signing import refuse_token
from .throttling import PersonThrottle

Facts = dict[str, Any]


class Problem(serializers.Serializer):
    """Why a call was refused (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="For programs: not_allowed, invalid, conflict, stale_version, not_found")
    detail = serializers.CharField(help_text="For people")
    errors = serializers.DictField(  # type: ignore[assignment]  # declared fields leave the class body
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="422: sentences by field"
    )
    current = serializers.DictField(required=False, help_text="409 and 412: the state as it is")


def _refused(text: str) -> OpenApiResponse:
    return OpenApiResponse(Problem, description=text)


_ALWAYS = {401: _refused("Sign in, or send a valid token"), 404: _refused("Unknown, foreign or not yours to see")}
_ON_CHANGE = {
    403: _refused("You may not; the sentence says who may"),
    409: _refused("The state moved on"),
    422: _refused("Some fields need another value"),
}
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description='The ETag you got, such as W/"3"; stale is refused with 412'
)


def reads(operation_id: str, answer: Any, *, parameters: list[Any] | None = None, **options: Any) -> Any:
    """A GET in the OpenAPI document."""
    answers = answer if isinstance(answer, dict) else {200: answer}
    return extend_schema(
        operation_id=operation_id, responses={**answers, **_ALWAYS}, parameters=parameters or [], **options
    )


def changes(
    operation_id: str,
    given: Any,
    answer: Any,
    *,
    status: int = 200,
    also: dict[int, Any] | None = None,
    versioned: bool = False,
    **options: Any,
) -> Any:
    """A change in the OpenAPI document; `versioned` ones look at If-Match, `also` are other answers by status."""
    refusals = {**_ALWAYS, **_ON_CHANGE}
    if versioned:
        refusals[412] = _refused("Somebody saved in between")
    described = extend_schema(
        operation_id=operation_id,
        request=given,
        responses={status: answer, **(also or {}), **refusals},
        parameters=[IF_MATCH] if versioned else [],
        **options,
    )

    def decorate(method: Any) -> Any:
        method.operation = operation_id
        return described(method)

    return decorate


class Resource(GenericAPIView):
    """A view inside an organization. Subclasses parse, load, call one action, and answer."""

    parser_classes = [ExactJSONParser]
    throttle_classes = [PersonThrottle]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After the caller is known: a token doesn't sign where a second factor is asked."""
        super().initial(request, *args, **kwargs)
        operation = getattr(getattr(self, str(request.method).lower(), None), "operation", "")
        if operation and request._request.token_user:  # type: ignore[attr-defined]
            refuse_token(operation, request._request.organization.second_factor_for)  # type: ignore[attr-defined]

    @property
    def actor(self) -> Actor:
        """Who calls, with the rights that the middleware read."""
        return self.request._request.actor  # type: ignore[attr-defined, no-any-return]

    @property
    def expected_version(self) -> int | None:
        """The version that the caller saw, from If-Match."""
        return expected_version(self.request)

    def given(self, serializer: type[serializers.Serializer], *, partial: bool = False) -> Facts:
        """The checked body; with `partial` only what was sent. Raises ValidationError."""
        checked = serializer(data=self.request.data, partial=partial, context={"request": self.request})
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def asked(self, serializer: type[serializers.Serializer]) -> Facts:
        """The checked query: filters that were sent. Raises ValidationError for unknown or wrong ones."""
        known = {"cursor", "limit", "format"}
        checked = serializer(data={key: value for key, value in self.request.query_params.items() if key not in known})
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def page(
        self,
        rows: QuerySet[Any],
        serializer: type[serializers.Serializer],
        *,
        context_of: Callable[[list[Any]], Facts] | None = None,
    ) -> Response:
        """One page of a list; `context_of` reads what the answer needs about all rows of the page at once."""
        page = list(self.paginate_queryset(rows) or [])
        context = context_of(page) if context_of else {}
        return self.get_paginated_response(serializer(page, many=True, context=context).data)

    def one(
        self,
        row: Any,
        serializer: type[serializers.Serializer],
        *,
        status: int = 200,
        context: Facts | None = None,
    ) -> Response:
        """One object, with its version as ETag where it has one."""
        version = getattr(row, "version", None)
        headers = {"ETag": etag(version)} if version is not None else None
        return Response(serializer(row, context=context or {}).data, status=status, headers=headers)


class MembershipAnswer(serializers.Serializer):
    """An organization that the caller may enter."""

    name = serializers.CharField(source="organization_name")
    slug = serializers.CharField()
    role = serializers.CharField(source="role_label")
    ends_on = serializers.DateField(allow_null=True)
    url = serializers.SerializerMethodField()

    def get_url(self, line: Any) -> str:
        return f"{get_script_prefix()}o/{line.slug}/api/v1/"


class OrganizationList(APIView):
    """Every organization that the caller may enter. A token knows only its own."""

    throttle_classes = [PersonThrottle]

    @reads("list_organizations", MembershipAnswer(many=True))
    def get(self, request: Request) -> Response:
        lines = memberships_of(request.user.pk)  # type: ignore[arg-type]
        if isinstance(request.auth, Membership):
            lines = [line for line in lines if line.slug == request.auth.organization.slug]
        return Response({"results": MembershipAnswer(lines, many=True).data})


class SchemaView(SpectacularAPIView):
    """The OpenAPI document of an organization's API."""

    def _get_schema_response(self, request: Request) -> Response:
        response: Response = super()._get_schema_response(request)  # type: ignore[no-untyped-call]
        # Copied: the generator hands out its own dictionary.
        response.data = {**response.data, "servers": [{"url": get_script_prefix().rstrip("/")}]}
        return response


class DocsView(SpectacularSwaggerSplitView):
    """The document as a page to read and try, without any inline script or style."""

    template_name = "api/docs.html"
    url_name = "api:schema"
