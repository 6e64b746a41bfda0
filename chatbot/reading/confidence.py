"""How sure an answer is: the probability that a sentence answers the question."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chatbot.reading.candidate import Signals


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regression over `Signals`; what has no weight does not count."""

    bias: float
    weights: Mapping[str, float]

    def __call__(self, signals: Signals) -> float:
        """The logit of the probability that the sentence answers."""
        return self.bias + sum(weight * getattr(signals, name) for name, weight in self.weights.items())


UNFITTED = Calibration(0.0, {"margin": 1.0})
"""Of a reader that none was fitted for: its margin is taken as it is."""


@cache
def calibration(reader: str) -> Calibration:
    """That of a reader, from `calibration.json`."""
    stored = json.loads(files("chatbot.reading").joinpath("calibration.json").read_text(encoding="utf-8"))
    return Calibration(**stored[reader]) if reader in stored else UNFITTED


def probability(score: float) -> float:
    """A score as a probability, 0 to 1."""
    return (1 + math.tanh(score / 2)) / 2
