"""The joint reader: question and passage together through one transformer, by ONNX Runtime.

Its weights lie beside this file, with their SHA-256 in a file of its own (`joint.safetensors`,
`joint.sha256`). When it is first used they become a graph in the user's cache, which takes torch and some
seconds; from then on neither is needed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from chatbot.reading.joint_input import Asked, Row, batch, plain_tokenizer, row
from chatbot.reading.reader import History, JudgedPassage, Mark, PassageText
from corpus.errors import CuttingsError
from index.encoding import encoder as embed
from index.encoding.model import processors

_FORMAT = 2
"""Raised when what is exported changes, so that older exports are not taken."""

_GRAPH = "joint.onnx"

_NOT_READ = -100.0
"""What the logit of a sentence is below the null where the passage is too long for it to be read."""


FOLDER = Path(__file__).parent
"""Where the weights lie that come with Cuttings."""


class JointReader:
    """A joint reader by its name. Safe to use from several threads.

    CuttingsError where its weights are missing or damaged.
    """

    def __init__(self, name: str, folder: Path = FOLDER) -> None:
        self.name = name
        self._weights = weights_of(name, folder)
        self._loading = threading.Lock()

    def load(self) -> None:
        """Load the model now, and not when it is first used."""
        _ = self._loaded

    def read(
        self, question: str, history: History | None, passages: Sequence[PassageText]
    ) -> list[JudgedPassage]:
        session, tokenizer, threads = self._loaded
        asked = Asked.of(tokenizer, question, *(history or ("", "")))

        def judge(passage: PassageText) -> JudgedPassage:
            one = row(tokenizer, asked, passage.context, passage.text, passage.sentences)
            pieces, mask, segments, sentence = batch([one])
            membership = sentence[:, None, :] == np.arange(len(passage.sentences))[:, None]
            given = {
                "pieces": pieces,
                "mask": mask,
                "segments": segments,
                "membership": membership.astype(np.float32),
            }
            logits, nulls, spans = session.run(None, given)
            return _judged(passage, one, logits[0], float(nulls[0]), spans[0])

        # A passage by itself: as fast as a batch, nothing is padded, and what is rounded to 8 bits in it
        # does not depend on the others.
        return list(threads.map(judge, passages))

    @property
    def _loaded(self) -> tuple[Any, Any, ThreadPoolExecutor]:
        with self._loading:  # what several threads ask for at a time is loaded once
            return self._session, self._tokenizer, self._threads

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(processors(), "reader")

    @cached_property
    def _tokenizer(self) -> Any:
        return plain_tokenizer(embed.weights_of(embed.PACKAGED))

    @cached_property
    def _session(self) -> Any:
        sha256 = self._weights.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
        cache = Path(platformdirs.user_cache_dir("cuttings", appauthor=False)) / "models"
        folder = cache / f"{self.name}-{_FORMAT}-{sha256[:16]}"
        if folder.is_dir():
            try:
                made = session(folder / _GRAPH)
            except Exception:  # damaged, in whichever way: it can be made again
                shutil.rmtree(folder, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):  # of another user, or of a disk that only reads
                    os.utime(folder)  # what nobody uses for long is deleted
                return made
        try:
            cache.mkdir(parents=True, exist_ok=True)
            building = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
        except OSError:  # nothing can be kept
            building = Path(tempfile.mkdtemp(prefix="cuttings-"))
        try:
            from chatbot.reading.joint_export import network, quantised, write_graph

            exact = building / "exact.onnx"
            write_graph(network(self._weights, sha256), exact)
            quantised(exact, building / _GRAPH)
            exact.unlink()
            made = session(building / _GRAPH)  # keeps nothing of the folder open
            if building.parent == cache and not folder.exists():  # else another process was faster
                building.rename(folder)
            return made
        finally:
            shutil.rmtree(building, ignore_errors=True)


def weights_of(name: str, folder: Path = FOLDER) -> Path:
    """The file of the weights of a joint reader. CuttingsError where it is missing."""
    file = folder / f"{name}.safetensors"
    if not file.is_file():
        raise CuttingsError(f"the weights of the reader {name!r} are missing; install cuttings again")
    return file


def session(graph: Path) -> Any:
    """A graph ready to run, each time on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _judged(
    passage: PassageText, one: Row, logits: np.ndarray, null: float, span: np.ndarray
) -> JudgedPassage:
    """The judgement of a passage, from the network's outputs for its row."""
    count = len(passage.sentences)
    marks: list[Mark | None] = []
    scores = np.full(count, null + _NOT_READ, np.float32)
    for i in range(count):
        at = np.flatnonzero(one.sentence == i)
        if not len(at):
            marks.append(None)
            continue
        scores[i] = logits[i]
        marks.append(mark(passage.text, one.offsets[at], span[at]))
    return JudgedPassage(scores, null, tuple(marks))


def mark(text: str, offsets: np.ndarray, span: np.ndarray) -> Mark:
    """The words of a sentence that most probably answer.

    `offsets` are the characters of its pieces, (t, 2); `span` (t, 2) the logits of the first and last piece.
    """
    chances = np.exp(span - span.max(axis=0))
    chances /= chances.sum(axis=0)
    pairs = np.triu(np.outer(chances[:, 0], chances[:, 1]))
    first, last = np.unravel_index(int(pairs.argmax()), pairs.shape)
    start, end = int(offsets[first, 0]), int(offsets[last, 1])
    low, high = int(offsets[0, 0]), int(offsets[-1, 1])
    while start > low and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < high and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return Mark(start, end, float(pairs[first, last] / max(pairs.sum(), 1e-9)))
