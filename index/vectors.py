"""Dense search: inner product of unit vectors, exact, in FAISS; the only file that imports it."""

from __future__ import annotations

import numpy as np


class Vectors:
    """A FAISS index of passages, known by their position (0 to n - 1)."""

    def __init__(self, vectors: np.ndarray) -> None:
        """`vectors` is (n, d) float32, each of unit length."""
        import faiss

        faiss.omp_set_num_threads(1)  # a single query is faster on one thread (8 ms against 46 at 100k)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def search(
        self, query: np.ndarray, k: int, among: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Positions and cosines of the k nearest passages to a (d,) unit vector, nearest first.

        `among` holds the positions, (m,) int64, that may be found; None: all.
        """
        import faiss

        k = min(k, self._index.ntotal if among is None else len(among))
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        only = None
        if among is not None:
            only = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]
        cosines, positions = self._index.search(query[None, :].astype(np.float32), k, params=only)
        return positions[0], cosines[0]
