"""A small encoder for tests that are not about meaning: fast, and the same on every machine."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Sequence

import numpy as np

DIMENSION = 32


class HashEncoder:
    """Each word has a fixed random direction; a text is the mean of its words."""

    name = "hash"
    longest = 512

    def __init__(self) -> None:
        self.encoded: list[str] = []
        """Every passage that was ever encoded, in order."""

    def count(self, text: str) -> int:
        return len(text.split())

    def encode_query(self, text: str) -> np.ndarray:
        words = text.lower().split() or [""]
        mean = np.mean([_direction(word) for word in words], axis=0)
        vector: np.ndarray = mean / np.linalg.norm(mean)
        return vector

    def encode_passages(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        for text in texts:
            self.encoded.append(text)
            yield self.encode_query(text)


class SlowEncoder(HashEncoder):
    """The same, 50 ms a passage; it says which process it works in."""

    def encode_passages(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        if file := os.environ.get("ENCODING_PROCESSES"):
            with open(file, "a", encoding="utf-8") as processes:
                processes.write(f"{os.getpid()}\n")
        for text in texts:
            time.sleep(0.05)
            yield from super().encode_passages([text])


def slow_encoder(model: str) -> SlowEncoder:
    return SlowEncoder()


def _direction(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)
