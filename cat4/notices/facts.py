"""What a notice says, kept as JSON and read back as it was: dates stay dates and amounts stay Decimal."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

_READERS: dict[str, Callable[[str], Any]] = {
    "$instant": datetime.fromisoformat,
    "$day": date.fromisoformat,
    "$amount": Decimal,
}


class FactsEncoder(DjangoJSONEncoder):
    """Marks what JSON has no type for, so that a template can write it in the recipient's locale."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime):
            return {"$instant": o.isoformat()}
        if isinstance(o, date):
            return {"$day": o.isoformat()}
        if isinstance(o, Decimal):
            return {"$amount": str(o)}
        return super().default(o)


class FactsDecoder(json.JSONDecoder):
    """Reads what FactsEncoder wrote."""

    def __init__(self, **options: Any) -> None:
        super().__init__(object_hook=_typed, **options)


def _typed(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        mark, text = next(iter(found.items()))
        if mark in _READERS:
            return _READERS[mark](text)
    return found
