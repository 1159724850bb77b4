"""Selectors answer with values, and pages make words, marks and links of them: neither does the other's work."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from cat4.launcher.state import CHECKOUT
from tests.architecture.sources import Module, modules

# What formats, draws, colours or links.
WEB = ("cat4.web", "django.urls", "django.utils.html", "django.utils.safestring", "django.template")

# What still asks the database in a page, itself or through a selector that it calls, and what it asks for. The list
# only shrinks.
STILL_ASKING = {
    "governance/changes/pages.py": "the frozen plan and today's months, and their sums by fiscal year",
    "governance/closures/pages.py": "signatures and what they confirm, when the page comes to them",
    "governance/committees/pages.py": "agenda, attendance, votes and notes, when the page comes to them",
    "governance/deviations/pages.py": "options, counter-measures, steps and decisions of one deviation",
    "governance/gates/pages/standing.py": "parties, rules in force and the chain of a request",
    "measures/desk/pages/mine.py": "the person's measures with statuses and totals",
    "measures/desk/pages/money.py": "months, baselines, corrections and forecasts that wait, group by group",
    "measures/desk/pages/network.py": "ripples, hand-overs and earlier dates that wait, group by group",
}
# Functions of selectors that only look at what they are given.
ASK_NOTHING = {"columns_of", "key_of"}

QUERYSETS = {
    "aggregate", "annotate", "distinct", "exclude", "filter", "in_bulk", "order_by", "prefetch_related",
    "select_for_update", "select_related", "values_list",
}  # fmt: skip
# Those that lists and dicts know too take an argument there.
WITHOUT_ARGUMENTS = {"all", "count", "earliest", "exists", "first", "last", "latest"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}


def of_layer(layer: str) -> list[Module]:
    """The modules of a layer in the apps and the platform."""
    return [module for module in modules() if module.layer == layer]


def brought_in(module: Module) -> Iterator[tuple[str, str]]:
    """What a module imports: where from, and the name; nothing for the name of a whole module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def formats_of(module: Module) -> list[str]:
    """What it imports of the web, by whatever way."""
    names = (f"{source}.{name}".rstrip(".") for source, name in brought_in(module))
    return [name for name in names if any(f"{name}.".startswith(f"{web}.") for web in WEB)]


def questions_of(module: Module) -> list[str]:
    """Where it asks the database: queries, models that are more than a type, selectors that it calls."""
    return [*_queries(module), *_models_at_work(module), *_selectors_called(module)]


def _queries(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            yield ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            is_bare = not node.args and not node.keywords
            if node.func.attr in QUERYSETS or (is_bare and node.func.attr in WITHOUT_ARGUMENTS):
                yield ast.unparse(node)


def _models_at_work(module: Module) -> Iterator[str]:
    """Names of models outside of annotations, as in `Measure(...)` or `Measure.DoesNotExist`."""
    models = {name for source, name in brought_in(module) if "models" in source.split(".")}
    types = {id(name) for annotation in _annotations(module.tree) for name in ast.walk(annotation)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and node.id in models and id(node) not in types:
            yield node.id


def _annotations(tree: ast.AST) -> Iterator[ast.AST]:
    """Types of arguments, answers and fields, and those that a name is given to: `Count = Callable[[Measure], int]`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
            yield node.value
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            yield node.returns


def _selectors_called(module: Module) -> Iterator[str]:
    """Functions of selectors, and of the facts that formulas take; types and constants begin with a capital."""
    for source, name in brought_in(module):
        if {"selectors", "facts"} & set(source.split(".")) and name[:1].islower() and name not in ASK_NOTHING:
            yield f"{source}.{name}"


def test_selectors_neither_format_nor_draw_nor_link() -> None:
    found = {module.name: formats_of(module) for module in of_layer("selectors")}
    assert [name for name, web in found.items() if web] == []


def test_pages_ask_nothing() -> None:
    """They take what selectors answered, so that a page never grows a query."""
    found = {module.name: questions_of(module) for module in of_layer("pages")}
    assert {name: asked for name, asked in found.items() if asked and name not in STILL_ASKING} == {}
    assert {name for name, asked in found.items() if asked} == STILL_ASKING.keys()


def _module(source: str) -> Module:
    return Module(CHECKOUT / "measures/core/pages/frame.py", source, ast.parse(source))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from cat4.web import formats", True),
        ("from cat4 import web", True),
        ("from cat4.web.charts import Period", True),
        ("import django.urls", True),
        ("from django.urls import reverse", True),
        ("from django.utils import html", True),
        ("from cat4.webhooks import send", False),
        ("from cat4.wording import month_name", False),
    ],
)
def test_the_search_for_formats_finds_them(source: str, found: bool) -> None:
    assert bool(formats_of(_module(source))) is found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Measure.objects.get(pk=pk)", True),
        ("measure.plan_versions.all()", True),
        ("measure.plan_versions.filter(number=1)", True),
        ("measure.lines.count()", True),
        ("from measures.models import Measure\nMeasure(name='x')", True),
        ("from ..models.meetings import Meeting\nMeeting.DoesNotExist", True),
        ("from ..selectors.overview import path_of", True),
        ("from measures.facts.calendar import calendar", True),
        ("from measures.models import Measure\ndef url_of(measure: Measure) -> str: ...", False),
        ("from ..selectors.overview import Standing, WORDS", False),
        ("from measures.models import Measure\nCount = Callable[[Measure], int]", False),
        ("labels.get(name)\nlines.count(line)", False),
        ("from governance.rules.facts import Parties", False),
    ],
)
def test_the_search_for_questions_finds_them(source: str, found: bool) -> None:
    assert bool(questions_of(_module(source))) is found
