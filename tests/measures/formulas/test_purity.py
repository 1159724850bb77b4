"""The formulas are pure: they load no Django and take no float."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import measures.formulas

FOLDER = Path(measures.formulas.__file__).parent


# Of the platform they know months and words, which are pure themselves.
PURE = {"cat4", "cat4.fiscal", "cat4.wording"}


def test_the_formulas_load_no_django_and_nothing_of_the_platform_but_months_and_words() -> None:
    names = ", ".join(f"measures.formulas.{path.stem}" for path in sorted(FOLDER.glob("*.py")))
    asked = f"import sys, {names}; print(*(name for name in sys.modules if name.split('.')[0] in ('django', 'cat4')))"
    answer = subprocess.run(
        [sys.executable, "-c", asked], cwd=FOLDER.parent.parent, capture_output=True, text=True, check=False
    )
    assert (set(answer.stdout.split()) - PURE, answer.stderr) == (set(), "")


def test_the_formulas_name_no_float() -> None:
    assert not [path.name for path in FOLDER.glob("*.py") if "float" in path.read_text()]
