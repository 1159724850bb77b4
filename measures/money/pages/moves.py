"""What an act moves in every fiscal year, in words."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from cat4.web.questions import Moved
from measures.formulas.facts import Group

from ..selectors.moves import YearOf


def moved_in_words(years: Iterable[tuple[YearOf, Decimal, Decimal]]) -> list[Moved]:
    """`Forecast at completion, EBITDA, EUR, 2026` with its amount before and after."""
    return [Moved(_label(key), old, new) for key, old, new in years]


def _label(key: YearOf) -> str:
    series = _("Plan") if key.is_plan else _("Forecast at completion")
    groups = {Group.HARD: "EBITDA", Group.SOFT: _("soft and avoided"), Group.COST: _("one-time cost")}
    words = (series, groups.get(Group(key.group), ""), key.unit or _("heads"), str(key.year))
    return ", ".join(word for word in words if word)
