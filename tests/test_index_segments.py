"""Segments against what defines them: BM25Okapi and a scan over the whole collection, whatever happened."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.folder import segments as module
from index.folder.collection import Collection
from index.folder.segments import Segments
from tests.whole import WORDS, check, put, remove

DAYS = [None, "2024-01-01", "2024-02-03", "2025-12-31"]
PUBLISHERS = [None, "Post", "Echo"]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits so low that a few passages are read piece by piece and merged in every way."""
    monkeypatch.setattr(module, "CHUNK", 5)
    monkeypatch.setattr(module, "LIGHT", 12)


ARTICLE = st.tuples(
    st.sampled_from("abcdef"),
    st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=9),
    st.sampled_from(DAYS),
    st.sampled_from(PUBLISHERS),
)
STEP = st.one_of(
    ARTICLE.map(lambda article: ("put", article)),
    st.sampled_from("abcdef").map(lambda id: ("remove", id)),
    st.sampled_from([("look", None), ("settle", None), ("reopen", None), ("reopen", None)]),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("empty")
    Collection.create(folder).close()
    yield folder


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=25))
@pytest.mark.slow
def test_whatever_happens_scores_and_ranks_are_those_of_the_whole(
    empty: Path, tmp_path: Path, steps: list
) -> None:
    shutil.rmtree(tmp_path)
    shutil.copytree(empty, tmp_path)
    collection = Collection.create(tmp_path)
    segments = Segments(collection)
    for step, value in steps:
        if step == "put":
            put(collection, *value)
        elif step == "remove":
            remove(collection, value)
        elif step == "settle":
            segments.settle()
        elif step == "reopen":
            segments = Segments(collection)
        else:
            check(collection, segments.state())
    for state in (segments.state(), Segments(collection).state()):
        check(collection, state)
    segments.settle()
    check(collection, segments.state())
    assert module.merges_due(segments.state(), 10**9) == []
    collection.close()
