"""The formulas are pure: they load no Django and take no float."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import measures.formulas

FOLDER = Path(measures.formulas.__file__).parent


def test_the_formulas_load_no_django() -> None:
    names = ", ".join(f"measures.formulas.{path.stem}" for path in sorted(FOLDER.glob("*.py")))
    asked = f"import sys, {names}; print(sorted({{name.split('.')[0] for name in sys.modules}} & {{'django', 'cat4'}}))"
    answer = subprocess.run(
        [sys.executable, "-c", asked], cwd=FOLDER.parent.parent, capture_output=True, text=True, check=False
    )
    assert (answer.stdout.strip(), answer.stderr) == ("[]", "")


def test_the_formulas_name_no_float() -> None:
    assert not [path.name for path in FOLDER.glob("*.py") if "float" in path.read_text()]
