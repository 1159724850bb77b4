"""The lines that this process writes, as with CAT4_LOG_FORMAT=json."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from cat4.logs import Facts, JsonLines


class Lines:
    """What was written since."""

    def __init__(self) -> None:
        self._stream = StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(JsonLines())
        self.handler.addFilter(Facts())

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    def by(self, logger: str) -> list[dict[str, Any]]:
        """Those of a logger."""
        every = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in every if line["logger"] == logger]


@contextmanager
def written_lines() -> Iterator[Lines]:
    """Every line of every logger, those of requests too."""
    lines, root, access = Lines(), logging.getLogger(), logging.getLogger("cat4.access")
    level = access.level
    root.addHandler(lines.handler)
    access.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        access.setLevel(level)
        root.removeHandler(lines.handler)
