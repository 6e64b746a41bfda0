"""Where exports are kept: made once, found again, made anew when damaged, done without if need be."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import CuttingsError
from index.encoding.encoder import PACKAGED, SentenceEncoder, weights_of
from index.encoding.onnx_model import OnnxModel
from index.encoding.torch_model import MODEL, TorchModel

pytestmark = pytest.mark.model


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "cuttings" / "models"


def vector(encoder: SentenceEncoder) -> np.ndarray:
    return encoder.encode_query("Who closed the bridge?")


def test_an_export_is_made_once_and_made_again_where_it_is_damaged(
    cache: Path, encoder: SentenceEncoder
) -> None:
    first = SentenceEncoder()
    np.testing.assert_allclose(vector(first), vector(encoder), atol=1e-6)
    (folder,) = cache.iterdir()
    made = (folder / MODEL).stat().st_mtime_ns
    np.testing.assert_array_equal(vector(SentenceEncoder()), vector(first))
    assert (folder / MODEL).stat().st_mtime_ns == made
    (folder / MODEL).write_bytes((folder / MODEL).read_bytes()[:1000])
    np.testing.assert_array_equal(vector(SentenceEncoder()), vector(first))
    assert list(cache.iterdir()) == [folder]
    assert (folder / MODEL).stat().st_mtime_ns != made


def test_an_export_is_not_deleted_for_what_is_wrong_elsewhere(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vector(SentenceEncoder())
    (folder,) = cache.iterdir()

    def none_left(self: OnnxModel, *_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(OnnxModel, "_load", none_left)
    with pytest.raises(OSError, match="Too many open files"):
        vector(SentenceEncoder())
    assert list(cache.iterdir()) == [folder]


def test_old_exports_are_deleted_and_those_in_use_are_not(cache: Path) -> None:
    long_ago = time.time() - 100 * 86400
    folders = {name: cache / name for name in ("unused", "building-killed", "used", "building-now")}
    for name, folder in folders.items():
        folder.mkdir(parents=True)
        if name in ("unused", "building-killed"):
            os.utime(folder, (long_ago, long_ago))
    vector(SentenceEncoder())
    left = set(cache.iterdir())
    assert {folders["used"], folders["building-now"]} < left
    assert not {folders["unused"], folders["building-killed"]} & left
    (made,) = left - set(folders.values())
    os.utime(made, (long_ago, long_ago))
    vector(SentenceEncoder())
    assert time.time() - made.stat().st_mtime < 86400


def test_other_weights_in_place_of_the_packaged_are_refused_once_a_state(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = shutil.copytree(weights_of(PACKAGED), tmp_path / "own")
    monkeypatch.setattr("index.encoding.encoder.weights_of", lambda name: own)
    good = vector(SentenceEncoder())
    weights = own / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(CuttingsError, match=r"is not the model that Cuttings was made with.*pip install"):
        vector(SentenceEncoder())
    data[-1] ^= 1
    weights.write_bytes(data)
    np.testing.assert_array_equal(vector(SentenceEncoder()), good)


def test_a_changed_file_is_another_export(cache: Path, tmp_path: Path) -> None:
    own = shutil.copytree(weights_of(PACKAGED), tmp_path / "own")
    vector(SentenceEncoder(str(own)))
    assert len(list(cache.iterdir())) == 1
    (own / "README.md").write_text("other weights, say")
    vector(SentenceEncoder(str(own)))
    assert len(list(cache.iterdir())) == 2


def test_without_a_place_to_keep_it_torch_serves(
    cache: Path, encoder: SentenceEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    cache.parent.parent.mkdir(parents=True)
    cache.parent.write_text("in the way")
    slow = SentenceEncoder()
    with caplog.at_level(logging.WARNING):
        assert isinstance(slow.model, TorchModel)
    assert str(cache) in caplog.text and "served by torch" in caplog.text
    np.testing.assert_allclose(vector(slow), vector(encoder), atol=1e-5)
    passages = ["The bridge was shut.", "They closed the crossing. " * 20]
    np.testing.assert_allclose(
        list(slow.encode_passages(passages)), list(encoder.encode_passages(passages)), atol=1e-5
    )
    assert isinstance(encoder.model, OnnxModel)


def test_a_model_that_cannot_be_exported_is_served_by_torch_and_nothing_is_left_behind(
    cache: Path, encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = TorchModel.export

    def without_tokenizer(self: TorchModel, folder: Path) -> None:
        monkeypatch.setattr(type(self.model.tokenizer), "backend_tokenizer", None)
        try:
            export(self, folder)
        finally:
            monkeypatch.undo()
        raise AssertionError("it was exported")

    where = str(cache.parent.parent)
    monkeypatch.setattr(TorchModel, "export", without_tokenizer)
    slow = SentenceEncoder()
    assert isinstance(slow.model, TorchModel)
    monkeypatch.setenv("XDG_CACHE_HOME", where)
    np.testing.assert_allclose(vector(slow), vector(encoder), atol=1e-5)
    assert list(cache.iterdir()) == []
