"""Models served by ONNX Runtime, from what `torch_model.py` exported; the only file that imports it.

It gives the vectors that torch gives, but a question takes a third of the time, and neither torch nor
sentence-transformers, which take seconds to import, is loaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from index.encoding.model import processors
from index.encoding.torch_model import ABOUT, MODEL, TOKENIZER


class DamagedExport(Exception):
    """A folder does not hold an export as it was written; what is wrong with it."""


class OnnxModel:
    """An exported model. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """DamagedExport where a file of it is missing or is not as it was written.

        OSError where one cannot be read for another reason.
        """
        import onnxruntime
        import onnxruntime.capi.onnxruntime_pybind11_state as errors

        try:
            self._load(folder, onnxruntime)
        except (FileNotFoundError, ValueError, KeyError, TypeError) as error:
            raise DamagedExport(str(error)) from error
        except (
            *(errors.Fail, errors.InvalidArgument, errors.InvalidGraph, errors.InvalidProtobuf),
            *(errors.NoSuchFile, errors.NotImplemented, errors.RuntimeException),
        ) as error:
            raise DamagedExport(str(error)) from error

    def _load(self, folder: Path, onnxruntime: Any) -> None:
        from tokenizers import Tokenizer

        about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        self.prompts: dict[str, str] = about["prompts"]
        self._inputs: list[str] = about["inputs"]
        self._pad: int = about["pad"]
        text = (folder / TOKENIZER).read_text(encoding="utf-8")
        try:
            self._counting = Tokenizer.from_str(text)
        except Exception as error:  # it has no kind of its own
            raise ValueError(str(error)) from error
        self._counting.no_truncation()
        self._tokenizer = Tokenizer.from_str(text)
        self._max_tokens: int = about["max_tokens"]
        self._tokenizer.enable_truncation(self._max_tokens)
        for tokenizer in (self._counting, self._tokenizer):
            tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        # A thread a batch, and not a batch on all threads: nothing then waits for anything.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )

    @property
    def longest(self) -> int:
        return self._max_tokens - self._tokenizer.num_special_tokens_to_add(False)

    def count(self, text: str) -> int:
        return len(self._counting.encode(text, add_special_tokens=False).ids)

    def encode(self, texts: Sequence[str], prompt: str) -> np.ndarray:
        read = [self._tokenizer.encode(prompt + text) for text in texts]
        shape = len(read), max(len(one.ids) for one in read)
        given = {"input_ids": np.full(shape, self._pad, np.int64)}
        for name in self._inputs:
            given.setdefault(name, np.zeros(shape, np.int64))
        for i, one in enumerate(read):
            filled = slice(0, len(one.ids))
            given["input_ids"][i, filled] = one.ids
            if "attention_mask" in given:
                given["attention_mask"][i, filled] = 1
            if "token_type_ids" in given:
                given["token_type_ids"][i, filled] = one.type_ids
        (vectors,) = self._session.run(None, given)
        return vectors

    def encode_batches(self, batches: Sequence[Sequence[str]], prompt: str) -> Iterable[np.ndarray]:
        with ThreadPoolExecutor(processors()) as pool:
            yield from pool.map(partial(self.encode, prompt=prompt), batches)
