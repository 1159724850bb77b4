"""JSON as money needs it: decimal fractions stay what was written."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class ExactJSONParser(JSONParser):
    """Numbers with a fraction become Decimal; NaN, Infinity and bottomless nesting are refused."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            text = stream.read().decode("utf-8")
            return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not JSON: {error}") from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a number")
