"""Gate rules are declared on their functions, each once, and everything that speaks of rules follows from that."""

from typing import Any

import pytest

from governance.constants import ApprovalKind
from governance.rules.constants import Rule, RuleKind, Step
from governance.rules.declared import DECLARED, limits_of, rule, rules_at


def test_every_rule_has_one_declaration_and_every_declaration_is_a_rule() -> None:
    assert set(DECLARED) == set(Rule)
    assert all(name == declared.rule for name, declared in DECLARED.items())
    assert len({declared.check for declared in DECLARED.values()}) == len(Rule)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        (Rule.SCOPE, {"at": (1,), "text": "Once more"}, "The rule scope is declared twice."),
        ("new_rule", {"at": (1,)}, "The rule new_rule has no text."),
        ("new_rule", {"at": (6,), "text": "Beyond the last gate"}, "'gate_6' is not a valid Step"),
    ],
)
def test_a_rule_is_declared_once_with_a_text_and_at_a_gate_that_there_is(
    name: Any, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        rule(name, kind=RuleKind.CHECK, **given)


def test_each_confirmation_on_a_request_fulfils_one_rule_which_is_called_like_it() -> None:
    found = {declared.approval: declared.text for declared in DECLARED.values() if declared.approval}
    assert found == {kind.value: kind.label for kind in ApprovalKind}
    assert {DECLARED[name].kind for name in DECLARED if DECLARED[name].approval} == {RuleKind.APPROVAL}


def test_a_step_asks_for_its_rules_in_the_order_in_which_they_are_named() -> None:
    assert rules_at(Step.GATE_4) == (
        Rule.GOVERNABLE, Rule.SEPARATION, Rule.PEOPLE_ACTIVE, Rule.CRITICAL_DONE, Rule.FORECAST_CONFIRMED,
        Rule.NO_OVERDUE_DEVIATION, Rule.CONDITIONS, Rule.HAND_OVER,
    )  # fmt: skip
    assert rules_at(Step.HOLD) == (Rule.HOLD_REASON, Rule.RESUME_DATE)
    assert rules_at(Step.RESUME) == ()


def test_what_makes_a_gate_a_gate_and_what_the_other_decisions_ask_for_is_constitutive() -> None:
    gates = {name for degree in range(1, 6) for name in rules_at(f"gate_{degree}")}
    constitutive = {name for name in Rule if DECLARED[name].is_constitutive}
    assert constitutive & gates == {
        Rule.GOVERNABLE, Rule.SEPARATION, Rule.PEOPLE_ACTIVE, Rule.INDEPENDENT_CONTROLLER,
    }  # fmt: skip
    assert constitutive >= set(Rule) - gates


def test_a_version_may_set_the_thresholds_that_a_rule_names_and_an_own_rule_has_none() -> None:
    assert limits_of(Rule.VALIDATED_MONTHS) == ("closure_months", "closure_share")
    assert limits_of("own-12345678") == ()
