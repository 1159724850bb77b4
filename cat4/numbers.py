"""Reading numbers as people type and paste them and as files hold them: which mark is the decimal point.

Cells that come together are read together. A cell such as `310.000,50` shows what its marks mean, and decides for
`320.000` beside it. A lone group of three with nothing beside it is read with the marks that the page shows to this
person; what would then be a decimal that the field can't hold is asked, never guessed (domain section 6).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

MINUS = "\u2212"
# From here on a number is a rate: `1,085` is rather a little above one than a thousand.
_OF_RATES = 4
_GAPS = re.compile("[ \u00a0\u2007\u2009\u202f'\u2019]")
_BARE = re.compile(r"(?=.*\d)[\d.,]+", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}([^\d])\d{3}(\1\d{3})*([.,]\d*)?", re.ASCII)
_NOTHING = frozenset({"-", MINUS})
_OTHER = {",": ".", ".": ","}
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that a page or a file writes numbers with; what separates thousands may be none."""

    point: str = "."
    thousands: str = ","


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says. Without an amount it is either no number, or it has two readings: the larger comes first."""

    text: str
    amount: Decimal | None = None
    readings: tuple[Decimal, ...] = ()

    @property
    def is_unsure(self) -> bool:
        """Whether a person has to say which of the two readings is meant."""
        return bool(self.readings)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A number taken apart: `mark` is the one mark of a lone group of three, `point` the decimal mark that is sure."""

    sign: int
    digits: str
    point: str = ""
    mark: str = ""

    def with_point(self, point: str) -> Decimal:
        plain = self.digits.replace(_OTHER[point], "").replace(point, ".")
        return self.sign * Decimal(plain) + 0


def read_block(
    texts: Mapping[K, str], marks: Marks | None, *, decimals: int | Mapping[K, int] = 2, point: str = ""
) -> dict[K, Reading]:
    """Read the cells of one paste, form or column together.

    `marks` are those of the page or file, None where nothing states them. `decimals` is how many a cell can hold,
    for all or by key. `point` is the decimal mark that a person named when asked.
    """
    shapes = {key: _shape(text) for key, text in texts.items()}
    shown = {shape.point for shape in shapes.values() if shape and shape.point}

    def reading(key: K) -> Reading:
        text, shape = texts[key], shapes[key]
        if shape is None:
            return Reading(text)
        most = decimals if isinstance(decimals, int) else decimals[key]
        meant = shape.point or (_meant(shape.mark, shown, marks, most, point) if shape.mark else ".")
        if meant:
            return Reading(text, shape.with_point(meant))
        larger, smaller = shape.with_point(_OTHER[shape.mark]), shape.with_point(shape.mark)
        return Reading(text, readings=(larger, smaller))

    return {key: reading(key) for key in texts}


def read_one(text: str, marks: Marks | None, *, decimals: int = 2, point: str = "") -> Reading:
    """Read a cell that stands alone."""
    return read_block({"": text}, marks, decimals=decimals, point=point)[""]


def read_stated(text: str, point: str) -> Decimal | None:
    """Read a cell of a file that states its decimal mark; None when it is no number written with it."""
    shape = _shape(text)
    if shape is None or shape.point not in {"", point}:
        return None
    return shape.with_point(point)


def _meant(mark: str, shown: set[str], marks: Marks | None, decimals: int, named: str) -> str:
    """The decimal mark of a number whose one mark stands before its last three digits; empty when nobody can know."""
    if named in _OTHER:
        return named
    if len(shown) > 1:
        return ""
    beside = next(iter(shown), "")
    is_decimal = mark == (beside or (marks.point if marks else ""))
    if is_decimal:
        return mark if decimals > 2 else ""
    if beside:
        return beside
    is_group = marks is not None and mark == marks.thousands
    return _OTHER[mark] if is_group and decimals < _OF_RATES else ""


def _shape(text: str) -> _Shape | None:
    """Take a cell apart; None when it is no number, or more than one."""
    if _is_accounting_zero(text):
        return _Shape(1, "0")
    bare, sign = _without_sign(text.strip(" \u00a0\u2007\u2009\u202f"))
    if _GAPS.search(bare):
        return _spaced(bare, sign)
    if not _BARE.fullmatch(bare):
        return None
    return _marked(bare, sign, [mark for mark in bare if mark in _OTHER])


def _is_accounting_zero(bare: str) -> bool:
    """A lone dash, as spreadsheets write nothing; a currency beside it says nothing more. Beside digits it would."""
    left = "".join(sign for sign in bare if unicodedata.category(sign) not in {"Sc", "Zs"})
    return left in _NOTHING


def _marked(bare: str, sign: int, found: list[str]) -> _Shape | None:
    """Digits with points and commas: both, several of one, or one."""
    last = found[-1] if found else ""
    is_grouped = _GROUPED.fullmatch(bare) is not None
    if len(set(found)) == 2:
        return _Shape(sign, bare, point=last) if is_grouped and found.count(last) == 1 else None
    if len(found) > 1:
        return _Shape(sign, bare, point=_OTHER[last]) if is_grouped and bare[-4] == last else None
    before, _, after = bare.partition(last) if last else (bare, "", "")
    is_lone = len(after) == 3 and 1 <= len(before) <= 3 and before[0] != "0"
    return _Shape(sign, bare, mark=last) if is_lone else _Shape(sign, bare, point=last)


def _without_sign(text: str) -> tuple[str, int]:
    """The digits and their sign: in front, behind as SAP writes it, or as brackets around them."""
    text = text.replace(MINUS, "-")
    if text in _NOTHING:
        return text, 1
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), -1
    if text[:1] in {"-", "+"}:
        return text[1:].lstrip(" \u00a0\u202f"), -1 if text[0] == "-" else 1
    if text.endswith("-"):
        return text[:-1].rstrip(" \u00a0\u202f"), -1
    return text, 1


def _spaced(bare: str, sign: int) -> _Shape | None:
    """Groups of thousands with gaps or apostrophes between them: a mark behind them is the decimal point."""
    match = _GROUPED.fullmatch(bare)
    if match is None or match[1] in _OTHER:
        return None
    digits = _GAPS.sub("", bare)
    point = next((mark for mark in digits if mark in _OTHER), "")
    return _Shape(sign, digits, point=point)


def told(reading: Reading) -> Iterator[str]:
    """The two readings in words that no mark can blur: `320 thousand`, `320 and 0 thousandths`."""
    larger, smaller = reading.readings
    thousands, rest = divmod(abs(larger), 1000)
    sign = "minus " if larger < 0 else ""
    yield f"{sign}{thousands} thousand" + (f" {rest}" if rest else "")
    whole, part = divmod(abs(smaller), 1)
    yield f"{sign}{whole}" + (f" and {int(part * 1000)} thousandths" if part else "")
