"""From a file to its rows, or a sentence that says why it can't be read."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cat4.errors import Invalid
from integrations.constants import MAX_FILE_BYTES

from .mapping import Mapping

# One cell of free text may be long; a whole file in one cell is a missing quote.
csv.field_size_limit(1024 * 1024)
_DELIMITERS = ",;|"


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file; `cells` is empty when its width differs from the header's.

    `is_blank` is a row in which nothing stands, whatever delimiters it has.
    """

    number: int
    cells: dict[str, str]
    width: int
    expected: int
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read whole: its name, hash, and decoded text."""

    name: str
    sha256: str
    text: str


def read_file(path: Path, mapping: Mapping, *, encoding: str = "") -> SourceFile:
    """Read and decode a file.

    Raises:
        Invalid: it is missing, too large, or not in the encoding that the mapping states.
    """
    if not path.is_file():
        raise Invalid({"file": f"There is no file {path}."})
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1024**2
        raise Invalid({"file": f"{path.name} has {size / 1024**2:.0f} MB; at most {limit} MB are read. Split it."})
    content = path.read_bytes()
    return SourceFile(
        path.name, sha256(content).hexdigest(), _decode(content, encoding or mapping.encoding, path.name, mapping)
    )


def _decode(content: bytes, encoding: str, name: str, mapping: Mapping) -> str:
    """With `undefined_bytes`, a byte that the encoding doesn't define becomes a mark, which its row tells."""
    try:
        text = content.decode(encoding, "replace" if mapping.undefined_bytes else "strict")
    except LookupError as error:
        raise Invalid({"encoding": f"{encoding} is not an encoding."}) from error
    except UnicodeDecodeError as error:
        line, byte = content[: error.start].count(b"\n") + 1, content[error.start]
        problem = f"{name} is not {encoding}: byte 0x{byte:02x} in line {line}. State another with --encoding."
        raise Invalid({"encoding": problem}) from error
    if "\x00" in text:
        raise Invalid({"encoding": f"{name} holds zero bytes: it is not a text file in {encoding}."})
    if encoding != "utf-8-sig" and content.startswith(b"\xef\xbb\xbf"):
        # Any file passes for cp1252; the byte-order mark of UTF-8 gives this one away.
        problem = f"{name} begins with the mark of UTF-8, but {encoding} was expected. State --encoding utf-8-sig."
        raise Invalid({"encoding": problem})
    return text


def rows_of(source: SourceFile, mapping: Mapping) -> Iterator[RawRow]:
    """The rows below the header, numbered as lines of a spreadsheet, the header being 1.

    A column name that occurs twice is addressed as "name" and "name#2".

    Raises:
        Invalid: the header lacks columns that the mapping reads, or the file breaks off inside quotes.
    """
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=mapping.delimiter, strict=True)
    try:
        header = [mapping.header.get(name, name) for name in _unique(next(reader, []))]
        _check_header(header, mapping)
        for number, cells in enumerate(reader, start=2):
            fits = len(cells) == len(header)
            # Exported by another program, a blank row may hold its own delimiters and nothing else.
            is_blank = not "".join(cells).strip(f"{_DELIMITERS} \t\xa0")
            in_columns = dict(zip(header, cells, strict=True)) if fits else {}
            yield RawRow(number, in_columns, len(cells), len(header), is_blank)
    except csv.Error as error:
        raise Invalid({"file": f"{source.name}, line {reader.line_num}: {error}."}) from error


def _unique(header: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    for raw in header:
        name = " ".join(raw.split())
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return names


def _check_header(header: list[str], mapping: Mapping) -> None:
    missing = sorted(mapping.columns - set(header))
    if missing:
        found = ", ".join(header) or "nothing"
        raise Invalid(
            {"file": f"The header lacks {', '.join(missing)}. It has: {found}. Is {mapping.name} the right mapping?"}
        )
