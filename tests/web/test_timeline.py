"""Where dates stand on a roadmap: exact pixels, labels that cover nothing, arrows that end where they should."""

from datetime import date

import pytest

from cat4.web import timeline
from cat4.web.timeline import Group, Lane, Link, Look, Mark, Plot, Zoom

JULY = date(2026, 7, 1)
TODAY = date(2026, 10, 15)


def mark(key: str, on: date, was_on: date | None = None, look: Look = Look.PLAN, label: str = "M1") -> Mark:
    return Mark(key, on, was_on or on, look, label, f"{label} in words")


def drawn(*lanes: Lane, links: tuple[Link, ...] = (), zoom: Zoom = Zoom.MONTHS, first: date = JULY) -> Plot:
    on = timeline.scale(first, zoom)
    return timeline.plot([Group("Operations", lanes)], links, on, zoom, today=TODAY)


def lane(*marks: Mark, done_until: date | None = None) -> Lane:
    return Lane(marks, marks[0].on, date(2027, 3, 1), done_until)


def test_a_month_is_as_wide_as_its_days() -> None:
    on = timeline.scale(JULY, Zoom.MONTHS)
    assert [on.x(date(2026, 8, 1)), on.x(date(2026, 9, 1)), on.width] == [43, 86, 1023]
    assert (on.first, on.last) == (JULY, date(2028, 7, 1))


def test_lanes_stand_below_the_head_of_their_group() -> None:
    plot = drawn(lane(mark("1", TODAY)), lane(mark("2", TODAY)))
    assert plot.heads == (48,)
    assert [(bar.y, bar.edge) for bar in plot.bars] == [(93, 124), (137, 168)]
    assert plot.height == 48 + 32 + 44 + 44 + 20


def test_a_bar_ends_at_the_edges_and_its_finished_part_with_the_last_done_mark() -> None:
    before = Lane([], date(2026, 1, 1), date(2030, 1, 1), date(2026, 8, 1))
    bar = drawn(before).bars[0]
    assert (bar.x, bar.width, bar.done_width) == (0, 1023, 43)


def test_a_moved_mark_shows_where_it_was_promised() -> None:
    diamond = drawn(lane(mark("1", date(2026, 11, 24), date(2026, 11, 3), Look.LATE, "M1 +15"))).bars[0].diamonds[0]
    assert diamond.path == "M204 95l7 7-7 7-7-7z"
    assert diamond.ghost == "M175 95l7 7-7 7-7-7z"
    assert (diamond.tail_from, diamond.tail_to) == (182, 197)
    assert (diamond.label, diamond.label_cls, diamond.label_x) == ("M1 +15", "late", 214)


def test_a_mark_pushed_by_others_carries_a_dot_and_a_late_one_does_not() -> None:
    moved, late = (drawn(lane(mark("1", TODAY, look=look))).bars[0].diamonds[0] for look in (Look.MOVED, Look.LATE))
    assert moved.dot == "M148 100l2 2-2 2-2-2z"
    assert late.dot == ""


def test_a_label_without_room_goes_above_and_a_second_one_away() -> None:
    days = [date(2026, 10, day) for day in (1, 10, 20)]
    diamonds = drawn(lane(*(mark(str(day), day, label="M1 +21") for day in days))).bars[0].diamonds
    assert [(diamond.label, diamond.label_y) for diamond in diamonds] == [("M1 +21", 90), ("", 90), ("M1 +21", 106)]


@pytest.mark.parametrize(
    ("first", "then", "path"),
    [
        (0, 1, "M43 109V124H86V137"),
        (1, 0, "M86 139V124H43V111"),
    ],
)
def test_an_arrow_runs_along_the_edge_between_two_lanes(first: int, then: int, path: str) -> None:
    marks = [mark("a", date(2026, 8, 1)), mark("b", date(2026, 9, 1))]
    link = Link(marks[first].key, marks[then].key, is_hot=True, words="b waits for a")
    plot = drawn(lane(marks[0]), lane(marks[1]), links=(link,))
    assert [(arrow.path, arrow.cls) for arrow in plot.arrows] == [(path, "dep dep-hot")]


def test_what_lies_outside_of_the_time_is_not_drawn() -> None:
    plot = drawn(
        lane(mark("a", date(2026, 5, 1)), mark("b", TODAY)), links=(Link("a", "b", is_hot=False, words=""),)
    )  # fmt: skip
    assert [diamond.words for diamond in plot.bars[0].diamonds] == ["M1 in words"]
    assert plot.arrows == ()
    assert drawn(first=date(2020, 1, 1)).today is None


@pytest.mark.parametrize(
    ("zoom", "upper", "lower"),
    [
        (Zoom.WEEKS, ["Jul 2026", "Aug 2026"], ["W28", "W29"]),
        (Zoom.MONTHS, ["Q3 2026", "Q4 2026"], ["Jul", "Aug"]),
        (Zoom.QUARTERS, ["2027", "2028"], ["Q3", "Q4"]),
    ],
)
def test_the_head_names_the_time_of_its_scale(zoom: Zoom, upper: list[str], lower: list[str]) -> None:
    plot = drawn(zoom=zoom)
    assert [tick.text for tick in plot.upper[:2]] == upper
    assert [tick.text for tick in plot.lower[:2]] == lower


def test_quarters_are_those_of_the_fiscal_year() -> None:
    assert timeline.quarter_name(date(2026, 10, 1), 4) == "Q3 2027"
    assert timeline.quarter_name(date(2026, 10, 1), 1) == "Q4 2026"
