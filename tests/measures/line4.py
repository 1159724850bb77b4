"""A small network of measures, as the roadmap and the pages of ripples show it."""

from dataclasses import dataclass
from datetime import date

from cat4.accounts.models import Membership, User
from hierarchy.constants import Level
from hierarchy.models import Node
from measures.models import Dependency, EffectLine, Measure, Milestone
from tests.measures.steps import D, line_for, milestone_of, month_of
from tests.world import World

MILESTONES = [
    ("OPS-011", 1, "Staff informed", date(2026, 7, 14), date(2026, 7, 14), ""),
    ("OPS-011", 2, "Line 4 stopped", date(2026, 9, 10), None, ""),
    ("OPS-011", 3, "Line 4 dismantled", date(2026, 11, 3), None, "critical"),
    ("OPS-011", 4, "Brno hall empty", date(2027, 1, 15), None, "starts"),
    ("OPS-013", 1, "Floor ready", date(2026, 9, 4), date(2026, 9, 7), ""),
    ("OPS-013", 2, "Line 4 running", date(2026, 12, 18), None, "critical, starts"),
    ("OPS-013", 3, "Full output", date(2027, 3, 31), None, ""),
    ("OPS-012", 1, "Stock moved", date(2027, 1, 22), None, "starts"),
    ("SGA-021", 1, "Old planning tool off", date(2027, 3, 1), None, "starts"),
]
LINKS = [
    ("OPS-011 M2", "OPS-011 M3", 0),
    ("OPS-011 M3", "OPS-011 M4", 0),
    ("OPS-011 M3", "OPS-013 M2", 20),
    ("OPS-013 M2", "OPS-012 M1", 0),
    ("OPS-013 M2", "SGA-021 M1", 5),
]
PLAN_MONTHS = [date(2026 + index // 12, index % 12 + 1, 1) for index in range(24)]


@dataclass
class Network:
    """Line 4 goes to hall 2, which Lyon and the applications wait for. The second owner has hall 2 and Lyon."""

    line4: Measure
    hall2: Measure
    lyon: Measure
    apps: Measure
    other: User
    milestones: dict[str, Milestone]

    def __getitem__(self, name: str) -> Milestone:
        """`OPS-011 M4` and the like."""
        return self.milestones[name]


def build_network(world: World) -> Network:
    """Four decided measures in two programs; each effect starts with the last milestone of its measure."""
    other = User.objects.create(email=f"tomas@{world.organization.slug}.example", name="Tomas Novak", password="x")
    Membership.objects.create(user=other, organization=world.organization)
    overheads = _second_program(world)
    line4 = world.measure("OPS-011", doi=3, name="Line 4 transfer Brno to Győr")
    hall2 = world.measure("OPS-013", doi=3, name="Győr hall 2 ramp-up", owner=other)
    lyon = world.measure("OPS-012", doi=3, name="Warehouse Lyon closure", owner=other)
    apps = world.measure("SGA-021", doi=2, name="Application retirement", package=overheads)
    measures = {measure.code: measure for measure in (line4, hall2, lyon, apps)}
    rows = {
        f"{code} M{number}": milestone_of(
            measures[code], name=name, day=day, actual_on=done_on, position=number - 1,
            is_critical="critical" in marks, is_effect_start="starts" in marks,
        )
        for code, number, name, day, done_on, marks in MILESTONES
    }  # fmt: skip
    for first, then, lag in LINKS:
        Dependency.objects.create(predecessor=rows[first], successor=rows[then], lag_days=lag)
    for measure, monthly in ((line4, 60_000), (hall2, 40_000), (lyon, 25_000), (apps, 10_000)):
        planned_line(world, measure, monthly)
    return Network(line4, hall2, lyon, apps, other, rows)


def planned_line(world: World, measure: Measure, monthly: int) -> EffectLine:
    """A recurring line bound to the milestone that starts the effect, planned from the month after it."""
    start = measure.milestones.get(is_effect_start=True)
    first = date(start.baseline_on.year + start.baseline_on.month // 12, start.baseline_on.month % 12 + 1, 1)
    line = line_for(world, measure, milestone=start, offset_months=1, start_month=first, annual_amount=D(monthly * 12))
    for month in PLAN_MONTHS:
        if month >= first:
            month_of(line, month, plan=D(monthly))
    return line


def _second_program(world: World) -> Node:
    parent = world.nodes[Level.PORTFOLIO]
    for level, name in ((Level.PROGRAM, "Overheads"), (Level.PROJECT, "IT"), (Level.PACKAGE, "Applications")):
        node = Node(level=level, parent=parent, name=name, position=9)
        node.path = [*parent.path, node.pk]
        node.save()
        parent = node
    return parent
