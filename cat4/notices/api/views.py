"""List, read, and say how to be told."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.views import Resource, changes, reads

from ..inbox import mark_all_read, mark_read, save_preferences
from ..rendering import reading
from ..selectors import notices_of, own_notice, preference_of
from . import serializers as shapes


class _Own(Resource):
    """The caller's own notices, in their language."""

    @contextmanager
    def in_own_words(self) -> Iterator[None]:
        preference = preference_of(self.actor.user_id)
        organization = self.request._request.organization  # type: ignore[attr-defined]
        language = preference.language or organization.locale
        with reading(language=language, time_zone=preference.time_zone or organization.time_zone):
            yield


class NoticeList(_Own):
    """What the caller was told, oldest first."""

    @reads("list_notices", shapes.NoticeAnswer(many=True), parameters=[shapes.NoticeFilters])
    def get(self, request: Request) -> Response:
        asked = self.asked(shapes.NoticeFilters)
        with self.in_own_words():
            return self.page(notices_of(self.actor, **asked), shapes.NoticeAnswer)


class NoticeDetail(_Own):
    """One notice."""

    @reads("get_notice", shapes.NoticeAnswer)
    def get(self, request: Request, pk: UUID) -> Response:
        with self.in_own_words():
            return self.one(own_notice(self.actor, pk), shapes.NoticeAnswer)


class Read(_Own):
    """Mark one as read, or as unread again."""

    @changes("read_notice", shapes.ReadInput, shapes.NoticeAnswer)
    def post(self, request: Request, pk: UUID) -> Response:
        notice = mark_read(self.actor, pk, is_read=self.given(shapes.ReadInput)["read"])
        with self.in_own_words():
            return self.one(notice, shapes.NoticeAnswer)


class ReadAll(_Own):
    """Mark everything as read."""

    @changes("read_all_notices", shapes.ReadAllInput, shapes.ReadAllAnswer)
    def post(self, request: Request) -> Response:
        return Response({"marked": mark_all_read(self.actor, **self.given(shapes.ReadAllInput))})


class Preferences(_Own):
    """How the caller is told by this organization."""

    @reads("get_notice_preferences", shapes.PreferenceAnswer)
    def get(self, request: Request) -> Response:
        return self.one(preference_of(self.actor.user_id), shapes.PreferenceAnswer)

    @changes("set_notice_preferences", shapes.PreferenceInput, shapes.PreferenceAnswer)
    def put(self, request: Request) -> Response:
        return self.one(save_preferences(self.actor, **self.given(shapes.PreferenceInput)), shapes.PreferenceAnswer)
