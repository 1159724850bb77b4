"""Finds what capabilities register: duties, consumers, tasks, and what the seams between them ask for."""

from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def packages() -> Iterator[str]:
    """Every app and each of its capabilities, lowest first: `measures`, `measures.facts`, `measures.status` and so on.

    The order is that of INSTALLED_APPS, and inside an app that of `capabilities` on its AppConfig.
    """
    for config in apps.get_app_configs():
        yield config.name
        yield from (f"{config.name}.{capability}" for capability in getattr(config, "capabilities", ()))


def load(name: str) -> None:
    """Import the module `name` of every app and capability that has one, such as `duties`."""
    for package in packages():
        if module_has_submodule(import_module(package), name):
            import_module(f"{package}.{name}")
