"""The token vectors of passages, made when they are read, for a store that does not keep them.

They take 75 KB a passage, forty times the rest of it, and 20 passages are read for a question: a model that
serves questions anyway makes them again in less time than it takes to move them (docs/capacity.md).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping

import numpy as np

from corpus.article import Article, Passage
from corpus.passages import dress
from index.collection import Reading
from index.embed import Encoder

KEPT = 128 * 1024 * 1024
"""Bytes of token vectors that are kept: some 1,700 passages of MiniLM's 200 tokens."""


class Reencoded:
    """Token vectors by passage id, the last used kept. Safe to use from several threads.

    A passage's id stands for its text and its model, so that what is kept never grows old.
    """

    def __init__(self, encoder: Encoder, kept: int = KEPT) -> None:
        self._encoder = encoder
        self._limit = kept
        self._size = 0
        self._kept: OrderedDict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = OrderedDict()
        self._lock = threading.Lock()

    def readings(self, located: Mapping[int, tuple[Passage, Article]]) -> dict[int, Reading]:
        """One for each passage."""
        with self._lock:
            found = {id: self._kept[id] for id in located if id in self._kept}
            for id in found:
                self._kept.move_to_end(id)
        missing = [id for id in located if id not in found]
        if missing:
            made = self._made([located[id] for id in missing])
            found.update(zip(missing, made, strict=True))
            self._keep({id: found[id] for id in missing})
        return {
            id: Reading(tokens * scales[:, None], offsets) for id, (tokens, scales, offsets) in found.items()
        }

    def _made(
        self, passages: list[tuple[Passage, Article]]
    ) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        contexts = [dress(article, passage) for passage, article in passages]
        texts = [
            context + article.text[passage.start : passage.end]
            for context, (passage, article) in zip(contexts, passages, strict=True)
        ]
        made = []
        for context, (passage, _), encoding in zip(
            contexts, passages, self._encoder.encode_passages(texts), strict=True
        ):
            inside = encoding.offsets[:, 0] >= len(context)
            offsets = encoding.offsets[inside] - len(context) + passage.start
            made.append((*rounded(encoding.tokens[inside]), offsets.astype(np.int32)))
        return made

    def _keep(self, made: Mapping[int, tuple[np.ndarray, np.ndarray, np.ndarray]]) -> None:
        with self._lock:
            for id, arrays in made.items():
                if id not in self._kept:
                    self._size += sum(array.nbytes for array in arrays)
                self._kept[id] = arrays
            while self._size > self._limit and self._kept:
                _, arrays = self._kept.popitem(last=False)
                self._size -= sum(array.nbytes for array in arrays)


def rounded(tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(t, d) int8 and (t,) float32: their product is the vectors to 8 bits, as a file of them has it."""
    scales = (np.abs(tokens).max(axis=1, initial=1e-9) / 127).astype(np.float32)
    return np.rint(tokens / scales[:, None]).astype(np.int8), scales
