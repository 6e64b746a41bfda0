"""The joint reader for ONNX Runtime: its network as a graph with 8-bit weights, made once on each machine."""

from __future__ import annotations

import hashlib
import logging
import warnings
from pathlib import Path
from typing import Any

import torch

from chatbot.reading.joint_network import FROZEN, HEADS, JointNetwork, Layer
from corpus.errors import CuttingsError
from index.embed import PACKAGED, weights_of
from index.torch_model import OPSET

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
    """The network as an ONNX graph, in single precision."""
    whole: list[Any] = list(made.layers)
    made.layers = torch.nn.ModuleList(_FusedLayer(layer) for layer in whole)
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


class _FusedLayer(torch.nn.Module):
    """A layer whose attention is one operation of ONNX Runtime, a sixth faster than its parts."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, hidden: Any, blocked: Any) -> Any:
        layer = self.layer
        mask = blocked[:, 0, 0].to(torch.int32)
        read = _Attention.apply(hidden, layer.attend.weight.t().contiguous(), layer.attend.bias, mask)
        hidden = layer.mix_norm(hidden + layer.mix(read))
        return layer.norm(hidden + layer.narrow(torch.nn.functional.gelu(layer.widen(hidden))))


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
