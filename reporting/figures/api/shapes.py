"""Amounts and shares that several reports answer with."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cat4.api.fields import TotalField
from measures.formulas.money import Fac

_SHARE = {"type": "string", "format": "decimal", "example": "0.1700", "nullable": True}


@extend_schema_field(_SHARE)
class ShareField(serializers.DecimalField):
    """A part of a whole, 1 is all; null where there is no whole."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=4, read_only=True, allow_null=True, **options)

    def to_representation(self, value: Decimal) -> Any:
        return super().to_representation(round(value, 4))


class SharesAnswer(serializers.Serializer):
    """What a forecast at completion rests on, the parts adding up to 1."""

    validated = ShareField()
    reported = ShareField()
    forecast = ShareField()
    assumed = ShareField()


class FacAnswer(serializers.Serializer):
    """A forecast at completion with its confidence: never the one without the other."""

    total = TotalField()
    validated = TotalField()
    reported = TotalField(help_text="Of closed months, not validated yet")
    forecast = TotalField(help_text="By owners, for open months")
    assumed = TotalField(help_text="The plan, moved by the slip, where nobody forecast")
    stale = TotalField(help_text="Of the forecast: last confirmed more than two cadences ago")
    shares = serializers.SerializerMethodField()
    unconfirmed = serializers.SerializerMethodField(help_text="The share that rests on a stale forecast, or on none")

    @extend_schema_field(SharesAnswer(allow_null=True))
    def get_shares(self, fac: Fac) -> dict[str, str] | None:
        return None if fac.shares is None else {source.value: str(share) for source, share in fac.shares.items()}

    @extend_schema_field(_SHARE)
    def get_unconfirmed(self, fac: Fac) -> str | None:
        return None if fac.unconfirmed is None else str(fac.unconfirmed)
