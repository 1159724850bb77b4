"""Milestones that wait for each other: earliest dates, slack and the critical path (domain section 8).

Dates are counted in working days of the organization's calendar. The start of a milestone lies its
duration before its date, so that every kind of link says the same thing: the successor's date comes at
least so many working days after the predecessor's.

    FS: start of the successor  >= date of the predecessor + lag
    SS: start of the successor  >= start of the predecessor + lag
    FF: date of the successor   >= date of the predecessor + lag
    SF: date of the successor   >= start of the predecessor + lag
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from hierarchy.calendar.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Node:
    """A milestone. `not_before` is the owner's own date, today when that has passed, the actual date when done.

    Nothing moves a fixed one: it is done, or lies outside of what is looked at.
    """

    id: UUID
    not_before: date
    duration: int = 0
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """The successor waits for the predecessor, `lag` working days apart; a negative lag lets them overlap."""

    predecessor: UUID
    successor: UUID
    kind: str = "FS"
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Where a milestone lies.

    `slack` are the working days that it may slip before the last date of the network that it is
    part of moves; `free_slack` before any other milestone moves. `by` is the link that pushes it beyond its
    own date. Critical is what lies on a longest path.
    """

    start_on: date
    finish_on: date
    slack: int
    free_slack: int
    is_critical: bool
    by: Link | None = None


# Of a link: the position of its predecessor, whether it counts from its start, and how many working days ahead.
_Bound = tuple[int, bool, int]


class Circle(Exception):
    """Milestones that wait for each other in a circle; `members` in order, each waiting for the one before it."""

    def __init__(self, members: tuple[UUID, ...]) -> None:
        super().__init__(f"{len(members)} milestones wait for each other in a circle.")
        self.members = members


@dataclass(frozen=True, slots=True)
class Pin:
    """Holds a milestone at a date, whatever it waits for: how it was before it moved."""

    on: date
    duration: int


class Network:
    """Milestones and links, sorted once so that each of them is looked at once per pass.

    Links from or to a milestone that isn't among `nodes` are left out. Passes run over positions instead of ids:
    looking ids up was most of a pass.

    Raises:
        Circle: the links form one.
    """

    def __init__(self, nodes: Iterable[Node], links: Iterable[Link], calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self.nodes = {node.id: node for node in nodes}
        self.position = {key: position for position, key in enumerate(self.nodes)}
        self.links: list[list[Link]] = [[] for _ in self.nodes]
        self.bounds: list[list[_Bound]] = [[] for _ in self.nodes]
        following: list[list[int]] = [[] for _ in self.nodes]
        listed, position = list(self.nodes.values()), self.position
        for link in links:
            before, after = position.get(link.predecessor), position.get(link.successor)
            if before is None or after is None:
                continue
            from_start, ahead = link.kind[0] == "S", link.lag
            if link.kind[1] == "S":
                ahead += listed[after].duration
            self.links[after].append(link)
            self.bounds[after].append((before, from_start, ahead))
            following[before].append(after)
        self._following = following
        self.sorted = self._sorted()
        keys = list(self.nodes)
        self.order = [keys[at] for at in self.sorted]
        self.own = {node.id: calendar.index(node.not_before) for node in listed}
        self._days: dict[int, date] = {}

    @cached_property
    def into(self) -> dict[UUID, list[Link]]:
        """The links into each milestone that waits."""
        return {key: links for key, links in zip(self.nodes, self.links, strict=True) if links}

    @cached_property
    def out_of(self) -> dict[UUID, list[Link]]:
        """The links out of each milestone that is waited for."""
        found: dict[UUID, list[Link]] = defaultdict(list)
        for links in self.links:
            for link in links:
                found[link.predecessor].append(link)
        return dict(found)

    def _sorted(self) -> list[int]:
        waiting = [len(links) for links in self.links]
        order = [position for position, count in enumerate(waiting) if not count]
        for position in order:
            for after in self._following[position]:
                waiting[after] -= 1
                if not waiting[after]:
                    order.append(after)
        if len(order) < len(waiting):
            raise Circle(self._circle({key for key, count in zip(self.nodes, waiting, strict=True) if count}))
        return order

    def _circle(self, left: set[UUID]) -> tuple[UUID, ...]:
        """Walk backwards among what never became free until a milestone comes up again."""
        seen: dict[UUID, int] = {}
        walked: list[UUID] = []
        key = min(left)
        while key not in seen:
            seen[key] = len(walked)
            walked.append(key)
            key = next(link.predecessor for link in self.into[key] if link.predecessor in left)
        return tuple(reversed(walked[seen[key] :]))

    def finishes(self, pinned: Mapping[UUID, Pin] | None = None) -> "Pass":
        """The earliest dates, in one pass: a milestone moves only when a constraint exceeds its own date."""
        pins = {self.position[key]: pin for key, pin in (pinned or {}).items() if key in self.position}
        finish, start = list(self.own.values()), [0] * len(self.nodes)
        listed = list(self.nodes.values())
        for position in self.sorted:
            node, day = listed[position], finish[position]
            duration = node.duration
            if position in pins:
                day, duration = self.calendar.index(pins[position].on), pins[position].duration
            elif not node.is_fixed:
                for before, from_start, ahead in self.bounds[position]:
                    bound = (start if from_start else finish)[before] + ahead
                    day = max(day, bound)
            finish[position], start[position] = day, day - duration
        return Pass(self, finish, start)

    def dates(self) -> dict[UUID, date]:
        """The earliest date of every milestone."""
        return {key: self.date_of(key, day) for key, day in self.finishes().finish.items()}

    def date_of(self, key: UUID, index: int) -> date:
        """The day with this number; the milestone's own day where it counts as the same one."""
        if self.own[key] == index:
            return self.nodes[key].not_before
        if index not in self._days:
            self._days[index] = self.calendar.day_at(index)
        return self._days[index]


class Pass:
    """Numbers of working days by milestone, as a pass found them; `finish_at` and `start_at` by its position."""

    def __init__(self, network: Network, finish_at: list[int], start_at: list[int]) -> None:
        self._network, self.finish_at, self.start_at = network, finish_at, start_at

    @cached_property
    def finish(self) -> dict[UUID, int]:
        """By milestone: the number of its date."""
        return dict(zip(self._network.nodes, self.finish_at, strict=True))

    @cached_property
    def start(self) -> dict[UUID, int]:
        """By milestone: the number of the day on which its work begins."""
        return dict(zip(self._network.nodes, self.start_at, strict=True))

    def bound(self, link: Link, duration: int) -> int:
        """The earliest date that the link leaves to a successor of this duration."""
        kind = link.kind
        day = (self.finish_at if kind[0] == "F" else self.start_at)[self._network.position[link.predecessor]] + link.lag
        return day + duration if kind[1] == "S" else day

    def bounds_at(self, position: int) -> list[int]:
        """The earliest dates that the links into a milestone leave to it, in their order."""
        finish, start = self.finish_at, self.start_at
        return [
            (start if from_start else finish)[before] + ahead
            for before, from_start, ahead in self._network.bounds[position]
        ]


def schedule(nodes: Iterable[Node], links: Iterable[Link], calendar: WorkCalendar) -> dict[UUID, Scheduled]:
    """Earliest dates, slack and critical path of every milestone.

    Milestones that no link connects, directly or through others, are networks of their own: each has its own
    last date, and one that stands alone is never critical.

    Raises:
        Circle: the links form one.
    """
    network = Network(nodes, links, calendar)
    found = network.finishes()
    ends, sizes = _ends(network, found)
    latest: dict[UUID, int] = {}
    for key in reversed(network.order):
        latest[key] = found.finish[key] if network.nodes[key].is_fixed else _latest(network, key, ends[key], latest)
    return {key: _scheduled(network, found, key, latest[key], alone=sizes[key] == 1) for key in network.order}


def _latest(network: Network, key: UUID, end: int, latest: Mapping[UUID, int]) -> int:
    """The latest date that moves nothing after it beyond its own latest one."""
    duration = network.nodes[key].duration
    for link in network.out_of.get(key, ()):
        successor = network.nodes[link.successor]
        if not successor.is_fixed:
            room = latest[link.successor] - link.lag - (successor.duration if link.kind[1] == "S" else 0)
            end = min(end, room + (duration if link.kind[0] == "S" else 0))
    return end


def _scheduled(network: Network, found: Pass, key: UUID, latest: int, *, alone: bool) -> Scheduled:
    finish, node = found.finish[key], network.nodes[key]
    slack = latest - finish
    following = [link for link in network.out_of.get(key, ()) if not network.nodes[link.successor].is_fixed]
    room = [
        found.finish[link.successor] - found.bound(link, network.nodes[link.successor].duration) for link in following
    ]
    by = None
    if finish > network.own[key]:
        by = next(link for link in network.into[key] if found.bound(link, node.duration) == finish)
    return Scheduled(
        start_on=network.calendar.day_at(found.start[key]),
        finish_on=network.date_of(key, finish),
        slack=slack,
        free_slack=min([slack, *room]),
        is_critical=not slack and not alone and not node.is_fixed,
        by=by,
    )


def _ends(network: Network, found: Pass) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """The last date of the network that each milestone is part of, and how many are part of it."""
    around: dict[UUID, list[UUID]] = defaultdict(list)
    for key, links in network.into.items():
        for link in links:
            around[key].append(link.predecessor)
            around[link.predecessor].append(key)
    ends: dict[UUID, int] = {}
    sizes: dict[UUID, int] = {}
    for first in network.order:
        if first in ends:
            continue
        members, seen = [first], {first}
        for key in members:
            fresh = [other for other in around[key] if other not in seen]
            seen.update(fresh)
            members += dict.fromkeys(fresh)
        end = max(found.finish[key] for key in members)
        ends |= dict.fromkeys(members, end)
        sizes |= dict.fromkeys(members, len(members))
    return ends, sizes


def path_between(links: Iterable[Link], first: UUID, last: UUID) -> tuple[UUID, ...]:
    """The shortest way along links from one milestone to another, both named; empty when there is none."""
    following: dict[UUID, list[UUID]] = defaultdict(list)
    for link in links:
        following[link.predecessor].append(link.successor)
    came_from: dict[UUID, UUID | None] = {first: None}
    queue = [first]
    for key in queue:
        if key == last:
            break
        for successor in following[key]:
            if successor not in came_from:
                came_from[successor] = key
                queue.append(successor)
    if last not in came_from:
        return ()
    way: list[UUID] = []
    step: UUID | None = last
    while step is not None:
        way.append(step)
        step = came_from[step]
    return tuple(reversed(way))
