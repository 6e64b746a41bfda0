"""BM25 over the terms of the passages: rank-bm25 defines the scores, a sparse matrix serves them.

rank-bm25 scores every passage in Python for each query, half a second at 100,000 passages. The
statistics of its `BM25Okapi` object fill a matrix of passages by terms once, and a query is the sum
of a few columns; `tests/test_index_lexical.py` holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from rank_bm25 import BM25Okapi
from scipy.sparse import csc_matrix

FLOOR = 0.25
"""The idf of a term whose own is not positive, as in a collection of one or two passages: sharing a term must
never count against a passage. rank-bm25 does so only while the mean idf is positive."""


class Lexical:
    """A BM25 index of passages, known by their position (0 to n - 1)."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._size = len(documents)
        self._columns: dict[str, int] = {}
        self._idf: dict[str, float] = {}
        if not any(documents):  # rank-bm25 divides by the number of terms
            return
        okapi = BM25Okapi(documents)
        self._idf = {term: idf if idf > 0 else FLOOR for term, idf in okapi.idf.items()}
        self._columns = {term: column for column, term in enumerate(self._idf)}
        norms = okapi.k1 * (1 - okapi.b + okapi.b * np.asarray(okapi.doc_len) / okapi.avgdl)
        rows, columns, values = [], [], []
        for row, counts in enumerate(okapi.doc_freqs):
            for term, count in counts.items():
                rows.append(row)
                columns.append(self._columns[term])
                values.append(self._idf[term] * (count * (okapi.k1 + 1) / (count + norms[row])))
        self._matrix = csc_matrix((values, (rows, columns)), shape=(self._size, len(self._columns)))

    def scores(self, query: Iterable[str]) -> np.ndarray:
        """The BM25 score of every passage, (n,) float64. A term that the query repeats counts again."""
        scores = np.zeros(self._size)
        for term in query:
            column = self._columns.get(term)
            if column is not None:
                start, end = self._matrix.indptr[column : column + 2]
                scores[self._matrix.indices[start:end]] += self._matrix.data[start:end]
        return scores

    def rarity(self, term: str) -> float:
        """How much a term tells, 0 to 1: its idf against that of a term in no passage."""
        unseen = np.log(self._size + 0.5) - np.log(0.5)
        return float(np.clip(self._idf.get(term, unseen) / unseen, 0.0, 1.0)) if self._size else 1.0


def best(scores: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions and values of the k largest positive scores, largest first, ties by position."""
    candidates = np.flatnonzero(scores > 0)
    if len(candidates) > k:
        cut = np.partition(scores[candidates], -k)[-k]
        candidates = candidates[scores[candidates] >= cut]
    order = np.argsort(-scores[candidates], kind="stable")[:k]
    return candidates[order], scores[candidates[order]]
