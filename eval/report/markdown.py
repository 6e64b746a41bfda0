"""A run as Markdown: what fits into the comment of a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chatbot.render.text import one_line
from eval.record import Record
from eval.report.cells import COMPARED, MEASURED, compared, measured, part_cells, part_heads
from eval.report.headlines import headlines
from eval.report.numbers import SURE, number
from eval.report.sections import BREAKDOWNS
from eval.report.text import counts
from eval.report.told import Breakdown, Told, grouped, worst
from eval.report.words import FAULTS, outcome, why

_WORST = 20
_ROWS = 15
"""Questions and parts of a breakdown that are listed; what is more is counted."""


def markdown(told: Told) -> str:
    """The whole file. What comes from a gold file or an article is escaped, so that it reads as it stands."""
    run = told.run.manifest
    parts = [
        f"# Evaluation: {plain(run.questions)}",
        f"{plain(counts(told))}. {plain(', '.join(run.systems))}; {plain(run.started[:10])}.",
    ]
    if run.left_out:
        parts.append(f"**Left out: {len(run.left_out)}**, in no measure.")
        parts.append(
            _bullets(
                (f"{plain(one.id)} ({plain(one.where)}): {plain(one.why)}" for one in run.left_out),
                len(run.left_out),
            )
        )
    figures = headlines(told.scores[told.shown])
    if figures:
        lines = [
            f"**{figure.figure}** {figure.rest}"
            + (f" ({figure.span}; n = {figure.score.n})" if figure.span else f" (n = {figure.score.n})")
            for figure in figures
        ]
        parts.append("\n".join(f"- {line}" for line in lines))
    parts += ["## Summary", _summary(told)]
    if told.comparisons:
        baseline = told.comparisons[0].baseline
        parts += [f"## Compared with {plain(baseline)}", _comparison(told)]
    parts += ["## Breakdown", *(_breakdown(one, told.reads) for one in told.breakdowns)]
    if told.faults:
        rows = [
            [fault, str(len(hurt)), FAULTS[fault].replace("`", "")] for fault, hurt in told.faults.items()
        ]
        parts += ["## What went wrong", table(["fault", "questions", "what to do"], rows, left=(2,))]
    bad = worst(told.records)
    if bad:
        parts += [f"## Worst questions ({min(len(bad), _WORST)} of {len(bad)})"]
        parts.append("\n".join(_question(record, told) for record in bad[:_WORST]))
    return "\n\n".join(parts) + "\n"


def _comparison(told: Told) -> str:
    rows = []
    for one in told.comparisons:
        n, difference, *others = compared(one)
        sure = f"{difference} *" if one.p_holm < SURE else difference
        rows.append([one.measure, one.system, number(one.mean), n, sure, *others])
    compared_by = table(["measure", "system", "value", *COMPARED], rows, left=(1,))
    return f"{compared_by}\n\n{plain(f'* differs, p < {SURE:g}.')}"


def _summary(told: Told) -> str:
    groups = grouped(told.scores[told.shown]).values()
    return table(MEASURED, [measured(*one) for scores in groups for one in scores.items()])


def _breakdown(one: Breakdown, reads: bool) -> str:
    rows = [part_cells(part, reads) for part in one.parts[:_ROWS]]
    more = f"\n\nand {len(one.parts) - _ROWS} more, in summary.json" if len(one.parts) > _ROWS else ""
    return f"{BREAKDOWNS[one.by]}:\n\n{table(part_heads(one.by, reads), rows)}{more}"


def _question(record: Record, told: Told) -> str:
    first = record.citations[0].quote if record.citations else ""
    wanted = record.expected[0].text if record.expected else ""
    how = outcome(record).words, record.fault
    lines = [f"- **{plain(record.question)}** ({plain(record.id)}, {': '.join(filter(None, how))})"]
    lines += [f"  Expected: {plain(wanted)}"] if wanted else []
    lines += [f"  First: {plain(first)}"] if first else []
    went_wrong = why(record, told.threshold)
    lines += [f"  {plain(went_wrong)}"] if went_wrong else []
    return "  \n".join(lines)


def _bullets(lines: Iterable[str], total: int) -> str:
    shown = list(lines)[:_ROWS]
    more = [f"- and {total - _ROWS} more, in run.json"] if total > _ROWS else []
    return "\n".join([*(f"- {line}" for line in shown), *more])


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], left: Sequence[int] = ()) -> str:
    """A table whose first column and those in `left` stand to the left. Cells are escaped."""
    rule = ["---" if place == 0 or place in left else "---:" for place in range(len(heads))]
    lines = [list(map(plain, heads)), rule, *(list(map(plain, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def plain(text: str) -> str:
    """The text as it stands, on one line: nothing in it is Markdown, HTML, or a mention of somebody."""
    escaped = re.sub(r"([\\`*\[\]<>#|~&!$])|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", one_line(text))
    return re.sub(r"(?<!\w)@", "&#64;", escaped)
