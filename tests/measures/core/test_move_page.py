"""Moving a measure shows what it does to the targets of both places before it is done, and asks once."""

from __future__ import annotations

import re

from django.test import Client

from hierarchy.constants import Level, TargetKind
from hierarchy.models import Target
from measures.models import Measure, MeasureYear
from reporting.models import NodeYear
from tests.measures.core.test_measures import second_package
from tests.world import World


def test_the_gaps_of_both_places_are_shown_first_and_the_measure_moves_then(world: World) -> None:
    """The package left misses 200 of its target already, and 500 without the measure; the other one gains 300."""
    with world.inside():
        measure, other = world.measure(doi=3, kind="ebitda_cost"), second_package(world)
        old = world.nodes[Level.PACKAGE]
        MeasureYear.objects.create(
            measure=measure, kind="ebitda_cost", certainty="hard", fiscal_year=2026, plan=300, fac=300, validated=0,
            reported=0, forecast=300, assumed=0, plan_exit_run_rate=0, exit_run_rate=0,
        )  # fmt: skip
        for node, target in ((old, 500_000), (other, 100_000)):
            Target.objects.create(node=node, kind=TargetKind.IN_YEAR, fiscal_year=2026, amount=target)
        MeasureYear.objects.update(fac=300_000)
        NodeYear.objects.create(
            node=old, kind="ebitda_cost", certainty="hard", fiscal_year=2026, measures=1, plan=300_000, fac=300_000,
            validated=0, reported=0, forecast=300_000, assumed=0, plan_exit_run_rate=0, exit_run_rate=0,
        )  # fmt: skip
    client, address = Client(), world.url(f"/measures/{measure.pk}/move/")
    client.force_login(world.people["pmo"])
    asked = {"package_id": str(other.pk), "version": str(measure.version), "committee_id": ""}
    shown = client.post(address, asked)
    text = " ".join(re.sub(r"<[^>]+>", " ", shown.content.decode()).split())
    assert shown.status_code == 200
    assert "Not moved yet." in text
    assert f"{old.name} FY 2026, in year 500 \u2212200 \u2212500" in text
    assert "Second package FY 2026, in year 100 \u2212100 200" in text
    with world.inside():
        assert Measure.objects.get().package_id == old.pk
    assert client.post(address, asked | {"seen": str(other.pk)}).status_code == 302
    with world.inside():
        assert Measure.objects.get().package_id == other.pk
