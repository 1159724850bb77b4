"""What the API gives of working days."""

from typing import Any

from rest_framework import serializers

from cat4.api.fields import Input


class DayAnswer(serializers.Serializer):
    """A holiday or a day of the organization's own."""

    on = serializers.DateField()
    name = serializers.CharField()
    is_working = serializers.BooleanField()
    is_own = serializers.SerializerMethodField()

    def get_is_own(self, day: Any) -> bool:
        return day.own_day is not None


class CalendarAnswer(serializers.Serializer):
    """A calendar year of the organization: Monday to Friday, but for these days."""

    year = serializers.IntegerField()
    country = serializers.CharField(allow_blank=True)
    subdivision = serializers.CharField(allow_blank=True)
    working_days = serializers.IntegerField()
    days = DayAnswer(many=True)


class CalendarFilters(Input):
    """Which year; this one unless asked."""

    year = serializers.RegexField(r"^\d{4}$", required=False, default="")
