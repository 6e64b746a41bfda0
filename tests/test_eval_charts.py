"""Charts: what is drawn lies where it should, within the axes."""

import re

from eval.calibration import Bin, Point
from eval.charts import _LEFT, _SIDE, _TOP, reliability_diagram, risk_coverage_chart


def circles(chart: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', chart)]


def test_a_bin_stands_at_its_confidence_and_share():
    chart = reliability_diagram([Bin(4, 0.0, 0.3, 0.0, 1.0), Bin(2, 0.9, 1.0, 1.0, 0.5)])
    assert circles(chart) == [(_LEFT, _TOP), (_LEFT + _SIDE, _TOP + _SIDE / 2)]
    assert "confidence 0.90 to 1.00: 50% of 2 right" in chart


POINTS = (Point(0.9, 0.25, 0.0), Point(0.5, 0.5, 0.5), Point(0.1, 1.0, 0.75))


def test_the_ring_is_at_the_last_point_that_is_still_answered():
    assert circles(risk_coverage_chart(POINTS, 0.5)) == [(_LEFT + _SIDE / 2, _TOP + _SIDE / 2)]
    assert circles(risk_coverage_chart(POINTS, 0.0)) == [(_LEFT + _SIDE, _TOP + _SIDE / 4)]


def test_a_threshold_that_nothing_reaches_has_no_ring():
    chart = risk_coverage_chart(POINTS, 0.95)
    assert circles(chart) == [] and "nothing is answered" in chart
