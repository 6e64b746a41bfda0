"""Postings: counted, found again, and merged as if they had been counted together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.folder import postings
from index.folder.arrays import InFile, InMemory
from index.folder.postings import Merge, Postings, counted, key

WORD = st.sampled_from("rust salt bridge Fähre 30000 81%".split())
PASSAGES = st.lists(st.lists(WORD, max_size=8), max_size=8)


def made(passages: list[list[str]]) -> Postings:
    return counted(passages, [len(passage) for passage in passages])


def told(made: Postings) -> dict[str, dict[int, int]]:
    """How often each passage has each term, for the words of these tests."""
    found = {}
    for word in ("rust", "salt", "bridge", "Fähre", "30000", "81%", "unknown"):
        places = made.of(key(word))
        if places is not None and places.stop > places.start:
            docs, counts = made.docs[places].tolist(), made.counts[places].tolist()
            assert docs == sorted(set(docs))
            found[word] = dict(zip(docs, counts, strict=True))
    return found


def expected(passages: list[list[str]]) -> dict[str, dict[int, int]]:
    return {
        word: {place: passage.count(word) for place, passage in enumerate(passages) if word in passage}
        for word in Counter(word for passage in passages for word in passage)
    }


@given(PASSAGES)
def test_terms_are_counted(passages: list[list[str]]) -> None:
    found = made(passages)
    assert told(found) == expected(passages)
    assert found.lengths.tolist() == [len(passage) for passage in passages]
    assert found.spread(None).sum() == len(found.docs)


def test_a_term_may_be_repeated_more_often_than_a_byte_holds() -> None:
    assert told(made([["rust"] * 70_000, ["rust"]])) == {"rust": {0: 70_000, 1: 1}}


@given(st.lists(PASSAGES, min_size=1, max_size=4), st.randoms())
def test_a_merge_is_what_would_have_been_counted(parts: list[list[list[str]]], chance) -> None:
    live = [
        None if chance.random() < 0.3 else np.array([chance.random() < 0.7 for _ in part], bool)
        for part in parts
    ]
    merge = Merge([made(part) for part in parts], live)
    target = InMemory(merge.plan())
    merge.write(target)
    left = [
        passage
        for part, alive in zip(parts, live, strict=True)
        for place, passage in enumerate(part)
        if alive is None or alive[place]
    ]
    arrays = target.done()
    merged = Postings(*(arrays[name] for name in Postings.__slots__))
    assert told(merged) == expected(left)
    assert merged.lengths.tolist() == [len(passage) for passage in left]


def test_a_merge_in_blocks_into_a_file_is_the_same(tmp_path: Path, monkeypatch) -> None:
    rng = np.random.default_rng(1)
    parts = [[[f"w{n}" for n in rng.integers(40, size=9)] for _ in range(30)] for _ in range(3)]
    live = [None, rng.random(30) < 0.5, None]
    written = []
    for size in (postings._BLOCK, 7):
        monkeypatch.setattr(postings, "_BLOCK", size)
        merge = Merge([made(part) for part in parts], live)
        target = InFile(tmp_path / f"{size}", merge.plan())
        merge.write(target)
        written.append(target.done())
    for name, array in written[0].items():
        np.testing.assert_array_equal(array, written[1][name])
    assert len(written[0]["docs"]) > 100


@given(PASSAGES, st.integers(0, 255))
def test_how_many_live_passages_have_a_term(passages: list[list[str]], bits: int) -> None:
    live = np.array([bits >> place & 1 for place in range(len(passages))], bool)
    found = made(passages)
    spread = dict(zip(found.keys.tolist(), found.spread(live).tolist(), strict=True))
    for word, places in expected(passages).items():
        assert spread[int(key(word))] == sum(live[place] for place in places)
