"""Where exports are kept: made once, found again, made anew when damaged, done without if need be."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.embed import PACKAGED, SentenceEncoder, weights_of
from index.onnx_model import OnnxModel
from index.torch_model import MODEL, TorchModel

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


def test_a_changed_file_is_another_export(cache: Path, tmp_path: Path) -> None:
    own = shutil.copytree(weights_of(PACKAGED), tmp_path / "own")
    vector(SentenceEncoder(str(own)))
    assert len(list(cache.iterdir())) == 1
    (own / "README.md").write_text("other weights, say")
    vector(SentenceEncoder(str(own)))
    assert len(list(cache.iterdir())) == 2


def test_without_a_place_to_keep_it_torch_serves(
    cache: Path, encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.parent.parent.mkdir(parents=True)
    cache.parent.write_text("in the way")
    slow = SentenceEncoder()
    assert isinstance(slow.model, TorchModel)
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
