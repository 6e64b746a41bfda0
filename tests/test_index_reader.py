"""The trained reader: what is shipped, and that it reads better than the model as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

import index
from index.embed import PACKAGED, SentenceEncoder

FILE = Path(index.__file__).parent / "reader.safetensors"


def test_what_is_shipped_is_small_and_holds_only_the_two_layers() -> None:
    assert FILE.stat().st_size < 10_000_000
    with safe_open(FILE, "np") as stored:
        names = set(stored.keys())
    assert {name.split(".")[0] for name in names} == {"layers", "weight"}
    assert {name.split(".")[1] for name in names if name.startswith("layers")} == {"0", "1"}


def test_only_the_packaged_model_has_a_trained_reader() -> None:
    assert SentenceEncoder(PACKAGED).reader == "trained"
    assert SentenceEncoder(PACKAGED, "none").reader == "none"
    assert SentenceEncoder("some/other").reader == "none"
    assert SentenceEncoder(PACKAGED).name != SentenceEncoder(PACKAGED, "none").name
    assert SentenceEncoder(PACKAGED, "some/cross-encoder").name == SentenceEncoder(PACKAGED).name


@pytest.mark.model
def test_the_reader_leaves_the_search_vectors_alone(encoder: SentenceEncoder) -> None:
    plain = SentenceEncoder(reader="none")
    text = "Ferry fares will rise in March, the harbour board said."
    with_reader, without = encoder.encode_query(text), plain.encode_query(text)
    np.testing.assert_allclose(with_reader.vector, without.vector, atol=1e-5)
    np.testing.assert_array_equal(with_reader.offsets, without.offsets)
    assert without.weights is None
    assert with_reader.weights is not None
    assert with_reader.weights.shape == (len(with_reader.tokens),)
    assert (with_reader.weights > 0).all()
    assert np.abs(with_reader.tokens - without.tokens).max() > 0.01
    np.testing.assert_allclose(np.linalg.norm(with_reader.tokens, axis=1), 1, atol=1e-5)


@pytest.mark.model
def test_neighbours_in_a_batch_do_not_change_a_text(encoder: SentenceEncoder) -> None:
    texts = ["Fares rise.", "The harbour board said that " + "the old ferries are slow and " * 20 + "dear."]
    together = list(encoder.encode_passages(texts))
    for text, encoding in zip(texts, together, strict=True):
        (alone,) = encoder.encode_passages([text])
        np.testing.assert_allclose(encoding.tokens, alone.tokens, atol=1e-4)
