"""Sentences that are kept are English, whatever the language of whoever caused them."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from cat4.wording import article, counted, day_name, listed, month_name, month_span

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def test_months_are_english_in_every_language() -> None:
    with translation.override("de"):
        names = [month_name(date(2026, month, 1)) for month in range(1, 13)]
        assert " ".join(names) == " ".join(f"{name} 2026" for name in MONTHS)
        assert day_name(date(2026, 5, 1)) == "1 May 2026"
        assert month_span([date(2026, 12, 1), date(2026, 10, 1)]) == "Oct 2026 to Dec 2026 (2 months)"


@pytest.mark.parametrize(
    ("words", "said", "alternatives"),
    [([], "", ""), (["a"], "a", "a"), (["a", "b"], "a and b", "a or b"), (["a", "b", "c"], "a, b and c", "a, b or c")],
)
def test_a_list_ends_with_its_joint(words: list[str], said: str, alternatives: str) -> None:
    assert listed(words) == said
    assert listed(iter(words), "or") == alternatives


def test_a_count_agrees_with_its_noun() -> None:
    assert [counted(number, "node") for number in (0, 1, 2, 1200)] == ["0 nodes", "1 node", "2 nodes", "1,200 nodes"]
    assert counted(2, "dependency", "dependencies") == "2 dependencies"


def test_a_noun_has_its_article() -> None:
    assert [f"{article(noun)} {noun}" for noun in ("account", "unit", "Node")] == ["an account", "a unit", "a Node"]
