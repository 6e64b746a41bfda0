"""The token vectors of passages, made when they are read, for a store that does not keep them.

They take 75 KB a passage, forty times the rest of it, and 20 passages are read for a question: a model that
serves questions anyway makes them again in less time than it takes to move them (docs/capacity.md).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from corpus.article import Article, Passage
from corpus.passages import dress
from index.collection import Reading
from index.embed import Encoder
from index.kept import Kept

KEPT = 128 * 1024 * 1024
"""Bytes of token vectors that are kept: some 1,700 passages of MiniLM's 200 tokens."""

Rounded = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Token vectors as `rounded` gives them, and their offsets."""


class Reencoded:
    """Token vectors by passage id, the last used kept. Safe to use from several threads.

    A passage's id stands for its text and its model, so that what is kept never grows old.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._kept: Kept[int, Rounded] = Kept(KEPT, lambda arrays: sum(array.nbytes for array in arrays))

    def readings(self, located: Mapping[int, tuple[Passage, Article]]) -> dict[int, Reading]:
        """One for each passage."""
        found = self._kept.found(located)
        missing = [id for id in located if id not in found]
        if missing:
            made = dict(zip(missing, self._made([located[id] for id in missing]), strict=True))
            self._kept.keep(made)
            found |= made
        return {
            id: Reading(tokens * scales[:, None], offsets) for id, (tokens, scales, offsets) in found.items()
        }

    def _made(self, passages: list[tuple[Passage, Article]]) -> list[Rounded]:
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


def rounded(tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(t, d) int8 and (t,) float32: their product is the vectors to 8 bits, as a file of them has it."""
    scales = (np.abs(tokens).max(axis=1, initial=1e-9) / 127).astype(np.float32)
    return np.rint(tokens / scales[:, None]).astype(np.int8), scales
