"""Project networks of PSPLIB with their published critical-path lengths (Kolisch and Sprecher, 1996)."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from hierarchy.workdays import WEEKDAYS, WorkCalendar
from measures.actions.dependencies import add_dependency
from measures.actions.milestones import add_milestone, revise_milestone
from measures.formulas.network import Link, Node, schedule
from measures.models import Dependency, Milestone, Ripple
from tests.world import World

pytestmark = pytest.mark.real_data

START = date(2026, 11, 2)
HOLIDAYS = WorkCalendar.without({date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1)})


@dataclass(frozen=True)
class Project:
    """A network as the file has it: durations and successors by job, jobs in topological order."""

    durations: dict[int, int]
    links: list[tuple[int, int]]

    @property
    def nodes(self) -> list[Node]:
        return [Node(UUID(int=job), START, days) for job, days in self.durations.items()]


def folder() -> Path:
    return Path(os.environ["CAT4_REAL_DATA"]) / "psplib/dev"


def answers() -> list[dict[str, str]]:
    with (folder() / "answers.csv").open() as file:
        return list(csv.DictReader(file))


def read(name: str) -> Project:
    text = (folder() / name).read_text()
    relations = text.partition("PRECEDENCE RELATIONS:")[2].partition("****")[0]
    requests = text.partition("REQUESTS/DURATIONS:")[2].partition("****")[0]
    links = []
    for row in relations.splitlines():
        if re.match(r"\s*\d", row):
            job, _, _, *successors = map(int, row.split())
            links += [(job, successor) for successor in successors]
    rows = [row.split() for row in requests.splitlines() if re.match(r"\s*\d", row)]
    return Project({int(job): int(days) for job, _, days, *_ in rows}, links)


@pytest.mark.parametrize("calendar", [WEEKDAYS, HOLIDAYS], ids=["weekdays", "with days off"])
def test_every_network_ends_after_its_published_length(calendar: WorkCalendar) -> None:
    rows = answers()
    assert len(rows) == 44
    wrong = {}
    for row in rows:
        project = read(row["file"])
        assert len(project.durations) == int(row["jobs_incl_dummy"])
        assert len(project.links) == int(row["precedence_links"])
        links = [Link(UUID(int=job), UUID(int=successor)) for job, successor in project.links]
        found = schedule(project.nodes, links, calendar)
        end = max(one.finish_on for one in found.values())
        critical = [key for key, one in found.items() if one.is_critical]
        assert critical == [key for key, one in found.items() if not one.slack]
        as_found = (end, len(critical))
        published = (calendar.add(START, int(row["MPM_Time_published"])), int(row["critical_jobs_recomputed_here"]))
        if as_found != published:
            wrong[row["file"]] = (as_found, published)
    assert wrong == {}


def test_a_network_entered_job_by_job_ends_after_its_published_length(world: World) -> None:
    row = next(row for row in answers() if row["file"] == "j301_1.sm")
    project = read(row["file"])
    owner = world.actor("owner")
    with world.inside():
        measures = [world.measure(f"M-{number}") for number in range(4)]
        keys = {
            job: add_milestone(owner, measures[job % 4].pk, name=f"Job {job}", baseline_on=START, duration_days=days).pk
            for job, days in project.durations.items()
        }
        for job, successor in project.links:
            add_dependency(owner, predecessor_id=keys[job], successor_id=keys[successor])
        assert Dependency.objects.count() == int(row["precedence_links"])
        end = max(one.computed_on or one.forecast_on for one in Milestone.objects.all())
        assert end == WEEKDAYS.add(START, int(row["MPM_Time_published"]))
        # The first job is on every path: what it slips by, the end slips by.
        revise_milestone(owner, keys[1], forecast_on=date(2026, 11, 9), reason="It begins a week later.")
        assert Ripple.objects.filter(trigger=keys[1]).get().days == 5
        last = Milestone.objects.get(pk=keys[max(keys)])
        assert last.computed_on == WEEKDAYS.add(START, int(row["MPM_Time_published"]) + 5)
        assert set(Milestone.objects.values_list("forecast_on", flat=True)) == {START, date(2026, 11, 9)}
        assert set(Milestone.objects.values_list("baseline_on", flat=True)) == {START}
