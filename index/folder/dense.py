"""Dense search over the unit vectors of one segment, in FAISS; the only file that imports it.

How is a matter of size. Up to `EXACT` passages each vector is compared, as it lies in the memory map. Up to
`HALVED` they are scanned in half precision, which reads half the memory. More are put into lists about
centroids, 8 bits a number, of which a search reads the nearest. What the last two find is scored again with
the vectors themselves, so that every cosine that is given is exact; those that are not found may be missed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.encoding.model import processors

EXACT = 200_000
"""Passages. A comparison with each of 200,000 takes 8 ms, half of what a whole search may take at 100,000."""
HALVED = 500_000
"""Passages. A scan of 500,000 takes 12 ms; lists would take 1, but a minute to build and miss a few."""

LIST_SIZE = 1000
"""Passages a list has on average: centroids to compare a query with, and vectors to read, are then alike."""
PROBED = 96
"""Lists that a search reads. Of the best ten, 97 in 100 have to be found, and with 64 they barely were
(docs/scale.md)."""
SAMPLED = 64
"""Vectors for each centroid that the lists are trained on."""
DRIFTED = 0.9
"""Lists are trained again where new vectors are less like their centroids than this share of what the vectors
were that they were trained on. (Cosine to the nearest centroid, on average.)"""
GROWN = 2.0
"""And where there are so many times the passages that they were trained for."""
_SEED = 7
_SCORED_AGAIN = 3
"""Candidates for each passage that is wanted, scored with the vectors themselves."""
_BLOCK = 16_384
"""Vectors read at once while an index is built."""

FILE, ABOUT = "dense.faiss", "dense.json"


@dataclass(frozen=True, slots=True)
class Trained:
    """What lists were trained on: so many passages, and their mean cosine to their centroids."""

    passages: int
    likeness: float


class Dense:
    """The vectors of a segment's passages, known by their position (0 to n - 1)."""

    def __init__(self, vectors: np.ndarray, folder: Path | None = None) -> None:
        """`vectors` is (n, d) float32, C-ordered, each of unit length; `folder` is where `build` wrote.

        OSError, RuntimeError or ValueError where what is there cannot be read.
        """
        self._vectors = vectors
        self._index: Any = None
        self.trained: Trained | None = None
        if folder is not None and (folder / ABOUT).exists():
            about = json.loads((folder / ABOUT).read_text())
            self.trained = Trained(**about) if about else None
            self._index = _faiss().read_index(str(folder / FILE), _faiss().IO_FLAG_MMAP_IFC)
            if self._index.ntotal != len(vectors) or self._index.d != vectors.shape[1]:
                raise ValueError(f"{folder / FILE} is not that of its vectors")

    def search(self, query: np.ndarray, k: int, allowed: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Positions and cosines of the k nearest passages to a (d,) unit vector, nearest first.

        `allowed`, (n,) bool, says which may be found; None: all.
        """
        query = np.ascontiguousarray(query, np.float32)
        among = len(self._vectors) if allowed is None else int(np.count_nonzero(allowed))
        k = min(k, among)
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if self._index is not None:
            positions = self._candidates(query, min(_SCORED_AGAIN * k, among), allowed, among)
            return nearest(positions, cosines(self._vectors[positions], query), k)
        if allowed is not None and among < len(self._vectors) / 4:
            positions = np.flatnonzero(allowed)
            return nearest(positions, cosines(self._vectors[positions], query), k)
        found = cosines(self._vectors, query)
        if allowed is not None:
            found[~allowed] = -np.inf
        return nearest(np.arange(len(found)), found, k)

    def _candidates(self, query: np.ndarray, k: int, allowed: np.ndarray | None, among: int) -> np.ndarray:
        faiss = _faiss()
        faiss.omp_set_num_threads(1)  # of this thread: one query is faster on one (8 ms against 46 at 100k)
        selected = None
        if allowed is not None:
            selected = faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if self.trained:
            # Where few may be found, more lists are read, so that as many vectors are compared as without.
            probed = min(self._index.nlist, int(np.ceil(PROBED * len(self._vectors) / among)))
            parameters = faiss.SearchParametersIVF(nprobe=probed, sel=selected)
        else:
            parameters = faiss.SearchParameters(sel=selected)
        positions = self._index.search(query[None, :], k, params=parameters)[1][0]
        return np.sort(positions[positions >= 0])

    def lists(self, live: np.ndarray | None) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Number, positions and codes of the vectors of each list, those that are `live`."""
        faiss = _faiss()
        lists = self._index.invlists
        for number in range(self._index.nlist):
            if size := lists.list_size(number):
                positions = faiss.rev_swig_ptr(lists.get_ids(number), size)
                codes = faiss.rev_swig_ptr(lists.get_codes(number), size * lists.code_size)
                kept = slice(None) if live is None else live[positions]
                yield number, positions[kept], codes.reshape(size, -1)[kept]

    def empty(self) -> Any:
        """An index with the same lists and nothing in them."""
        faiss = _faiss()
        index = faiss.clone_index(self._index.quantizer)
        made = faiss.IndexIVFScalarQuantizer(
            index, index.d, index.ntotal, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        made.own_fields = True
        index.this.disown()
        made.sq = self._index.sq
        made.is_trained = True
        return made


def cosines(vectors: np.ndarray, query: np.ndarray) -> np.ndarray:
    """(n,) float32, inner products of (n, d) and (d,), both float32 and C-ordered."""
    faiss = _faiss()
    found = np.empty(len(vectors), np.float32)
    if len(vectors):
        if vectors.shape[1] != len(query):
            raise ValueError(f"vectors of {vectors.shape[1]} numbers, and a query of {len(query)}")
        pointers = faiss.swig_ptr(found), faiss.swig_ptr(query), faiss.swig_ptr(vectors)
        faiss.fvec_inner_products_ny(*pointers, len(query), len(vectors))
    return found


def nearest(positions: np.ndarray, found: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k positions with the largest cosines and these, largest first, ties in the order given."""
    if len(found) > k:
        near = found >= np.partition(found, -k)[-k]
        positions, found = positions[near], found[near]
    order = np.argsort(-found, kind="stable")[:k]
    return positions[order], found[order]


def build(
    vectors: np.ndarray, folder: Path, before: Dense | None = None, live: np.ndarray | None = None
) -> None:
    """Write into a folder what `Dense` needs beside the vectors, which is nothing for a few.

    `before` is the index of the first of these vectors, of which only those that were `live` are still there
    (None: all); its lists are kept while they fit. OSError or RuntimeError where it cannot be written.
    """
    if len(vectors) <= EXACT:
        return
    with _all_processors() as faiss:
        trained = None
        if len(vectors) <= HALVED:
            halved = faiss.ScalarQuantizer.QT_fp16
            index = faiss.IndexScalarQuantizer(vectors.shape[1], halved, faiss.METRIC_INNER_PRODUCT)
            index.is_trained = True  # there is nothing to learn
            for start in range(0, len(vectors), _BLOCK):
                index.add(np.ascontiguousarray(vectors[start : start + _BLOCK]))
        else:
            found = _extended(vectors, before, live) if before and before.trained else None
            index, trained = found or _in_lists(vectors)
        faiss.write_index(index, str(folder / FILE))
    about = {"passages": trained.passages, "likeness": trained.likeness} if trained else None
    (folder / ABOUT).write_text(json.dumps(about))


def _in_lists(vectors: np.ndarray) -> tuple[Any, Trained]:
    """An index in lists, trained on a sample."""
    faiss = _faiss()
    count = len(vectors) // LIST_SIZE
    chance = np.random.default_rng(_SEED)
    rows = np.sort(chance.choice(len(vectors), min(SAMPLED * count, len(vectors)), replace=False))
    sample = np.ascontiguousarray(vectors[rows])
    quantizer = faiss.IndexFlatIP(vectors.shape[1])
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, vectors.shape[1], count, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.own_fields = True
    quantizer.this.disown()
    index.cp.seed = _SEED
    index.cp.spherical = True
    index.train(sample)
    likeness = _add(index, vectors, 0)
    return index, Trained(len(vectors), likeness)


def _extended(vectors: np.ndarray, before: Dense, live: np.ndarray | None) -> tuple[Any, Trained] | None:
    """The lists of `before` with what has come since; None where they do not fit and have to be trained."""
    faiss = _faiss()
    assert before.trained
    if len(vectors) > GROWN * before.trained.passages:
        return None
    index = before.empty()
    number = None if live is None else np.cumsum(live) - 1
    for place, positions, codes in before.lists(live):
        positions = positions if number is None else number[positions]
        positions, codes = np.ascontiguousarray(positions, np.int64), np.ascontiguousarray(codes)
        index.invlists.add_entries(place, len(positions), faiss.swig_ptr(positions), faiss.swig_ptr(codes))
        index.ntotal += len(positions)
    likeness = _add(index, vectors, index.ntotal)
    return (index, before.trained) if likeness >= DRIFTED * before.trained.likeness else None


def _add(index: Any, vectors: np.ndarray, first: int) -> float:
    """Put the vectors from `first` on into lists; their mean cosine to their centroids."""
    faiss = _faiss()
    total = 0.0
    for start in range(first, len(vectors), _BLOCK):
        block = np.ascontiguousarray(vectors[start : start + _BLOCK])
        like, places = index.quantizer.search(block, 1)
        total += float(like.sum())
        numbers = np.arange(start, start + len(block))
        index.add_core(
            len(block), faiss.swig_ptr(block), faiss.swig_ptr(numbers), faiss.swig_ptr(places), None
        )
    return total / max(len(vectors) - first, 1)


def _faiss() -> Any:
    """The package, when it is needed; its types are not those of its functions."""
    import faiss

    return faiss


@contextmanager
def _all_processors() -> Iterator[Any]:
    """FAISS on all processors, for as long as this lasts."""
    faiss = _faiss()
    faiss.omp_set_num_threads(processors())
    try:
        yield faiss
    finally:
        faiss.omp_set_num_threads(1)
