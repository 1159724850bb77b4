"""Separation of duties: the table of domain section 5, row by row, for every persona."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.core.files.base import ContentFile

from cat4.accounts.actor import Actor
from cat4.errors import NotAllowed
from measures.core.actions.measures import edit_measure
from measures.core.actions.risks import add_risk
from measures.evidence.actions import upload_document, withdraw_document
from measures.models import Baseline, EffectLine, Measure, Milestone
from measures.money.actions.actuals import report_actuals, return_actuals, validate_actuals
from measures.money.actions.baselines import approve_baseline, propose_baseline
from measures.money.actions.effects import add_effect_line
from measures.money.actions.forecasts import confirm_forecast, revise_forecast
from measures.money.actions.plans import set_plan_months
from measures.overrides.actions.overrides import override_status
from measures.schedule.actions.milestones import add_milestone, complete_milestone, revise_milestone
from tests.measures.steps import NOV, SEP, D, line_for, milestone_of, month_of, records, refused
from tests.world import PERSONAS, World


@dataclass
class Scene:
    """A measure with one of everything, at the degree that the act needs."""

    world: World
    measure: Measure
    line: EffectLine
    milestone: Milestone
    baseline: Baseline


def scene(world: World, doi: int, lifecycle: str = "active") -> Scene:
    measure = world.measure(doi=doi, lifecycle=lifecycle)
    line = line_for(world, measure)
    month_of(line, SEP, plan=D(100), reported=D(90), reported_by=world.people["owner"])
    baseline = Baseline.objects.create(
        measure=measure, number=1, type="budget", period="FY 2026", source="SAP", amount=D(1), currency="EUR",
        proposed_by=world.people["owner"],
    )  # fmt: skip
    return Scene(world, measure, line, milestone_of(measure), baseline)


def _upload(actor: Actor, s: Scene) -> object:
    file = ContentFile(b"seen", name="note.txt")
    return upload_document(actor, s.measure.pk, file=file, title="Note", purpose="background")


def _add_line(actor: Actor, s: Scene) -> object:
    return add_effect_line(
        actor, s.measure.pk, name="Second", kind="ebitda_cost", recurrence="recurring", certainty="hard",
        legal_entity_id=s.world.entity.pk, account_id=None, currency="EUR",
    )  # fmt: skip


def _propose(actor: Actor, s: Scene) -> object:
    return propose_baseline(
        actor, s.measure.pk, type="budget", period="FY 2026", source="SAP", amount=D(2), currency="EUR"
    )


def _override(actor: Actor, s: Scene) -> object:
    return override_status(
        actor, s.measure.pk, kind="implementation", value="a", reason="The bank holiday.", expires_on=date(2026, 11, 1)
    )


Act = Callable[[Actor, Scene], object]
OWNER_SIDE = {"owner", "pmo"}
ACTS: dict[str, tuple[int, set[str], Act]] = {
    "edit the description": (1, OWNER_SIDE, lambda a, s: edit_measure(a, s.measure.pk, name="New name")),
    "add a milestone": (
        3, OWNER_SIDE, lambda a, s: add_milestone(a, s.measure.pk, name="Next", baseline_on=date(2027, 1, 1)),
    ),
    "move a milestone": (
        3, OWNER_SIDE, lambda a, s: revise_milestone(a, s.milestone.pk, forecast_on=date(2027, 1, 1), reason="Late"),
    ),
    "complete a milestone": (
        3, OWNER_SIDE, lambda a, s: complete_milestone(a, s.milestone.pk, actual_on=date(2026, 10, 15)),
    ),
    "add a risk": (1, OWNER_SIDE, lambda a, s: add_risk(a, s.measure.pk, title="Strike", likelihood="low")),
    "revise the forecast": (
        3, OWNER_SIDE,
        lambda a, s: revise_forecast(a, s.measure.pk, line_id=s.line.pk, months={NOV: D(80)}, reason="Late"),
    ),
    "confirm the forecast": (3, OWNER_SIDE, lambda a, s: confirm_forecast(a, s.measure.pk)),
    "propose a baseline": (2, OWNER_SIDE, _propose),
    "propose a plan": (2, OWNER_SIDE, lambda a, s: set_plan_months(a, s.line.pk, months={NOV: D(80)})),
    "add an effect line": (2, OWNER_SIDE, _add_line),
    "approve the baseline": (2, {"controller"}, lambda a, s: approve_baseline(a, s.baseline.pk)),
    "change the plan after DoI 3": (3, set(), lambda a, s: set_plan_months(a, s.line.pk, months={NOV: D(80)})),
    "enter actuals": (
        3, OWNER_SIDE, lambda a, s: report_actuals(a, s.measure.pk, line_id=s.line.pk, months={SEP: D(91)}),
    ),
    "validate actuals": (
        3, {"controller"}, lambda a, s: validate_actuals(a, s.measure.pk, line_id=s.line.pk, months=[SEP]),
    ),
    "return actuals": (
        3, {"controller"},
        lambda a, s: return_actuals(a, s.measure.pk, line_id=s.line.pk, months=[SEP], reason="Why"),
    ),
    "override a status": (3, {"owner", "sponsor"}, _override),
    "upload a document": (1, {"owner", "sponsor", "controller", "pmo"}, _upload),
}  # fmt: skip


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("act", ACTS)
def test_who_may_do_what(world: World, act: str, persona: str) -> None:
    doi, allowed, attempt = ACTS[act]
    with world.inside():
        prepared = scene(world, doi)
        actor = world.actor(persona)
        if persona in allowed:
            audits, outbox = records()
            attempt(actor, prepared)
            assert records()[0] == audits + 1
            assert records()[1] > outbox
        else:
            with refused(NotAllowed):
                attempt(actor, prepared)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("persona", ["owner", "controller", "sponsor", "pmo"])
def test_nobody_changes_a_measure_on_hold(world: World, act: str, persona: str) -> None:
    doi, _, attempt = ACTS[act]
    with world.inside():
        prepared = scene(world, doi, "on_hold")
        with refused(NotAllowed):
            attempt(world.actor(persona), prepared)


def test_a_document_is_withdrawn_by_its_uploader_the_owner_or_the_portfolio_manager(world: World) -> None:
    with world.inside():
        prepared = scene(world, 1)
        document = _upload(world.actor("sponsor"), prepared)
        with refused(NotAllowed, "Only Sponsor Alder"):
            withdraw_document(world.actor("controller"), document.pk, reason="Old.")  # type: ignore[attr-defined]  # a Document
        withdraw_document(world.actor("sponsor"), document.pk, reason="Old.")  # type: ignore[attr-defined]  # a Document
