"""The growth of a collection, drawn: a panel for each figure, both axes in powers of ten."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

WIDTH, HEIGHT = 380, 260
LEFT, TOP, RIGHT, BOTTOM = 56, 34, 34, 40
COLOURS = ("#1f5fa8", "#c2570c", "#2d7d46", "#8a3ea8")
"""Dark enough for text on white."""

Line = tuple[str, Callable[[dict[str, Any]], float]]


def _median(name: str) -> Callable[[dict[str, Any]], float]:
    return lambda one: 1000 * float(np.median(one[name]))


PANELS: Sequence[tuple[str, Sequence[Line]]] = (
    (
        "Search, core ms",
        [
            ("whole", _median("search, cpu")),
            ("BM25", _median("bm25, cpu")),
            ("dense", _median("dense, cpu")),
            ("filtered", _median("filtered, cpu")),
        ],
    ),
    (
        "Seconds",
        [
            ("build", lambda one: one["build"]),
            ("start", lambda one: one["start"]),
            ("add", lambda one: float(np.median(one["added"]))),
            ("remove", lambda one: float(np.median(one["removed"]))),
        ],
    ),
    (
        "Memory in MB",
        [
            ("own", lambda one: one["memory"].get("own", 0)),
            ("mapped files", lambda one: one["memory"].get("mapped", 0)),
            ("building, peak", lambda one: one["peak"]),
        ],
    ),
    ("Derived files, MB", [("on disk", lambda one: one["bytes"] / 1e6)]),
)


def chart(sizes: Sequence[dict[str, Any]]) -> str:
    """The figures of `scripts.growth`, by passages, as SVG."""
    panels = [
        f'<g transform="translate({WIDTH * (number % 2)} {HEIGHT * (number // 2)})">'
        f"{_panel(title, lines, sizes)}</g>"
        for number, (title, lines) in enumerate(PANELS)
    ]
    width, height = 2 * WIDTH, HEIGHT * math.ceil(len(PANELS) / 2)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif" font-size="11" role="img">\n'
        "<title>How a collection grows with its passages</title>\n"
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n' + "\n".join(panels) + "\n</svg>\n"
    )


def _panel(title: str, lines: Sequence[Line], sizes: Sequence[dict[str, Any]]) -> str:
    xs = [one["passages"] for one in sizes]
    rows = {name: [max(value(one), 1e-3) for one in sizes] for name, value in lines}
    values = [value for row in rows.values() for value in row]
    across = _scale(xs, LEFT, WIDTH - RIGHT)
    up = _scale(values, HEIGHT - BOTTOM, TOP)
    out = [f'<text x="{LEFT}" y="18" font-weight="bold">{title}</text>']
    for power in _powers(values):
        y = up(10.0**power)
        out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g}</text>')
    for power in _powers(xs):
        x = across(10.0**power)
        out.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{10**power:,}</text>'
            f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#eee"/>'
        )
    for row, colour in zip(rows.values(), COLOURS, strict=False):
        points = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in zip(xs, row, strict=True))
        out.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
    legend = WIDTH - RIGHT
    for name, colour in reversed([*zip(rows, COLOURS, strict=False)]):
        out.append(f'<text x="{legend}" y="18" text-anchor="end" fill="{colour}">{name}</text>')
        legend -= 6 * len(name) + 12
    return "".join(out)


def _powers(values: Sequence[float]) -> range:
    """The powers of ten that enclose the values."""
    return range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) - 1e-9) + 1)


def _scale(values: Sequence[float], start: float, stop: float) -> Callable[[float], float]:
    powers = _powers(values)
    low, high = powers[0], max(powers[-1], powers[0] + 1)
    return lambda value: start + (stop - start) * (math.log10(value) - low) / (high - low)
