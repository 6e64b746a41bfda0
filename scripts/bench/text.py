"""Figures of a bench as tables: for the terminal, as Markdown, as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eval.report.tables import columns, escaped


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


def number(value: float | None) -> str:
    """Three digits in all where it is small; "-" for none."""
    if value is None:
        return "-"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _plain(table: Table) -> str:
    about = f" ({table.about})" if table.about else ""
    return f"{table.heading}{about}\n{columns([table.columns, *table.rows])}"


def _marked(table: Table) -> str:
    about = f" ({table.about})" if table.about else ""
    rule = ("---", *["---:"] * (len(table.columns) - 1))
    cells = [list(map(escaped, table.columns)), rule, *(map(escaped, row) for row in table.rows)]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in cells)
    return f"**{table.heading}**{about}\n\n{lines}"
