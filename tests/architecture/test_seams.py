"""What a lower capability asks for is supplied by exactly one higher one."""

from __future__ import annotations

import dataclasses

import pytest

from cat4.outbox.registry import consumers_of
from governance.constants import RequestKind
from governance.deviations.constants import DeviationTopic
from governance.gates.contents import CLOSING, contents, holds
from governance.gates.supply import Supplied, suppliers, supplies
from governance.numbering import _numbered
from governance.parties.selectors.amounts import amounts_at, own_amounts
from governance.rules.constants import Step
from governance.rules.facts import GateFacts
from measures.core.pages import supply
from measures.core.pages.frame import TABS


def test_every_supplied_fact_has_its_supplier_and_is_a_fact_of_the_rules() -> None:
    assert set(suppliers()) == set(Supplied.__annotations__)
    assert set(Supplied.__annotations__) <= {field.name for field in dataclasses.fields(GateFacts)}


def test_a_fact_is_supplied_once() -> None:
    with pytest.raises(ValueError, match="conditions is no field"):
        supplies("conditions")(suppliers()["conditions"])


def test_a_fact_that_no_rule_knows_is_not_supplied() -> None:
    with pytest.raises(ValueError, match="weather is no field"):
        supplies("weather")(suppliers()["conditions"])


def test_every_kind_that_holds_more_than_words_has_its_content_once() -> None:
    assert set(contents()) == {CLOSING, RequestKind.CHANGE, RequestKind.RESIDUAL}
    with pytest.raises(ValueError, match="change have their content already"):
        holds(RequestKind.CHANGE)(type(contents()[RequestKind.CHANGE]))


def test_a_change_of_plan_is_decided_by_its_own_amounts_and_nothing_else_is() -> None:
    assert own_amounts() == {Step.CHANGE}
    with pytest.raises(ValueError, match="change are registered already"):
        amounts_at(Step.CHANGE)(lambda measure: None)  # type: ignore[arg-type,return-value]


def test_what_nobody_decided_is_put_to_the_committee_once() -> None:
    [consumer] = consumers_of(DeviationTopic.UNDECIDED)
    assert consumer.__module__ == "governance.committees.consumers"


def test_gates_motions_and_trade_offs_share_one_count() -> None:
    names = sorted(model.__name__ for model in _numbered)
    assert names == ["CommitteeDecision", "DeviationDecision", "GateDecision"]


def test_the_numbers_beside_the_tabs_of_a_measure_are_supplied() -> None:
    assert set(supply._counts) == {"milestones", "risks", "documents", "checks"}
    assert set(supply._counts) <= set(TABS)


def test_who_may_do_what_the_head_of_a_measure_offers_is_supplied() -> None:
    assert set(supply._verdicts) == {"may_edit", "may_move", "may_override"}
