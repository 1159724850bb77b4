"""Searching: every word somewhere, whatever its case, accents and blanks, and never across two fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat4.matching import folded, has_words, matches
from measures.models import Measure
from tests.world import World

STORED = "Wärmerückgewinnung  Straße \u00c6r\u00f8sk\u00f8bing"


@pytest.mark.parametrize(
    "typed",
    [
        "warmeruckgewinnung",
        "Wa\u0308rmerückgewinnung", "STRASSE wärme", "strasse   WARME", "aeroskobing", "ærøskøbing",
        "m-1 straße", "straße\u00a0owner", "",
    ],
)  # fmt: skip
def test_every_word_is_found_in_name_code_or_owner(world: World, typed: str) -> None:
    with world.inside():
        measure = world.measure("M-1", name=STORED)
        assert list(Measure.objects.filter(matches(typed, "name", "code", "owner__name"))) == [measure]


@pytest.mark.parametrize("typed", ["warme rohr", "bingm", "_", "%", "strase"])
def test_what_stands_nowhere_finds_nothing(world: World, typed: str) -> None:
    with world.inside():
        world.measure("M-1", name=STORED)
        assert list(Measure.objects.filter(matches(typed, "name", "code"))) == []


def test_a_measure_without_the_person_is_found_by_its_name(world: World) -> None:
    with world.inside():
        measure = world.measure("M-1", sponsor=None)
        assert list(Measure.objects.filter(matches("m-1", "code", "sponsor__name"))) == [measure]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert has_words(text, text)


def test_python_and_database_fold_alike(world: World) -> None:
    texts = ["Ångström", "Łódź", "Đurđevac", "ﬁn", "Ⅳ", "Straße", "Þór", "Œuvre", "Ελλάδα", "Жук", "Ñandú"]
    with world.inside():
        for number, text in enumerate(texts):
            world.measure(f"M-{number}", name=text)
        for number, text in enumerate(texts):
            assert Measure.objects.get(matches(folded(text), "name")).code == f"M-{number}"
