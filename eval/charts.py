"""Charts of a report as inline SVG: no script, no library, in the light or dark of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from eval.calibration import Bin, Point

_SIDE, _LEFT, _TOP, _BELOW, _RIGHT = 300, 52, 12, 48, 16
"""Pixels: the side of the square that both axes span, 0 to 1, and the room around it."""

CSS = """
.charts { display: flex; flex-wrap: wrap; gap: 1rem 2rem }
figure { margin: 0; max-width: 24rem }
figcaption { font-size: 0.9rem }
svg { max-width: 100%; height: auto; color: inherit }
svg text { font: 12px system-ui, sans-serif; fill: currentColor }
.grid { stroke: var(--line); stroke-width: 1 }
.ideal { stroke: currentColor; stroke-dasharray: 4 4; opacity: 0.6 }
.curve { fill: none; stroke: var(--accent); stroke-width: 2 }
.dot { fill: var(--accent) }
.mark { fill: none; stroke: currentColor; stroke-width: 2 }
"""
"""Needs `--line` and `--accent` of the page."""


def reliability_diagram(bins: Sequence[Bin]) -> str:
    """A dot for each bin, at its mean confidence and the share that was right; larger where it holds more."""
    most = max((one.n for one in bins), default=1)
    dots = "".join(
        f'<circle class="dot" cx="{_x(one.said)}" cy="{_y(one.right)}" r="{3 + 4 * one.n / most:.1f}">'
        f"<title>confidence {one.low:.2f} to {one.high:.2f}: {one.right:.0%} of {one.n} right</title>"
        "</circle>"
        for one in bins
    )
    said = "; ".join(f"{one.said:.2f}: {one.right:.2f} of {one.n}" for one in bins)
    ideal = f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    line = _curve((one.said, one.right) for one in bins)
    return _figure(
        "reliability",
        "Reliability diagram",
        f"Mean confidence of each bin, and the share of it whose first citation is right. {said}.",
        ("confidence", "first citation right"),
        ideal + line + dots,
        "Right as often as is said would lie on the dashed line; below it, too sure.",
    )


def risk_coverage_chart(points: Sequence[Point], threshold: float) -> str:
    """The share of answers that are wrong against the share that is answered; a ring at the threshold."""
    answered = [point for point in points if point.threshold >= threshold]
    ring, told = "", f"From the threshold on, {threshold:g}, nothing is answered."
    if answered:
        at = answered[-1]
        ring = f'<circle class="mark" cx="{_x(at.coverage)}" cy="{_y(at.risk)}" r="6"/>'
        told = (
            f"At the threshold, {threshold:g}, {at.coverage:.0%} are answered, {at.risk:.0%} of them wrongly."
        )
    return _figure(
        "risk",
        "Risk-coverage curve",
        f"The share of answers that are wrong as more questions are answered, the surest first. {told}",
        ("coverage: share of questions answered", "risk: share of answers wrong"),
        _curve((point.coverage, point.risk) for point in points) + ring,
        told,
    )


def _figure(id: str, title: str, about: str, axes: tuple[str, str], drawn: str, caption: str) -> str:
    width, height = _LEFT + _SIDE + _RIGHT, _TOP + _SIDE + _BELOW
    across, up = axes
    grid = "".join(
        f'<line class="grid" x1="{_x(0)}" y1="{_y(at)}" x2="{_x(1)}" y2="{_y(at)}"/>'
        f'<line class="grid" x1="{_x(at)}" y1="{_y(0)}" x2="{_x(at)}" y2="{_y(1)}"/>'
        f'<text x="{_x(at)}" y="{_y(0) + 16}" text-anchor="middle">{at:g}</text>'
        f'<text x="{_x(0) - 8}" y="{_y(at) + 4}" text-anchor="end">{at:g}</text>'
        for at in (0, 0.2, 0.4, 0.6, 0.8, 1)
    )
    middle = _TOP + _SIDE / 2
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-labelledby="{id}-title {id}-about">'
        f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-about">{escape(about)}</desc>'
        f'{grid}<text x="{_LEFT + _SIDE / 2}" y="{height - 10}" text-anchor="middle">{escape(across)}</text>'
        f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">'
        f"{escape(up)}</text>"
        f"{drawn}</svg><figcaption><b>{escape(title)}.</b> {escape(caption)}</figcaption></figure>"
    )


def _curve(places: Iterable[tuple[float, float]]) -> str:
    path = " ".join(f"{_x(across)},{_y(up)}" for across, up in places)
    return f'<polyline class="curve" points="{path}"/>'


def _x(share: float) -> float:
    return round(_LEFT + share * _SIDE, 1)


def _y(share: float) -> float:
    return round(_TOP + (1 - share) * _SIDE, 1)
