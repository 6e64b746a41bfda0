"""A reader of someone else's: any cross-encoder that sentence-transformers can load."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from index.torch_model import loaded


class CrossReader:
    """A cross-encoder by the name of a hub model or a folder; loaded when it is first used.

    CuttingsError when it cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import CrossEncoder

        return loaded(CrossEncoder, self.name, "reader")

    def load(self) -> None:
        """Load the model now, and not when it is first used."""
        _ = self._model

    def scores(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """How well each text answers the question, (n,) float32, on a scale of the model's own."""
        if not texts:
            return np.empty(0, np.float32)
        pairs = [(question, text) for text in texts]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False), np.float32)
