"""A small encoder for tests that are not about meaning: fast, and the same on every machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

import numpy as np

from index.collection import Reading
from index.encoding import Encoding

DIMENSION = 32

UNREAD = Reading(np.empty((0, 1), np.float32), np.empty((0, 2), np.int32))
"""Of a passage without tokens."""


class HashEncoder:
    """Each word has a fixed random direction; a text is the mean of its words."""

    name = "hash"
    longest = 512

    def __init__(self) -> None:
        self.encoded: list[str] = []
        """Every passage that was ever encoded, in order."""

    def count(self, text: str) -> int:
        return len(text.split())

    def encode_query(self, text: str) -> Encoding:
        words = list(re.finditer(r"\S+", text))
        tokens = np.stack([_direction(word.group().lower()) for word in words] or [_direction("")])
        mean = tokens.mean(axis=0)
        offsets = np.array([word.span() for word in words] or [(0, 0)], np.int32)
        return Encoding(mean / np.linalg.norm(mean), tokens, offsets)

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Encoding]:
        for text in texts:
            self.encoded.append(text)
            yield self.encode_query(text)


def _direction(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)
