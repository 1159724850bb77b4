"""Guides can't rot: what recipes of CONTRIBUTING.md quote is the code, and what any guide names is there."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from cat4.launcher.state import CHECKOUT

TEXT = (CHECKOUT / "CONTRIBUTING.md").read_text()
# "From `measures/money/actions/forecasts.py`:" and the block of code below it.
QUOTED = re.compile(r"[Ff]rom\s+`([\w./-]+)`[^\n]*:\n+( *)```\w+\n(.*?)\n *```", re.S)
PLACES = "cat4|hierarchy|measures|governance|reporting|integrations|demo|templates|tests|docs"
NAMED = re.compile(rf"`((?:{PLACES})/[\w./-]+)`")
QUOTES = [(path, code) for path, _, code in QUOTED.findall(TEXT)]
# Each kind of thing that a newcomer adds has its recipe.
RECIPES = ("action", "gate rule", "page", "column", "export", "notice", "capability", "app")


@pytest.mark.parametrize(("path", "code"), QUOTES, ids=[path for path, _ in QUOTES])
def test_what_a_recipe_quotes_stands_in_the_file(path: str, code: str) -> None:
    assert dedent(code) in dedent_blocks((CHECKOUT / path).read_text(), code)


def dedent_blocks(source: str, code: str) -> str:
    """The source, indented as little as the quoted code is."""
    first = dedent(code).split("\n", 1)[0]
    found = next((line for line in source.split("\n") if line.strip() == first.strip()), "")
    indent = len(found) - len(found.lstrip())
    return "\n".join(line[indent:] if line[:indent].isspace() or not indent else line for line in source.split("\n"))


def test_every_recipe_quotes_code() -> None:
    assert len(QUOTES) >= len(RECIPES)


@pytest.mark.parametrize("kind", RECIPES)
def test_each_kind_of_thing_has_its_recipe(kind: str) -> None:
    headings = re.findall(r"^## (?:Add an?|Tell|Something) .*$", TEXT, re.M)
    assert any(re.search(rf"\b{kind}\b", heading) for heading in headings), headings


GUIDES = ["CONTRIBUTING.md", "README.md", "THREAT_MODEL.md"]
GUIDES += sorted(f"docs/{path.name}" for path in (CHECKOUT / "docs").glob("*.md"))


@pytest.mark.parametrize("guide", GUIDES)
def test_every_place_that_a_guide_names_is_there(guide: str) -> None:
    named = {path for path in NAMED.findall((CHECKOUT / guide).read_text()) if "<" not in path}
    assert [path for path in sorted(named) if not (CHECKOUT / path).exists()] == []
