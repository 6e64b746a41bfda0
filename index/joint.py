"""The joint reader: a question and one sentence read together, each token beside all of the other's.

The reader (`index/reader.py`) never shows a passage the question, so that a passage is read once for all
questions. What that misses (does this number count what was asked for?) is left to two more layers,
which attend from one to the other. They begin where the lower layers end, whose states are stored with
the passage, and are asked of the few best sentences only. Weights: `joint.safetensors`, trained by
`eval/train_joint.py` and described in docs/reader.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import numpy as np

from index.reader import NEUTRAL, Reader

if TYPE_CHECKING:
    import torch

QUESTION, SENTENCE = 32, 64
"""Tokens of each that are read at most."""

_CLOSED = -1.0
"""Bias on attention from one text to the other before training: the reader's own layers never had any."""


class Joint:
    """Two layers that begin as the reader's, and three opinions on whether the sentence answers."""

    def __init__(self, reader: Reader) -> None:
        """One that begins as `reader`, whose layers it takes over."""
        import torch

        width = reader.weight.in_features
        self.layers = reader.layers
        self.weight = reader.weight
        self.token = torch.nn.Linear(width, 1)
        self.whole = torch.nn.Linear(width, 1)
        for part in (self.token, self.whole):
            torch.nn.init.normal_(part.weight, std=0.005)
            torch.nn.init.zeros_(part.bias)
        self.free = torch.nn.ParameterDict(
            {
                "side": torch.zeros(2, width),
                "gate": torch.full((len(self.layers),), _CLOSED),
                "mix": torch.tensor([20.0, -12.0]),
            }
        )

    @classmethod
    def trained(cls, bert: Any) -> Joint:
        """The joint reader that comes with Cuttings."""
        from safetensors.torch import load_file

        joint = cls(Reader(bert))
        with as_file(files("index") / "joint.safetensors") as path:
            state = {name: value.float() for name, value in load_file(path).items()}
        joint.modules.load_state_dict(state)
        joint.modules.eval()
        return joint

    @property
    def modules(self) -> Any:
        """All parts as one module, for loading, saving and training."""
        import torch

        parts = {"layers": self.layers, "weight": self.weight, "token": self.token, "whole": self.whole}
        return torch.nn.ModuleDict({**parts, "free": self.free})

    def __call__(self, hidden: torch.Tensor, mask: torch.Tensor, side: torch.Tensor) -> torch.Tensor:
        """A logit for each pair, (b,), of states (b, t, d).

        `mask` is 1 for a token and 0 for padding; `side` is 0 where a token is the question's (which comes
        first) and 1 where it is the sentence's; both (b, t).
        """
        import torch

        hidden = hidden + self.free["side"][side]
        across = (side[:, :, None] != side[:, None, :]).to(hidden.dtype)
        padding = (1 - mask[:, None, :]) * -1e4
        for layer, gate in zip(self.layers, self.free["gate"], strict=True):
            out = layer(hidden, attention_mask=(padding + across * gate)[:, None])
            hidden = out[0] if isinstance(out, tuple) else out
        of_sentence = (mask * side).bool()
        unit = torch.nn.functional.normalize(hidden, dim=-1)
        best = (unit @ unit.transpose(1, 2)).masked_fill(~of_sentence[:, None, :], -1.0).amax(2)
        weights = torch.nn.functional.softplus(self.weight(hidden)[..., 0] + NEUTRAL) * mask * (1 - side)
        late = (best * weights).sum(1) / weights.sum(1)
        tokens = self.token(hidden)[..., 0].masked_fill(~of_sentence, -1e4)
        scale, shift = self.free["mix"]
        return scale * late + shift + tokens.amax(1) + self.whole(hidden[:, 0])[..., 0]


def paired(question: np.ndarray, sentences: Sequence[np.ndarray]) -> tuple[Any, Any, Any]:
    """The inputs of `Joint`: states, mask and side of the question beside each sentence, padded."""
    import torch

    question = question[:QUESTION]
    sentences = [sentence[:SENTENCE] for sentence in sentences]
    first, lengths = len(question), np.array([len(sentence) for sentence in sentences])
    hidden = np.zeros((len(sentences), first + lengths.max(), question.shape[1]), np.float32)
    hidden[:, :first] = question
    for row, sentence in zip(hidden, sentences, strict=True):
        row[first : first + len(sentence)] = sentence
    place = np.arange(hidden.shape[1])
    mask = (place < first + lengths[:, None]).astype(np.float32)
    side = np.broadcast_to(place >= first, mask.shape).astype(np.int64)
    return torch.from_numpy(hidden), torch.from_numpy(mask), torch.from_numpy(side)
