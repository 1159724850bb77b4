"""Sizes, money and templates, as docs/architecture.md promises them."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.sources import modules, our_apps, templates

LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def test_no_file_is_longer_than_can_be_read_in_one_go() -> None:
    long = {module.name: module.text.count("\n") for module in modules()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = []
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{module.name}:{node.lineno} {node.name} has {lines} lines")
    assert long == []


# Coordinates of drawings, shares of a scale and seconds are no money.
DRAWING = (
    "cat4/web/charts.py",
    "cat4/web/bars.py",
    "cat4/web/templatetags/_charts.py",
    "cat4/launcher/",
    "cat4/server.py",
    "cat4/circuit.py",
    "cat4/health.py",
    "cat4/logs.py",
    "cat4/metrics/",
    "cat4/web/access.py",
    "cat4/web/pdf.py",
    "governance/closures/protocol/pdf.py",
    "governance/committees/protocol/pages_pdf.py",
)


def test_no_float_comes_near_money() -> None:
    wrong = []
    for module in modules():
        if module.name.startswith((*DRAWING, "cat4/settings", "cat4/web/gallery")):
            continue
        for node in ast.walk(module.tree):
            is_float = (isinstance(node, ast.Name) and node.id == "float") or (
                isinstance(node, ast.Constant) and isinstance(node.value, float)
            )
            if is_float or (isinstance(node, ast.Attribute) and node.attr == "FloatField"):
                wrong.append(f"{module.name}: {ast.unparse(node)}")
    assert wrong == []


def test_every_module_of_an_app_says_what_it_is_for() -> None:
    missing = [
        module.name
        for module in modules()
        if module.text.strip()
        and module.path.name not in {"__init__.py", "apps.py", "urls.py"}
        and not ast.get_docstring(module.tree)
    ]
    assert missing == []


def test_public_actions_and_policies_state_their_rule() -> None:
    silent = []
    for module in modules():
        if module.app in our_apps() and module.layer in {"actions", "policies", "formulas"}:
            silent += [
                f"{module.name}:{node.lineno} {node.name}"
                for node in module.tree.body
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not _is_plain(node)
            ]
    assert silent == []


def _is_plain(function: ast.FunctionDef) -> bool:
    """Explained, or so short that its name says it."""
    return bool(ast.get_docstring(function)) or len(function.body) <= 2


def test_nothing_is_left_to_do_and_nothing_is_skipped() -> None:
    # Put together here, so that this file doesn't find itself.
    words = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", r"pytest\.mark\.skip", r"pytest\.mark\.xfail"]))
    found = [module.name for module in (*modules(), *modules(tests=True)) if words.search(module.text)]
    assert found == []


def test_the_project_does_not_sleep_outside_its_launcher() -> None:
    found = [m.name for m in modules() if re.search(r"\btime\.sleep\(", m.text) and "launcher" not in m.name]
    assert found == []


INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "script body": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "javascript address": re.compile(r"javascript:", re.I),
    "hx-on": re.compile(r"\shx-on", re.I),
}


@pytest.mark.parametrize("kind", INLINE)
def test_no_template_has_anything_inline_that_the_content_policy_refuses(kind: str) -> None:
    assert [name for name, text in templates().items() if INLINE[kind].search(_without_comments(text))] == []


def test_every_fragment_that_htmx_loads_has_a_way_without_javascript() -> None:
    """An element with `hx-get` is a link or a form; a region that loads itself holds its link inside."""
    wrong = []
    for name, text in templates().items():
        for element in re.finditer(r"<(\w+)\b((?:\{%.*?%\}|\{\{.*?\}\}|[^>])*)>", _without_comments(text), re.S):
            tag, attributes = element.groups()
            if "hx-get" in attributes and not _works_without_javascript(tag, attributes):
                wrong.append(f"{name}: <{tag}{attributes}>")
    assert wrong == []


def _works_without_javascript(tag: str, attributes: str) -> bool:
    if tag == "a":
        return "href=" in attributes
    if tag == "form":
        return "action=" in attributes or 'method="get"' in attributes
    return tag in {"button", "select", "input"} and (
        "formaction=" in attributes or "form=" in attributes or tag != "button"
    )


def test_forms_that_htmx_sends_have_an_address_of_their_own() -> None:
    wrong = []
    for name, text in templates().items():
        for form in re.finditer(r"<form\b((?:\{%.*?%\}|\{\{.*?\}\}|[^>])*)>", _without_comments(text), re.S):
            if "hx-post" in form[1] and ("action=" not in form[1] or 'method="post"' not in form[1]):
                wrong.append(f"{name}: <form{form[1]}>")
    assert wrong == []


def test_components_get_only_what_they_are_given() -> None:
    """The parts of the shell, in base.html, read the request; everything else is handed over."""
    include = re.compile(r"\{%\s*include\s+\"components/[^%]*%\}")
    wrong = [
        f"{name}: {tag}"
        for name, text in templates().items()
        if name != "base.html"
        for tag in include.findall(text)
        if not re.search(r"\bonly\s*%\}$", tag)
    ]
    assert wrong == []


def test_no_template_switches_escaping_off() -> None:
    off = re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off")
    assert [name for name, text in templates().items() if off.search(text)] == []


def _without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->", "", text, flags=re.S)
