"""Every kind of notice has its words in both languages, and the address that it leads to is a page's."""

import ast
import re
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.urls import resolve

from cat4.notices.kinds import GROUPS, group_of

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "templates" / "notices"
SENDERS = re.compile(r"\b(notify|tell)\(")


def sending() -> list[ast.Module]:
    """The modules that tell people of something."""
    files = [path for app in ("hierarchy", "measures", "governance") for path in (ROOT / app).rglob("*.py")]
    return [ast.parse(text) for path in files if SENDERS.search(text := path.read_text())]


def written(node: ast.AST) -> str:
    """A string as it could come out: a month where a date is formatted, an id where anything else is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.FormattedValue):
        return "2026-09" if node.format_spec else str(uuid4())
    return "".join(map(written, node.values)) if isinstance(node, ast.JoinedStr) else ""


def addresses(module: ast.Module) -> set[str]:
    """Whole strings that look like an address inside an organization."""
    nodes = list(ast.walk(module))
    pieces = {id(piece) for node in nodes if isinstance(node, ast.JoinedStr) for piece in node.values}
    whole = (node for node in nodes if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in pieces)
    return {text for node in whole if re.fullmatch(r"/[\w./-]+/", text := written(node))}


def test_every_address_in_a_notice_is_a_page() -> None:
    found = set().union(*map(addresses, sending()))
    pages = {resolve(path, settings.ORGANIZATION_URLCONF).view_name for path in found}
    assert len(pages) >= 12


def test_every_kind_has_its_words_in_both_languages() -> None:
    english, german = (
        {path.stem for path in folder.glob("*.txt") if not path.stem.startswith("_")}
        for folder in (WORDS, WORDS / "de")
    )
    assert english == german
    assert {group_of(kind) for kind in english} == set(GROUPS)
