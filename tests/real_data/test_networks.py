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

from hierarchy.calendar.workdays import WEEKDAYS, WorkCalendar
from measures.formulas.network import Link, Node, schedule
from measures.models import Dependency, Milestone, Ripple
from measures.schedule.actions.dependencies import add_dependency
from measures.schedule.actions.milestones import add_milestone, revise_milestone
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


def answers() -> list[tuple[Path, dict[str, str]]]:
    """Every network of the collection, whichever sets of it are there, with what was published of it."""
    found = []
    for path in sorted((Path(os.environ["CAT4_REAL_DATA"]) / "psplib").glob("*/answers.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += [(path.parent / row["file"].strip(), row) for row in csv.DictReader(file)]
    return found


def read(path: Path) -> Project:
    text = path.read_text(encoding="utf-8", errors="replace")
    links = []
    for job, _, count, *successors in _numbers(text, "PRECEDENCE RELATIONS:"):
        assert len(successors) == count, (path.name, job)
        links += [(job, successor) for successor in successors]
    return Project({job: days for job, _, days, *_ in _numbers(text, "REQUESTS/DURATIONS:")}, links)


def _numbers(text: str, section: str) -> list[list[int]]:
    """The rows of numbers of a section: its head and its rules have none, however it is spaced."""
    body = text.partition(section)[2].partition("****")[0]
    return [[int(cell) for cell in row.split()] for row in body.splitlines() if re.fullmatch(r"[\s\d]*\d\s*", row)]


@pytest.mark.parametrize("calendar", [WEEKDAYS, HOLIDAYS], ids=["weekdays", "with days off"])
def test_every_network_ends_after_its_published_length(calendar: WorkCalendar) -> None:
    rows = answers()
    assert {path for path, _ in rows} >= set((Path(os.environ["CAT4_REAL_DATA"]) / "psplib").rglob("*.sm")) != set()
    wrong = {}
    for path, row in rows:
        project = read(path)
        assert len(project.durations) == int(row["jobs_incl_dummy"])
        assert len(project.links) == int(row["precedence_links"])
        links = [Link(UUID(int=job), UUID(int=successor)) for job, successor in project.links]
        found = schedule(project.nodes, links, calendar)
        end = max(job.finish_on for job in found.values())
        critical = [key for key, job in found.items() if job.is_critical]
        assert critical == [key for key, job in found.items() if not job.slack]
        as_found = (end, len(critical))
        published = (calendar.add(START, int(row["MPM_Time_published"])), int(row["critical_jobs_recomputed_here"]))
        if as_found != published:
            wrong[path.name] = (as_found, published)
    assert wrong == {}


def test_a_network_entered_job_by_job_ends_after_its_published_length(world: World) -> None:
    path, row = min(answers(), key=lambda answer: int(answer[1]["jobs_incl_dummy"]))
    project = read(path)
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
        end = max(milestone.computed_on or milestone.forecast_on for milestone in Milestone.objects.all())
        assert end == WEEKDAYS.add(START, int(row["MPM_Time_published"]))
        # The first job is on every path: what it slips by, the end slips by.
        revise_milestone(owner, keys[1], forecast_on=date(2026, 11, 9), reason="It begins a week later.")
        assert Ripple.objects.filter(trigger=keys[1]).get().days == 5
        last = Milestone.objects.get(pk=keys[max(keys)])
        assert last.computed_on == WEEKDAYS.add(START, int(row["MPM_Time_published"]) + 5)
        assert set(Milestone.objects.values_list("forecast_on", flat=True)) == {START, date(2026, 11, 9)}
        assert set(Milestone.objects.values_list("baseline_on", flat=True)) == {START}
