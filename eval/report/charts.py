"""The charts of a report, each with words for who cannot see it.

A chart is inline SVG: no script, no library, in the light or dark of the page, whose style it takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from eval.measures.compare import Comparison
from eval.measures.curves import Bin, Point
from eval.report.numbers import SURE, ends_of, signed

WIDTH, HEIGHT = 440, 290
_LEFT, _TOP, _BELOW = 46, 10, 42
LABELS = 112
"""Pixels: the picture, the room around its axes, and that for labels at the right."""

LINE = 14
"""Pixels from one label to the next at the least."""

_LONGEST = 15
"""Characters of a label."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, with (value, text) ticks; `log` where equal steps are equal ratios."""

    label: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def share(self, value: float) -> float:
        """Where a value stands, 0 at the low end and 1 at the high one."""
        low, high = self.low, self.high
        if self.log:
            value, low, high = math.log(max(value, low)), math.log(low), math.log(high)
        return (value - low) / (high - low)


@dataclass(frozen=True, slots=True)
class Frame:
    """The axes of one chart. `right` is the room for labels at the right, in pixels."""

    across: Axis
    up: Axis
    right: int = 12

    def x(self, value: float) -> float:
        return round(_LEFT + self.across.share(value) * (WIDTH - _LEFT - self.right), 1)

    def y(self, value: float) -> float:
        return round(_TOP + (1 - self.up.share(value)) * (HEIGHT - _TOP - _BELOW), 1)

    def line(self, places: Iterable[tuple[float, float]], series: int = 0) -> str:
        """A curve through (across, up)."""
        points = " ".join(f"{self.x(across):g},{self.y(up):g}" for across, up in places)
        return f'<polyline class="curve s{series % SERIES}" points="{points}"/>'

    def grid(self) -> str:
        """The axes, their ticks and what they are."""
        left, right = self.x(self.across.low), self.x(self.across.high)
        bottom, top = self.y(self.up.low), self.y(self.up.high)
        drawn = f'<path class="axis" d="M{left:g} {bottom:g}H{right:g}"/>'
        for at, text in self.up.ticks:
            y = self.y(at)
            drawn += f'<path class="grid" d="M{left:g} {y:g}H{right:g}"/>'
            drawn += _text(left - 7, y + 4, text, 'class="tick" text-anchor="end"')
        for at, text in self.across.ticks:
            x = self.x(at)
            drawn += f'<path class="tickmark" d="M{x:g} {bottom:g}v4"/>'
            drawn += _text(x, bottom + 17, text, 'class="tick" text-anchor="middle"')
        middle = (top + bottom) / 2
        drawn += _text((left + right) / 2, HEIGHT - 6, self.across.label, 'text-anchor="middle"')
        turned = f'text-anchor="middle" transform="rotate(-90 11 {middle:g})"'
        return drawn + _text(11, middle, self.up.label, turned)


def _text(x: float, y: float, written: str, how: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" {how}>{escape(written)}</text>'


SERIES = 6
"""Lines that can be distinguished without colour; further ones begin anew, and only their labels differ."""

SHARES = tuple((tenth / 10, f"{tenth * 10}%") for tenth in (0, 2, 4, 6, 8, 10))
"""The ticks of an axis of shares."""


def svg(id: str, title: str, about: str, drawn: str, size: tuple[int, int] = (WIDTH, HEIGHT)) -> str:
    """The picture, which a screen reader names and describes. `size` is width and height in pixels."""
    width, height = size
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-labelledby="{id}-title {id}-about"><title id="{id}-title">{escape(title)}</title>'
        f'<desc id="{id}-about">{escape(about)}</desc>{drawn}</svg>'
    )


def label(x: float, y: float, text: str, series: int) -> str:
    """The name of a line, in its colour; the full name where it is cut."""
    short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    whole = f"<title>{escape(text)}</title>" if short != text else ""
    return f'<text class="name s{series % SERIES}" x="{x:g}" y="{y:g}">{whole}{escape(short)}</text>'


def spread(wanted: Sequence[float], top: float, bottom: float) -> list[float]:
    """Places for labels near the wanted ones, a line apart, from `top` to `bottom` where they have room."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    places = [0.0] * len(wanted)
    at = top - LINE
    for which in order:
        at = max(at + LINE, wanted[which])
        places[which] = at
    at = max(bottom, top + LINE * (len(wanted) - 1)) + LINE
    for which in reversed(order):
        at = min(at - LINE, places[which])
        places[which] = at
    return places


def round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... that is not below the value, which is above 0; 1 for 0."""
    if value <= 0:
        return 1.0
    ten = 10.0 ** math.floor(math.log10(value))
    return next(step * ten for step in (1, 2, 5, 10) if step * ten >= value * (1 - 1e-9))


def round_down(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, ... that is not above the value, which is above 0."""
    ten = 10.0 ** math.floor(math.log10(value))
    return next(step * ten for step in (5, 2, 1) if step * ten <= value * (1 + 1e-9))


def steps(low: float, high: float) -> list[float]:
    """Those of 1, 2, 5, 10, 20, ... from `low` to `high`, only 1, 10, 100, ... where there are many."""
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = [step * 10.0**ten for ten in tens for step in (1, 2, 5)]
    within = [at for at in every if low * (1 - 1e-9) <= at <= high * (1 + 1e-9)]
    return within if len(within) <= 7 else [at for at in within if round(math.log10(at), 6).is_integer()]


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
    ring, about = "", ""
    if threshold is not None:
        about = at_threshold(points, threshold)
    if at := _last_answered(points, threshold):
        ring = f'<circle class="ring" cx="{frame.x(at.coverage)}" cy="{frame.y(at.risk)}" r="6"/>'
    return svg(
        "risk",
        "Risk-coverage curve",
        "The share of answers that are wrong as more questions are answered, the surest first. " + about,
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
