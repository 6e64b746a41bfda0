"""The joint reader for ONNX Runtime: its network as a graph with 8-bit weights, made once on each machine."""

from __future__ import annotations

import hashlib
import logging
import warnings
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch

from chatbot.reading.joint_input import Asked, batch, plain_tokenizer, row
from chatbot.reading.joint_network import FROZEN, HEADS, JointNetwork, Layer
from corpus.errors import CuttingsError
from index.encoding.encoder import PACKAGED, weights_of
from index.encoding.torch_model import OPSET

INPUTS = ("pieces", "mask", "segments", "membership")
OUTPUTS = ("sentences", "null", "span")
"""As `JointNetwork.forward` names them."""

_AXES = {
    "pieces": {0: "rows", 1: "length"},
    "mask": {0: "rows", 1: "length"},
    "segments": {0: "rows", 1: "length"},
    "membership": {0: "rows", 1: "count", 2: "length"},
    "sentences": {0: "rows", 1: "count"},
    "null": {0: "rows"},
    "span": {0: "rows", 1: "length"},
}


def network(weights: Path, sha256: str) -> JointNetwork:
    """The network with the weights of a file; it counts its layers from them.

    CuttingsError where they are not the ones that have this SHA-256.
    """
    from safetensors.torch import load, load_file

    data = weights.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise CuttingsError(
            f"{weights} is damaged: its SHA-256 is not {sha256[:16]}…; install cuttings again"
        )
    state = {name: value.float() for name, value in load(data).items()}
    base = load_file(Path(weights_of(PACKAGED)) / "model.safetensors")
    state[FROZEN] = base["embeddings.word_embeddings.weight"].float()
    made = JointNetwork(1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers.")))
    made.load_state_dict(state)
    return made.eval()


def write_graph(made: JointNetwork, file: Path) -> None:
    """The network as an ONNX graph, in single precision and ready to be quantised."""
    whole: list[Any] = list(made.layers)
    largest = _largest(made)
    made.layers = torch.nn.ModuleList(
        _FusedLayer(layer, numbers) for layer, numbers in zip(whole, largest, strict=True)
    )
    sample = (*(torch.ones(2, 5, dtype=torch.int64) for _ in range(3)), torch.ones(2, 3, 5))
    try:
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about branches that do not depend on what is read
            torch.onnx.export(
                made,
                sample,
                str(file),
                dynamo=False,
                input_names=list(INPUTS),
                output_names=list(OUTPUTS),
                dynamic_axes=_AXES,
                opset_version=OPSET,
            )
    finally:
        made.layers = torch.nn.ModuleList(whole)


def quantised(graph: Path, file: Path) -> None:
    """The graph with weights of 8 bits, a scale for each column; what flows between them is single precision.

    Half the time, a quarter of the size.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it recommends a preparation that does nothing here
    try:
        quantize_dynamic(graph, file, weight_type=QuantType.QInt8, per_channel=True)
    finally:
        root.setLevel(level)


def _largest(made: JointNetwork) -> list[dict[str, Any]]:
    """For each layer and part of it the largest magnitudes of its inputs, (d,), on bundled articles."""
    found: list[dict[str, Any]] = [{} for _ in made.layers]
    handles = []
    for layer, seen in zip(made.layers, found, strict=True):
        for name in _PARTS:

            def see(_: Any, inputs: Any, seen: dict[str, Any] = seen, name: str = name) -> None:
                here = inputs[0].abs().amax(dim=(0, 1))
                seen[name] = torch.maximum(seen[name], here) if name in seen else here

            handles.append(getattr(layer, name).register_forward_pre_hook(see))
    tokenizer = plain_tokenizer(weights_of(PACKAGED))
    try:
        with torch.inference_mode():
            for text in _texts():
                asked = Asked.of(tokenizer, text[:_ASKED])
                pieces, mask, segments, sentence = batch([row(tokenizer, asked, "", text, [(0, len(text))])])
                membership = (sentence[:, None] == 0).astype(np.float32)
                made(*map(torch.from_numpy, (pieces, mask, segments, membership)))
    finally:
        for handle in handles:
            handle.remove()
    return found


_ASKED, _READ = 60, 1200
"""Characters of a text that stand for a question, and for a passage."""


def _texts() -> list[str]:
    """The ends of the bundled articles."""
    articles = sorted(files("corpus").joinpath("articles").iterdir(), key=lambda file: file.name)
    return [file.read_text(encoding="utf-8")[-_READ:] for file in articles if file.name.endswith(".md")]


_PARTS = ("attend", "mix", "widen", "narrow")
"""The linear parts of a layer."""

_SMOOTH = 0.7
"""How much of the spread of inputs goes into the weights (0 to 1). Half the error of 8 bits is left so."""


class _FusedLayer(torch.nn.Module):
    """A layer whose attention is one operation of ONNX Runtime, a sixth faster than its parts.

    What flows into a linear part is divided by a number for each column, by which the weights are multiplied:
    a few columns with large numbers would otherwise coarsen all others in 8 bits (Xiao et al., "SmoothQuant",
    ICML 2023). `largest` are the largest magnitudes of these inputs.
    """

    def __init__(self, layer: Layer, largest: dict[str, Any]) -> None:
        super().__init__()
        self.layer = layer
        self.scales = {}
        for name in _PARTS:
            weight = getattr(layer, name).weight.detach().abs().amax(dim=0).clamp(min=1e-5)
            scale = largest[name].clamp(min=1e-4) ** _SMOOTH / weight ** (1 - _SMOOTH)
            self.scales[name] = scale / scale.mean()

    def forward(self, hidden: Any, blocked: Any) -> Any:
        layer = self.layer
        mask = blocked[:, 0, 0].to(torch.int32)
        weight = self._weight("attend").contiguous()
        read = _Attention.apply(self._divided("attend", hidden), weight, layer.attend.bias, mask)
        hidden = layer.mix_norm(hidden + self._linear("mix", read))
        wide = torch.nn.functional.gelu(self._linear("widen", hidden))
        return layer.norm(hidden + self._linear("narrow", wide))

    def _linear(self, name: str, inputs: Any) -> Any:
        return self._divided(name, inputs) @ self._weight(name) + getattr(self.layer, name).bias

    def _divided(self, name: str, inputs: Any) -> Any:
        return inputs * (1 / self.scales[name])

    def _weight(self, name: str) -> Any:
        """(inputs, outputs)"""
        return (getattr(self.layer, name).weight * self.scales[name]).t()


class _Attention(torch.autograd.Function):
    """`com.microsoft.Attention`: queries, keys and values of the hidden states, and attention over them."""

    @staticmethod
    def forward(_: Any, hidden: Any, weight: Any, bias: Any, mask: Any) -> Any:
        return hidden.clone()  # only its shape counts while a graph is traced

    @staticmethod
    def symbolic(graph: Any, hidden: Any, weight: Any, bias: Any, mask: Any) -> Any:
        made = graph.op("com.microsoft::Attention", hidden, weight, bias, mask, num_heads_i=HEADS)
        made.setType(hidden.type())
        return made
