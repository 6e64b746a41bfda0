"""ONNX Runtime, whose official builds send what they are used for, is kept from it before it is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import index.encoding.onnx_model
import onnxruntime
from onnx import TensorProto, helper

ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "graph", ends[:1], ends[1:])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnxruntime.InferenceSession(model.SerializeToString())
"""


@pytest.mark.slow
def test_nothing_is_noted_down_to_be_sent(tmp_path: Path) -> None:
    """Unless it is kept from it, it makes a folder with an id of the machine and a file of events."""
    homes = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    kept = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, "-c", RUN], env={**kept, **homes}, check=True, timeout=60)
    assert list(tmp_path.iterdir()) == []
