"""What the checks find is kept, resolved once for both sides, and looked at fresh by the gates (6.9, section 11)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from cat4.accounts.models import User
from cat4.audit.models import AuditEntry
from cat4.errors import Conflict, NotAllowed, StaleVersion
from cat4.outbox.actions import drain
from cat4.outbox.models import OutboxRow
from measures.constants import Certainty, Topic
from measures.facts.measures import measure_facts
from measures.findings.actions.findings import refresh_findings, resolve_finding
from measures.findings.selectors.findings import current_findings
from measures.formulas.facts import MeasureFacts
from measures.formulas.totals import totals_of
from measures.models import Baseline, EffectLine, EffectMonth, Finding, Measure, TakenMonth
from tests.measures.amounts import effect_line, fill
from tests.measures.steps import invalid, last_entry, refused
from tests.world import World

pytestmark = pytest.mark.django_db
D = Decimal
JAN, DEC = date(2026, 1, 1), date(2026, 12, 1)


def planned(world: World, code: str, *, monthly: str = "100", **changes: Any) -> Measure:
    """A measure at DoI 1 with a year of plan on account 400 of the entity."""
    line_changes = {name: changes.pop(name) for name in ("supplier", "certainty", "account") if name in changes}
    measure = world.measure(code, **{"doi": 1, **changes})
    line = effect_line(world, measure, **line_changes)
    fill(line, JAN, DEC, plan=D(monthly))
    return measure


def baseline(world: World, measure: Measure, amount: str, *, period: str = "FY 2025", source: str = "GL 400") -> None:
    number = measure.baselines.count() + 1
    Baseline.objects.create(
        measure=measure, number=number, type="prior_year", period=period, source=source, amount=D(amount),
        currency="EUR", proposed_by=world.people["owner"],
    )  # fmt: skip


def pair(world: World, **changes: Any) -> tuple[Measure, Measure, Finding]:
    """Two measures that book on one account, and their overlap."""
    first, second = planned(world, "M-1", **changes), planned(world, "M-2", **changes)
    refresh_findings(first.pk)
    return first, second, Finding.objects.get(code="overlap")


def facts_of_one(measure: Measure) -> MeasureFacts:
    found = measure_facts(measure.pk)
    assert found is not None
    return found


def plan_of(measure: Measure) -> Decimal:
    """The plan of this fiscal year, as every total has it."""
    return totals_of(facts_of_one(measure)).plan_in_year


def stored() -> list[tuple[str, str, bool]]:
    return [(row.measure.code, row.code, row.closed_at is None) for row in Finding.objects.select_related("measure")]


def stranger(world: World) -> User:
    return User.objects.create_user(f"other@{world.organization.slug}.example", "Otto Fremd")


def test_a_doubt_is_kept_closed_when_it_is_gone_and_opened_again_without_its_reason(world: World) -> None:
    with world.inside():
        measure = planned(world, "M-1", account=None)
        refresh_findings(measure.pk)
        (row,) = Finding.objects.all()
        line = EffectLine.objects.get()
        assert (row.code, row.sentence, row.key) == (
            "no_account", "Steel recurs, but names no account.", f"no_account:{line.pk}",
        )  # fmt: skip
        assert (row.blocked_gates, row.line_id, row.is_open) == ([2, 3], line.pk, True)
        entry = AuditEntry.objects.get(verb="finding.opened")
        assert entry.summary == "found: Steel recurs, but names no account"

        explained = resolve_finding(world.actor("owner"), row.pk, resolution="explained", reason="Booked centrally.")
        assert (explained.resolution, explained.reason, explained.resolved_by_id) == (
            "explained", "Booked centrally.", world.people["owner"].pk,
        )  # fmt: skip
        EffectLine.objects.update(account=world.account)
        refresh_findings(measure.pk)
        row.refresh_from_db()
        assert row.closed_at is not None
        assert row.resolution == "explained"
        EffectLine.objects.update(account=None)
        refresh_findings(measure.pk)
        row.refresh_from_db()
        assert (row.closed_at, row.resolution, row.reason, row.resolved_by_id) == (None, "", "", None)
        assert Finding.objects.count() == 1


def test_checking_again_writes_nothing(world: World) -> None:
    with world.inside():
        first, second, _ = pair(world)
        before = list(Finding.objects.values()), AuditEntry.objects.count(), OutboxRow.objects.count()
        refresh_findings(first.pk)
        refresh_findings(second.pk)
        assert before == (list(Finding.objects.values()), AuditEntry.objects.count(), OutboxRow.objects.count())


def test_an_explanation_ends_with_the_sentence_that_it_was_given_to(world: World) -> None:
    with world.inside():
        measure = planned(world, "M-1", account=None)
        refresh_findings(measure.pk)
        row = Finding.objects.get()
        resolve_finding(world.actor("pmo"), row.pk, resolution="explained", reason="Booked centrally.")
        assert [found.is_settled for found in current_findings(measure)] == [True]
        EffectLine.objects.update(name="Scrap")
        assert [found.is_settled for found in current_findings(measure)] == [False]
        refresh_findings(measure.pk)
        row.refresh_from_db()
        assert (row.sentence, row.resolution) == ("Scrap recurs, but names no account.", "")


def test_an_overlap_is_kept_once_and_seen_from_both_measures(world: World) -> None:
    with world.inside():
        first, second, row = pair(world)
        refresh_findings(second.pk)
        assert stored() == [("M-1", "overlap", True)]
        assert (row.other_measure, row.blocked_gates) == (second, [1, 2, 3])
        assert row.sentence == (
            "M-1 and M-2 both book on account 400 Material of Drives GmbH from Jan 2026 on. "
            "In 12 months EUR 1,200 overlap."
        )
        assert [found.other for found in current_findings(first)] == ["M-2"]
        assert [found.other for found in current_findings(second)] == ["M-1"]


@pytest.mark.parametrize("changes", [{"certainty": Certainty.SOFT}, {"lifecycle": "cancelled"}])
def test_what_counts_toward_no_target_counts_nothing_twice(world: World, changes: dict[str, Any]) -> None:
    with world.inside():
        planned(world, "M-1")
        other = planned(world, "M-2", **changes)
        refresh_findings(other.pk)
        assert stored() == []


def test_lines_of_two_suppliers_do_not_overlap(world: World) -> None:
    with world.inside():
        measure = planned(world, "M-1", supplier="Alpha")
        planned(world, "M-2", supplier="Beta")
        refresh_findings(measure.pk)
        assert stored() == []


def test_a_split_says_the_share_and_both_histories_keep_it(world: World) -> None:
    with world.inside():
        first, second, row = pair(world)
        with invalid("percent", "Enter the share that the measure keeps"):
            resolve_finding(world.actor("owner"), row.pk, resolution="split", reason="By volume.")
        for wrong in ("0", "100", "120", "-5"):
            with invalid("percent", "more than 0 and less than 100"):
                resolve_finding(world.actor("owner"), row.pk, resolution="split", percent=D(wrong), reason="By volume.")
        resolve_finding(
            world.actor("owner"), row.pk, resolution="split", percent=D(60), reason="By volume.", measure_id=second.pk
        )
        row.refresh_from_db()
        assert (row.measure, row.other_measure, row.percent) == (second, first, D(60))
        entries = AuditEntry.objects.filter(verb="finding.resolved")
        assert {entry.measure_id for entry in entries} == {first.pk, second.pk}
        assert {entry.reason for entry in entries} == {"By volume."}
        assert entries[0].summary.startswith("split 60.00 percent to M-2 and 40.00 percent to M-1: M-1 and")
        assert [finding.is_settled for side in (first, second) for finding in current_findings(side)] == [True, True]
        refresh_findings(first.pk)
        row.refresh_from_db()
        assert row.percent == D(60)


def test_a_split_takes_its_part_out_of_both_and_a_merge_leaves_one_plan(world: World) -> None:
    """120 and 80 a month, split 60 : 40 of 80: 88 and 32, together 120."""
    with world.inside():
        first, second = planned(world, "M-1", monthly="120"), planned(world, "M-2", monthly="80")
        refresh_findings(first.pk)
        row = Finding.objects.get(code="overlap")
        assert row.sentence.endswith("from Jan 2026 on. In 12 months EUR 960 overlap.")
        actor = world.actor("owner")
        resolve_finding(actor, row.pk, resolution="split", percent=D(60), reason="x", measure_id=first.pk)
        assert [plan_of(side) for side in (first, second)] == [D(1056), D(384)]
        assert [line.name for line in facts_of_one(first).lines] == ["Steel", "Steel, shared with M-2"]
        assert OutboxRow.objects.filter(topic=Topic.MEASURE_CHANGED, object_id=second.pk).exists()

        EffectMonth.objects.filter(measure=second).update(plan=D(40))
        refresh_findings(second.pk)
        assert [plan_of(side) for side in (first, second)] == [D(1248), D(192)]
        resolve_finding(actor, row.pk, resolution="merge", reason="x", measure_id=second.pk)
        assert [plan_of(side) for side in (first, second)] == [D(1440), D(0)]
        resolve_finding(actor, row.pk, resolution="none", reason="x")
        assert [plan_of(side) for side in (first, second)] == [D(1440), D(480)]
        assert not TakenMonth.objects.exists()


def test_a_split_of_a_frozen_plan_is_refused_and_the_database_holds_what_was_taken(world: World) -> None:
    with world.inside():
        frozen, _ = planned(world, "M-1", doi=3), planned(world, "M-2")
        refresh_findings(frozen.pk)
        row = Finding.objects.get(code="overlap")
        with invalid("resolution", "The plan of M-1 is frozen, and this changes it."):
            resolve_finding(world.actor("owner"), row.pk, resolution="split", percent=D(60), reason="x")
        line = EffectLine.objects.get(measure=frozen)
        with pytest.raises(ProgrammingError, match="stays"), transaction.atomic():
            TakenMonth.objects.create(finding=row, measure=frozen, line=line, month=JAN, plan=D(-1), is_first=True)


def test_a_merged_line_blocks_its_measure_until_it_plans_nothing(world: World) -> None:
    with world.inside():
        first, second, row = pair(world)
        resolve_finding(world.actor("owner"), row.pk, resolution="merge", reason="One tender.", measure_id=second.pk)
        (of_first,), (of_second,) = current_findings(first), current_findings(second)
        assert (of_first.blocks(1), of_second.blocks(1)) == (False, True)
        EffectMonth.objects.filter(measure=second).update(plan=0)
        assert current_findings(second) == []


def test_a_sequence_starts_from_what_the_first_measure_leaves(world: World) -> None:
    with world.inside():
        first, second, row = pair(world)
        with invalid("resolution", "M-1 and M-2 has none with an amount yet."):
            resolve_finding(world.actor("owner"), row.pk, resolution="sequential", reason="x", measure_id=second.pk)
        baseline(world, first, "5000")
        baseline(world, second, "3801", period="FY 2026", source="Plan")
        with invalid("resolution", "M-1 leaves EUR 3,800 of its baseline. M-2 can't start from EUR 3,801."):
            resolve_finding(world.actor("owner"), row.pk, resolution="sequential", reason="x", measure_id=second.pk)
        baseline(world, second, "3800", period="FY 2026", source="Plan")
        resolve_finding(world.actor("owner"), row.pk, resolution="sequential", reason="x", measure_id=second.pk)
        assert current_findings(second)[0].is_settled


def test_a_contradiction_is_corrected_and_never_explained(world: World) -> None:
    with world.inside():
        measure = planned(world, "M-1")
        baseline(world, measure, "1000")
        refresh_findings(measure.pk)
        row = Finding.objects.get(code="above_baseline")
        with invalid("resolution", "No reason makes it right: correct the numbers."):
            resolve_finding(world.actor("owner"), row.pk, resolution="explained", reason="It is so.")


def test_a_doubt_is_explained_and_an_overlap_is_not(world: World) -> None:
    with world.inside():
        _, _, row = pair(world)
        with invalid("resolution", "An overlap is merged, split, put in sequence, or said to be none."):
            resolve_finding(world.actor("owner"), row.pk, resolution="explained", reason="x")
        with invalid("reason", "This is needed."):
            resolve_finding(world.actor("owner"), row.pk, resolution="none", reason=" ")
        with invalid("resolution", "Choose one of"):
            resolve_finding(world.actor("owner"), row.pk, resolution="later", reason="x")
        with invalid("measure_id", "no part"):
            resolve_finding(world.actor("owner"), row.pk, resolution="none", reason="x", measure_id=uuid4())
        alone = planned(world, "M-3", account=None)
        refresh_findings(alone.pk)
        with invalid("resolution", "This is no overlap."):
            resolve_finding(
                world.actor("owner"), Finding.objects.get(code="no_account").pk, resolution="none", reason="x"
            )


@pytest.mark.parametrize("persona", ["sponsor", "controller", "chair", "member", "reader", "admin"])
def test_owner_and_portfolio_manager_alone_resolve(world: World, persona: str) -> None:
    with world.inside():
        _, _, row = pair(world)
        with refused(NotAllowed, "Only the owner Owner Alder of M-1 or the owner Owner Alder of M-2"):
            resolve_finding(world.actor(persona), row.pk, resolution="none", reason="x")
        alone = planned(world, "M-3", account=None)
        refresh_findings(alone.pk)
        doubt = Finding.objects.get(code="no_account")
        with refused(NotAllowed, "Only the owner Owner Alder or the portfolio manager may explain it."):
            resolve_finding(world.actor(persona), doubt.pk, resolution="explained", reason="x")
        assert not Finding.objects.exclude(resolution="").exists()


def test_nobody_gives_away_what_another_owner_carries(world: World) -> None:
    with world.inside():
        _, second, row = pair(world)
        Measure.objects.filter(pk=second.pk).update(owner=stranger(world))
        with refused(NotAllowed, "Only the owner Otto Fremd of M-2 or the portfolio manager may say this for M-2."):
            resolve_finding(world.actor("owner"), row.pk, resolution="merge", reason="x", measure_id=second.pk)
        resolve_finding(world.actor("owner"), row.pk, resolution="merge", reason="Theirs is larger.")
        row.refresh_from_db()
        assert row.measure.code == "M-1"


def test_what_is_no_longer_found_takes_no_answer(world: World) -> None:
    with world.inside():
        first, _, row = pair(world)
        with refused(StaleVersion, "Someone saved this"):
            resolve_finding(world.actor("owner"), row.pk, resolution="none", reason="x", expected_version=7)
        EffectMonth.objects.all().delete()
        refresh_findings(first.pk)
        with refused(Conflict, "This is no longer found."):
            resolve_finding(world.actor("owner"), row.pk, resolution="none", reason="x")
        assert last_entry().verb == "finding.closed"


def test_a_finding_of_another_organization_is_not_there(world: World, twin: World) -> None:
    with world.inside():
        _, _, row = pair(world)
    with twin.inside(), pytest.raises(Http404):
        resolve_finding(twin.actor("pmo"), row.pk, resolution="none", reason="x")


def test_plans_above_the_baselines_of_an_account_are_found_at_every_measure_on_it(world: World) -> None:
    with world.inside():
        first, second, _ = pair(world)
        baseline(world, first, "2000")
        baseline(world, second, "2000")
        refresh_findings(first.pk)
        drain(world.organization.pk)
    with world.inside():
        found = Finding.objects.filter(code="account_above_baseline").order_by("measure__code")
        assert [row.measure.code for row in found] == ["M-1", "M-2"]
        assert {row.sentence for row in found} == {
            "On account 400 Material of Drives GmbH M-1 and M-2 plan EUR 2,400 in 2026, "
            "above the EUR 2,000 of their baselines."
        }
        with invalid("resolution", "No reason makes it right"):
            resolve_finding(world.actor("owner"), found[0].pk, resolution="explained", reason="x")
        baseline(world, second, "2000", source="GL 401")
        refresh_findings(second.pk)
        drain(world.organization.pk)
    with world.inside():
        assert not Finding.objects.filter(code="account_above_baseline", closed_at__isnull=True).exists()


def test_of_an_enabler_and_its_effect_one_carries_value(world: World) -> None:
    with world.inside():
        effect = planned(world, "M-1", supplier="Alpha")
        enabler = planned(world, "M-2", supplier="Beta", enables=effect)
        refresh_findings(effect.pk)
        refresh_findings(enabler.pk)
        (row,) = Finding.objects.all()
        assert (row.measure, row.other_measure, row.code) == (enabler, effect, "enabler_and_effect")
        assert row.sentence == "M-2 makes M-1 possible, and both plan hard EBITDA. Only one carries the value."
        EffectLine.objects.filter(measure=enabler).update(certainty=Certainty.SOFT)
        assert current_findings(effect) == []


def test_an_identified_measure_does_not_wait_for_a_draft(world: World) -> None:
    with world.inside():
        first, draft = planned(world, "M-1"), planned(world, "M-2", doi=0)
        assert [found.blocks(2) for found in current_findings(first)] == [False]
        assert [found.blocks(1) for found in current_findings(draft)] == [True]


def test_gates_see_what_the_worker_has_not_stored_yet(world: World) -> None:
    with world.inside():
        first, _, row = pair(world)
        resolve_finding(world.actor("owner"), row.pk, resolution="none", reason="Two plants.")
        planned(world, "M-3")
        assert [(found.other, found.is_settled) for found in current_findings(first)] == [("M-2", True), ("M-3", False)]


def test_a_changed_measure_is_checked_by_the_worker(world: World) -> None:
    with world.inside():
        measure = planned(world, "M-1", account=None)
        OutboxRow.objects.create(topic=Topic.MEASURE_CHANGED, object_id=measure.pk)
    drain(world.organization.pk)
    with world.inside():
        assert stored() == [("M-1", "no_account", True)]
        assert not OutboxRow.objects.exists()


def test_the_check_of_many_overlaps_takes_as_many_queries_as_that_of_one(world: World) -> None:
    with world.inside():
        first, _, _ = pair(world)
        with CaptureQueriesContext(connection) as few:
            refresh_findings(first.pk)
        for number in range(3, 8):
            planned(world, f"M-{number}")
        refresh_findings(first.pk)
        with CaptureQueriesContext(connection) as many:
            refresh_findings(first.pk)
        assert Finding.objects.filter(code="overlap").count() == 6
        assert len(many) == len(few)
