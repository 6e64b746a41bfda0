"""The reader "none": how near a sentence is to the question, and its passage's BM25. Nothing is trained.

What the others are compared with, and what tests read with where the reader is not the matter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chatbot.reading.reader import History, JudgedPassage, PassageText, completed
from index.encoding.encoder import Encoder

_COSINE, _BM25 = 10.0, 2.0
"""What the cosine of a sentence counts, and the BM25 of its passage as a share of the best passage's."""

_NULL = 6.0
"""A sentence with a cosine of 0.5 in a passage with half of the best BM25 is as likely an answer as not."""


class Baseline:
    """Cosine by the embedding model and BM25."""

    name = "none"

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def load(self) -> None:
        """There is nothing to load but the embedding model, which the search loads."""

    def read(
        self, question: str, history: History | None, passages: Sequence[PassageText]
    ) -> list[JudgedPassage]:
        asked = self._encoder.encode_query(completed(question, history))
        quotes = [quote for passage in passages for quote in passage.quotes]
        cosines = iter([float(one @ asked) for one in self._encoder.encode_passages(quotes)])
        best = max((passage.bm25 for passage in passages), default=0.0) or 1.0
        judged = []
        for passage in passages:
            shared = _BM25 * passage.bm25 / best
            logits = np.array([_COSINE * next(cosines) + shared for _ in passage.sentences], np.float32)
            judged.append(JudgedPassage(logits, _NULL, (None,) * len(logits)))
        return judged
