"""The toolkit that checks input: each check cleans a value, or says what is wrong with it in one known sentence."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from cat4 import checks
from cat4.checks import Problems
from cat4.errors import Invalid
from tests.world import World


@pytest.mark.parametrize(
    ("value", "label", "sentences"),
    [
        ("  Steel ", "a name", []),
        (" ", "", ["This is needed."]),
        (" ", "a name", ["Enter a name."]),
        ("x" * 12, "", ["At most 10 characters. You entered 12."]),
        ("x" * 12, "a name", ["A name may have 10 characters. This has 12."]),
        ("Bell \x07", "a name", ["The text contains control characters."]),
        (None, "a name", ["Enter a text."]),
    ],
)
def test_a_text_is_named_in_its_sentences_where_it_has_a_label(value: object, label: str, sentences: list[str]) -> None:
    problems = Problems()
    checks.text(problems, "name", value, limit=10, required=True, label=label)
    assert problems.sentences == sentences


@pytest.mark.parametrize(
    ("value", "any_case", "code", "sentences"),
    [
        ("EUR", False, "EUR", []),
        (" eur ", True, "EUR", []),
        ("eur", False, "", ["Enter the currency as three capital letters, such as EUR."]),
        ("euro", True, "", ["A currency has three letters, such as EUR."]),
        ("ÄÖÜ", True, "", ["A currency has three letters, such as EUR."]),
    ],
)
def test_a_currency_is_three_capitals_which_people_may_type_small(
    value: str, any_case: bool, code: str, sentences: list[str]
) -> None:
    problems = Problems()
    assert checks.currency(problems, "currency", value, any_case=any_case) == code
    assert problems.sentences == sentences


def test_an_address_is_kept_in_small_letters() -> None:
    problems = Problems()
    assert checks.email(problems, "email", " Ada@Example.com ") == "ada@example.com"
    assert not problems
    checks.email(problems, "email", "ada")
    assert problems.by_field == {"email": ["Enter an email address, such as name@example.com."]}


def test_an_amount_of_nothing_has_no_sign() -> None:
    assert str(checks.to_cents(Decimal("-0"))) == "0.00"


def test_only_members_may_be_named_and_who_is_named_may_stay(world: World) -> None:
    organization, problems, stranger = world.organization.pk, Problems(), uuid4()
    with world.inside():
        checks.active_member(problems, "lead", world.people["owner"].pk, organization)
        checks.active_member(problems, "lead", stranger, organization, keep=stranger)
        assert "lead" not in problems
        checks.active_member(problems, "lead", stranger, organization)
        checks.active_member(problems, "chair", None, organization)
    assert problems.by_field == {field: ["Choose an active member of the organization."] for field in ("lead", "chair")}


def test_every_sentence_is_heard_at_once_and_a_deeper_one_may_stand_for_all_of_its_field() -> None:
    problems = Problems()
    problems.stop_if_any()
    problems.add("amount", "Enter a number.", "At most two decimals.")
    problems.add("name", "This is needed.")
    problems.replace("amount", "Amber lies below green.")
    with pytest.raises(Invalid) as refusal:
        problems.stop_if_any()
    assert refusal.value.errors == {"amount": ["Amber lies below green."], "name": ["This is needed."]}
    assert refusal.value.sentences == problems.sentences == ["Amber lies below green.", "This is needed."]


@pytest.mark.parametrize("blank", ["\u200b", " \u2060\ufeff ", "\u3164\u2800", "\u200d"])
def test_a_text_in_which_nothing_is_seen_is_empty(blank: str) -> None:
    problems = Problems()
    assert checks.text(problems, "name", blank, required=True, label="a name") == ""
    assert problems.by_field == {"name": ["Enter a name."]}


def test_a_text_is_kept_composed_and_may_join_letters_but_not_turn_them() -> None:
    problems, joined = Problems(), "\u0645\u06cc\u200c\u062e"
    assert checks.text(problems, "name", "Pru\u0308fbericht") == "Pr\u00fcfbericht"
    assert checks.text(problems, "name", joined) == joined
    assert problems.by_field == {}
    checks.text(problems, "name", "invoice\u202efdp.exe")
    told = ["The text contains signs that turn its direction. Type it anew, without them."]
    assert problems.by_field == {"name": told}
