"""The project's own sources, parsed once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cat4.launcher.state import CHECKOUT

APPS = ("hierarchy", "measures", "governance", "reporting", "integrations")
PACKAGES = ("cat4", *APPS)


@dataclass(frozen=True)
class Module:
    """A Python file of the project."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Such as "measures/views/detail.py"."""
        return self.path.relative_to(CHECKOUT).as_posix()

    @property
    def layer(self) -> str:
        """The layer inside its app: the first part of the path that names one, such as "views"."""
        parts = [part.removesuffix(".py") for part in Path(self.name).parts[1:]]
        return next((part for part in parts if part in LAYERS), "")


LAYERS = {
    "views", "api", "tasks", "duties", "consumers", "commands", "forms", "actions", "policies", "selectors", "models",
    "constants", "formulas", "rules",
}  # fmt: skip


@cache
def modules(*, tests: bool = False) -> tuple[Module, ...]:
    """Every module of the apps and the platform without migrations; with `tests`, of the tests instead."""
    roots = ("tests",) if tests else PACKAGES
    paths = [path for root in roots for path in sorted((CHECKOUT / root).rglob("*.py"))]
    wanted = [path for path in paths if "migrations" not in path.parts and "__pycache__" not in path.parts]
    return tuple(Module(path, text := path.read_text(), ast.parse(text)) for path in wanted)


@cache
def templates() -> dict[str, str]:
    """The text of every template by its name below templates/."""
    root = CHECKOUT / "templates"
    return {path.relative_to(root).as_posix(): path.read_text() for path in sorted(root.rglob("*.html"))}


def imported(module: Module) -> set[str]:
    """The dotted names that a module imports, relative ones as written."""
    names = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names
