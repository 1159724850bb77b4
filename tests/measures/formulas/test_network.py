"""Milestones that wait for each other: constraints, slack, the critical path and circles (domain section 8)."""

from datetime import date
from uuid import UUID

import pytest

from hierarchy.calendar.workdays import WorkCalendar
from measures.formulas.network import Circle, Link, Network, Node, Pin, path_between, schedule
from measures.formulas.ripple import Hop, move_of

A, B, C, D, E = (UUID(int=number) for number in range(1, 6))
MON, TUE, WED, THU, FRI = (date(2026, 11, day) for day in range(2, 7))
NEXT_MON, NEXT_TUE, NEXT_WED, NEXT_THU, NEXT_FRI = (date(2026, 11, day) for day in range(9, 14))
WEEKDAYS = WorkCalendar()


@pytest.mark.parametrize(
    ("kind", "lag", "expected"),
    [
        # The predecessor takes two days up to Wednesday, so it starts on Monday; the successor takes three.
        ("FS", 0, NEXT_MON),
        ("FS", 2, NEXT_WED),
        ("FS", -1, FRI),
        ("SS", 0, THU),
        ("SS", 2, NEXT_MON),
        ("FF", 0, WED),
        ("FF", 1, THU),
        ("SF", 0, TUE),
        ("SF", 3, THU),
    ],
)
def test_each_kind_of_link_holds_start_or_date_back(kind: str, lag: int, expected: date) -> None:
    nodes = [Node(A, WED, duration=2), Node(B, TUE, duration=3)]
    found = schedule(nodes, [Link(A, B, kind, lag)], WEEKDAYS)
    assert found[B].finish_on == expected
    assert (found[B].by is None) == (expected == TUE)
    assert found[B].start_on == WEEKDAYS.add(expected, -3)


def test_days_off_of_the_organization_count_for_no_lag() -> None:
    calendar = WorkCalendar.without({THU})
    assert schedule([Node(A, WED), Node(B, MON)], [Link(A, B, "FS", 1)], calendar)[B].finish_on == FRI


def test_slack_is_used_before_anything_moves() -> None:
    nodes = [Node(A, MON), Node(B, THU), Node(C, FRI)]
    links = [Link(A, B), Link(B, C)]
    before = schedule(nodes, links, WEEKDAYS)
    assert [(before[key].finish_on, before[key].slack, before[key].free_slack) for key in (A, B, C)] == [
        (MON, 4, 3),
        (THU, 1, 1),
        (FRI, 0, 0),
    ]
    assert [before[key].is_critical for key in (A, B, C)] == [False, False, True]
    pushed = Network([Node(A, FRI), *nodes[1:]], links, WEEKDAYS)
    move = move_of(pushed, A, Pin(MON, 0))
    assert move.hops == (
        Hop(B, Link(A, B), THU, FRI, days=1, slack_used=3),
        Hop(C, Link(B, C), FRI, FRI, days=0, slack_used=1),
    )
    assert (move.before_on, move.after_on, move.days) == (MON, FRI, 4)


def test_a_date_that_comes_back_gives_the_days_back() -> None:
    network = Network([Node(A, TUE), Node(B, MON), Node(C, WED)], [Link(A, B), Link(B, C)], WEEKDAYS)
    move = move_of(network, A, Pin(FRI, 0))
    assert [(hop.id, hop.days, hop.after_on) for hop in move.hops] == [(B, -3, TUE), (C, -2, WED)]


def test_the_longer_of_two_ways_is_critical() -> None:
    nodes = [Node(A, MON), Node(B, MON, duration=3), Node(C, MON, duration=1), Node(D, MON)]
    found = schedule(nodes, [Link(A, B), Link(A, C), Link(B, D), Link(C, D)], WEEKDAYS)
    assert [(found[key].slack, found[key].is_critical) for key in (A, B, C, D)] == [
        (0, True),
        (0, True),
        (2, False),
        (0, True),
    ]


def test_networks_that_nothing_connects_end_on_their_own_and_one_alone_is_not_critical() -> None:
    nodes = [Node(A, MON), Node(B, MON), Node(C, NEXT_FRI), Node(D, TUE), Node(E, MON)]
    found = schedule(nodes, [Link(A, B, "FS", 1), Link(D, C)], WEEKDAYS)
    assert found[A].slack == 0
    assert found[D].slack == 8
    assert {key for key in found if found[key].is_critical} == {A, B, C}
    assert not found[E].is_critical


def test_what_is_done_holds_others_but_moves_no_more() -> None:
    nodes = [Node(A, FRI), Node(B, TUE, is_fixed=True), Node(C, MON)]
    found = schedule(nodes, [Link(A, B), Link(B, C)], WEEKDAYS)
    assert [found[key].finish_on for key in (B, C)] == [TUE, TUE]
    assert move_of(Network(nodes, [Link(A, B), Link(B, C)], WEEKDAYS), A, Pin(MON, 0)).hops == ()


def test_two_links_between_the_same_two_both_hold() -> None:
    links = [Link(A, B, "SS", 1), Link(A, B, "FF", 3)]
    assert schedule([Node(A, WED, duration=2), Node(B, MON)], links, WEEKDAYS)[B].finish_on == NEXT_MON


def test_a_longer_work_moves_what_waits_for_its_start() -> None:
    network = Network([Node(A, FRI, duration=1), Node(B, MON)], [Link(A, B, "SS")], WEEKDAYS)
    (hop,) = move_of(network, A, Pin(FRI, 4)).hops
    assert (hop.before_on, hop.after_on, hop.days) == (MON, THU, 3)


def test_a_circle_is_told_with_its_members_in_order() -> None:
    nodes = [Node(key, MON) for key in (A, B, C, D)]
    with pytest.raises(Circle) as caught:
        schedule(nodes, [Link(A, B), Link(B, C), Link(C, D), Link(D, B)], WEEKDAYS)
    members = caught.value.members
    assert set(members) == {B, C, D}
    following = dict(zip(members, (*members[1:], members[0]), strict=True))
    assert following == {B: C, C: D, D: B}


def test_the_way_between_two_milestones_is_the_shortest_along_the_links() -> None:
    links = [Link(A, B), Link(B, C), Link(C, D), Link(B, D)]
    assert path_between(links, A, D) == (A, B, D)
    assert path_between(links, D, A) == ()


def test_a_forecast_on_a_day_off_stays_on_it() -> None:
    saturday = date(2026, 11, 7)
    assert schedule([Node(A, FRI), Node(B, saturday)], [Link(A, B)], WEEKDAYS)[B].finish_on == saturday
