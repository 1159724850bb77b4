"""What `make quick` runs for a change."""

from __future__ import annotations

import pytest

from tests.quick import ALWAYS, chosen_tests, importing


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ("measures/money/views/grid.py", "tests/measures/money"),
        ("templates/governance/deviations/detail.html", "tests/governance/deviations"),
        ("governance/numbering.py", "tests/governance"),
        ("cat4/notices/mail.py", "tests/notices"),
        ("tests/governance/gates/test_requests.py", "tests/governance/gates/test_requests.py"),
    ],
)
def test_a_change_runs_the_chosen_tests_its_folder_and_what_holds_for_all(changed: str, place: str) -> None:
    found = chosen_tests([changed])
    assert place in found
    assert set(ALWAYS) <= set(found)


def test_a_change_runs_the_tests_that_import_it() -> None:
    assert "tests/governance/closures/test_signing.py" in importing({"governance.closures.actions.signing"})
