"""The project's own sources, parsed once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import AppConfig, apps

from cat4.launcher.state import CHECKOUT


def our_apps() -> dict[str, AppConfig]:
    """The apps of the project by name, as INSTALLED_APPS has them; those of the platform apart."""
    return {
        config.name: config
        for config in apps.get_app_configs()
        if "." not in config.name and (CHECKOUT / config.name).is_dir()
    }


def capabilities(app: str) -> tuple[str, ...]:
    """The capabilities of an app, lowest first."""
    return tuple(getattr(our_apps()[app], "capabilities", ()))


LAYERS = {
    "urls", "views", "api", "tasks", "duties", "consumers", "commands", "seams", "pages", "forms", "actions", "notices",
    "papers", "policies", "selectors", "models", "constants", "formulas", "rules", "triggers", "transitions",
}  # fmt: skip


@dataclass(frozen=True)
class Module:
    """A Python file of the project."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Such as "measures/money/views/grid.py"."""
        return self.path.relative_to(CHECKOUT).as_posix()

    @property
    def app(self) -> str:
        return self.name.split("/")[0]

    @property
    def layer(self) -> str:
        """Its layer: the first part of the path below app and capability that names one, such as "views"."""
        parts = [part.removesuffix(".py") for part in Path(self.name).parts[1:]]
        if len(parts) > 1 and self.app in our_apps() and parts[0] in capabilities(self.app):
            inside = next((part for part in parts[1:] if part in LAYERS), "")
            return inside or (parts[0] if parts[0] in LAYERS else "")
        return next((part for part in parts if part in LAYERS), "")


@cache
def modules(*, tests: bool = False) -> tuple[Module, ...]:
    """Every module of the platform and the apps without migrations; with `tests`, of the tests instead."""
    roots = ("tests",) if tests else ("cat4", *our_apps())
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
