"""Each kind of damage that could make a quote wrong is planted in a sound collection, and found."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from fakes import HashEncoder

from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from index.verify import changed, verify

STORY = """---
title: The bridge at Alford
---

The bridge at Alford will open in May. It has cost three million pounds, the council said.

Share this article

Work began in 2019 and was delayed twice by floods. Nobody was hurt. The council apologised to the town.
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "bridge.md"
    file.write_text(STORY, encoding="utf-8")
    return file


@pytest.fixture
def folder(tmp_path: Path, source: Path) -> Path:
    folder = tmp_path / "collection"
    collection = Collection.create(folder)
    ingest(collection, HashEncoder(), read([source]), 24)
    collection.close()
    return folder


def damage(folder: Path, sql: str, *parameters: object) -> None:
    """Change the file behind the collection's back, one without digests as older versions left it."""
    connection = sqlite3.connect(folder / "collection.sqlite")
    connection.execute("DROP TABLE IF EXISTS digests")
    assert connection.execute(sql, parameters).rowcount == 1
    connection.commit()
    connection.close()


def stored(folder: Path, column: str, table: str = "passages"):
    connection = sqlite3.connect(folder / "collection.sqlite")
    (value,) = connection.execute(f"SELECT {column} FROM {table} ORDER BY id LIMIT 1").fetchone()
    connection.close()
    return value


def found(folder: Path) -> list[str]:
    collection = Collection.open(folder)
    problems = verify(collection)
    collection.close()
    assert {problem.article_id for problem in problems} <= {"bridge", ""}
    return [problem.what for problem in problems]


def set_sentences(folder: Path, change) -> None:
    spans = json.loads(stored(folder, "sentences"))
    change(spans)
    damage(folder, "UPDATE passages SET sentences = ? WHERE id = 1", json.dumps(spans))


def test_a_sound_collection_has_no_problem(folder):
    collection = Collection.open(folder)
    assert len(collection.passages("bridge")) > 1 and collection.article("bridge").removed
    assert verify(collection) == []


def test_an_empty_collection_has_no_problem(tmp_path):
    assert verify(Collection.create(tmp_path / "new")) == []


def test_the_bundled_collection_has_no_problem(bundled_folder):
    assert verify(Collection.open(bundled_folder)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda spans: spans[0].__setitem__(1, spans[0][0]), "is empty or outside the text"),
        (lambda spans: spans[0].__setitem__(0, -1), "is empty or outside the text"),
        (lambda spans: spans[-1].__setitem__(1, 10**6), "is empty or outside the text"),
        (lambda spans: spans[-1].__setitem__(1, spans[-1][1] + 1), "lies outside passage"),
        (lambda spans: spans[0].__setitem__(0, spans[0][0] - 1), "lies outside passage"),
        (lambda spans: spans.append(spans[0]), "overlaps the sentence before it"),
        (lambda spans: spans.clear(), "has no sentence"),
        (lambda spans: spans[0].__setitem__(0, "x"), "cannot be read"),
        (lambda spans: spans[0].clear(), "cannot be read"),
    ],
)
def test_a_wrong_sentence_is_found(folder, change, words):
    set_sentences(folder, change)
    assert any(words in what for what in found(folder))


def test_a_blank_sentence_is_found(folder):
    # A line break between two paragraphs, and a passage that begins with it.
    article = Collection.open(folder).article("bridge")
    blank = article.text.index("\n\nWork")
    spans = json.loads(stored(folder, "sentences"))
    damage(
        folder,
        "UPDATE passages SET sentences = ?, end_offset = max(end_offset, ?) WHERE id = 1",
        json.dumps([*spans, [blank, blank + 2, "prose"]]),
        blank + 2,
    )
    assert f"sentence {blank}-{blank + 2} is blank" in found(folder)


def test_a_sentence_over_removed_text_is_found(folder):
    start, end, _ = json.loads(stored(folder, "sentences"))[0]
    removed = [*json.loads(stored(folder, "removed", "articles"))[:1], [end - 1, end, "by hand"]]
    damage(folder, "UPDATE articles SET removed = ?", json.dumps(removed))
    assert f"sentence {start}-{end} overlaps removed text" in found(folder)


def test_removed_text_outside_the_article_is_found(folder):
    damage(folder, "UPDATE articles SET removed = '[[0, 1000000, \"by hand\"]]'")
    assert any("the removed text 0-1000000" in what for what in found(folder))


def test_a_shortened_text_is_found(folder):
    damage(folder, "UPDATE articles SET text = substr(text, 1, 60)")
    assert any("outside the text (0-60)" in what for what in found(folder))


def test_a_passage_outside_the_text_is_found(folder):
    damage(folder, "UPDATE passages SET start_offset = -5 WHERE id = 1")
    assert any(what.startswith("passage -5-") and "outside the text" in what for what in found(folder))


def test_a_vector_cut_off_is_found(folder):
    damage(folder, "UPDATE passages SET vector = ? WHERE id = 1", stored(folder, "vector")[:-4])
    assert any("vectors of the passages do not fit" in what for what in found(folder))


def test_a_passage_without_its_article_is_found(folder):
    damage(folder, "UPDATE passages SET article_id = 'nobody' WHERE id = 1")
    assert found(folder) == ["passage 1 belongs to no article"]


def test_a_changed_source_is_told_and_is_no_problem(folder, source):
    collection = Collection.open(folder)
    assert changed(collection) == []
    source.write_text(STORY + "\nOne more sentence was added later.\n", encoding="utf-8")
    assert changed(collection) == ["bridge"]
    assert verify(collection) == []
    source.unlink()
    assert changed(collection) == []
