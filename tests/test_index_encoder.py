"""The packaged model: the official weights, and the vectors that sentence-transformers makes of them."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import CuttingsError
from index.encoding.encoder import _BATCH_TOKENS, PACKAGED, SentenceEncoder, weights, weights_of
from index.encoding.torch_model import TorchModel

pytestmark = pytest.mark.model

WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of model.safetensors at https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2."""

TEXTS = [
    "How many clinical directors replied?",
    "The harbour bridge closed in March after inspectors found rust. " * 12,
    "Zürich’s café — 30,000 naïve visitors, 81% of them by ﬁrst-class rail 🎉.",
    "A.",
    "Why?\r\n\tBecause\u00a0of the U.S. tariffs.",
    "word " * 600,  # more than the model reads
]


@pytest.fixture(scope="module")
def torch_model() -> TorchModel:
    """The packaged model as torch has it."""
    return TorchModel(str(weights_of(PACKAGED)), PACKAGED)


def test_the_weights_are_the_official_ones() -> None:
    file = Path(weights_of(PACKAGED)) / "model.safetensors"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == WEIGHTS


def test_the_files_of_the_weights_are_those_of_the_model_or_folder(tmp_path: Path) -> None:
    assert weights(PACKAGED) == (Path(weights_of(PACKAGED)) / "model.safetensors",)
    assert weights(str(Path(weights_of(PACKAGED)))) == weights(PACKAGED)
    for name in ("b.safetensors", "a.bin", "config.json"):
        (tmp_path / name).touch()
    assert weights(str(tmp_path)) == (tmp_path / "a.bin", tmp_path / "b.safetensors")
    for unknown in ("no-such-model", "nobody/no-such-model", "not/a/name"):
        assert weights(unknown) == ()


def test_what_is_served_is_what_torch_computes(encoder: SentenceEncoder, torch_model: TorchModel) -> None:
    expected = torch_model.encode(TEXTS, "")
    np.testing.assert_allclose(list(encoder.encode_passages(TEXTS)), expected, atol=1e-5)
    np.testing.assert_allclose([encoder.encode_query(text) for text in TEXTS], expected, atol=1e-5)
    for text in TEXTS:
        assert encoder.count(text) == torch_model.count(text)


def test_vectors_are_those_of_sentence_transformers(
    encoder: SentenceEncoder, torch_model: TorchModel
) -> None:
    expected = torch_model.model.encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(list(encoder.encode_passages(TEXTS)), expected, atol=1e-5)


def test_every_vector_has_unit_length(encoder: SentenceEncoder) -> None:
    for vector in encoder.encode_passages(TEXTS):
        assert vector.shape == (384,) and vector.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vector), 1, atol=1e-5)


def test_passages_come_in_order_and_as_they_are_alone_whatever_batch_they_were_in(
    encoder: SentenceEncoder,
) -> None:
    # Texts of 5 to 150 word pieces in a mixed order: two batches, sorted by length inside.
    texts = [f"Ferry number {n} sails. " * (1 + 17 * n % 30) for n in range(30)]
    lengths = [encoder.count(text) for text in texts]
    assert lengths != sorted(lengths)
    assert max(lengths) * len(texts) > _BATCH_TOKENS
    vectors = list(encoder.encode_passages(texts))
    for place in (0, 7, 12, 29):
        np.testing.assert_allclose(vectors[place], encoder.encode_query(texts[place]), atol=1e-5)


def test_queries_of_many_threads_have_the_vectors_of_one(encoder: SentenceEncoder) -> None:
    texts = [f"When did ferry {n} sail?" * (1 + n % 5) for n in range(32)]
    alone = [encoder.encode_query(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(encoder.encode_query, texts))
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_no_texts(encoder: SentenceEncoder) -> None:
    assert list(encoder.encode_passages([])) == []


def test_word_pieces_are_counted_past_what_the_model_reads(encoder: SentenceEncoder) -> None:
    assert encoder.count("") == 0
    assert encoder.count("the harbour") == 2
    assert encoder.count("word " * 600) == 600


def test_like_meanings_are_near(encoder: SentenceEncoder) -> None:
    bridge, same, other = encoder.encode_passages(
        ["The bridge was shut.", "They closed the crossing.", "Cats sleep all day."]
    )
    assert bridge @ same > bridge @ other + 0.2


@pytest.mark.parametrize("name", ["./no-such-model", "/no/such/model", "no-such-owner/no-such-model"])
def test_a_model_that_is_not_there(name: str, encoder: SentenceEncoder) -> None:
    encoder.count("")  # so that the hub's library was imported when it was told to stay offline
    with pytest.raises(CuttingsError) as error:
        SentenceEncoder(name).encode_query("rust")
    message = str(error.value)
    assert "\n" not in message
    assert repr(name) in message
    assert "`model`" in message and PACKAGED in message


def test_a_folder_without_a_model(tmp_path: Path, encoder: SentenceEncoder) -> None:
    encoder.count("")
    with pytest.raises(CuttingsError, match="cannot load the embedding model") as error:
        SentenceEncoder(str(tmp_path)).count("rust")
    assert "\n" not in str(error.value)


def test_making_an_encoder_loads_nothing() -> None:
    assert SentenceEncoder("./no-such-model").name == "./no-such-model"
