"""What follows from a hold, a cancellation, a reopening: shown before, kept after (domain section 4)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from cat4.audit.models import AuditEntry
from governance.gates.actions.decisions import cancel_measure, hold_measure
from governance.gates.actions.requests import request_gate
from governance.gates.models import GateDecision
from governance.gates.pages.choices import decision_choices
from governance.gates.selectors.checklists import foreseen_by_outcome
from governance.gates.selectors.choices import decision_consequences
from governance.gates.selectors.consequences import consequences_of
from governance.gates.selectors.kept_consequences import seen_by
from hierarchy.constants import Level, TargetKind
from hierarchy.models import Target
from measures.models import EffectMonth, Measure, Milestone
from reporting.models import NodeYear
from tests.governance.ready import ready_measure
from tests.measures.chains import NOV_2, NOV_9, link, milestone
from tests.measures.steps import line_for
from tests.world import World

RESUMES = date(2027, 1, 11)
HOLD: dict[str, Any] = {"hold_reason": "budget", "reason": "No money before January.", "resume_on": RESUMES}


@dataclass
class Scene:
    """M-1 brings 100 a month of 2026, M-2 waits for it and brings 10 a month from its delivery on; M-1 enables M-3."""

    world: World
    measure: Measure
    waiting: Milestone

    def sums(self, kind: str, **more: Any) -> dict[str, Any]:
        return consequences_of(self.measure, kind, **more).stored()

    def cancel(self) -> GateDecision:
        owner = self.world.people["member"].pk
        return cancel_measure(self.world.actor("chair"), self.measure.pk, reason="No tender.", gap_owner_id=owner)


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    with world.inside():
        enabled = world.measure("M-3", doi=3)
        measure = ready_measure(world, doi=3, enables=enabled)
        other = world.measure("M-2", doi=3, owner=world.people["member"])
        before, after = milestone(measure, "Signed", NOV_2), milestone(other, "Delivered", NOV_9, is_effect_start=True)
        link(before, after)
        line = line_for(world, other, milestone=after, annual_amount=Decimal(120), start_month=date(2026, 11, 1))
        for month in (date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)):
            EffectMonth.objects.create(measure=other, line=line, month=month, plan=Decimal(10))
        node = world.nodes[Level.PROGRAM]
        Target.objects.create(node=node, kind=TargetKind.IN_YEAR, fiscal_year=2026, amount=Decimal(2000))
        NodeYear.objects.create(
            node=node, kind="ebitda_cost", certainty="hard", fiscal_year=2026, measures=2, plan=1220, fac=1220,
            validated=0, reported=0, forecast=1220, assumed=0, plan_exit_run_rate=1320, exit_run_rate=1320,
        )  # fmt: skip
        yield Scene(world, measure, after)


def gap(found: dict[str, Any]) -> list[tuple[str, int, str, str]]:
    return [(row["kind"], row["fiscal_year"], row["before"], row["after"]) for row in found["gaps"]]


def test_a_hold_moves_what_waits_beyond_the_day_on_which_work_resumes(scene: Scene) -> None:
    found = scene.sums("hold", resume_on=RESUMES)
    (row,) = found["successors"]
    assert (row["code"], row["owner"], row["milestone_id"]) == ("M-2", "Member Alder", str(scene.waiting.pk))
    assert (row["before_on"], row["after_on"], row["days"]) == ("2026-11-09", "2027-01-11", 45)
    money = [(row["code"], row["fiscal_year"], row["in_year"]) for row in found["money"]]
    assert money == [("M-2", 2026, "-20.00"), ("M-2", 2027, "20.00")]
    # 1,220 are expected of 2,000; 1,200 of them leave the forecast with the measure, 20 with what waits for it.
    assert gap(found) == [("in_year", 2026, "-780.00", "-2000.00")]


def test_a_cancellation_frees_what_waits_and_leaves_the_gap(scene: Scene) -> None:
    Milestone.objects.filter(measure=scene.measure, name="Signed").update(forecast_on=date(2026, 12, 1))
    found = scene.sums("cancel")
    (row,) = found["successors"]
    assert (row["before_on"], row["after_on"], row["days"]) == ("2026-12-01", "2026-11-09", -16)
    assert [(row["code"], row["doi"], row["lifecycle"]) for row in found["enables"]] == [("M-3", 3, "active")]
    (own,) = found["own"]
    assert (own["fiscal_year"], own["in_year_before"], own["in_year_after"]) == (2026, "1200.00", "0.00")
    assert [(row[1], row[2]) for row in gap(found)] == [(2026, "-780.00")]


def test_without_a_day_a_hold_names_what_waits_and_moves_nothing(scene: Scene) -> None:
    (row,) = scene.sums("hold")["successors"]
    assert (row["before_on"], row["after_on"], row["days"]) == ("2026-11-09", "2026-11-09", 0)


def test_the_decision_and_its_ledger_entry_keep_what_was_shown(scene: Scene) -> None:
    shown = scene.sums("hold", resume_on=RESUMES)
    decision = hold_measure(scene.world.actor("chair"), scene.measure.pk, **HOLD)
    Milestone.objects.filter(pk=scene.waiting.pk).update(forecast_on=date(2027, 6, 1))
    kept = GateDecision.objects.get(pk=decision.pk).consequences
    assert kept == shown
    assert AuditEntry.objects.get(verb="gate.decided").change["consequences"] == shown


def test_cancelling_checks_that_what_follows_was_worked_out(scene: Scene) -> None:
    results = {result["rule"]: result for result in scene.cancel().rule_results}
    assert results["consequences_shown"]["value"] == (
        "M-2 wait for it; it enables M-3; the gap of Program of Alder in FY 2026 goes from −780 to −1,980"
    )


def test_who_does_not_see_a_measure_reads_its_code_and_owner_alone(scene: Scene) -> None:
    stored = scene.sums("hold", resume_on=RESUMES)
    pmo = scene.world.actor("pmo")
    seen, hidden = seen_by(pmo, stored), seen_by(replace(pmo, grants=()), stored)
    assert (seen["successors"][0]["name"], seen["successors"][0]["milestone"]) == ("Measure M-2", "Delivered")
    assert (hidden["successors"][0]["code"], hidden["successors"][0]["name"]) == ("M-2", "")
    assert (hidden["successors"][0]["milestone"], hidden["money"], hidden["gaps"]) == ("", [], [])
    assert hidden["enables"][0]["run_rate"] is None


def test_a_committee_reads_it_with_each_choice(scene: Scene) -> None:
    given: dict[str, Any] = {"hold_reason": "budget", "comment": "No money.", "resume_on": RESUMES}
    request = request_gate(scene.world.actor("owner"), scene.measure.pk, kind="hold", **given)
    outcomes = ("hold", "cancel", "return")
    choices = decision_choices(
        request, decision_consequences(outcomes, None), "EUR", follows=foreseen_by_outcome(request, outcomes)
    )
    assert next(choice.text for choice in choices) == (
        "Work rests until the day you name. Its value leaves the forecast. Waiting for it: M-2 (Member Alder) "
        "9 Nov 2026 to 11 Jan 2027 (M-2 FY 2026 0 kEUR, M-2 FY 2027 0 kEUR). It enables M-3. "
        "Target gap of Program of Alder, FY 2026 in year: before −1, after −2 kEUR."
    )


def test_page_and_api_show_it_before_and_after(scene: Scene, client: Client) -> None:
    world, measure = scene.world, scene.measure
    client.force_login(world.people["chair"])
    typed = {"hold_reason": "budget", "comment": "No money before January.", "resume_on": "2027-01-11"}
    page = client.post(world.url(f"/gates/{measure.pk}/hold/"), typed)
    assert page.status_code == 422 and not GateDecision.objects.exists()
    assert "M-2 Measure M-2" in page.content.decode() and "11 Jan 2027" in page.content.decode()
    asked = client.get(world.url(f"/api/v1/measures/{measure.pk}/consequences/?kind=hold&resume_on=2027-01-11")).json()
    decided = client.post(world.url(f"/gates/{measure.pk}/hold/"), {**typed, "seen": "2027-01-11"}, follow=True)
    assert "As it stood at the decision" in decided.content.decode()
    (answer,) = client.get(world.url("/api/v1/decisions/")).json()["results"]
    assert answer["consequences"] == asked
    assert [(row["fiscal_year"], row["before"], row["after"]) for row in asked["gaps"]] == [
        (2026, "-780.00", "-2000.00")
    ]
