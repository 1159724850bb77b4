"""The registry of what waits for a person: the union is what its parts are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cat4 import waiting
from cat4.accounts.actor import Actor
from cat4.tenancy.ids import new_id
from cat4.waiting import Page, Waiting, counts, waiters, waits

ACTOR = Actor(user_id=new_id(), name="Owner Alder", organization_id=new_id())


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(waiting, "_waiters", {})
    yield


def found(actor: Actor) -> list[Waiting]:
    return [Waiting(new_id(), "Steel", "measures:financials", new_id()) for _ in range(2)]


def test_counts_are_summed_by_the_page_that_lists_them() -> None:
    waits("money.validate", "validate")(found)
    waits("money.report", "report")(found)
    waits("closures.sign", "sign", page=Page.CLOSURES, count=lambda actor: 5)(found)
    assert counts(ACTOR) == {Page.MY_WORK: 4, Page.CLOSURES: 5, Page.DECISIONS: 0, Page.COMMITTEES: 0}


def test_what_waits_is_asked_of_each_in_the_order_of_registration() -> None:
    waits("money.validate", "validate")(found)
    waits("closures.sign", "sign", page=Page.CLOSURES)(found)
    assert [(waiter.name, waiter.verb, len(waiter.waiting_for(ACTOR))) for waiter in waiters().values()] == [
        ("money.validate", "validate", 2),
        ("closures.sign", "sign", 2),
    ]


def test_a_name_is_registered_once() -> None:
    waits("closures.sign", "sign")(found)
    with pytest.raises(ValueError, match=r"Two things that wait are named closures\.sign\."):
        waits("closures.sign", "sign second")(found)
    assert list(waiters()) == ["closures.sign"]
