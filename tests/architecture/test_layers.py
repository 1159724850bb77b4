"""What may know what, and who may write."""

from __future__ import annotations

import ast

import pytest

from cat4.launcher.state import CHECKOUT
from tests.architecture.sources import Module, imported, modules, our_apps

# Every layer but the one that writes: what is no action, and no machinery of the platform, saves nothing.
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete", "update"}
MAY_WRITE = {"actions", "commands"}


def _writes(module: Module) -> list[str]:
    """Calls that write through the ORM: `.save()`, and QuerySet writes reached through `objects` or a selector."""
    found = []
    for node in ast.walk(module.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        chain = ast.unparse(node.func.value)
        through_orm = ".objects" in chain or "_base_manager" in chain or chain.endswith(")")
        if (node.func.attr == "save" and "storage" not in chain) or (node.func.attr in WRITES and through_orm):
            found.append(f"{module.name}:{node.lineno} {ast.unparse(node.func)}()")
    return found


def test_only_actions_write() -> None:
    others = [module for module in modules() if module.app in our_apps() and module.layer not in MAY_WRITE]
    assert [write for module in others for write in _writes(module)] == []


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


def test_formulas_and_rules_know_neither_django_nor_models() -> None:
    pure = [module for module in modules() if module.layer in {"formulas", "rules"}]
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
        if module.layer in {"actions", "policies", "selectors"} and module.app in our_apps()
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
        "measures/facts/locks.py",
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
