"""A run as text for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.render.text import counted, one_line
from eval.measures.compare import Comparison
from eval.report.cells import COMPARED, MEASURED, compared, measured
from eval.report.headlines import headlines
from eval.report.numbers import SURE, number
from eval.report.told import Told, grouped

_LEFT_OUT = 10
"""Questions that were left out are told one by one up to here."""


_SHOWN = (1, 2, 4, 6, 7, 8)
"""The columns of a comparison that the terminal has room for."""


def text(told: Told) -> str:
    """Counts, headlines, measures, comparison, what went wrong and what was left out; a paragraph each."""
    parts = [counts(told)]
    manifest = told.run.manifest
    if manifest.left_out:
        lines = [f"Left out: {counted(len(manifest.left_out), 'question')}, in no measure"]
        lines += [
            f"  {one_line(f'{one.id} ({one.where}): {one.why}')}" for one in manifest.left_out[:_LEFT_OUT]
        ]
        if len(manifest.left_out) > _LEFT_OUT:
            lines.append(f"  and {len(manifest.left_out) - _LEFT_OUT} more, in run.json")
        parts.append("\n".join(lines))
    figures = headlines(told.scores[told.shown])
    if figures:
        span = max(len(figure.figure) for figure in figures)
        parts.append(
            "\n".join(
                f"{figure.figure:>{span}}  {figure.rest}" + (f" ({figure.span})" if figure.span else "")
                for figure in figures
            )
        )
    groups = grouped(told.scores[told.shown]).values()
    known = [one for scores in groups for one in scores.items() if one[1].value is not None]
    rows = [list(MEASURED), *(measured(*one) for one in known)]
    parts.append(f"Measures of {told.shown}\n{columns(rows)}")
    if told.comparisons:
        baseline = told.comparisons[0].baseline
        parts.append(
            f"Compared with {baseline} (* differs: p < 0.05 by Holm's correction)\n"
            + columns(_comparisons(told.comparisons), left=2)
        )
    if told.faults:
        wrong = sum(map(len, told.faults.values()))
        rows = [[fault, str(len(hurt))] for fault, hurt in told.faults.items()]
        parts.append(f"What went wrong ({wrong} of {len(told.records)})\n{columns(rows)}")
    return "\n\n".join(parts)


def counts(told: Told) -> str:
    """What was asked of whom, in a line."""
    asked, answerable = len(told.records), told.answerable
    return f"{counted(asked, 'question')}, {answerable} answerable, {asked - answerable} not"


def _comparisons(comparisons: Sequence[Comparison]) -> list[list[str]]:
    rows = [["measure", "system", "value", *(COMPARED[column] for column in _SHOWN)]]
    for one in comparisons:
        cells = compared(one)
        cells[1] += "*" if one.p_holm < SURE else " "
        rows.append([one.measure, one.system, number(one.mean), *(cells[column] for column in _SHOWN)])
    return rows


def columns(rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """The cells in columns, the first `left` of them to the left and the others to the right.

    In characters that every terminal has.
    """
    rows = [[cell.replace("−", "-").replace("–", "-") for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
