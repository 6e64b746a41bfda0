"""Models as sentence-transformers loads them: exported for ONNX Runtime, or served where that cannot be."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import CuttingsError
from index.encoding.model import processors

OPSET = 17
"""Version of the ONNX operators that an export uses."""

MODEL, TOKENIZER, ABOUT = "model.onnx", "tokenizer.json", "model.json"
"""The files of an export."""


_SETTINGS = {"model": ("embedding model", "all-MiniLM-L6-v2"), "reader": ("reader", "joint")}
"""What each names, and its default."""


class NotExportable(Exception):
    """The model can be served by torch only; says why."""


class TorchModel:
    """A sentence-transformers model: the reference that `index/encoding/onnx_model.py` has to equal."""

    def __init__(self, path: str, name: str) -> None:
        """From a folder or a hub name, `path`; `name` is what people call it. CuttingsError as `loaded`."""
        try:
            from sentence_transformers import SentenceTransformer
        except (
            ImportError
        ) as error:  # as in the image of deploy/Containerfile, which has the packaged model ready
            raise CuttingsError(
                f"the model {name!r} has to be made ready by PyTorch, which is not installed here; "
                "`pip install torch sentence-transformers`, or take the packaged model"
            ) from error

        self.model = loaded(SentenceTransformer, path, "model", name).eval()
        self.prompts = {task: prompt or "" for task, prompt in (self.model.prompts or {}).items()}

    @property
    def _max_tokens(self) -> int:
        return int(self.model.max_seq_length or 512)

    @property
    def longest(self) -> int:
        return self._max_tokens - int(self.model.tokenizer.num_special_tokens_to_add())

    def count(self, text: str) -> int:
        return len(self.model.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def encode(self, texts: Sequence[str], prompt: str) -> np.ndarray:
        return self._encode(texts, prompt, 1)

    def encode_batches(self, batches: Sequence[Sequence[str]], prompt: str) -> Iterable[np.ndarray]:
        for batch in batches:
            yield self._encode(batch, prompt, processors())

    def _encode(self, texts: Sequence[str], prompt: str, threads: int) -> np.ndarray:
        import torch

        # Counts for the calling thread, and each sets its own: nothing is to be restored.
        torch.set_num_threads(threads)
        inputs: Any = self.model.tokenizer(
            [prompt + text for text in texts],
            padding=True,
            truncation=True,
            max_length=self._max_tokens,
            return_tensors="pt",
        )
        with torch.inference_mode():
            vectors: np.ndarray = self._vectors(dict(inputs)).numpy()
        return vectors

    def _vectors(self, inputs: dict[str, Any]) -> Any:
        """(b, d), of the model's inputs by their names."""
        from torch.nn.functional import normalize

        return normalize(self.model(inputs)["sentence_embedding"].float(), dim=-1)

    def export(self, folder: Path) -> None:
        """Write the files that `index.encoding.onnx_model.OnnxModel` serves into an empty folder.

        NotExportable where the model has no tokenizer of the fast kind, or operations that ONNX has not.
        OSError where the folder cannot be written.
        """
        import torch

        tokenizer = getattr(self.model.tokenizer, "backend_tokenizer", None)
        if tokenizer is None:
            raise NotExportable("its tokenizer is written in Python")
        vectors = self._vectors
        sample = dict(self.model.tokenizer(["a b", "c"], padding=True, return_tensors="pt"))
        names = list(sample)

        class Graph(torch.nn.Module):
            def __init__(self, model: Any) -> None:
                super().__init__()
                self.model = model

            def forward(self, *inputs: Any) -> Any:
                return vectors(dict(zip(names, inputs, strict=True)))

        free = {name: {0: "texts", 1: "tokens"} for name in names}
        try:
            with torch.inference_mode(), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about branches that do not depend on the texts
                torch.onnx.export(
                    Graph(self.model).eval(),
                    tuple(sample.values()),
                    str(folder / MODEL),
                    dynamo=False,
                    input_names=names,
                    output_names=["vector"],
                    dynamic_axes={**free, "vector": {0: "texts"}},
                    opset_version=OPSET,
                )
        except OSError:
            raise
        except Exception as error:  # the exporter has no error of its own for what it cannot do
            raise NotExportable(str(error).split("\n")[0]) from error
        tokenizer.save(str(folder / TOKENIZER))
        about = {
            "inputs": names,
            "max_tokens": self._max_tokens,
            "pad": self.model.tokenizer.pad_token_id or 0,
            "prompts": self.prompts,
        }
        (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def loaded(kind: Callable[..., Any], path: str, setting: str, name: str = "") -> Any:
    """A sentence-transformers model of a kind; `name` is what a person calls it, where that is not its path.

    CuttingsError, which names the setting, when it cannot be loaded.
    """
    if Path(path).is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a local model must not ask the hub
    import huggingface_hub.utils
    import transformers

    # An error is reported below, in one line.
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    huggingface_hub.utils.logging.set_verbosity_error()
    huggingface_hub.utils.disable_progress_bars()
    try:
        return kind(path, device="cpu")
    except Exception as error:  # a folder that is no model can fail in any way
        first = (str(error).splitlines() or [""])[0]
        what, usual = _SETTINGS[setting]
        raise CuttingsError(
            f"cannot load the {what} {name or path!r} ({first}); "
            f"set `{setting}` to {usual!r}, a folder or a sentence-transformers name"
        ) from error
