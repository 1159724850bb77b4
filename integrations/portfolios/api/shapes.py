"""The shapes of the imports' API."""

from typing import Any

from rest_framework import serializers

from cat4.api.fields import Input, MonthField
from hierarchy.constants import RateKind
from hierarchy.rates.api.shapes import RateField, RateSetAnswer
from integrations.constants import RateFate
from integrations.rates.ecb import MAX_FILE_BYTES


class ReferenceRatesGiven(Input):
    """A file of the European Central Bank. With `dry_run` nothing is written.

    Plan rates need `plan_fiscal_year`, and the months of whose quotes they are the mean.
    """

    file = serializers.FileField()
    dry_run = serializers.BooleanField(default=False)
    currencies = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=200, help_text="Beside those in use, such as USD,GBP"
    )
    plan_fiscal_year = serializers.IntegerField(required=False, default=None)
    plan_from = MonthField(required=False, default=None)
    plan_to = MonthField(required=False, default=None)

    def validate_file(self, file: Any) -> Any:
        if file.size > MAX_FILE_BYTES:
            raise serializers.ValidationError(f"At most {MAX_FILE_BYTES // 1024**2} MB are read.")
        return file

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        asked = [name for name in ("plan_fiscal_year", "plan_from", "plan_to") if given[name] is not None]
        if asked and len(asked) < 3:
            raise serializers.ValidationError(
                {"plan_fiscal_year": "Plan rates need plan_fiscal_year, plan_from and plan_to."}
            )
        return given


class PreviewLineAnswer(serializers.Serializer):
    """A rate of the file beside the one that was set."""

    kind = serializers.ChoiceField(choices=RateKind.choices)
    currency = serializers.CharField()
    month = MonthField()
    before = RateField(allow_null=True)
    rate = RateField()
    fate = serializers.ChoiceField(choices=RateFate.choices)


class ReferenceRatesAnswer(serializers.Serializer):
    """What the file says, and what became of it. Lines of rates that were the same already are left out."""

    last_quote = serializers.DateField()
    not_quoted = serializers.ListField(child=serializers.CharField())
    remarks = serializers.ListField(child=serializers.CharField())
    counts = serializers.DictField(child=serializers.IntegerField())
    lines = PreviewLineAnswer(many=True)
    versions = RateSetAnswer(many=True)
