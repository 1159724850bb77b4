"""What may know what, and who may write."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import pytest

from cat4.launcher.state import CHECKOUT
from tests.architecture.sources import APPS, Module, imported, modules

EDGES = {"views", "api", "tasks", "duties", "consumers", "commands", "forms", "selectors", "policies"}
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete", "update"}
# Inside an app a layer may use those to its right only.
ORDER = [
    "views",
    "api",
    "tasks",
    "duties",
    "consumers",
    "commands",
    "forms",
    "actions",
    "policies",
    "selectors",
    "models",
]
SAME = {"views", "api", "tasks", "duties", "consumers", "commands"}


def test_apps_import_downward_only() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def _writes(module: Module) -> list[str]:
    """Calls that write through the ORM: `.save()`, and QuerySet writes reached through `objects` or a selector."""
    found = []
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        chain = ast.unparse(node.func.value)
        through_orm = ".objects" in chain or "_base_manager" in chain or chain.endswith(")")
        if node.func.attr == "save" or (node.func.attr in WRITES and through_orm):
            found.append(f"{module.name}:{node.lineno} {ast.unparse(node.func)}()")
    return found


def test_only_actions_write() -> None:
    edges = [module for module in modules() if module.name.split("/")[0] in APPS and module.layer in EDGES]
    assert [write for module in edges for write in _writes(module)] == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("measure.save()", 1),
        ("Measure.objects.filter(pk=1).update(name='x')", 1),
        ("Measure.objects.create()", 1),
        ("visible_measures(actor).delete()", 1),
        ("changes.update(name='x')", 0),
        ("create_measure(actor)", 0),
    ],
)
def test_the_search_for_writes_finds_them(source: str, count: int) -> None:
    module = Module(CHECKOUT / "measures/views.py", source, ast.parse(source))
    assert len(_writes(module)) == count


def _layer_of_import(name: str, module: Module) -> str | None:
    """The layer inside the module's own app that an import names."""
    app = module.name.split("/")[0]
    if name.startswith("."):
        level = len(name) - len(name.lstrip("."))
        package = list(module.path.relative_to(CHECKOUT).parts[:-1])
        base = package[: len(package) - level + 1]
        parts = [*base, *filter(None, name.lstrip(".").split("."))]
    else:
        parts = name.split(".")
    if parts[:1] != [app]:
        return None
    return next((part for part in parts[1:] if part in ORDER), None)


def test_inside_an_app_a_layer_uses_only_the_layers_below() -> None:
    wrong = []
    for module in modules():
        if module.name.split("/")[0] not in APPS or module.layer not in ORDER:
            continue
        for name in imported(module):
            used = _layer_of_import(name, module)
            if used is None or used == module.layer:
                continue
            if ORDER.index(used) < ORDER.index(module.layer) or (used in SAME and module.layer in SAME):
                wrong.append(f"{module.name} imports {name}")
    assert wrong == []


def test_formulas_and_rules_know_neither_django_nor_models() -> None:
    pure = [module for module in modules() if "/formulas/" in module.name or "/formulas.py" in module.name]
    pure += [module for module in modules() if module.name.startswith("governance/rules/")]
    forbidden = ("django", "rest_framework", "celery", "measures.models", "hierarchy.models", "governance.models")
    wrong = [
        f"{module.name} imports {name}"
        for module in pure
        for name in imported(module)
        if name.startswith(forbidden) and not name.startswith("django.db.models.enums")
    ]
    assert wrong == []


def test_actions_know_no_http() -> None:
    wrong = [
        f"{module.name} imports {name}"
        for module in modules()
        if module.layer in {"actions", "policies", "selectors"} and module.name.split("/")[0] in APPS
        for name in imported(module)
        if name.startswith(("rest_framework", "celery", "django.template", "django.shortcuts"))
        or (name == "django.http" and "import Http404\n" not in module.text)
    ]
    assert wrong == []


def test_only_the_context_sets_the_organization_of_a_transaction() -> None:
    setters = [module.name for module in modules() if "set_config" in module.text]
    assert setters == ["cat4/tenancy/context.py"]


def test_there_are_no_django_signals_and_no_generic_relations() -> None:
    forbidden = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.contenttypes")
    wrong = [f"{m.name} imports {name}" for m in modules() for name in imported(m) if name.startswith(forbidden)]
    assert wrong == []


# The clock itself, the log of a process, and machinery that measures real seconds.
REAL_TIME = ("cat4/clock.py", "cat4/launcher/", "cat4/health.py", "cat4/outbox/actions.py")


def test_the_present_is_asked_of_the_clock() -> None:
    wrong = []
    for module in modules():
        if module.name.startswith(REAL_TIME):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {
                "timezone.now", "datetime.now", "date.today", "datetime.today", "timezone.localdate", "datetime.utcnow",
            }:  # fmt: skip
                wrong.append(f"{module.name}:{node.lineno} {ast.unparse(node)}")
    assert wrong == []


def test_raw_sql_stays_in_the_modules_named_for_it() -> None:
    """Row-level security is no help against injection: these few are read with that in mind."""
    named = {
        "cat4/audit/ledger.py",
        "cat4/health.py",
        "cat4/tenancy/checks.py",
        "cat4/tenancy/context.py",
        "cat4/tenancy/management/commands/grant_app_role.py",
        "hierarchy/calendar/selectors/frame.py",
        "measures/schedule/actions/network_writes.py",
        "measures/status/actions/standings.py",
        "measures/facts/reads.py",
        "measures/schedule/selectors/network_reads.py",
        "reporting/rollups/actions/sql.py",
    }
    raw = set()
    for module in modules():
        for node in ast.walk(module.tree):
            is_raw = isinstance(node, ast.Attribute) and (
                ast.unparse(node) == "connection.cursor" or node.attr in {"raw", "extra", "RawSQL"}
            )
            if is_raw and "launcher" not in module.name and not _is_keyword_extra(node):
                raw.add(module.name)
    assert raw <= named


def _is_keyword_extra(node: ast.AST) -> bool:
    """`logging.extra` and the like are no SQL."""
    return isinstance(node, ast.Attribute) and node.attr == "extra" and "objects" not in ast.unparse(node)
