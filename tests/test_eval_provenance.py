"""What a run depends on: a digest is another where something matters, and the same where nothing does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.settings import Settings
from corpus.article import Article
from corpus.errors import CuttingsError
from eval.provenance import digest_of, indexed, machine, models, unchanged_check, versions
from index.folder.collection import Collection
from index.ingest.ingest import ingest_articles
from tests.fakes import HashEncoder
from tests.small_runs import GOLDS, ROWED, small_collection

STORY = Article("a", "Title", "The ferry sails at dawn.", "a.txt", published="2024-01-02")


def stored(folder: Path, *articles: Article, tokens: int = 20) -> Collection:
    collection = Collection.create(folder)
    ingest_articles(collection, HashEncoder(), [(one, f"/{one.id}", one.id) for one in articles], tokens)
    return collection


def test_the_digest_of_questions_knows_their_order_and_evidence() -> None:
    changed = replace(ROWED, evidence=(replace(ROWED.evidence[0], choice=1),))
    lists = [GOLDS, GOLDS[::-1], GOLDS[1:], (changed, *GOLDS[1:])]
    assert len({digest_of(golds) for golds in lists}) == len(lists)
    assert digest_of(GOLDS) == digest_of(tuple(replace(gold) for gold in GOLDS))


def test_the_digest_of_a_collection_is_that_of_its_articles(tmp_path: Path) -> None:
    other = replace(STORY, id="b")
    first = indexed(stored(tmp_path / "1", STORY, other))
    assert (first.articles, first.passages) == (2, 2) and first.bytes > 1000
    again = indexed(stored(tmp_path / "2", other, STORY, tokens=4))
    assert again.sha256 == first.sha256
    changes = [{"title": "Other"}, {"text": "The ferry sails at noon."}, {"published": None}, {"id": "c"}]
    for number, change in enumerate(changes):
        assert (
            indexed(stored(tmp_path / f"c{number}", replace(STORY, **change), other)).sha256 != first.sha256
        )


def test_a_collection_that_is_changed_meanwhile_is_noticed(tmp_path: Path) -> None:
    folder, still = small_collection(tmp_path / "one"), small_collection(tmp_path / "two")
    check = unchanged_check([folder, still, folder])
    check()
    collection = Collection.create(folder)
    with collection.change() as change:
        change.remove("bread")
    with pytest.raises(CuttingsError, match=r"one was changed while it was asked"):
        check()


def test_the_machine_and_the_versions_are_told() -> None:
    assert {"cores", "system"} <= set(machine()) and all(machine().values())
    assert all(versions().values()) and len(versions()["code"]) == 16


@pytest.mark.model
def test_every_model_has_the_digest_of_its_weights() -> None:
    weights = models([Settings(), Settings(citations=1), Settings(reader="none")])
    assert list(weights) == ["all-MiniLM-L6-v2", "joint"]
    assert len(set(weights.values())) == 2
    assert list(models([Settings(reader="none")])) == ["all-MiniLM-L6-v2"]
