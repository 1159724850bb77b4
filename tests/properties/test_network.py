"""Random networks: the part that a move reaches, passed alone, comes to the same dates as the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from cat4.fiscal import month_range
from hierarchy.calendar.workdays import WorkCalendar
from measures.formulas.facts import Group, LineFacts, MeasureFacts, MilestoneFacts, MonthFacts, OrganizationFacts
from measures.formulas.network import Link, Network, Node, Pin, Scheduled, schedule
from measures.formulas.phasing import phase
from measures.formulas.ripple import move_of, quarters_moved

FIRST = date(2026, 11, 2)
CALENDAR = WorkCalendar.without({date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 6)})
KINDS = ("FS", "SS", "FF", "SF")
days = st.integers(0, 120)


@dataclass
class Drawn:
    """A network without circles: links lead from lower to higher numbers."""

    nodes: list[Node]
    links: list[Link]
    trigger: UUID
    pinned: Pin


@st.composite
def networks(draw: st.DrawFn) -> Drawn:
    count = draw(st.integers(2, 14))
    nodes = [
        Node(
            UUID(int=number + 1), FIRST + timedelta(draw(days)), draw(st.integers(0, 15)), draw(st.integers(0, 9)) == 0
        )
        for number in range(count)
    ]
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=2 * count, unique=True))
    links = [Link(nodes[a].id, nodes[b].id, draw(st.sampled_from(KINDS)), draw(st.integers(-8, 8))) for a, b in chosen]
    trigger = draw(st.sampled_from(nodes))
    pinned = Pin(FIRST + timedelta(draw(days)), draw(st.integers(0, 15)))
    return Drawn(nodes, draw(st.permutations(links)), trigger.id, pinned)


def reached(drawn: Drawn) -> set[UUID]:
    """The trigger and all that waits for it."""
    found = {drawn.trigger}
    while more := {link.successor for link in drawn.links if link.predecessor in found} - found:
        found |= more
    return found


@settings(max_examples=150, deadline=None)
@given(networks())
def test_the_part_that_a_move_reaches_comes_to_the_dates_of_the_whole(drawn: Drawn) -> None:
    whole = Network(drawn.nodes, drawn.links, CALENDAR)
    settled = whole.dates()
    inside = reached(drawn)
    into = [link for link in drawn.links if link.successor in inside]
    border = {link.predecessor for link in into} - inside
    part = [node for node in drawn.nodes if node.id in inside]
    part += [replace(whole.nodes[key], not_before=settled[key], is_fixed=True) for key in border]
    found = move_of(Network(part, into, CALENDAR), drawn.trigger, drawn.pinned)
    assert {key: found.finish_on[key] for key in inside} == {key: settled[key] for key in inside}
    full = move_of(whole, drawn.trigger, drawn.pinned)
    assert {hop.id: (hop.before_on, hop.after_on, hop.days, hop.slack_used) for hop in found.hops} == {
        hop.id: (hop.before_on, hop.after_on, hop.days, hop.slack_used) for hop in full.hops
    }


@settings(max_examples=150, deadline=None)
@given(networks())
def test_every_link_holds_and_nothing_moves_without_need(drawn: Drawn) -> None:
    found = schedule(drawn.nodes, drawn.links, CALENDAR)
    for node in drawn.nodes:
        finish = CALENDAR.index(found[node.id].finish_on)
        own = CALENDAR.index(node.not_before)
        bounds = [_bound(found, link, node.duration) for link in drawn.links if link.successor == node.id]
        assert finish == (own if node.is_fixed else max([own, *bounds]))


def _bound(found: Mapping[UUID, Scheduled], link: Link, duration: int) -> int:
    before = found[link.predecessor]
    day = before.finish_on if link.kind[0] == "F" else before.start_on
    return CALENDAR.index(day) + link.lag + (duration if link.kind[1] == "S" else 0)


@settings(max_examples=100, deadline=None)
@given(networks(), st.data())
def test_slack_is_how_far_a_milestone_may_slip_before_the_end_moves(drawn: Drawn, data: st.DataObject) -> None:
    found = schedule(drawn.nodes, drawn.links, CALENDAR)
    node = data.draw(st.sampled_from([node for node in drawn.nodes if not node.is_fixed] or drawn.nodes))
    if node.is_fixed:
        return
    place = found[node.id]
    assert 0 <= place.free_slack <= place.slack

    def slipped(count: int) -> dict[UUID, date]:
        on = CALENDAR.add(found[node.id].finish_on, count)
        later = [
            replace(drawn_node, not_before=on) if drawn_node.id == node.id else drawn_node for drawn_node in drawn.nodes
        ]
        return {key: dates.finish_on for key, dates in schedule(later, drawn.links, CALENDAR).items()}

    before = {key: dates.finish_on for key, dates in found.items()}
    within = slipped(place.free_slack)
    assert {key for key in before if within[key] != before[key]} <= {node.id}
    # Its network ends no later, so nothing ends later than before.
    assert CALENDAR.index(max(slipped(place.slack).values())) == CALENDAR.index(max(before.values()))
    if place.is_critical:
        assert place.slack == 0


@settings(max_examples=100, deadline=None)
@given(
    effect=st.tuples(st.integers(-5_000_000, 5_000_000).filter(bool), st.integers(1, 30), st.integers(0, 6)),
    slip=st.integers(0, 200),
    fiscal_year_start=st.integers(1, 12),
    typed=st.booleans(),
)
def test_a_ripple_moves_money_in_time_and_loses_none(
    effect: tuple[int, int, int], slip: int, fiscal_year_start: int, typed: bool
) -> None:
    """An effect that ends within the calendar brings the same in all; its fiscal years shift."""
    annual, months, ramp = effect
    start, last = date(2026, 4, 1), date(2035, 12, 1)
    end = list(month_range(start, last))[months]
    plan = phase(Decimal(annual) / 100, start, end, ramp, last)
    line = LineFacts(
        "Saving",
        Group.HARD,
        "EUR",
        tuple(MonthFacts(month, plan=amount, forecast=amount if typed else None) for month, amount in plan.items()),
    )
    key, before = UUID(int=1), date(2026, 3, 31)
    facts = MeasureFacts(
        organization=OrganizationFacts(FIRST, last, fiscal_year_start=fiscal_year_start),
        doi=3,
        lines=(line,),
        milestones=(MilestoneFacts("Live", before, before, is_effect_start=True, id=key),),
    )
    quarters = quarters_moved(facts, {key: before}, {key: before + timedelta(slip)})
    assert sum((quarter.amount for quarter in quarters), Decimal(0)) == 0
    assert all(quarter.exit_run_rate is None for quarter in quarters if quarter.quarter != 4)
    if not typed:
        back = quarters_moved(facts, {key: before + timedelta(slip)}, {key: before})
        assert {(quarter.fiscal_year, quarter.quarter): -quarter.amount for quarter in back if quarter.amount} == {
            (quarter.fiscal_year, quarter.quarter): quarter.amount for quarter in quarters if quarter.amount
        }
