"""How well passages were ranked: three measures by ir-measures, that is by trec_eval's code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import NamedTuple

from eval.gold import Gold
from index.collection import Collection

K = 10
"""Passages that are looked at."""

MEASURES = ("hit@1", "nDCG@10", "MRR")


class Place(NamedTuple):
    """`article.text[start:end]`, a passage."""

    article_id: str
    start: int
    end: int


def name(place: Place, gold: Gold) -> str:
    """What stands for a passage in a ranking: its article, where whole articles were marked."""
    return place.article_id if gold.unit == "article" else f"{place.article_id}:{place.start}-{place.end}"


def relevant(gold: Gold, collection: Collection) -> frozenset[str]:
    """Names of what should be found: each passage that overlaps evidence.

    Evidence that no passage holds stands for itself: it cannot be found, and counts as not found.
    """
    names: set[str] = set()
    for evidence in gold.evidence:
        own = Place(evidence.article_id, evidence.start, evidence.end)
        passages = [Place(own.article_id, one.start, one.end) for one in collection.passages(own.article_id)]
        holding = {name(one, gold) for one in passages if one.start < own.end and own.start < one.end}
        names |= holding or {name(own, gold)}
    return frozenset(names)


def ranking(found: Iterable[Place], gold: Gold) -> tuple[str, ...]:
    """Names of what was found, best first, each once."""
    return tuple(dict.fromkeys(name(place, gold) for place in found))


def quality(rankings: Sequence[Sequence[str]], wanted: Sequence[Set[str]]) -> dict[str, float]:
    """The means over the questions of `MEASURES`, looking at the `K` best; a question without hits counts 0.

    `rankings` holds the names of what was found for each question, best first, each once, and `wanted` those
    of what should be found, at least one a question.
    """
    import ir_measures

    measures = (ir_measures.Success @ 1, ir_measures.nDCG @ K, ir_measures.RR @ K)
    qrels = [ir_measures.Qrel(str(i), one, 1) for i, names in enumerate(wanted) for one in sorted(names)]
    run = [
        ir_measures.ScoredDoc(str(i), one, -rank)
        for i, names in enumerate(rankings)
        for rank, one in enumerate(names[:K], start=1)
    ]
    found = ir_measures.calc_aggregate(measures, qrels, run) if run else {}
    return {called: float(found.get(one, 0.0)) for called, one in zip(MEASURES, measures, strict=True)}
