"""The joint reader as a torch network; training and export use it, answering does not load torch.

Six layers of all-MiniLM-L6-v2 over question and passage together (`joint_input.py`). On top: a score for
each sentence, from the mean of its pieces, an attentive mean of them and the row's first piece; a null, which
stands for "this passage does not answer", from the first piece; and for each piece how well the words that
answer begin and end there.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

HIDDEN, HEADS, FEED, LAYERS, POSITIONS, VOCABULARY = 384, 12, 1536, 6, 512, 30522
"""Of all-MiniLM-L6-v2."""

POOLS = 4
"""Attentive means of a sentence, each of a share of the hidden numbers."""

FROZEN = "words.weight"
"""The word embeddings: the packaged model's, neither trained nor stored with the reader."""


class Layer(nn.Module):
    """A transformer layer of BERT (Devlin et al., 2019), without dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.attend = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.mix = nn.Linear(HIDDEN, HIDDEN)
        self.mix_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.widen = nn.Linear(HIDDEN, FEED)
        self.narrow = nn.Linear(FEED, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, hidden: Any, blocked: Any) -> Any:
        rows, length, _ = hidden.shape
        parts = self.attend(hidden).view(rows, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
        read = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], attn_mask=blocked)
        read = read.permute(0, 2, 1, 3).reshape(rows, length, HIDDEN)
        hidden = self.mix_norm(hidden + self.mix(read))
        return self.norm(hidden + self.narrow(functional.gelu(self.widen(hidden))))


class JointNetwork(nn.Module):
    """Logits of sentences, null and span; `layers` counts its transformer layers."""

    def __init__(self, layers: int = LAYERS) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.segments = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.attention = nn.Linear(HIDDEN, POOLS)
        self.sentence = nn.Sequential(nn.Linear(3 * HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        self.null = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, 1))
        self.span = nn.Linear(HIDDEN, 2)

    def forward(self, pieces: Any, mask: Any, segments: Any, membership: Any) -> tuple[Any, Any, Any]:
        """(b, s) sentence logits, (b,) nulls, (b, t, 2) logits of the answer's first and last piece.

        `pieces`, `mask` and `segments` are (b, t) int64; `membership` is (b, s, t), 1 where a piece belongs
        to a sentence. A sentence without pieces has a logit that means nothing.
        """
        places = torch.arange(pieces.shape[1], device=pieces.device)
        hidden = self.norm(self.words(pieces) + self.positions(places)[None] + self.segments(segments))
        blocked = mask[:, None, None, :].bool()
        for layer in self.layers:
            hidden = layer(hidden, blocked)
        first = hidden[:, 0]
        membership = membership.to(hidden.dtype)
        mean = membership @ hidden / membership.sum(2, keepdim=True).clamp(min=1)
        weight = torch.exp(self.attention(hidden).float().clamp(-20, 20)).to(hidden.dtype)
        rows, length, _ = hidden.shape
        weighted = hidden.view(rows, length, POOLS, -1) * weight[..., None]
        total = (membership @ weight).clamp(min=1e-6)
        attentive = (membership @ weighted.flatten(2)).view(rows, -1, POOLS, HIDDEN // POOLS)
        attentive = (attentive / total[..., None]).flatten(2)
        told = first[:, None].expand(-1, mean.shape[1], -1)
        scores = self.sentence(torch.cat([mean, attentive, told], 2))[..., 0]
        return scores.float(), self.null(first)[:, 0].float(), self.span(hidden).float()

    def load_base(self, base: dict[str, Any]) -> None:
        """Begin as the packaged model: its embeddings and its first layers. `base` is its state."""
        with torch.no_grad():
            embeddings: dict[str, Any] = {
                "word_embeddings": self.words.weight,
                "position_embeddings": self.positions.weight,
                "token_type_embeddings": self.segments.weight,
                "LayerNorm": self.norm,
            }
            for name, part in embeddings.items():
                if isinstance(part, nn.LayerNorm):
                    _copy(part, base, f"embeddings.{name}")
                else:
                    part.copy_(base[f"embeddings.{name}.weight"])
            for i, layer in enumerate(self.layers):
                at = f"encoder.layer.{i}"
                for kind in ("weight", "bias"):
                    parts = [base[f"{at}.attention.self.{of}.{kind}"] for of in ("query", "key", "value")]
                    getattr(layer.attend, kind).copy_(torch.cat(parts))
                _copy(layer.mix, base, f"{at}.attention.output.dense")
                _copy(layer.mix_norm, base, f"{at}.attention.output.LayerNorm")
                _copy(layer.widen, base, f"{at}.intermediate.dense")
                _copy(layer.narrow, base, f"{at}.output.dense")
                _copy(layer.norm, base, f"{at}.output.LayerNorm")


def _copy(part: Any, base: dict[str, Any], name: str) -> None:
    part.weight.copy_(base[f"{name}.weight"])
    part.bias.copy_(base[f"{name}.bias"])
