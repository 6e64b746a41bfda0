"""The reader: upper layers trained to bring a question's tokens near those of the sentence that answers.

The packaged model has six layers. The lower four serve search and reading alike; search goes on through
the model's own upper two, the reader through two of its own, in `reader.safetensors` (trained by
`eval/train.py`, described in docs/reader.md). So one pass gives both, and a passage is encoded once.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

LOWER = 4
"""Layers that search and reading share."""

NAME = "reader-1"
"""Stored with a collection, since other token vectors cannot be compared with these."""

FILE = Path(__file__).parent / "reader.safetensors"
"""The weights that come with Cuttings."""

_NEUTRAL = 0.54132
"""softplus(0.54132) = 1: what a token of a question counts before training."""


class Reader:
    """The two trained layers, and what each token of a question counts."""

    def __init__(self, bert: Any) -> None:
        """A reader that begins as a copy of the upper layers of `bert` and weighs all tokens alike."""
        import torch

        self.layers = torch.nn.ModuleList(copy.deepcopy(layer) for layer in bert.encoder.layer[LOWER:])
        self.weight = torch.nn.Linear(bert.config.hidden_size, 1)
        torch.nn.init.zeros_(self.weight.weight)
        torch.nn.init.zeros_(self.weight.bias)

    @classmethod
    def trained(cls, bert: Any) -> Reader:
        """The reader that comes with Cuttings."""
        from safetensors.torch import load_file

        reader = cls(bert)
        state = {name: value.float() for name, value in load_file(FILE).items()}
        reader.modules.load_state_dict(state)
        reader.modules.eval()
        return reader

    @property
    def modules(self) -> Any:
        """Both parts as one module, for loading, saving and training."""
        import torch

        return torch.nn.ModuleDict({"layers": self.layers, "weight": self.weight})

    def __call__(self, hidden: Any, mask: Any) -> tuple[Any, Any]:
        """Token vectors (b, t, d) and token weights (b, t), of the states after the lower layers.

        `mask` is (b, t), 1 for a token and 0 for padding.
        """
        import torch

        blocked = (1 - mask[:, None, None, :].to(hidden.dtype)) * -1e4
        for layer in self.layers:
            out = layer(hidden, attention_mask=blocked)
            hidden = out[0] if isinstance(out, tuple) else out
        weights = torch.nn.functional.softplus(self.weight(hidden)[..., 0] + _NEUTRAL)
        return torch.nn.functional.normalize(hidden, dim=-1), weights * mask
