"""What is packed comes back the same, and nothing else can be made of what is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Removed
from corpus.formats.document import Line, Options, Page
from corpus.metadata import Metadata
from corpus.packing import packed, unpacked
from corpus.read import RAW, Raw, Skipped

TEXT = st.text(st.characters(), max_size=40)  # with halves of surrogate pairs
RAWS = st.builds(
    Raw,
    TEXT,
    TEXT,
    TEXT,
    st.sampled_from(["txt", "md", "html"]),
    st.builds(Metadata, title=st.none() | TEXT, topics=st.lists(TEXT, max_size=3).map(tuple)),
    st.lists(st.builds(Removed, st.integers(), st.integers(), TEXT), max_size=3).map(tuple),
    TEXT,
    st.just((Page(0, 2, 595.2, 841.9, (Line(0, 2, 0.1, 1e-9, (0.0, 1 / 3, 2.5)),)),)),
    st.binary(max_size=60),
)


@given(RAWS | st.builds(Skipped, TEXT, TEXT, TEXT) | st.none())
def test_it_is_one_line_and_comes_back_the_same(value: Any) -> None:
    line = packed(value)
    assert b"\n" not in line and unpacked(line, RAW) == value


def test_halves_of_a_pair_are_not_made_whole() -> None:
    halves = "\ud83d\ude00"  # two characters, and offsets count them
    assert len(unpacked(packed(halves), ())) == 2 and json.loads(json.dumps(halves)) != halves
    assert unpacked(packed(Path("a\udcff/b")), ()) == Path("a\udcff/b")
    assert unpacked(packed(Options({"title": "head\ud800"}, True)), [Options]) == Options(
        {"title": "head\ud800"}, True
    )


@pytest.mark.parametrize("value", [{1, 2}, [1], object(), Raw, {"a": {1}}, 1j])
def test_what_cannot_be_packed_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        packed(value)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b'{"Path":["/"]}',
        b'{"system":["true"]}',
        b'{"Skipped":["a"]}',
        b'{"Skipped":["a","b","c","d"]}',
        b'{"bytes":5}',
        b'{"Skipped":["a","b","c"],"Raw":[]}',
        b"\x80\x04K\x05.",
    ],
)
def test_what_was_not_packed_makes_nothing(line: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        unpacked(line, RAW)
