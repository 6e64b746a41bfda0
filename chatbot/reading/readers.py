"""The readers by their names."""

from __future__ import annotations

from chatbot.reading.baseline import Baseline
from chatbot.reading.cross_encoder import CrossEncoderReader
from chatbot.reading.joint import JointReader
from chatbot.reading.reader import Reader
from index.encoding.encoder import Encoder

JOINT = ("joint", "fast")
"""Joint readers that come with Cuttings, each with weights of its own."""

DEFAULT = JOINT[0]


def open_reader(name: str, encoder: Encoder) -> Reader:
    """The reader of a name: one of `JOINT`, "none", or a cross-encoder by its folder or hub name.

    Nothing is loaded yet. CuttingsError where the weights of a joint reader were not installed.
    """
    if name in JOINT:
        return JointReader(name)
    if name == Baseline.name:
        return Baseline(encoder)
    return CrossEncoderReader(name)
