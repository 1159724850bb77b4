"""A mapping says, as data, how a file becomes a portfolio: columns, formats, vocabulary, levels.

Mappings are TOML files in `integrations/mappings`; docs/imports.md explains every key.
"""

import re
import tomllib
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cat4.errors import Invalid

from .constants import CellType

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
    """A dated column. With `past_is_actual`, a date that has passed is taken as done on that date."""

    name: str
    column: str
    past_is_actual: bool = False


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A column that has no field here: kept with the measure under its label, and shown."""

    label: str
    column: str
    type: CellType = CellType.TEXT


@dataclass(frozen=True, slots=True)
class Mapping:
    """One way to read one kind of file."""

    name: str
    title: str
    source_system: str
    external_id: str
    levels: Map[str, Source]
    measure: Map[str, Source]
    business_unit: Source | None = None
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    currency_signs: str = ""
    float_noise: bool = False
    withheld: re.Pattern[str] | None = None
    milestones: tuple[MilestoneSource, ...] = ()
    in_order: tuple[str, ...] = ()
    kept: tuple[KeptValue, ...] = ()
    vocabularies: Map[str, Map[str, str]] = field(default_factory=dict)

    @property
    def columns(self) -> set[str]:
        """Every column that the mapping reads."""
        sources = [*self.levels.values(), *self.measure.values(), *([self.business_unit] if self.business_unit else [])]
        named = {source.column for source in sources if source.column}
        dated = {milestone.column for milestone in self.milestones}
        return named | dated | {value.column for value in self.kept} | {self.external_id}


def mapping_names() -> list[str]:
    """The mappings that come with the installation."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


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
        content = tomllib.loads(text)
        return _build(name, content)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, re.error) as error:
        raise Invalid({"mapping": f"{name}.toml can't be used: {error}."}) from error


def _build(name: str, content: dict[str, Any]) -> Mapping:
    missing = [level for level in LEVELS if level not in content["levels"]]
    if missing:
        raise ValueError(f"[levels] has no {', '.join(missing)}")
    unknown = set(content["measure"]) - {*MEASURE_TEXTS, "business_unit"}
    if unknown:
        raise ValueError(f"[measure] has unknown keys {', '.join(sorted(unknown))}")
    file, unit = content.get("file", {}), content["measure"].pop("business_unit", None)
    return Mapping(
        name=name,
        title=content["title"],
        source_system=content["source_system"],
        external_id=content["external_id"],
        levels={level: Source(**content["levels"][level]) for level in LEVELS},
        measure={key: Source(**value) for key, value in content["measure"].items()},
        business_unit=Source(**unit) if unit else None,
        encoding=file.get("encoding", "utf-8-sig"),
        delimiter=file.get("delimiter", ","),
        date_formats=tuple(file.get("date_formats", ["%Y-%m-%d"])),
        currency_signs=file.get("currency_signs", ""),
        float_noise=file.get("float_noise", False),
        withheld=re.compile("|".join(file["withheld"]), re.IGNORECASE) if file.get("withheld") else None,
        milestones=tuple(MilestoneSource(**item) for item in content.get("milestones", [])),
        in_order=tuple(content.get("in_order", [])),
        kept=tuple(
            KeptValue(item["label"], item["column"], CellType(item.get("type", "text")))
            for item in content.get("kept", [])
        ),
        vocabularies=content.get("vocabulary", {}),
    )
