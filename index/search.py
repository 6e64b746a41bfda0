"""Hybrid search: what is asked, and what every searcher does, wherever its collection lies."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, Literal, NamedTuple, Protocol, TypeVar

import numpy as np

from index.encoding.encoder import Encoder
from index.fusion import STANDARD, Fusion, fused
from index.hit import Hit, Located
from index.scope import EVERYWHERE, Scope
from index.tokens import question_terms, terms

Item = TypeVar("Item", bound=Hashable)
Mode = Literal["hybrid", "bm25", "dense"]

TYPED_SHARE = 0.7
"""How much of a completed question's vector is that of the question as it was typed."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the retrievers see it.

    `terms` are the question's own, `context_terms` those that were added from the conversation, which
    count `context_weight` (0 to 1) of an own one. `vector`, (d,) float32, is what the dense retriever looks
    for. `text` is the question followed by the context. `recent_terms` are those of the conversation itself,
    which finds the passages that it is about.
    """

    question: str
    text: str
    terms: tuple[str, ...]
    context_terms: tuple[str, ...]
    context_weight: float
    vector: np.ndarray
    recent_terms: tuple[str, ...] = ()


class Scores(NamedTuple):
    """What a passage scores for a query."""

    bm25: float
    cosine: float
    recent: float
    """BM25, for what was said last"""


@dataclass(frozen=True, slots=True)
class Rankings(Generic[Item]):
    """What the retrievers found, best first: passages by their ids, or by whatever tells them apart."""

    bm25: Sequence[Item]
    dense: Sequence[Item]
    recent: Sequence[Item]
    """by BM25, for what was said last"""
    best_recent: float
    """the score of the first of those"""

    def candidates(self, mode: Mode) -> list[Item]:
        found = {"bm25": [self.bm25], "dense": [self.dense], "hybrid": [self.bm25, self.dense, self.recent]}
        return list(dict.fromkeys(chain(*found[mode])))

    def hits(
        self,
        best: Iterable[tuple[Item, float, int]],
        scores: Mapping[Item, Scores],
        located: Mapping[int, Located],
    ) -> list[Hit]:
        """Of the best with their combined scores and ids, those that are still there."""
        bm25_ranks = {item: rank for rank, item in enumerate(self.bm25, start=1)}
        dense_ranks = {item: rank for rank, item in enumerate(self.dense, start=1)}
        hits: list[Hit] = []
        for item, score, id in best:
            if id in located:
                bm25, cosine, recent = scores[item]
                ranks = bm25_ranks.get(item), dense_ranks.get(item)
                rank, recent = len(hits) + 1, recent / max(self.best_recent, 1e-9)
                hits.append(Hit(rank, score, id, *located[id], *ranks, bm25, cosine, recent))
        return hits


def combined(
    scores: Mapping[Item, Scores], highest: float, highest_recent: float, mode: Mode, fusion: Fusion
) -> list[tuple[Item, float]]:
    """Passages with one score each, best first; `highest` are BM25 scores that none exceeds."""
    shares = {}
    for item, one in scores.items():
        share = one.bm25 / max(highest, 1e-9)
        if mode == "hybrid":
            share += one.recent / max(highest_recent, 1e-9)
        shares[item] = one.cosine, share
    return fused(shares, fusion.weight(mode))


class Searcher(Protocol):
    """Search over a collection; picks up what other processes change in it."""

    @property
    def revision(self) -> int:
        """That of the collection."""

    def query(self, question: str, context: str = "", weight: float = 0.0, recent: str = "") -> Query:
        """As `read`."""

    def search(
        self,
        query: Query,
        k: int,
        mode: Mode = "hybrid",
        scope: Scope = EVERYWHERE,
        fusion: Fusion = STANDARD,
    ) -> list[Hit]:
        """The k best passages of the articles in scope, best first; fewer where the collection is small."""

    def rarity(self, term: str) -> float:
        """How much a term tells, 0 to 1: its idf against that of a term in no passage."""

    def count(self, scope: Scope) -> int:
        """The number of articles in a scope."""

    def undated(self) -> int:
        """The number of articles without a date."""

    def publishers(self) -> set[str]:
        """Those by whom there are articles."""

    def by_date(self, scope: Scope, count: int, oldest: bool = False) -> list[str]:
        """The ids of so many articles in a scope, newest or oldest first; those without a date last."""
        ...

    def settle(self) -> None:
        """Make later searches quicker; may take minutes, and searching goes on meanwhile."""


def read(
    encoder: Encoder,
    question: str,
    context: str = "",
    weight: float = 0.0,
    recent: str = "",
    terms: Callable[[str], Sequence[str]] = terms,
) -> Query:
    """A question, with the words of a conversation that it leans on and their weight.

    `recent` is what was said last, as it was said; its words are looked for, and never encoded. `terms` gives
    the terms that a text is looked for by.
    """
    text = f"{question} {context}" if context else question
    vector = _encoded(encoder, text)
    if context:
        # A wrong context must not drown the question.
        typed = _encoded(encoder, question)
        vector = TYPED_SHARE * typed + (1 - TYPED_SHARE) * vector
        vector = vector / np.linalg.norm(vector)
    own = tuple(terms(question))
    added = tuple(term for term in dict.fromkeys(terms(context)) if term not in own)
    said = tuple(dict.fromkeys(terms(recent)))
    return Query(question, text, own, added, weight, vector, said)


def terms_in(languages: str | None, held: Callable[[str], bool]) -> Callable[[str], Sequence[str]]:
    """The terms of questions to a collection that remembers these languages."""
    known = (languages or "").split()
    return (lambda text: question_terms(text, known, held)) if known else terms


def _encoded(encoder: Encoder, text: str) -> np.ndarray:
    """The vector of the whole text, (d,); of one that is longer than the model reads, the mean of its parts'.

    Each part counts by its word pieces.
    """
    parts = [text[start:end] for start, end in _parts(encoder, text, 0, len(text))]
    vectors = [encoder.encode_query(part) for part in parts]
    if len(vectors) == 1:
        return vectors[0]
    vector = np.average(vectors, axis=0, weights=[encoder.count(part) for part in parts])
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def _parts(encoder: Encoder, text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The borders of parts that the model reads whole, cut between words where there are several."""
    # A word piece has a character at least.
    if end - start <= encoder.longest or encoder.count(text[start:end]) <= encoder.longest:
        return [(start, end)]
    middle = (start + end) // 2
    border = text.find(" ", middle, end - 1)
    if border < 0:
        border = max(text.rfind(" ", start + 1, middle), middle - 1)
    return [*_parts(encoder, text, start, border + 1), *_parts(encoder, text, border + 1, end)]
