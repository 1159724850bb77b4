"""What every edit shares: a stale one is refused with the state as it is, a duplicate by the name of its constraint."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import IntegrityError

from cat4.editing import accept_only, apply_changes, check_version, naming_duplicates
from cat4.errors import Conflict, Invalid, StaleVersion
from hierarchy.models import Account
from tests.world import World


@dataclass
class Row:
    """A row that counts its edits."""

    code: str = "400"
    name: str = "Material"
    version: int = 3


def test_an_edit_of_an_older_state_is_told_what_holds_now() -> None:
    row = Row()
    check_version(row, 3, "name")
    check_version(row, None, "name")
    with pytest.raises(StaleVersion) as stale:
        check_version(row, 2, "name", "code", parent="none")
    assert stale.value.message == "Someone saved this since you opened it."
    assert stale.value.current == {"version": 3, "name": "Material", "code": "400", "parent": "none"}
    with pytest.raises(StaleVersion, match="changed the draft"):
        check_version(row, 2, sentence="Someone changed the draft since you opened it.")


def test_only_what_differs_is_changed() -> None:
    row = Row()
    assert apply_changes(row, {"code": "400", "name": "Steel"}) == {"name": ["Material", "Steel"]}
    assert row.name == "Steel"


def test_an_unknown_field_is_the_callers_mistake() -> None:
    accept_only({"name": "Steel"}, ["name", "code"])
    with pytest.raises(TypeError, match="There is no field colour, size here"):
        accept_only({"name": "Steel", "size": 1, "colour": 2}, ["name", "code"])


def test_the_database_decides_who_was_first_and_the_other_is_told(world: World) -> None:
    def twice() -> None:
        Account.objects.create(code=world.account.code.lower(), name="Again")

    with world.inside():
        with pytest.raises(Invalid) as refusal, naming_duplicates({"account_code": ("code", "Taken.")}):
            twice()
        assert refusal.value.errors == {"code": ["Taken."]}
        with (
            pytest.raises(Conflict, match="There is one"),
            naming_duplicates({"account_code": Conflict("There is one.")}),
        ):
            twice()
        with pytest.raises(IntegrityError, match="account_code"), naming_duplicates({}):
            twice()
        assert Account.objects.count() == 1
