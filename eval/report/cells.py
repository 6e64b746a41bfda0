"""The rows of the tables that several formats of a report have."""

from __future__ import annotations

from eval.measures.compare import Comparison
from eval.measures.metrics import Score, measure
from eval.report.numbers import ends_of, interval, number, p_value, signed
from eval.report.told import Part

FEW = 10
"""A value of fewer questions says little, and is greyed."""

MEASURED = ("measure", "value", "95% interval", "n", "better")
"""The cells of a measure, where it is told by text alone."""

COMPARED = ("n", "difference", "95% interval", "p", "p (Holm)", "d", "won", "lost", "tied")
"""The cells of a comparison: a paired randomisation test, Cohen's d for pairs, and questions."""


def better_side(name: str) -> str:
    """Which values of a measure are the better ones, "lower" or "higher"."""
    return "lower" if measure(name).lower_is_better else "higher"


def measured(name: str, score: Score) -> list[str]:
    """The cells of `MEASURED`."""
    return [name, number(score.value), interval(score), f"{score.n:,}", better_side(name)]


def compared(one: Comparison) -> list[str]:
    """The cells of `COMPARED`."""
    questions = ("–" if counted is None else f"{counted:,}" for counted in (one.won, one.lost, one.tied))
    tests = p_value(one.p), p_value(one.p_holm), signed(one.effect)
    return [f"{one.n:,}", signed(one.difference), ends_of(one), *tests, *questions]


def part_heads(by: str, reads: bool) -> list[str]:
    """The heads of a breakdown, of a system that answers or one that only ranks."""
    return [by, "n", *(["served", "first citation", "95% interval"] if reads else []), "nDCG@10"]


def part_cells(part: Part, reads: bool) -> list[str]:
    """The cells below `part_heads`."""
    first = part.first_citation
    answers = [number(part.served.value), number(first.value), interval(first)] if reads else []
    return [part.name, f"{part.n:,}", *answers, number(part.ndcg.value)]
