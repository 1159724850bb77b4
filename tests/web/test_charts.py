"""A chart shows its figures where they are: bars start at zero, shares add up, and the words agree with the lines."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cat4.web import bars, charts, month_bars
from cat4.web.formats import display

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
POSITIVE = st.decimals(min_value=0, max_value=10**9, places=2)
M = Decimal(1_000_000)
EUR_M = charts.millions("EUR")


@given(st.lists(AMOUNTS, min_size=1, max_size=20))
def test_a_scale_holds_all_amounts_and_zero_with_at_most_five_lines(amounts: list[Decimal]) -> None:
    scale = charts.scale(amounts, 20, 220)
    assert scale.low <= min([*amounts, Decimal(0)])
    assert scale.high >= max([*amounts, Decimal(0)])
    assert 2 <= len(scale.gridlines(EUR_M)) <= charts.MAX_GRIDLINES
    assert all(20 <= scale.y(amount) <= 220 for amount in amounts)


@given(st.lists(POSITIVE, min_size=6, max_size=6))
def test_the_segments_of_a_bar_fill_it_from_closed_to_defined(amounts: list[Decimal]) -> None:
    segments = bars.degrees(amounts)
    assert [s.degree for s in segments] == [d for d in range(5, -1, -1) if amounts[d] > 0]
    if segments:
        gaps = Decimal(len(segments) - 1)
        assert abs(sum((Decimal(s.width) for s in segments), gaps) - 100) <= Decimal("0.3")


@given(st.lists(AMOUNTS, min_size=1, max_size=10))
def test_a_waterfall_stays_inside_and_each_row_starts_where_the_last_ended(amounts: list[Decimal]) -> None:
    rows = bars.waterfall([bars.Step(f"step {i}", a, "f1") for i, a in enumerate(amounts)], EUR_M)
    assert all(Decimal(r.x) >= 0 and Decimal(r.x) + Decimal(r.width) <= Decimal("100.02") for r in rows)
    for row, following in pairwise(rows):
        edges = {Decimal(following.x), Decimal(following.x) + Decimal(following.width)}
        assert any(abs(edge - Decimal(row.end)) <= Decimal("0.02") for edge in edges)
    assert rows[-1].end == ""


def test_a_waterfall_falls_from_the_target_to_the_result() -> None:
    rows = bars.waterfall(
        [
            bars.Step("Target", 100 * M, "b-plan", is_total=True),
            bars.Step("Not identified", -20 * M, "b-open"),
            bars.Step("Realised", 80 * M, "b-act", is_total=True),
        ],
        EUR_M,
    )
    assert [(r.x, r.width, r.end, r.value, r.is_total) for r in rows] == [
        ("0.00", "100.00", "100.00", "100.0", False),
        ("80.00", "20.00", "80.00", "−20.0", False),
        ("0.00", "80.00", "", "80.0", True),
    ]


def test_a_funnel_measures_each_stage_against_the_target() -> None:
    rows = bars.funnel([bars.Stage(1, "", 90 * M, 38), bars.Stage(2, "", 45 * M, 9)], EUR_M, whole=120 * M)
    assert [(r.cls, r.width, r.value, r.count) for r in rows] == [
        ("f1", "75.00", "90.0", 38),
        ("f2", "37.50", "45.0", 9),
    ]


def test_empty_figures_draw_nothing_and_break_nothing() -> None:
    assert bars.waterfall([], EUR_M) == ()
    assert bars.degrees([Decimal(0)] * 6) == ()
    assert bars.funnel([], EUR_M) == ()
    empty = charts.line_chart("Run-rate", [], EUR_M)
    assert (empty.plan, empty.now, empty.sentence) == ("", None, "Run-rate, EUR m.")


@pytest.mark.parametrize(
    ("passed", "words", "cls", "width", "is_over"),
    [
        (0, "Day 0 of 14", "b-fc", "0.00", False),
        (9, "Day 9 of 14", "b-fc", "64.29", False),
        (10, "Day 10 of 14", "b-a", "71.43", False),
        (14, "Day 14 of 14", "b-a", "100.00", False),
        (16, "Day 16, escalated", "b-r", "100.00", True),
    ],
)
def test_the_due_meter_is_amber_from_day_ten_and_red_after_day_fourteen(
    passed: int, words: str, cls: str, width: str, is_over: bool
) -> None:
    assert bars.due(passed, 14) == bars.Due(words, cls, width, is_over)


def curve() -> charts.LineChart:
    periods = [
        charts.Period("Q1 2026", plan=10 * M, actual=9 * M),
        charts.Period("Q2 2026", plan=20 * M, actual=15 * M),
        charts.Period("Q3 2026", plan=30 * M, forecast=28 * M),
    ]
    return charts.line_chart("Run-rate EBITDA", periods, EUR_M, target=40 * M)


def test_the_sentence_of_a_curve_states_the_finding() -> None:
    assert curve().sentence == (
        "Run-rate EBITDA, EUR m. Actual 15.0 against plan 20.0 in Q2 2026. "
        "Forecast ends at 28.0 against plan 30.0 and target 40.0."
    )


def test_the_forecast_starts_where_the_actual_ends() -> None:
    chart = curve()
    assert chart.actual == "40.0,178.1 310.0,147.5"
    assert chart.forecast == "310.0,147.5 580.0,81.2"
    assert chart.now is not None
    assert (chart.now.x, chart.now.y, chart.now.text) == ("310.0", "147.5", "15.0")


def test_labels_at_the_end_of_lines_never_touch() -> None:
    chart = curve()
    assert chart.plan_end is not None
    assert chart.forecast_end is not None
    assert Decimal(chart.forecast_end.text_y) - Decimal(chart.plan_end.text_y) == charts.LABEL_GAP


def test_the_table_behind_a_chart_has_its_figures_and_dashes() -> None:
    assert curve().rows[2] == charts.TableRow("Q3 2026", ("30.0", "28.0", "–", "–"))


def test_bars_stand_on_zero_and_hang_below_it() -> None:
    unit = charts.thousands("EUR")
    months = [month_bars.Month("Jan", plan=Decimal(100_000)), month_bars.Month("Feb", validated=Decimal(-100_000))]
    chart = month_bars.bar_chart("Effect", months, unit)
    zero = next(line.y for line in chart.gridlines if line.text == "0")
    up, down = chart.bars
    assert (up.cls, Decimal(up.y) + Decimal(up.height)) == ("b-plan", Decimal(zero))
    assert (down.cls, down.y) == ("b-act", zero)


def test_what_a_month_rests_on_is_drawn_part_on_part_and_what_waits_has_an_outline_and_a_clock() -> None:
    booked = month_bars.Month(
        "Oct", Decimal(300_000), validated=Decimal(50_000), reported=Decimal(-20_000), forecast=Decimal(250_000)
    )
    chart = month_bars.bar_chart(
        "Effect", [booked, month_bars.Month("Nov", unconfirmed=Decimal(100_000))], charts.thousands("EUR")
    )
    assert [bar.cls for bar in chart.bars] == ["b-plan", "b-act", "b-rep", "b-fc", "b-loose"]
    _, validated, reported, forecast, _ = chart.bars
    zero = next(line.y for line in chart.gridlines if line.text == "0")
    assert (Decimal(validated.y) + Decimal(validated.height), reported.y) == (Decimal(zero), zero)
    assert Decimal(forecast.y) + Decimal(forecast.height) == Decimal(validated.y)
    assert len(chart.clocks) == 1
    assert chart.sentence == "Effect, kEUR. Plan 300, at completion 380, +80."
    assert chart.rows[0].cells == ("300", "50", "−20", "250", "–")


def test_a_quarter_with_months_that_wait_for_their_controller_has_an_outlined_point_with_a_clock() -> None:
    waiting = [charts.Period("Q1", forecast=10 * M, actual=9 * M), charts.Period("Q2", forecast=20 * M, reported=5 * M)]
    chart = charts.line_chart("Run-rate", waiting, EUR_M)
    assert [(mark.x, mark.y) for mark in chart.reported] == [("580.0", chart.forecast.rsplit(",", 1)[1])]
    assert chart.rows[1].cells == ("–", "20.0", "5.0", "–")


def test_coordinates_have_a_point_where_words_have_a_comma() -> None:
    with display("de"):
        chart = curve()
    assert chart.actual == "40.0,178.1 310.0,147.5"
    assert chart.rows[0].cells == ("10,0", "–", "–", "9,0")


def test_money_that_shifts_stands_on_both_sides_of_one_axis() -> None:
    rows = bars.shifts(
        [("Q4 2026", Decimal(-300_000)), ("Q1 2027", Decimal(100_000)), ("Q2 2027", Decimal(0))],
        charts.thousands("EUR"),
    )
    assert [(row.label, row.value, row.cls, row.x, row.width, row.axis) for row in rows] == [
        ("Q4 2026", "−300", "b-neg", "0.00", "75.00", "75.00"),
        ("Q1 2027", "+100", "b-fc", "75.00", "25.00", "75.00"),
        ("Q2 2027", "0", "b-fc", "75.00", "0.00", "75.00"),
    ]
