"""What the charts of a report share: axes with ticks, and a figure with words for who cannot see it.

A chart is inline SVG: no script, no library, in the light or dark of the page, whose style it takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

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
"""Lines that can be told apart without colour; further ones begin anew, and only their labels differ."""

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
