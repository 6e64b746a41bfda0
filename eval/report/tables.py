"""The rows of the tables that several formats of a report have, and text in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chatbot.render.text import one_line
from eval.measures.compare import Comparison
from eval.measures.metrics import Score, measure
from eval.report.numbers import SURE, ends_of, interval, number, p_value, signed
from eval.report.run_report import Part

FEW = 10
"""A value of fewer questions says little, and is greyed."""

MEASURE_HEADS = ("measure", "value", "95% interval", "n", "better")
COMPARISON_HEADS = ("n", "difference", "95% interval", "p", "p (Holm)", "d", "won", "lost", "tied")
"""A paired randomisation test, Cohen's d for pairs, and questions."""


def better_side(name: str) -> str:
    """Which values of a measure are the better ones, "lower" or "higher"."""
    return "lower" if measure(name).lower_is_better else "higher"


def measure_cells(name: str, score: Score) -> list[str]:
    """The cells below `MEASURE_HEADS`."""
    return [name, number(score.value), interval(score), f"{score.n:,}", better_side(name)]


def comparison_cells(one: Comparison, sure: str = "", unsure: str = "") -> list[str]:
    """The cells below `COMPARISON_HEADS`; `sure` or `unsure` follows the difference."""
    questions = ("–" if count is None else f"{count:,}" for count in (one.won, one.lost, one.tied))
    difference = signed(one.difference) + (sure if one.p_holm < SURE else unsure)
    tests = p_value(one.p), p_value(one.p_holm), signed(one.effect)
    return [f"{one.n:,}", difference, ends_of(one), *tests, *questions]


CHANGE_HEADS = ("measure", "before", "after", *(head for head in COMPARISON_HEADS if head != "p (Holm)"))


def change_cells(one: Comparison) -> list[str]:
    """The cells below `CHANGE_HEADS`; between two runs of one system there is nothing to correct for."""
    n, difference, ends, p, _, *others = comparison_cells(one)
    return [one.measure, number(one.baseline_mean), number(one.mean), n, difference, ends, p, *others]


def better(one: Comparison) -> bool | None:
    """Whether a system is better than the baseline by a measure; None where that is not sure."""
    if one.p_holm >= SURE or not one.difference:
        return None
    return (one.difference > 0) != measure(one.measure).lower_is_better


def part_heads(by: str, reads: bool) -> list[str]:
    """The heads of a breakdown, of a system that answers or one that only ranks."""
    return [by, "n", *(["served", "first citation", "95% interval"] if reads else []), "nDCG@10"]


def part_cells(part: Part, reads: bool) -> list[str]:
    """The cells below `part_heads`."""
    served, first, ndcg = part.scores.values()
    answers = [number(served.value), number(first.value), interval(first)] if reads else []
    return [part.name, f"{part.n:,}", *answers, number(ndcg.value)]


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


def escaped(text: str) -> str:
    """The text as it stands, on one line: nothing in it is Markdown, HTML, or a mention of somebody."""
    escaped = re.sub(r"([\\`*\[\]<>#|~&!$])|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", one_line(text))
    return re.sub(r"(?<!\w)@", "&#64;", escaped)
