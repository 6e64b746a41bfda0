"""Charts: what is drawn lies where it should, within the axes."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from eval.measures.compare import Comparison
from eval.measures.curves import Bin, Point
from eval.report.charts import (
    HEIGHT,
    LINE,
    WIDTH,
    Axis,
    Frame,
    difference_chart,
    latency_chart,
    recall_chart,
    reliability_diagram,
    risk_coverage_chart,
    round_down,
    round_up,
    spread,
    steps,
)

SQUARE = Frame(Axis("", 0, 1, ()), Axis("", 0, 1, ()))


def circles(chart: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', chart)]


def curves(chart: str) -> list[list[tuple[float, float]]]:
    return [
        [tuple(map(float, place.split(","))) for place in points.split()]
        for points in re.findall(r'<polyline class="curve s\d" points="([^"]*)"', chart)
    ]


def test_a_bin_stands_at_its_confidence_and_share():
    chart = reliability_diagram([Bin(4, 0.0, 0.3, 0.0, 1.0), Bin(2, 0.9, 1.0, 1.0, 0.5)])
    assert circles(chart) == [(SQUARE.x(0), SQUARE.y(1)), (SQUARE.x(1), SQUARE.y(0.5))]
    assert "confidence 0.90 to 1.00: 50% of 2 right" in chart


POINTS = (Point(0.9, 0.25, 0.0), Point(0.5, 0.5, 0.5), Point(0.1, 1.0, 0.75))


def test_the_ring_is_at_the_last_point_that_is_still_answered():
    assert circles(risk_coverage_chart(POINTS, 0.5)) == [(SQUARE.x(0.5), SQUARE.y(0.5))]
    assert circles(risk_coverage_chart(POINTS, 0.0)) == [(SQUARE.x(1), SQUARE.y(0.75))]


def test_a_threshold_that_nothing_reaches_has_no_ring():
    chart = risk_coverage_chart(POINTS, 0.95)
    assert circles(chart) == [] and "nothing is answered" in chart
    assert circles(risk_coverage_chart(POINTS, None)) == []


def test_recall_is_drawn_by_k_and_named_beside_its_end():
    chart = recall_chart({"hybrid": {1: 0.5, 20: 1.0}, "a <system> with a long name": {1: 0.0, 20: 0.9}}, {})
    first, second = curves(chart)
    assert first[0][0] == second[0][0] < first[1][0] == second[1][0] < WIDTH
    assert first[1][1] < first[0][1] and second[0][1] == SQUARE.y(0)
    assert ">hybrid<" in chart and "a &lt;system&gt; wit…" in chart
    assert "0.50 at 1, 1.00 at 20" in chart


def test_latency_ends_with_all_and_small_talk_does_not_stretch_it():
    chart = latency_chart({"one": [0.001, *range(20, 120)], "other": [30.0] * 50, "none": []}, {})
    one, other = curves(chart)
    assert one[-1][1] == other[-1][1] == SQUARE.y(1)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in one + other)
    assert re.findall(r'text-anchor="middle">(\d+)<', chart) == ["20", "50", "100", "200"]
    assert "half in 30 ms" in chart


def test_a_difference_stands_on_its_side_of_zero_and_a_sure_one_is_full():
    comparisons = [made("a", 0.2, 0.01), made("b", -0.1, 0.5)]
    chart = difference_chart(comparisons, "MRR", {})
    zero = float(re.search(r'class="ideal" d="M([\d.]+)', chart)[1])
    (a, _), (b, _) = circles(chart)
    assert b < zero < a
    assert len(re.findall('class="dot sure"', chart)) == 1
    assert "a: +0.200, +0.150 to +0.250" in chart


def made(system: str, difference: float, p: float) -> Comparison:
    ends = difference - 0.05, difference + 0.05
    return Comparison("MRR", system, "base", 9, 0.5, 0.4, difference, *ends, p, p, 0.3, 5, 2, 2, 0)


@given(st.lists(st.floats(-50, 400), max_size=8))
def test_labels_never_lie_on_each_other(wanted):
    places = spread(wanted, 10, 250)
    ordered = sorted(places)
    assert all(below - above >= LINE - 1e-6 for above, below in pairwise(ordered))
    assert all(10 - 1e-6 <= place <= 250 + 1e-6 for place in places)
    by_wish = [place for _, place in sorted(zip(wanted, places, strict=True))]
    assert by_wish == sorted(by_wish)


@given(st.floats(1e-6, 1e9))
def test_rounded_numbers_enclose_the_value(value):
    assert round_down(value) <= value * (1 + 1e-9) and value * (1 - 1e-9) <= round_up(value)
    assert round_up(value) <= 5.001 * round_down(value) * 2


@given(st.floats(1e-3, 1e6), st.floats(1, 1e6))
def test_ticks_are_few_and_lie_on_the_axis(low, ratio):
    low, high = round_down(low), round_up(low * ratio * 2)
    ticks = steps(low, high)
    assert 1 <= len(ticks) <= 13
    assert all(low * (1 - 1e-6) <= tick <= high * (1 + 1e-6) for tick in ticks)
