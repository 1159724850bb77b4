"""What an import did, row by row."""

from collections import Counter
from dataclasses import dataclass, field

from integrations.constants import Outcome


@dataclass(slots=True)
class RowReport:
    """One row of the file: what became of it, and every sentence about it. 0 is a measure without a row."""

    number: int
    external_id: str
    outcome: Outcome
    messages: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ImportReport:
    """All rows of a file, and the measures that have none.

    `committed` is false after a dry run, and when one rejected row undid all.
    """

    rows: list[RowReport] = field(default_factory=list)
    committed: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome; without `missing`, the counts sum to the rows of the file."""
        return dict(Counter(row.outcome.value for row in self.rows))

    def count(self, outcome: Outcome) -> int:
        """How many rows ended so."""
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def rejected(self) -> list[RowReport]:
        """The rows that went in nowhere."""
        return [row for row in self.rows if row.outcome == Outcome.REJECTED]
