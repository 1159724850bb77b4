"""The contracts of imports in pyproject.toml hold, and leave nothing out: no app, no capability, no file."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from typing import Any

import pytest

from cat4.launcher.state import CHECKOUT
from tests.architecture.guide import guide
from tests.architecture.sources import capabilities, our_apps

# Floors with modules of their own, and the demo, which plays a story: what they hold is listed nowhere else.
WITHOUT_LAYERS = {"measures.facts", "governance.rules", "reporting.figures", "demo"}


def linter() -> dict[str, Any]:
    """What pyproject.toml says about imports."""
    found: dict[str, Any] = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return found


def contract(name: str) -> dict[str, Any]:
    """The contract of that name."""
    return next(entry for entry in linter()["contracts"] if entry["name"] == name)


def layered(name: str) -> list[list[str]]:
    """Its layers, highest first, each with the modules that stand in it."""
    return [
        [module.strip(" ()") for module in layer.replace(":", "|").split("|")] for layer in contract(name)["layers"]
    ]


def test_every_contract_of_imports_holds() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_app_has_its_place_in_the_contracts() -> None:
    """A new app in INSTALLED_APPS fails until the contract says what it may import."""
    places = [module for layer in layered("Apps depend downward only") for module in layer]
    assert sorted(place for place in places if not place.startswith("cat4.")) == sorted(our_apps())
    assert sorted(linter()["root_packages"]) == sorted(["cat4", *our_apps()])


def test_apps_are_installed_in_the_order_of_their_contract() -> None:
    """Lowest first: duties, consumers and seams are loaded in this order."""
    ranks = {
        module: rank for rank, layer in enumerate(reversed(layered("Apps depend downward only"))) for module in layer
    }
    found = [ranks[app] for app in our_apps()]
    assert found == sorted(found)


@pytest.mark.parametrize("app", [app for app in our_apps() if capabilities(app)])
def test_capabilities_are_listed_in_the_order_of_their_contract(app: str) -> None:
    layers = layered(f"Capabilities of {app}")
    ranks = {module: rank for rank, layer in enumerate(reversed(layers)) for module in layer}
    found = [ranks[capability] for capability in capabilities(app)]
    assert found == sorted(found)


def test_every_capability_keeps_its_layers() -> None:
    """So does an app without capabilities."""
    known = {f"{app}.{capability}" for app in our_apps() for capability in capabilities(app)}
    known |= {app for app in our_apps() if not capabilities(app)}
    assert sorted(contract("Layers inside each capability")["containers"]) == sorted(known - WITHOUT_LAYERS)


@pytest.mark.parametrize("app", [app for app in our_apps() if capabilities(app)])
def test_every_folder_of_an_app_is_a_capability_or_known(app: str) -> None:
    """What stands in no list isn't loaded: its duties, consumers and seams would be dead."""
    folders = {path.name for path in (CHECKOUT / app).iterdir() if (path / "__init__.py").is_file()}
    known = {"management", "migrations", "models", "formulas", *capabilities(app)}
    assert folders - known == set()


def test_the_page_of_capabilities_is_what_the_code_says() -> None:
    assert (CHECKOUT / "docs" / "capabilities.md").read_text() == guide(), "python -m tests.architecture.guide"
