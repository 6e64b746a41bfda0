"""The reader that needs no training, and readers by their names."""

from __future__ import annotations

import pytest

from chatbot.reading.baseline import Baseline
from chatbot.reading.cross_encoder import CrossEncoderReader
from chatbot.reading.reader import PassageText
from chatbot.reading.readers import open_reader
from tests.fakes import HashEncoder

RUST = PassageText("Rust was found. Cats sleep.", "", ((0, 15), (16, 27)), bm25=2.0)
CATS = PassageText("Cats sleep.", "", ((0, 11),), bm25=1.0)


def test_a_sentence_is_judged_by_its_cosine_and_its_passage_by_bm25() -> None:
    encoder = HashEncoder()
    first, second = Baseline(encoder).read("was rust found.", None, [RUST, CATS])
    cosine = float(encoder.encode_query("was rust found.") @ encoder.encode_query("Cats sleep."))
    assert first.logits[0] == pytest.approx(10 * 1 + 2 * 1)  # the same words; the best BM25
    assert first.logits[1] == pytest.approx(10 * cosine + 2 * 1)
    assert second.logits[0] == pytest.approx(10 * cosine + 2 * 0.5)
    assert first.null == second.null
    assert first.marks == (None, None)


def test_a_follow_up_is_read_with_the_question_before_it() -> None:
    reader = Baseline(HashEncoder())
    (following,) = reader.read("and when?", ("what was found?", "Rust."), [RUST])
    (whole,) = reader.read("what was found? and when?", None, [RUST])
    assert following.logits.tolist() == whole.logits.tolist()


def test_without_a_shared_term_bm25_counts_nothing() -> None:
    nowhere = PassageText("Cats sleep.", "", ((0, 11),))
    (judged,) = Baseline(HashEncoder()).read("cats sleep.", None, [nowhere])
    assert judged.logits[0] == pytest.approx(10)
    assert Baseline(HashEncoder()).read("cats", None, []) == []


def test_readers_go_by_their_names() -> None:
    encoder = HashEncoder()
    assert isinstance(open_reader("none", encoder), Baseline)
    crossed = open_reader("some/cross-encoder", encoder)
    assert isinstance(crossed, CrossEncoderReader) and crossed.name == "some/cross-encoder"
