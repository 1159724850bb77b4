"""Milestones and risks: what moves, what stays, and who is told."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.http import Http404

from cat4.errors import Conflict, NotAllowed, StaleVersion
from measures.core.actions.risks import add_risk, edit_risk, remove_risk
from measures.models import Milestone, Risk
from measures.schedule.actions.milestones import (
    add_milestone,
    complete_milestone,
    edit_milestone,
    remove_milestone,
    revise_milestone,
)
from tests.measures.steps import D, invalid, last_entry, milestone_of, refused, told_about
from tests.world import TODAY, World

NOV_30 = date(2026, 11, 30)


def test_a_milestone_is_forecast_for_its_baseline_date_at_first(world: World) -> None:
    with world.inside():
        measure = world.measure()
        made = add_milestone(world.actor("owner"), measure.pk, name="Signed", baseline_on=NOV_30, is_critical=True)
        assert (made.forecast_on, made.actual_on, made.is_critical) == (NOV_30, None, True)
        assert last_entry().summary == "added the milestone Signed for 30 Nov 2026"
        assert told_about(measure)


def test_a_forecast_is_never_moved_to_a_day_that_has_passed(world: World) -> None:
    with world.inside():
        made = add_milestone(world.actor("owner"), world.measure().pk, name="Signed", baseline_on=NOV_30)
        with invalid("forecast_on", "today or a later day"):
            revise_milestone(world.actor("owner"), made.pk, forecast_on=date(2026, 10, 14), reason="Typed too fast")
        assert revise_milestone(world.actor("owner"), made.pk, forecast_on=date(2026, 10, 15), reason="Today").version


def test_only_one_milestone_marks_the_start_of_the_effect(world: World) -> None:
    with world.inside():
        measure = world.measure()
        owner = world.actor("owner")
        first = add_milestone(owner, measure.pk, name="First", baseline_on=NOV_30, is_effect_start=True)
        second = add_milestone(owner, measure.pk, name="Second", baseline_on=NOV_30, is_effect_start=True)
        assert list(measure.milestones.filter(is_effect_start=True)) == [second]
        edit_milestone(owner, first.pk, is_effect_start=True)
        assert list(measure.milestones.filter(is_effect_start=True)) == [first]
        with refused(NotAllowed, "Let another one mark it first"):
            remove_milestone(owner, first.pk)
        remove_milestone(owner, second.pk)
        assert list(measure.milestones.all()) == [first]


def test_from_doi_3_on_dates_and_marks_of_the_baseline_stay_and_nothing_is_removed(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=3)
        milestone = milestone_of(measure, is_effect_start=True, is_critical=True)
        owner = world.actor("owner")
        decided: dict[str, Any] = {"baseline_on": TODAY, "is_critical": False, "is_effect_start": False}
        for field, value in decided.items():
            with invalid(field, "change request"):
                edit_milestone(owner, milestone.pk, **{field: value})
        with invalid("is_effect_start", "change request"):
            add_milestone(owner, measure.pk, name="New start", baseline_on=NOV_30, is_effect_start=True)
        with refused(NotAllowed, "can be moved, not removed"):
            remove_milestone(owner, milestone_of(measure).pk)
        edit_milestone(owner, milestone.pk, name="A clearer name", responsible_id=world.people["member"].pk)


def test_a_forecast_moves_with_a_reason_and_keeps_the_baseline_date(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=3)
        milestone = milestone_of(measure)
        with invalid("reason", "needed"):
            revise_milestone(world.actor("owner"), milestone.pk, forecast_on=date(2027, 1, 15), reason="")
        moved = revise_milestone(
            world.actor("owner"), milestone.pk, forecast_on=date(2027, 1, 15), reason="The supplier asked for time."
        )
        assert (moved.baseline_on, moved.forecast_on) == (NOV_30, date(2027, 1, 15))
        assert last_entry().summary == "moved the forecast of Contract signed from 30 Nov 2026 to 15 Jan 2027"
        with refused(StaleVersion):
            revise_milestone(
                world.actor("pmo"), milestone.pk, forecast_on=NOV_30, reason="Back on track", expected_version=1
            )


def test_a_milestone_is_done_today_at_the_latest_and_only_once(world: World) -> None:
    with world.inside():
        milestone = milestone_of(world.measure(doi=3))
        owner = world.actor("owner")
        with invalid("actual_on", "in the future"):
            complete_milestone(owner, milestone.pk, actual_on=date(2026, 10, 16))
        with invalid("actual_on", "between the years"):
            complete_milestone(owner, milestone.pk, actual_on=date(226, 10, 15))
        assert complete_milestone(owner, milestone.pk, actual_on=TODAY).actual_on == TODAY
        with refused(Conflict, "is done since 15 Oct 2026"):
            complete_milestone(owner, milestone.pk, actual_on=TODAY)
        with refused(Conflict, "is done since"):
            revise_milestone(owner, milestone.pk, forecast_on=NOV_30, reason="Why")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"baseline_on": date(1899, 12, 31)}, "baseline_on"),
        ({"responsible_id": uuid4()}, "responsible_id"),
    ],
)
def test_a_milestone_is_refused_by_field(world: World, changes: dict[str, Any], field: str) -> None:
    with world.inside():
        facts = {"name": "Signed", "baseline_on": NOV_30, **changes}
        with invalid(field):
            add_milestone(world.actor("owner"), world.measure().pk, **facts)
        assert Milestone.objects.count() == 0


def test_milestones_and_risks_of_another_organization_are_not_found(world: World, twin: World) -> None:
    with twin.inside():
        foreign = milestone_of(twin.measure())
        risk = Risk.objects.create(measure=foreign.measure, title="Strike", likelihood="low")
    with world.inside():
        owner = world.actor("owner")
        with invalid("responsible_id", "active member"):
            add_milestone(
                owner, world.measure().pk, name="X", baseline_on=NOV_30, responsible_id=twin.people["owner"].pk
            )
        for attempt in (
            lambda: edit_milestone(owner, foreign.pk, name="Mine"),
            lambda: complete_milestone(owner, foreign.pk, actual_on=TODAY),
            lambda: revise_milestone(owner, foreign.pk, forecast_on=TODAY, reason="x"),
            lambda: remove_milestone(owner, foreign.pk),
            lambda: edit_risk(owner, risk.pk, title="Mine"),
            lambda: remove_risk(owner, risk.pk),
        ):
            with pytest.raises(Http404):
                attempt()


def test_a_risk_is_added_edited_and_removed(world: World) -> None:
    with world.inside():
        measure = world.measure()
        owner = world.actor("owner")
        risk = add_risk(owner, measure.pk, title="Strike", likelihood="high", amount=D("620000"), response="Stock up")
        assert last_entry().summary == "added the risk Strike"
        edit_risk(owner, risk.pk, likelihood="low", owner_id=world.people["member"].pk, expected_version=1)
        assert last_entry().change["likelihood"] == ["high", "low"]
        with refused(StaleVersion):
            edit_risk(owner, risk.pk, likelihood="high", expected_version=1)
        remove_risk(owner, risk.pk)
        assert Risk.objects.count() == 0
        assert last_entry().change["title"] == ["Strike", None]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": " "}, "title"), ({"likelihood": "sure"}, "likelihood"), ({"amount": D("NaN")}, "amount")],
)
def test_a_risk_is_refused_by_field(world: World, changes: dict[str, Any], field: str) -> None:
    with world.inside():
        measure = world.measure()
        with invalid(field):
            add_risk(world.actor("owner"), measure.pk, **{"title": "Strike", "likelihood": "low", **changes})
