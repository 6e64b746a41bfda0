"""How sure an answer is: the probability that a sentence answers the question."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from chatbot.candidate import Candidate, Evidence


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regression over a candidate's `Evidence`; what has no weight does not count."""

    bias: float
    weights: Mapping[str, float]

    def __call__(self, evidence: np.ndarray) -> np.ndarray:
        """(n, len(Evidence._fields)) -> (n,) probabilities"""
        weights = np.array([self.weights.get(name, 0.0) for name in Evidence._fields])
        logits = evidence @ weights + self.bias
        return (1 + np.tanh(logits / 2)) / 2  # the logistic function; scipy's takes long to import


UNFITTED = Calibration(0.0, {"margin": 1.0})
"""Of a reader that none was fitted for: its margin is taken as it is."""


@cache
def calibration(reader: str) -> Calibration:
    """That of a reader, from `calibration.json`."""
    stored = json.loads(files("chatbot.reading").joinpath("calibration.json").read_text(encoding="utf-8"))
    return Calibration(**stored[reader]) if reader in stored else UNFITTED


def confidence(reader: str, candidates: Sequence[Candidate]) -> list[float]:
    """The probability, 0 to 1, that each candidate answers, as judged by the reader of that name."""
    return calibration(reader)(evidence(candidates)).tolist() if candidates else []


def evidence(candidates: Sequence[Candidate]) -> np.ndarray:
    """(n, len(Evidence._fields)) float64"""
    return np.array([candidate.evidence for candidate in candidates], float).reshape(
        -1, len(Evidence._fields)
    )
