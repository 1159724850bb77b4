"""The checks and the tests of what changed, for the inner loop: `make quick`, `make quick BASE=HEAD~3`.

Changed is what differs from the point where this branch left BASE, committed or not. Run are the tests of the
folders that changed, every test that imports a changed module, and what holds for the whole tree.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from cat4.launcher.state import CHECKOUT

# These hold for every file, whichever changed.
ALWAYS = ("tests/architecture", "tests/web/test_templates.py")


def changed_files(base: str) -> list[str]:
    """Paths that differ from where this branch left `base`, and files that git doesn't know yet."""
    left = _git("merge-base", base, "HEAD").strip()
    differing = _git("diff", "--name-only", left).splitlines()
    unknown = _git("ls-files", "--others", "--exclude-standard").splitlines()
    return sorted({path for path in (*differing, *unknown) if (CHECKOUT / path).exists()})


def chosen_tests(changed: Iterable[str]) -> list[str]:
    """The tests to run for changed files: their own folder's, and those that import them."""
    changed = list(changed)
    found = {place for path in changed if (place := _place_of(path))}
    found |= importing({_module(path) for path in changed if path.endswith(".py")})
    found |= {path for path in changed if path.startswith("tests/") and Path(path).name.startswith("test_")}
    kept = {place for place in found if not any(other != place and place.startswith(f"{other}/") for other in found)}
    return sorted(kept | set(ALWAYS))


def importing(modules: set[str]) -> set[str]:
    """The test files that import one of these modules."""
    return {path for path, imported in _imports().items() if modules & imported}


def _place_of(path: str) -> str:
    """The tests beside a file: tests/measures/money for measures/money/views/grid.py and for its templates."""
    parts = Path(path).with_suffix("").parts
    parts = parts[1:] if parts[0] in {"templates", "cat4"} else parts
    for count in (2, 1):
        folder = "/".join(("tests", *parts[:count]))
        if len(parts) > count and (CHECKOUT / folder).is_dir() and parts[0] != "tests":
            return folder
    alone = f"tests/test_{parts[0]}.py"
    return alone if (CHECKOUT / alone).exists() else ""


@cache
def _imports() -> dict[str, set[str]]:
    """What each test file imports, read once."""
    tests = sorted((CHECKOUT / "tests").rglob("test_*.py"))
    return {path.relative_to(CHECKOUT).as_posix(): _imported(path) for path in tests}


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return plain | {node.module or "" for node in named} | {
        f"{node.module}.{alias.name}" for node in named for alias in node.names
    }  # fmt: skip


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"git {' '.join(arguments)}: {done.stderr.strip()} Name what to compare with: make quick BASE=...")
    return done.stdout


def main(base: str, processes: str) -> int:
    changed = changed_files(base)
    if not changed:
        sys.stdout.write(f"Nothing differs from {base}.\n")
        return 0
    tests = chosen_tests(changed)
    sys.stdout.write(f"{len(changed)} files differ from {base}. Tests: {' '.join(tests)}\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "pytest", "-q", "-n", processes, *tests]
    return subprocess.run(command, cwd=CHECKOUT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
