"""A collection copied to another place and back: the same articles, passages and answers, checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.article import Article
from corpus.errors import CuttingsError
from corpus.read import read
from index import copy as copying
from index.address import address
from index.copy import copy
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.milvus.store import MilvusStore
from index.store import Store
from index.stores import create_store, open_store
from index.verify import verify
from tests.fakes import HashEncoder
from tests.stores import KINDS, filled, needs_milvus, place, written

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture
def source(tmp_path: Path) -> Store:
    store = create_store(tmp_path / "source")
    ingest(store, HashEncoder(), read([ARTICLES]), 200)
    return store


@pytest.fixture(params=KINDS)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return create_store(place(request.param, tmp_path, "target"))


def test_a_copy_is_the_same_collection(source: Store, target: Store) -> None:
    told: list[tuple[int, int]] = []
    report = copy(source, target, lambda done, total: told.append((done, total)))
    assert (len(report.copied), report.there, report.problems, report.others) == (15, [], [], 0)
    assert report.passages == sum(summary.passages for summary in source.articles())
    assert told[-1] == (15, 15)
    assert target.articles() == source.articles()
    assert (target.meta("model"), target.meta("passage_tokens")) == ("hash", "200")
    ours, theirs = (store.searcher(HashEncoder()) for store in (source, target))
    for question in ("nurses in the ward", "who leads the confederation"):
        hits = [
            [(hit.article_id, hit.start) for hit in s.search(s.query(question), 10)] for s in (ours, theirs)
        ]
        assert hits[0] == hits[1]
    assert verify(target) == []


@pytest.mark.slow
@needs_milvus
def test_there_and_back_again_nothing_has_changed(source: Store, tmp_path: Path) -> None:
    remote, back = create_store(place("milvus", tmp_path)), create_store(tmp_path / "back")
    copy(source, remote)
    assert copy(remote, back).problems == []
    assert back.articles() == source.articles()
    assert back.stored() == source.stored()
    for summary in source.articles():
        for one, other in zip(source.encoded(summary.id), back.encoded(summary.id), strict=True):
            assert (one.passage, one.terms) == (other.passage, other.terms)
            np.testing.assert_array_equal(one.vector, other.vector)


def test_a_copy_that_was_interrupted_goes_on(
    source: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_BATCH", 4)
    real, read_ones = Collection.article, 0

    def failing(self: Collection, article_id: str) -> Article:
        nonlocal read_ones
        read_ones += self is source
        if read_ones == 7:  # in the second batch
            raise KeyboardInterrupt
        return real(self, article_id)

    with monkeypatch.context() as patch:
        patch.setattr(Collection, "article", failing)
        with pytest.raises(KeyboardInterrupt):
            copy(source, target)
    stored = len(target.stored())
    assert 4 <= stored < 15
    report = copy(source, target)
    assert (len(report.there), len(report.copied)) == (stored, 15 - stored)
    assert report.problems == []


def test_what_changed_at_the_source_is_copied_again_and_the_targets_own_stays(
    source: Store, target: Store, tmp_path: Path
) -> None:
    copy(source, target)
    fresh = written(tmp_path, fresh="It is new. It was not there.\n") / "fresh.txt"
    ingest(source, HashEncoder(), read([fresh]), 200)
    with target.change() as change:
        change.remove("draft-specifications-questions-answered")
    with source.change() as change:
        change.remove("bma-network-survey-in-figures")
    before = len(target.articles())
    report = copy(source, target)
    assert sorted(report.copied) == ["draft-specifications-questions-answered", "fresh"]
    assert report.others == before + 2 - len(source.articles())
    assert report.problems == []


def test_collections_of_different_models_are_not_mixed(source: Store, target: Store, tmp_path: Path) -> None:
    other = HashEncoder()
    other.name = "another"
    filled(target, other, written(tmp_path, fresh="It is new. It was not there.\n") / "fresh.txt")
    with pytest.raises(CuttingsError, match="was made with model 'another'"):
        copy(source, target)


def test_an_article_of_another_source_is_not_overwritten(
    source: Store, target: Store, tmp_path: Path
) -> None:
    name = source.articles()[0].id
    with target.change() as change:
        change.set("model", "hash")
    folder = written(tmp_path / "other", **{name: "It is another. It has the name.\n"})
    ingest(target, HashEncoder(), read([folder]), 200)
    with pytest.raises(CuttingsError, match="has another article"):
        copy(source, target)


def test_settings_travel_unless_the_target_has_its_own(source: Store, target: Store) -> None:
    (source.folder / "settings.toml").write_text("threshold = 0.4\n")
    assert copy(source, target).settings
    (target.folder / "settings.toml").write_text("threshold = 0.5\n")
    assert not copy(source, target).settings
    assert (target.folder / "settings.toml").read_text() == "threshold = 0.5\n"


@pytest.mark.slow
@needs_milvus
def test_a_harmed_copy_is_told(source: Store, tmp_path: Path) -> None:
    target = MilvusStore.create(address(place("milvus", tmp_path)))
    copy(source, target)
    harmed = source.articles()[0].id
    target.engine.delete(target.passages_table, target.passage_ids(harmed)[:1])
    report = copy(source, target)
    assert [problem.article_id for problem in report.problems] == [harmed]
    assert [problem.article_id for problem in verify(open_store(target.where))] == [harmed]
