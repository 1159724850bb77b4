"""Gates 1 to 3 look at overlaps and doubts as they are at that moment (domain 6.9 and section 11)."""

import pytest

from cat4.errors import Invalid
from governance.gates.actions.requests import give_approval, request_gate
from governance.gates.selectors.checklists import results_of
from governance.gates.selectors.facts import gate_facts
from governance.rules.results import RuleResult
from measures.findings.actions.findings import refresh_findings, resolve_finding
from measures.models import EffectLine, Finding, Measure
from tests.governance.ready import ready_measure
from tests.world import World


def overlapping(world: World, doi: int) -> tuple[Measure, Measure]:
    """Two measures that are ready for the next gate, but for the money that both may count."""
    pair = ready_measure(world, doi, "M-1"), ready_measure(world, doi, "M-2")
    EffectLine.objects.update(cost_centre="4711")
    return pair


def rule(measure: Measure, name: str) -> RuleResult:
    return next(result for result in results_of("advance", gate_facts(measure)) if result.rule == name)


SENTENCE = (
    "M-1 and M-2 both book on account 400 Material of Drives GmbH from Jan 2026 on. In 12 months EUR 1,200 overlap"
)


@pytest.mark.parametrize("doi", [1, 2])
def test_gates_2_and_3_wait_for_an_overlap(inside: World, doi: int) -> None:
    first, _ = overlapping(inside, doi)
    with pytest.raises(Invalid) as refusal:
        request_gate(inside.actor("owner"), first.pk, comment="Ready.")
    assert refusal.value.errors == {
        "overlap_check": [
            "Overlaps with other measures checked and resolved: checked 15 Oct 2026, 1 to resolve: "
            f"{SENTENCE}. Owner Alder can supply it."
        ]
    }
    refresh_findings(first.pk)
    resolve_finding(inside.actor("owner"), Finding.objects.get().pk, resolution="none", reason="Two plants.")
    request_gate(inside.actor("owner"), first.pk, comment="Ready.")
    assert rule(first, "overlap_check").value == "checked 15 Oct 2026, 1 resolved"


def test_gate_1_waits_for_an_overlap_with_an_identified_measure(inside: World) -> None:
    draft, other = ready_measure(inside, 0, "M-1"), ready_measure(inside, 1, "M-2")
    EffectLine.objects.update(cost_centre="4711")
    assert not rule(draft, "overlap_check").passed
    assert rule(other, "overlap_check").passed


def test_the_measure_that_gave_its_value_away_has_to_plan_nothing(inside: World) -> None:
    first, second = overlapping(inside, 1)
    refresh_findings(first.pk)
    resolve_finding(
        inside.actor("owner"), Finding.objects.get().pk, resolution="merge", reason="One tender.", measure_id=second.pk
    )
    assert rule(first, "overlap_check").passed
    assert rule(second, "overlap_check").value == (
        "checked 15 Oct 2026, 1 to resolve: It is merged into M-1 and still has a plan of its own"
    )


def test_a_doubt_with_a_reason_passes_and_whoever_decides_reads_it(inside: World) -> None:
    measure = ready_measure(inside, 1)
    EffectLine.objects.filter(measure=measure).update(account=None)
    assert (rule(measure, "plausibility").passed, rule(measure, "plausibility").value) == (
        False, "Steel price recurs, but names no account",
    )  # fmt: skip
    refresh_findings(measure.pk)
    resolve_finding(inside.actor("owner"), Finding.objects.get().pk, resolution="explained", reason="Booked centrally.")
    assert (rule(measure, "plausibility").passed, rule(measure, "plausibility").value) == (
        True, "Steel price recurs, but names no account. Owner Alder explains: Booked centrally",
    )  # fmt: skip


def test_a_reason_that_comes_after_the_confirmation_has_to_be_confirmed(inside: World) -> None:
    measure = ready_measure(inside, 2)
    request = request_gate(inside.actor("owner"), measure.pk, comment="Ready.")
    give_approval(inside.actor("controller"), request.pk, kind="size_and_timing", comment="Checked.")
    EffectLine.objects.filter(measure=measure).update(account=None)
    refresh_findings(measure.pk)
    resolve_finding(inside.actor("owner"), Finding.objects.get().pk, resolution="explained", reason="Booked centrally.")
    result = next(row for row in results_of("advance", gate_facts(measure, request)) if row.rule == "size_and_timing")
    assert result.value.startswith("given by Controller Alder before Owner Alder ")
