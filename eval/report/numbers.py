"""How the numbers of a report are written."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.measures.compare import Comparison
from eval.measures.metrics import Score

SURE = 0.05
"""A difference is marked where p, by Holm's correction, is below that."""


def number(value: float | None) -> str:
    """Three digits behind the point; one for what is not small, such as milliseconds."""
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"


def signed(value: float | None) -> str:
    """With its sign, a true minus; no sign where it would be written as zero."""
    if value is None:
        return "–"
    written = number(abs(value))
    if not written.strip("0."):
        return written
    return f"{'+' if value > 0 else '−'}{written}"


def interval(score: Score) -> str:
    """Its interval, "0.712 to 0.861"; "–" without one."""
    return "–" if score.low is None or score.high is None else f"{number(score.low)} to {number(score.high)}"


def ends_of(one: Comparison) -> str:
    """The interval of a difference; "–" without one."""
    return "–" if one.low is None else f"{signed(one.low)} to {signed(one.high)}"


def p_value(p: float) -> str:
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def percent(share: float) -> str:
    """A share as a person says it: no decimals, but 0% and 100% only where it is that."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def duration(seconds: float | None) -> str:
    if seconds is None:
        return "not ended"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def size(bytes: int) -> str:
    """In the largest unit that leaves a whole number before the point."""
    value = float(bytes)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} bytes" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """The 5th, 25th, 50th, 75th, 95th and 99th percentile; linear between ranks. Empty without any times."""
    if not times:
        return {}
    levels = (5, 25, 50, 75, 95, 99)
    return {
        f"p{level}": float(value) for level, value in zip(levels, np.percentile(times, levels), strict=True)
    }
