"""A mapping says, as data, how a file becomes a portfolio: columns, formats, vocabulary, levels.

Mappings are TOML files in `integrations/portfolios/mappings`; docs/imports.md explains every key.
"""

import re
import tomllib
from collections.abc import Collection, Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cat4.errors import Invalid
from integrations.constants import CellType

FOLDER = Path(__file__).parent / "mappings"
LEVELS = ("portfolio", "program", "project", "package")
MEASURE_TEXTS = ("code", "name", "description", "business_reason", "key_assumptions")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: a column, or a fixed text; through a vocabulary where one is named."""

    column: str = ""
    text: str = ""
    vocabulary: str = ""


@dataclass(frozen=True, slots=True)
class MilestoneSource:
    """A dated column. With `past_is_actual`, a date that has passed is taken as done on that date.

    `comment` is the column that says why the date is as it is: the reason of a revised forecast.
    """

    name: str
    column: str
    past_is_actual: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A column that has no field here: kept with the measure under its label, and shown.

    `unit` is what a column of money counts in, such as 1,000,000.
    """

    label: str
    column: str
    type: CellType = CellType.TEXT
    vocabulary: str = ""
    unit: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Rebaselined:
    """Where the source says, in words, that it agreed on other dates."""

    column: str
    says: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Mapping:
    """One way to read one kind of file.

    A row is recognised by `external_id`; in a file that has none, by its name as `known_by` gives it. `as_of` is
    the day that the file describes, `header` the mapping's name for a column that this file calls otherwise.
    """

    name: str
    title: str
    source_system: str
    external_id: Source | None
    known_by: Source | None
    levels: Map[str, Source]
    measure: Map[str, Source]
    business_unit: Source | None = None
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    decimal_mark: str = ""
    currency_signs: str = ""
    float_noise: bool = False
    undefined_bytes: bool = False
    header: Map[str, str] = field(default_factory=dict)
    as_of: date | None = None
    withheld: re.Pattern[str] | None = None
    rebaselined: Rebaselined | None = None
    milestones: tuple[MilestoneSource, ...] = ()
    in_order: tuple[str, ...] = ()
    kept: tuple[KeptValue, ...] = ()
    vocabularies: Map[str, Map[str, str]] = field(default_factory=dict)

    @property
    def columns(self) -> set[str]:
        """Every column that the mapping reads."""
        optional = (self.business_unit, self.external_id, self.known_by)
        sources = [*self.levels.values(), *self.measure.values(), *(source for source in optional if source)]
        named = {source.column for source in sources} | {value.column for value in self.kept}
        dated = {column for milestone in self.milestones for column in (milestone.column, milestone.comment)}
        told = {self.rebaselined.column} if self.rebaselined else set()
        return (named | dated | told) - {""}


def mapping_names() -> list[str]:
    """The mappings that come with the installation; a file that begins with `_` is what others have in common."""
    return sorted(path.stem for path in FOLDER.glob("*.toml") if not path.stem.startswith("_"))


def load_mapping(name: str) -> Mapping:
    """The mapping of that name.

    Raises:
        Invalid: there is none of that name, or the file is not a mapping; the sentence says which key is off.
    """
    if name not in mapping_names():
        raise Invalid({"mapping": f"There is no mapping {name!r}. Known: {', '.join(mapping_names())}."})
    return parse_mapping(name, (FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def parse_mapping(name: str, text: str) -> Mapping:
    """A mapping from its TOML text; see load_mapping for what it raises."""
    try:
        return _build(name, _extended(tomllib.loads(text)))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, re.error) as error:
        raise Invalid({"mapping": f"{name}.toml can't be used: {error}."}) from error


def _extended(content: dict[str, Any]) -> dict[str, Any]:
    """A mapping together with what it has in common with others, the file that `extends` names."""
    if "extends" not in content:
        return content
    base = tomllib.loads((FOLDER / f"{Path(content.pop('extends')).name}.toml").read_text(encoding="utf-8"))
    joined: dict[str, Any] = _joined(base, content)
    return joined


def _joined(base: Any, own: Any) -> Any:
    """Tables are joined key by key and lists of tables appended; anything else is replaced."""
    if isinstance(base, dict) and isinstance(own, dict):
        return base | {key: _joined(base[key], value) if key in base else value for key, value in own.items()}
    if isinstance(base, list) and base and isinstance(base[0], dict):
        return [*base, *own]
    return own


_KEYS = frozenset(
    {
        "title", "source_system", "external_id", "known_by", "levels", "measure", "file", "as_of", "rebaselined",
        "milestones", "in_order", "kept", "vocabulary",
    }
)  # fmt: skip
_FILE_KEYS = frozenset(
    {
        "encoding", "delimiter", "date_formats", "decimal_mark", "currency_signs", "float_noise", "undefined_bytes",
        "header", "withheld",
    }
)  # fmt: skip
_SOURCE_KEYS = frozenset({"column", "text", "vocabulary"})
_KEPT_KEYS = frozenset({"label", "column", "type", "vocabulary", "unit"})
_MILESTONE_KEYS = frozenset({"name", "column", "past_is_actual", "comment"})


def _check_keys(content: dict[str, Any]) -> None:
    """A key that nobody reads is a mistake in typing, and would be missed in silence.

    Raises:
        ValueError: it names the key, where it stands, and the nearest one that there is.
    """
    _known(content, _KEYS, "the mapping")
    _known(content.get("file", {}), _FILE_KEYS, "[file]")
    _known(content["levels"], frozenset(LEVELS), "[levels]")
    _known(content["measure"], frozenset({*MEASURE_TEXTS, "business_unit"}), "[measure]")
    sources = {f"[levels] {level}": source for level, source in content["levels"].items()}
    sources |= {f"[measure] {name}": source for name, source in content["measure"].items()}
    sources |= {key: content[key] for key in ("external_id", "known_by") if content.get(key)}
    rows = [(f"[[milestones]] {row.get('name', '')}", row, _MILESTONE_KEYS) for row in content.get("milestones", [])]
    rows += [(f"[[kept]] {row.get('label', '')}", row, _KEPT_KEYS) for row in content.get("kept", [])]
    rows += [(place, source, _SOURCE_KEYS) for place, source in sources.items() if isinstance(source, dict)]
    if "rebaselined" in content:
        rows.append(("[rebaselined]", content["rebaselined"], frozenset({"column", "says"})))
    for place, row, known in rows:
        _known(row, known, place)
        named = row.get("vocabulary")
        if named and named not in content.get("vocabulary", {}):
            near = _nearest(named, content.get("vocabulary", {}))
            raise ValueError(f"{place} names the vocabulary {named!r}, which isn't there{near}")


def _known(table: Map[str, Any], known: Collection[str], place: str) -> None:
    for key in table:
        if key not in known:
            raise ValueError(f"{place} has the unknown key {key!r}{_nearest(key, known)}")


def _nearest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _check(content: dict[str, Any]) -> None:
    _check_keys(content)
    missing = [level for level in LEVELS if level not in content["levels"]]
    if missing:
        raise ValueError(f"[levels] has no {', '.join(missing)}")
    if not content.get("external_id") and not content.get("known_by"):
        raise ValueError("it has neither external_id nor known_by, so no row can be recognised again")


def _build(name: str, content: dict[str, Any]) -> Mapping:
    _check(content)
    file, unit = content.get("file", {}), content["measure"].pop("business_unit", None)
    return Mapping(
        name=name,
        title=content["title"],
        source_system=content["source_system"],
        external_id=_source(content.get("external_id")),
        known_by=_source(content.get("known_by")),
        levels={level: Source(**content["levels"][level]) for level in LEVELS},
        measure={key: Source(**value) for key, value in content["measure"].items()},
        business_unit=_source(unit),
        encoding=file.get("encoding", "utf-8-sig"),
        delimiter=file.get("delimiter", ","),
        date_formats=tuple(file.get("date_formats", ["%Y-%m-%d"])),
        decimal_mark=_decimal_mark(file),
        currency_signs=file.get("currency_signs", ""),
        float_noise=file.get("float_noise", False),
        undefined_bytes=file.get("undefined_bytes", False),
        header=file.get("header", {}),
        as_of=content.get("as_of"),
        withheld=_pattern(file["withheld"]) if file.get("withheld") else None,
        rebaselined=_rebaselined(content.get("rebaselined")),
        milestones=tuple(MilestoneSource(**item) for item in content.get("milestones", [])),
        in_order=tuple(content.get("in_order", [])),
        kept=tuple(_kept_value(item) for item in content.get("kept", [])),
        vocabularies=content.get("vocabulary", {}),
    )


def _source(content: dict[str, str] | str | None) -> Source | None:
    """A source; a bare word is a column."""
    if not content:
        return None
    return Source(column=content) if isinstance(content, str) else Source(**content)


def _kept_value(content: dict[str, Any]) -> KeptValue:
    kind, unit = CellType(content.get("type", "text")), Decimal(str(content.get("unit", 1)))
    if unit <= 0:
        raise ValueError(f"the unit of {content['label']} is {unit}; it is a number above 0, such as 1000000")
    return KeptValue(content["label"], content["column"], kind, content.get("vocabulary", ""), unit)


def _decimal_mark(file: dict[str, Any]) -> str:
    mark = file.get("decimal_mark", "")
    if mark not in {"", ".", ","}:
        raise ValueError(f"decimal_mark is {mark!r}; it is a point or a comma")
    return str(mark)


def _rebaselined(content: dict[str, Any] | None) -> Rebaselined | None:
    return Rebaselined(content["column"], _pattern(content["says"])) if content else None


def _pattern(alternatives: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)
