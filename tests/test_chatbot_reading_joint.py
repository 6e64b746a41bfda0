"""The joint reader: the graph says what the network says, marks lie in their sentences, damage is told."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from chatbot.reading.joint import JointReader, mark, session
from chatbot.reading.joint_export import INPUTS, network, quantised, write_graph
from chatbot.reading.joint_input import Asked, batch, row
from chatbot.reading.joint_network import FROZEN, JointNetwork
from chatbot.reading.reader import PassageText
from corpus.errors import CuttingsError
from corpus.read import Raw, read
from index.encoding.encoder import PACKAGED, weights_of
from tests.conftest import ARTICLES

model = pytest.mark.model


def passage(text: str, *sentences: str, context: str = "") -> PassageText:
    spans = tuple((text.index(one), text.index(one) + len(one)) for one in sentences)
    return PassageText(text, context, spans)


BRIDGE = "Inspectors found rust in the bridge. It closed in March 2019. Repairs take 14 months."
PASSAGES = [
    passage(BRIDGE, *(f"{one.rstrip('.')}." for one in BRIDGE.split(". "))),
    passage("A ferry runs until midnight.", "A ferry runs until midnight.", context="The ferry\nHours\n"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights of a network of two layers that was not trained, as they are delivered."""
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(1)
    made = JointNetwork(layers=2)
    made.load_base(load_file(Path(weights_of(PACKAGED)) / "model.safetensors"))
    with torch.no_grad():  # so that sentences differ by more than rounding
        for head in (made.sentence[2], made.null[2], made.span):
            head.weight.mul_(20)
    state = {name: one.half().contiguous() for name, one in made.state_dict().items() if name != FROZEN}
    save_file(state, folder / "small.safetensors")
    digest = hashlib.sha256((folder / "small.safetensors").read_bytes()).hexdigest()
    (folder / "small.sha256").write_text(f"{digest}  small.safetensors\n")
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "cuttings" / "models"


@pytest.fixture(scope="module")
def small(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> JointReader:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        reader = JointReader("small", folder)
        reader.load()
    return reader


def rows(tokenizer: Any) -> list[Any]:
    """A question put to the paragraphs of the bundled articles, each in sentences of its own making."""
    asked = Asked.of(tokenizer, "How many directors replied?", "Who asked them?", "The BMA did.")
    made = []
    for raw in read([ARTICLES]):
        assert isinstance(raw, Raw)
        for paragraph in raw.text.split("\n\n")[:6]:
            ends = [i + 2 for i in range(len(paragraph)) if paragraph.startswith(". ", i)]
            spans = list(zip([0, *ends], [*ends, len(paragraph)], strict=True))
            made.append(row(tokenizer, asked, "Title", paragraph, [one for one in spans if one[0] < one[1]]))
    return [one for one in made if one.sentence.max() > 0]


@model
def test_the_graph_says_what_the_network_says_and_the_quantised_one_nearly(
    folder: Path, small: JointReader, tmp_path: Path
) -> None:
    digest = (folder / "small.sha256").read_text().split()[0]
    exact = network(folder / "small.safetensors", digest)
    assert len(exact.layers) == 2
    write_graph(exact, tmp_path / "exact.onnx")
    quantised(tmp_path / "exact.onnx", tmp_path / "small.onnx")
    graphs = [session(tmp_path / name) for name in ("exact.onnx", "small.onnx")]
    every = rows(small._tokenizer)
    agreed = 0
    for first in range(0, len(every), 8):
        pieces, mask, segments, sentence = batch(every[first : first + 8])
        member = (sentence[:, None] == np.arange(sentence.max() + 1)[:, None]).astype(np.float32)
        inputs = (pieces, mask, segments, member)
        with torch.inference_mode():
            wanted = [one.numpy() for one in exact(*map(torch.from_numpy, inputs))]
        found, near = (graph.run(None, dict(zip(INPUTS, inputs, strict=True))) for graph in graphs)
        real, read_ = member.any(axis=2), mask > 0
        np.testing.assert_allclose(found[0][real], wanted[0][real], atol=1e-3)
        np.testing.assert_allclose(found[1], wanted[1], atol=1e-3)
        np.testing.assert_allclose(found[2][read_], wanted[2][read_], atol=2e-3)
        best, near_best = (np.where(real, one[0], -np.inf).argmax(axis=1) for one in (wanted, near))
        agreed += int((best == near_best).sum())
    assert agreed >= 0.9 * len(every) > 20


@model
def test_passages_are_judged_alike_alone_and_together(small: JointReader) -> None:
    together = small.read("When did it close?", None, PASSAGES)
    for one, (alone,) in zip(
        together, (small.read("When did it close?", None, [p]) for p in PASSAGES), strict=True
    ):
        assert one.logits.tolist() == alone.logits.tolist()
        assert one.null == alone.null
    assert [len(one.logits) for one in together] == [3, 1]
    assert together[0].logits.dtype == np.float32
    assert small.read("When?", None, []) == []


@model
def test_marks_lie_in_their_sentences_at_borders_of_words(small: JointReader) -> None:
    for one, judged in zip(PASSAGES, small.read("When did it close?", None, PASSAGES), strict=True):
        for (start, end), found in zip(one.sentences, judged.marks, strict=True):
            assert found and start <= found.start < found.end <= end
            assert 0 < found.sure <= 1
            around = f" {one.text} "[found.start : found.end + 2]
            assert not (around[0].isalnum() and around[1].isalnum())
            assert not (around[-1].isalnum() and around[-2].isalnum())


@model
def test_the_conversation_is_read(small: JointReader) -> None:
    alone, following = (
        small.read("And when?", history, PASSAGES) for history in (None, ("What closed?", "The bridge."))
    )
    assert not np.allclose(alone[0].logits, following[0].logits)


@model
def test_what_is_too_long_to_be_read_never_answers(small: JointReader) -> None:
    first, last = "word " * 400 + "ends.", "It closed in March."
    (judged,) = small.read("When?", None, [passage(f"{first} {last}", first, last)])
    assert judged.logits[1] < judged.null - 50 and judged.marks[1] is None
    assert judged.marks[0] is not None


@model
def test_an_export_is_made_once_and_made_again_where_it_is_damaged(folder: Path, cache: Path) -> None:
    first = JointReader("small", folder).read("When?", None, PASSAGES)
    (kept,) = cache.iterdir()
    (graph,) = kept.iterdir()
    made = graph.stat().st_mtime_ns
    JointReader("small", folder).load()
    assert graph.stat().st_mtime_ns == made
    graph.write_bytes(b"damaged")
    again = JointReader("small", folder).read("When?", None, PASSAGES)
    assert [one.null for one in again] == [one.null for one in first]
    assert graph.stat().st_size > 1000 and list(cache.iterdir()) == [kept]


@model
def test_a_reader_answers_where_nothing_can_be_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(JointReader("small", folder).read("When?", None, PASSAGES)) == 2


@model
def test_damaged_weights_are_told(folder: Path, tmp_path: Path) -> None:
    for name in ("small.safetensors", "small.sha256"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    damaged = bytearray((tmp_path / "small.safetensors").read_bytes())
    damaged[-1] ^= 1
    (tmp_path / "small.safetensors").write_bytes(damaged)
    with pytest.raises(CuttingsError, match=r"small.safetensors is damaged.*install cuttings again"):
        JointReader("small", tmp_path).load()


def test_missing_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(CuttingsError, match="the weights of the reader 'small' are missing"):
        JointReader("small", tmp_path)


def test_the_mark_is_the_most_probable_run_of_pieces() -> None:
    text = "It closed in March 2019."
    offsets = np.array([(0, 2), (3, 9), (10, 12), (13, 18), (19, 21), (21, 23), (23, 24)])  # "20" "##19"
    span = np.full((7, 2), -5.0)
    span[3, 0], span[4, 1] = 5.0, 5.0  # ends inside the year
    found = mark(text, offsets, span)
    assert text[found.start : found.end] == "March 2019" and found.sure > 0.9
    span[3, 0], span[1, 0] = -5.0, 5.0
    assert text[slice(*(lambda m: (m.start, m.end))(mark(text, offsets, span)))] == "closed in March 2019"


def test_a_mark_that_could_be_anything_is_not_sure() -> None:
    offsets = np.array([(i, i + 1) for i in range(0, 20, 2)])
    found = mark("a b c d e f g h i j", offsets, np.zeros((10, 2)))
    assert found.sure == pytest.approx(1 / 55)  # one of 10 * 11 / 2 runs


LOGIT = st.floats(-30, 30, width=32)


@given(
    st.lists(
        st.tuples(st.sampled_from(["rust", "é", "20", "\U0001f4f0", "no one"]), LOGIT, LOGIT), min_size=1
    )
)
def test_a_mark_is_a_slice_of_its_sentence(pieces: list[tuple[str, float, float]]) -> None:
    text, offsets = "Before. ", []
    for piece, _, _ in pieces:
        offsets.append((len(text), len(text) + len(piece)))
        text += piece + ("" if len(offsets) % 3 else " ")
    span = np.array([one[1:] for one in pieces], np.float32)
    found = mark(f"{text}after", np.array(offsets), span)
    assert offsets[0][0] <= found.start < found.end <= offsets[-1][1]
    assert 0 <= found.sure <= 1 + 1e-6
