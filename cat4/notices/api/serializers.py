"""What the API takes and answers of notices."""

from typing import Any

from rest_framework import serializers

from cat4.api.fields import Input
from cat4.web.formats import LOCALES

from ..kinds import GROUPS, MANDATORY, MailMode, group_of
from ..models import Notice
from ..rendering import words_of

GROUP_CHOICES = list(GROUPS.items())
MAIL_MODES = [(mode.value, mode.value) for mode in MailMode]


class NoticeAnswer(serializers.Serializer):
    """A notice in words, in its reader's language."""

    id = serializers.UUIDField(source="pk")
    kind = serializers.CharField()
    group = serializers.SerializerMethodField()
    subject = serializers.SerializerMethodField()
    body = serializers.SerializerMethodField()
    path = serializers.CharField(help_text="Of the page, inside the organization")
    measure_id = serializers.UUIDField(allow_null=True)
    waits_for_you = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    mailed_at = serializers.DateTimeField(allow_null=True)

    def get_group(self, notice: Notice) -> str:
        return group_of(notice.kind)

    def get_subject(self, notice: Notice) -> str:
        return words_of(notice).subject

    def get_body(self, notice: Notice) -> str:
        return words_of(notice).body

    def get_waits_for_you(self, notice: Notice) -> bool:
        return notice.kind in MANDATORY


class NoticeFilters(Input):
    """Which notices to list."""

    group = serializers.ChoiceField(choices=GROUP_CHOICES, required=False)
    unread = serializers.BooleanField(required=False)


class ReadInput(Input):
    """Read, or unread again."""

    read = serializers.BooleanField(default=True)


class ReadAllInput(Input):
    """What to mark as read."""

    group = serializers.ChoiceField(choices=GROUP_CHOICES, required=False)
    until = serializers.DateTimeField(required=False, help_text="What came later stays unread")


class ReadAllAnswer(serializers.Serializer):
    """How many were marked."""

    marked = serializers.IntegerField()


class PreferenceAnswer(serializers.Serializer):
    """How the caller is told; an empty zone or language is the organization's."""

    mail = serializers.CharField()
    digest_hour = serializers.IntegerField()
    time_zone = serializers.CharField()
    language = serializers.CharField()
    muted: Any = serializers.ListField(child=serializers.CharField())


class PreferenceInput(Input):
    """The whole of it: what is left out takes its default."""

    mail = serializers.ChoiceField(choices=MAIL_MODES)
    digest_hour = serializers.IntegerField(default=7)
    time_zone = serializers.CharField(default="", allow_blank=True)
    language = serializers.ChoiceField(choices=["", *LOCALES], default="", allow_blank=True)
    muted: Any = serializers.ListField(child=serializers.ChoiceField(choices=GROUP_CHOICES), default=list)
