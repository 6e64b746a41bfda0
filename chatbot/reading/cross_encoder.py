"""A reader of someone else's: any cross-encoder that sentence-transformers can load.

It sees a sentence at a time and knows no null, so 0 stands for that: models of this kind are trained so that
their logit is above 0 where a text answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from chatbot.reading.reader import History, JudgedPassage, PassageText, completed
from index.encoding.torch_model import loaded


class CrossEncoderReader:
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

    def read(
        self, question: str, history: History | None, passages: Sequence[PassageText]
    ) -> list[JudgedPassage]:
        asked = completed(question, history)
        scores = self._scores([(asked, quote) for passage in passages for quote in passage.quotes])
        judged, first = [], 0
        for passage in passages:
            count = len(passage.sentences)
            judged.append(JudgedPassage(scores[first : first + count], 0.0, (None,) * count))
            first += count
        return judged

    def _scores(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        """The logits of the pairs, (n,) float32."""
        if not pairs:
            return np.empty(0, np.float32)
        given = self._model.predict(pairs, show_progress_bar=False, activation_fn=_logits)
        return np.asarray(given, np.float32)


def _logits(logits: Any) -> Any:
    """Many models come with a sigmoid, which hides how far apart two scores are."""
    return logits
