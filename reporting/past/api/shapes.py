"""What every report over REST may be asked."""

from rest_framework import serializers

from cat4.api.fields import Input


class AsOf(Input):
    """The lock that a report is read as of, such as 2026-08; without it as things stand."""

    asof = serializers.RegexField(r"^\d{4}-\d{2}$", required=False)
