"""A run, or what changed between two, as text for the terminal, in paragraphs."""

from __future__ import annotations

from chatbot.render.text import counted, one_line
from eval.report.changes import RunChanges, in_a_line
from eval.report.headlines import headlines
from eval.report.numbers import number
from eval.report.run_report import RunReport, grouped
from eval.report.tables import (
    CHANGE_HEADS,
    COMPARISON_HEADS,
    MEASURE_HEADS,
    change_cells,
    columns,
    comparison_cells,
    measure_cells,
)

_LEFT_OUT = 10
"""Questions that were left out and are listed."""

_COMPARED = (1, 2, 4, 6, 7, 8)
"""The columns of a comparison that the terminal has room for."""


def run_text(report: RunReport) -> str:
    """Counts, headlines, measures, comparison, what went wrong and what was left out."""
    parts = [report.counts]
    left_out = report.run.manifest.left_out
    if left_out:
        lines = [f"Left out: {counted(len(left_out), 'question')}, in no measure"]
        lines += [f"  {one_line(f'{one.id} ({one.where}): {one.why}')}" for one in left_out[:_LEFT_OUT]]
        lines += [f"  and {len(left_out) - _LEFT_OUT} more, in run.json"] * (len(left_out) > _LEFT_OUT)
        parts.append("\n".join(lines))
    figures = headlines(report.scores[report.system])
    if figures:
        width = max(len(one.figure) for one in figures)
        lines = [
            f"{one.figure:>{width}}  {one.rest}{f' ({one.span})' if one.span else ''}" for one in figures
        ]
        parts.append("\n".join(lines))
    measured = [
        measure_cells(name, score)
        for scores in grouped(report.scores[report.system]).values()
        for name, score in scores.items()
        if score.value is not None
    ]
    parts.append(f"Measures of {report.system}\n{columns([MEASURE_HEADS, *measured])}")
    if report.comparisons:
        rows = [["measure", "system", "value", *(COMPARISON_HEADS[column] for column in _COMPARED)]]
        for one in report.comparisons:
            cells = comparison_cells(one, "*", " ")
            rows.append([one.measure, one.system, number(one.mean), *(cells[at] for at in _COMPARED)])
        heading = f"Compared with {report.comparisons[0].baseline} (* differs: p < 0.05 by Holm's correction)"
        parts.append(f"{heading}\n{columns(rows, left=2)}")
    if report.faults:
        faults = [[fault, str(len(hurt))] for fault, hurt in report.faults.items()]
        wrong = sum(map(len, report.faults.values()))
        parts.append(f"What went wrong ({wrong} of {len(report.records)})\n{columns(faults)}")
    return "\n\n".join(parts)


def changes_text(report: RunChanges) -> str:
    """Measures, then the questions won and lost, with what was put first before and after."""
    parts = ["\n".join(f"{when:<7} {one_line(run)} ({system})" for when, run, system in report.sides)]
    if report.differs:
        parts.append("\n".join(["Differs", *(f"  {one_line(line)}" for line in report.differs)]))
    parts.append(columns([CHANGE_HEADS, *map(change_cells, report.headline)]))
    for name, ids in (("Won", report.questions.won), ("Lost", report.questions.lost)):
        lines = [f"{name} ({len(ids)})"]
        for id in ids:
            before, after = (records[id] for records in report.records)
            lines.append(f"  {one_line(id)}: {one_line(after.question)}")
            lines += [f"    {sign} {in_a_line(one)}" for sign, one in (("-", before), ("+", after))]
        parts.append("\n".join(lines))
    parts.append(report.rest)
    return "\n\n".join(parts)
