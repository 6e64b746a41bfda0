"""The charts of a report; what each is drawn with is in `eval/report/svg.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.measures.compare import Comparison
from eval.measures.curves import Bin, Point
from eval.report.numbers import SURE, ends_of, signed
from eval.report.svg import (
    LABELS,
    LINE,
    SERIES,
    SHARES,
    Axis,
    Frame,
    label,
    round_down,
    round_up,
    spread,
    steps,
    svg,
)

_ROW, _NARROW = 22, 330
"""Pixels: the height of a row of the chart of differences, and its width."""


def short_names(systems: Sequence[str]) -> dict[str, str]:
    """What systems are called in a chart: without the first word where all have it in common."""
    first = {system.partition(" ")[0] for system in systems}
    cut = len(first) == 1 and all(" " in system for system in systems)
    return {system: system.partition(" ")[2] if cut else system for system in systems}


def recall_chart(recalls: Mapping[str, Mapping[int, float]], names: Mapping[str, str]) -> str:
    """A line a system, labelled with its name: the mean recall among the first k passages, by k."""
    deepest = max((k for values in recalls.values() for k in values), default=2)
    ticks = tuple((k, str(k)) for k in (1, 5, 10, 15, 20) if k <= deepest)
    across = Axis("k, passages from the top", 1, deepest, ticks)
    frame = Frame(across, Axis("recall", 0, 1, SHARES), LABELS)
    ends = [frame.y(values[deepest]) for values in recalls.values()]
    drawn, said = frame.grid(), []
    places = spread(ends, frame.y(1), frame.y(0))
    for series, ((system, values), y) in enumerate(zip(recalls.items(), places, strict=True)):
        name = names.get(system, system)
        drawn += frame.line(values.items(), series) + label(frame.x(deepest) + 8, y + 4, name, series)
        said.append(f"{name}: {', '.join(f'{values[k]:.2f} at {k}' for k in (1, 5, 10, 20) if k in values)}")
    about = f"How much of the evidence is among the first k passages. {'; '.join(said)}."
    return svg("recall", "Recall by k", about, drawn)


def reliability_diagram(bins: Sequence[Bin]) -> str:
    """A dot for each bin, at its mean confidence and the share that was right; larger where it holds more."""
    most = max((one.n for one in bins), default=1)
    frame = Frame(Axis("confidence", 0, 1, SHARES), Axis("first citation right", 0, 1, SHARES))
    dots = "".join(
        f'<circle class="dot" cx="{frame.x(one.said)}" cy="{frame.y(one.right)}"'
        f' r="{3 + 4 * one.n / most:.1f}">'
        f"<title>confidence {one.low:.2f} to {one.high:.2f}: {one.right:.0%} of {one.n} right</title>"
        "</circle>"
        for one in bins
    )
    ideal = f'<path class="ideal" d="M{frame.x(0)} {frame.y(0)}L{frame.x(1)} {frame.y(1)}"/>'
    said = "; ".join(f"{one.said:.2f}: {one.right:.2f} of {one.n}" for one in bins)
    return svg(
        "reliability",
        "Reliability diagram",
        f"Mean confidence of each bin, and the share of it whose first citation is right. {said}.",
        frame.grid() + ideal + frame.line((one.said, one.right) for one in bins) + dots,
    )


def risk_coverage_chart(points: Sequence[Point], threshold: float | None) -> str:
    """The share of answers that are wrong against the share that is answered; a ring at the threshold."""
    frame = Frame(
        Axis("coverage: share answered", 0, 1, SHARES), Axis("risk: share of answers wrong", 0, 1, SHARES)
    )
    ring, told = "", ""
    if threshold is not None:
        told = at_threshold(points, threshold)
    if at := _last_answered(points, threshold):
        ring = f'<circle class="ring" cx="{frame.x(at.coverage)}" cy="{frame.y(at.risk)}" r="6"/>'
    return svg(
        "risk",
        "Risk-coverage curve",
        "The share of answers that are wrong as more questions are answered, the surest first. " + told,
        frame.grid() + frame.line((point.coverage, point.risk) for point in points) + ring,
    )


def at_threshold(points: Sequence[Point], threshold: float) -> str:
    """What the threshold comes to, in a sentence."""
    at = _last_answered(points, threshold)
    if at is None:
        return f"From the threshold on, {threshold:g}, nothing is answered."
    return f"At the threshold, {threshold:g}, {at.coverage:.0%} are answered, {at.risk:.0%} of them wrongly."


def _last_answered(points: Sequence[Point], threshold: float | None) -> Point | None:
    answered = [point for point in points if threshold is not None and point.threshold >= threshold]
    return answered[-1] if answered else None


def latency_chart(times: Mapping[str, Sequence[float]], names: Mapping[str, str]) -> str:
    """A line a system: the share of its questions that were answered within a time in milliseconds.

    Equal ratios of time are equally wide.
    """
    every = sorted(time for values in times.values() for time in values if time > 0) or [1.0]
    low, high = round_down(every[len(every) // 20]), round_up(every[-1])  # small talk takes next to no time
    high = max(high, low * 2)
    ticks = tuple((at, f"{at:g}") for at in steps(low, high))
    across = Axis("milliseconds", low, high, ticks, log=True)
    frame = Frame(across, Axis("answered within", 0, 1, SHARES), LABELS)
    drawn, said = frame.grid(), []
    for series, (name, values) in enumerate(
        (names.get(system, system), sorted(values)) for system, values in times.items() if values
    ):
        n, half = len(values), values[(len(values) - 1) // 2]
        places = sorted({round(step * (n - 1) / 100) for step in range(101)})
        drawn += frame.line(((values[place], (place + 1) / n) for place in places), series)
        x, y = frame.x(high) + 10, frame.y(1) + 4 + 3.4 * LINE * series
        drawn += (
            f'<path class="curve s{series % SERIES}" d="M{x:g} {y:g}h30"/>'
            + label(x, y + LINE + 2, name, series)
            + f'<text class="tick" x="{x:g}" y="{y + 2 * LINE + 1:g}">half in {half:.0f} ms</text>'
        )
        said.append(f"{name}: half within {half:.1f}, 95% within {values[int(0.95 * (n - 1))]:.1f}")
    about = f"The share of questions answered within a time, in milliseconds. {'; '.join(said)}."
    return svg("latency", "Latency", about, drawn)


def difference_chart(comparisons: Sequence[Comparison], measure: str, names: Mapping[str, str]) -> str:
    """A row a system: its difference to the baseline in one measure, with its interval.

    `names` are what the systems are called here.
    """
    rows = [one for one in comparisons if one.measure == measure]
    ends = [end for one in rows for end in (one.low, one.high, one.difference) if end is not None]
    most = round_up(1.05 * max(map(abs, ends), default=0.0))
    left, right, top = 108, 20, 6
    bottom = top + _ROW * len(rows)

    def x(value: float) -> float:
        return round(left + (value + most) / (2 * most) * (_NARROW - left - right), 1)

    drawn = (
        f'<path class="axis" d="M{x(-most):g} {bottom}H{x(most):g}"/>'
        f'<path class="ideal" d="M{x(0):g} {top}V{bottom}"/>'
    )
    for at in (-most, -most / 2, 0, most / 2, most):
        written = f"{at:+g}".replace("-", "−") if at else "0"
        drawn += (
            f'<path class="tickmark" d="M{x(at):g} {bottom}v4"/>'
            f'<text class="tick" x="{x(at):g}" y="{bottom + 17}" text-anchor="middle">{written}</text>'
        )
    for place, one in enumerate(rows):
        y = top + _ROW * (place + 0.5)
        sure = " sure" if one.p_holm < SURE else ""
        drawn += label(0, y + 4, names.get(one.system, one.system), -1)
        if one.low is not None and one.high is not None:
            drawn += f'<path class="whisker{sure}" d="M{x(one.low):g} {y:g}H{x(one.high):g}"/>'
        drawn += f'<circle class="dot{sure}" cx="{x(one.difference):g}" cy="{y:g}" r="4.5"/>'
    said = "; ".join(f"{one.system}: {signed(one.difference)}, {ends_of(one)}" for one in rows)
    baseline = rows[0].baseline if rows else ""
    return svg(
        f"difference-{measure}",
        f"Difference in {measure} to {baseline}",
        f"With 95% intervals. {said}.",
        drawn,
        (_NARROW, bottom + 24),
    )
