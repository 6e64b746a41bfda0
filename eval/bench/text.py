"""Figures of a bench as tables: for the terminal, as Markdown, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, what the figures are of ("" where it needs no word), the names of the columns, the rows."""

    heading: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What is printed: on what, the tables, and what one should know to read them; `figures` are for JSON."""

    about: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    figures: dict[str, Any]


def as_text(report: Report) -> str:
    return "\n\n".join([report.about, *map(_plain, report.tables), *report.notes])


def as_markdown(report: Report) -> str:
    return "\n\n".join([report.about, *map(_marked, report.tables), *report.notes])


def number(value: float | None, digits: int = 3) -> str:
    """So many digits in all where it is small; "-" for none."""
    if value is None:
        return "-"
    if value == 0 or abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def _plain(table: Table) -> str:
    rows = [table.columns, *table.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])]).rstrip()
        for first, *rest in rows
    ]
    return "\n".join([_head(table), *lines])


def _marked(table: Table) -> str:
    rule = ["---", *["--:"] * (len(table.columns) - 1)]
    lines = [_row(table.columns), _row(rule), *map(_row, table.rows)]
    return "\n".join([f"**{table.heading}**" + (f" ({table.about})" if table.about else ""), "", *lines])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _head(table: Table) -> str:
    return table.heading + (f" ({table.about})" if table.about else "")
