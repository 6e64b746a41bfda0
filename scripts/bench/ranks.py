"""How well passages were ranked, in three measures of docs/measures.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from eval.measures.retrieval import Ranked, rankings
from eval.questions.gold import Gold
from eval.spans import Span, named

K = 10
"""Passages that are looked at."""

MEASURES = ("hit@1", "nDCG@10", "MRR")


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was found for a question, best first, each once, and what should be, with grades."""

    ranking: tuple[str, ...]
    relevant: Mapping[str, int]


def ranked(found: Iterable[Span], gold: Gold, relevant: Mapping[str, int]) -> Ranking:
    """The `K` best passages, by the names that `relevant` goes by: of articles where those were marked."""
    names = dict.fromkeys(one.article_id if gold.unit == "article" else named(one) for one in found)
    return Ranking(tuple(names)[:K], relevant)


def quality(found: Sequence[Ranked]) -> dict[str, float]:
    """The means of `MEASURES`; empty where no question has anything to find."""
    values = {name: [v for v in rankings(found, name) if v is not None] for name in MEASURES}
    return {name: fmean(those) for name, those in values.items() if those}
