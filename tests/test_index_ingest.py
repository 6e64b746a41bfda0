"""Sources into a collection: what becomes of each, and that what is stored stays."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CuttingsError
from corpus.metadata import Metadata
from corpus.read import Raw, Skipped, read
from index.folder.collection import Collection
from index.folder.database import FILE
from index.folder.snapshot import Row
from index.ingest import batches, preparation
from index.ingest.ingest import Report, ingest, ingest_articles
from index.ingest.preparation import WINDOW
from index.store import Changing
from index.verify import verify
from tests.fakes import HashEncoder

BRIDGE = "The harbour bridge closed in March after inspectors found rust. Repairs take 14 months."
FERRY = "A free ferry carries 2,400 people a day. It runs from six in the morning until midnight."
TOLL = "The city will charge a toll of two pounds. Cyclists and walkers will pay nothing at all."

TOKENS = 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two articles."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "bridge.txt").write_text(BRIDGE)
    (folder / "ferry.txt").write_text(FERRY)
    return folder


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection.create(tmp_path / "collection")


def rows(collection: Collection) -> list[Row]:
    """The passages, as searching derives from them."""
    with collection.snapshot() as now:
        return list(now.after(0))


def take(collection: Collection, *paths: Path, encoder: HashEncoder | None = None) -> Report:
    return ingest(collection, encoder or HashEncoder(), read(paths), TOKENS)


def counts(report: Report) -> dict[str, int]:
    names = ("added", "updated", "unchanged", "moved", "skipped", "missing")
    return {name: len(getattr(report, name)) for name in names if getattr(report, name)}


def contents(collection: Collection) -> dict[str, tuple[str, list[str]]]:
    """Location -> text, and the texts of the passages."""
    found = {}
    for summary in collection.articles():
        text = collection.article(summary.id).text
        passages = collection.passages(summary.id)
        found[summary.location] = (text, [text[p.start : p.end] for p in passages])
    return found


def dump(collection: Collection) -> list[str]:
    """All that is in the collection."""
    return list(collection._connection.iterdump())


# --- What becomes of a source -------------------------------------------------------------------


def test_new_articles_are_added(collection: Collection, folder: Path) -> None:
    report = take(collection, folder)
    assert counts(report) == {"added": 2}
    assert report.added == ["bridge", "ferry"]
    assert collection.article("bridge").text == BRIDGE
    assert collection.article("bridge").source == "bridge.txt"
    assert collection.meta("model") == "hash"
    assert collection.revision == 1


def test_what_has_not_changed_is_not_encoded_again(collection: Collection, folder: Path) -> None:
    take(collection, folder)
    before = dump(collection)
    encoder = HashEncoder()
    report = take(collection, folder, encoder=encoder)
    assert counts(report) == {"unchanged": 2}
    assert encoder.encoded == []
    assert dump(collection) == before


def test_only_what_has_changed_is_encoded_again(collection: Collection, folder: Path) -> None:
    take(collection, folder)
    (folder / "ferry.txt").write_text(TOLL)
    encoder = HashEncoder()
    report = take(collection, folder, encoder=encoder)
    assert counts(report) == {"updated": 1, "unchanged": 1}
    assert report.updated == ["ferry"]
    assert len(encoder.encoded) == len(collection.passages("ferry"))
    assert all("toll" in text or "Cyclists" in text for text in encoder.encoded)


def test_changed_text_replaces_the_passages(collection: Collection, folder: Path) -> None:
    take(collection, folder)
    old = [row.id for row in rows(collection)]
    (folder / "ferry.txt").write_text(TOLL)
    take(collection, folder)
    assert contents(collection)[str(folder / "ferry.txt")] == (TOLL, [TOLL])
    assert not any("ferry" in row.terms.split() for row in rows(collection))
    kept = [id for id in old if id in collection.located(old)]
    assert len(kept) == len(collection.passages("bridge")) == 1


def test_a_moved_file_keeps_its_article(collection: Collection, folder: Path) -> None:
    take(collection, folder)
    (folder / "archive").mkdir()
    (folder / "ferry.txt").rename(folder / "archive" / "old-ferry.txt")
    encoder = HashEncoder()
    report = take(collection, folder, encoder=encoder)
    assert counts(report) == {"unchanged": 1, "moved": 1}
    assert report.moved == ["ferry"]
    assert encoder.encoded == []
    assert collection.article("ferry").source == "archive/old-ferry.txt"
    assert counts(take(collection, folder)) == {"unchanged": 2}


def test_a_copy_is_an_article_of_its_own(collection: Collection, folder: Path) -> None:
    take(collection, folder)
    (folder / "copy.txt").write_text(FERRY)
    assert counts(take(collection, folder)) == {"added": 1, "unchanged": 2}


def test_a_file_that_is_gone_is_missing_but_kept(collection: Collection, folder: Path) -> None:
    take(collection, folder)
    (folder / "ferry.txt").unlink()
    report = take(collection, folder)
    assert report.missing == ["ferry"]
    assert collection.article("ferry").text == FERRY


def test_a_folder_that_is_gone_is_told_apart_from_files_that_were_deleted(
    collection: Collection, folder: Path, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    take(collection, folder)
    folder.rename(away)
    folder.mkdir()
    report = take(collection, away / "ferry.txt")
    assert (report.moved, report.missing) == (["ferry"], [])
    (kept,) = report.unreachable.values()
    assert set(report.unreachable) == {str(folder)}
    assert {*kept, "ferry"} == {article.id for article in collection.articles()}


def test_a_part_of_the_folder_leaves_the_rest_alone(collection: Collection, folder: Path) -> None:
    take(collection, folder)
    assert counts(take(collection, folder / "ferry.txt")) == {"unchanged": 1}
    assert len(collection.articles()) == 2


def test_what_cannot_be_read_or_quoted_is_skipped_with_a_reason(collection: Collection, folder: Path) -> None:
    (folder / "empty.txt").touch()
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "furniture.txt").write_text("Advertisement\n\nShare this article\n")
    report = take(collection, folder)
    assert counts(report) == {"added": 2, "skipped": 3}
    assert sorted(skipped.source for skipped in report.skipped) == [
        "empty.txt",
        "furniture.txt",
        "picture.jpg",
    ]
    assert all(skipped.reason and "\n" not in skipped.reason for skipped in report.skipped)


def test_an_article_that_becomes_unreadable_is_kept(collection: Collection, folder: Path) -> None:
    take(collection, folder)
    (folder / "ferry.txt").write_text("")
    assert counts(take(collection, folder)) == {"unchanged": 1, "skipped": 1}
    assert collection.article("ferry").text == FERRY


def test_the_same_id_from_two_files_makes_two_articles(collection: Collection, folder: Path) -> None:
    (folder / "later").mkdir()
    (folder / "later" / "bridge.txt").write_text(TOLL)
    report = take(collection, folder)
    assert counts(report) == {"added": 3}
    assert len(set(report.added)) == 3
    first, second = sorted(id for id in report.added if id.startswith("bridge"))
    assert first == "bridge"
    assert {collection.article(first).text, collection.article(second).text} == {BRIDGE, TOLL}
    assert counts(take(collection, folder)) == {"unchanged": 3}


def test_two_files_of_one_id_can_both_change(collection: Collection, folder: Path) -> None:
    (folder / "later").mkdir()
    other = folder / "later" / "bridge.txt"
    other.write_text(TOLL)
    added = take(collection, folder).added
    (folder / "bridge.txt").write_text(f"{BRIDGE} More on Monday.")
    other.write_text(f"{TOLL} More on Tuesday.")
    report = take(collection, folder)
    assert counts(report) == {"updated": 2, "unchanged": 1}
    assert {*report.updated, *report.unchanged} == set(added)
    assert contents(collection)[str(other)][0].endswith("Tuesday.")


def test_a_source_that_takes_another_id_leaves_no_double(collection: Collection, folder: Path) -> None:
    take(collection, folder)
    (folder / "ferry.txt").write_text(f"---\nid: boat\n---\n\n{FERRY}")
    report = take(collection, folder)
    assert report.updated == ["boat"]
    assert sorted(summary.id for summary in collection.articles()) == ["boat", "bridge"]


def test_two_sources_can_swap_their_ids(collection: Collection, folder: Path) -> None:
    (folder / "bridge.txt").write_text(f"---\nid: one\n---\n\n{BRIDGE}")
    (folder / "ferry.txt").write_text(f"---\nid: two\n---\n\n{FERRY}")
    take(collection, folder)
    (folder / "bridge.txt").write_text(f"---\nid: two\n---\n\n{BRIDGE}")
    (folder / "ferry.txt").write_text(f"---\nid: one\n---\n\n{FERRY}")
    take(collection, folder)
    texts = {location: text for location, (text, _) in contents(collection).items()}
    assert len(texts) == 2
    assert BRIDGE in texts[str(folder / "bridge.txt")]
    assert FERRY in texts[str(folder / "ferry.txt")]


def test_the_order_of_the_sources_does_not_matter(tmp_path: Path, folder: Path) -> None:
    (folder / "later").mkdir()
    (folder / "later" / "bridge.txt").write_text(TOLL)
    raws = list(read([folder]))
    made = []
    for number, order in enumerate((raws, raws[::-1], raws[1:] + raws[:1])):
        collection = Collection.create(tmp_path / str(number))
        ingest(collection, HashEncoder(), order, TOKENS)
        made.append(contents(collection))
    assert made[0] == made[1] == made[2]
    assert len(made[0]) == 3


# --- One change ---------------------------------------------------------------------------------


class Failing(HashEncoder):
    """Stops in the middle, as a machine does that runs out of memory."""

    def encode_passages(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        yield from super().encode_passages(texts[:1])
        raise MemoryError


def test_an_encoder_that_fails_leaves_the_collection_as_it_was(collection: Collection, folder: Path) -> None:
    take(collection, folder)
    before = dump(collection)
    (folder / "bridge.txt").write_text(TOLL)
    (folder / "toll.txt").write_text(TOLL)
    with pytest.raises(MemoryError):
        take(collection, folder, encoder=Failing())
    assert dump(collection) == before
    assert counts(take(collection, folder)) == {"added": 1, "updated": 1, "unchanged": 1}


def test_a_first_ingest_that_fails_leaves_an_empty_collection(collection: Collection, folder: Path) -> None:
    with pytest.raises(MemoryError):
        take(collection, folder, encoder=Failing())
    assert collection.articles() == []
    assert collection.meta("model") is None


def test_another_model_or_size_is_refused_before_anything_is_encoded(
    collection: Collection, folder: Path
) -> None:
    take(collection, folder)
    before = dump(collection)
    (folder / "toll.txt").write_text(TOLL)
    other = HashEncoder()
    other.name = "other"
    with pytest.raises(CuttingsError, match=r"model 'hash'.*'other'"):
        take(collection, folder, encoder=other)
    assert other.encoded == []
    with pytest.raises(CuttingsError, match=r"passage_tokens '40'.*'41'"):
        ingest(collection, HashEncoder(), read([folder]), TOKENS + 1)
    assert dump(collection) == before


class Counted(str):
    """A text that knows how many there are of its kind, however they came to be."""

    alive = most = 0

    def __new__(cls, text: str) -> Counted:
        cls.alive += 1
        cls.most = max(cls.most, cls.alive)
        return super().__new__(cls, text)

    def __del__(self) -> None:
        type(self).alive -= 1


@pytest.mark.slow
def test_the_texts_of_all_sources_are_not_held_at_once(collection: Collection) -> None:
    number = 3 * WINDOW
    texts = (f"Ferry number{n} sails from pier{n} at dawn each day." for n in range(number))
    raws = (
        Raw(f"/{n}.txt", f"{n}.txt", Counted(text), "txt", Metadata(), (), str(n))
        for n, text in enumerate(texts)
    )
    heard: list[tuple[int, int]] = []
    ingest(collection, HashEncoder(), raws, TOKENS, lambda *now: heard.append(now))
    assert len(collection.articles()) == number and heard[-1] == (number, number)
    assert 0 < Counted.most < 2 * WINDOW


def test_what_fails_keeps_the_batches_before(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "toll.txt").write_text(TOLL)
    monkeypatch.setattr(batches, "ARTICLES", 1)
    monkeypatch.setattr(preparation, "WINDOW", 1)

    class FailingAtToll(HashEncoder):
        def encode_passages(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
            if "toll" in texts[0]:
                raise MemoryError
            yield from super().encode_passages(texts)

    with pytest.raises(MemoryError):
        take(collection, folder, encoder=FailingAtToll())
    assert {article.id for article in collection.articles()} == {"bridge", "ferry"}
    assert verify(collection) == [] and collection.revision == 2
    encoder = HashEncoder()
    assert counts(take(collection, folder, encoder=encoder)) == {"added": 1, "unchanged": 2}
    assert len(encoder.encoded) == len(collection.passages("toll"))


def test_a_batch_is_also_what_was_ready_after_some_seconds(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "SECONDS", 0.0)
    take(collection, folder)
    assert collection.revision == 2


def test_what_another_process_stores_between_two_batches_is_kept_and_nothing_is_encoded_twice(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "toll.txt").write_text(TOLL)
    monkeypatch.setattr(batches, "ARTICLES", 1)
    monkeypatch.setattr(preparation, "WINDOW", 1)
    other = folder.parent / "others" / "ferry.txt"  # of the same name as one that is still to be stored
    other.parent.mkdir()
    other.write_text(TOLL)
    begin, begun = batches.Batches._begin, []

    def meddled(self: batches.Batches, patience: float = 0.0) -> Changing:
        begun.append(self)
        if len(begun) == 2:
            theirs = Collection.create(collection.folder)
            with monkeypatch.context() as patch:
                patch.setattr(batches.Batches, "_begin", begin)
                assert take(theirs, other).added == ["ferry"]
            theirs.close()
        return begin(self, patience)

    monkeypatch.setattr(batches.Batches, "_begin", meddled)
    encoder = HashEncoder()
    report = take(collection, folder, encoder=encoder)
    assert len(begun) > 4 and counts(report) == {"added": 3}
    texts = {location: text for location, (text, _) in contents(collection).items()}
    assert texts == {
        **{str(folder / f"{name}.txt"): text for name, text in [("bridge", BRIDGE), ("toll", TOLL)]},
        str(folder / "ferry.txt"): FERRY,
        str(other): TOLL,
    }
    assert {*report.added, "ferry"} == {article.id for article in collection.articles()}
    assert len(encoder.encoded) == len(set(encoder.encoded))
    assert verify(collection) == []


def test_an_ingest_in_the_middle_waits_for_another_process(
    collection: Collection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "ARTICLES", 1)
    collection._connection.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(collection.folder / FILE, isolation_level=None)
    begin, tried = Collection.change, []

    def held(self: Collection) -> AbstractContextManager[Changing]:
        tried.append(self)
        if len(tried) == 2:
            other.execute("BEGIN IMMEDIATE")
        elif len(tried) == 5:
            other.execute("COMMIT")
        return begin(self)

    monkeypatch.setattr(Collection, "change", held)
    assert counts(take(collection, folder)) == {"added": 2}
    assert len(tried) == 6
    tried.clear()
    monkeypatch.setattr(batches, "PATIENCE", 0.0)
    (folder / "bridge.txt").write_text(TOLL)
    with pytest.raises(CuttingsError, match="another ingest is writing to it"):
        take(collection, folder)
    other.close()
    assert collection.article("bridge").text == TOLL


def test_progress_is_heard_up_to_the_total(collection: Collection, folder: Path) -> None:
    heard: list[tuple[int, int]] = []
    ingest(collection, HashEncoder(), read([folder]), TOKENS, lambda done, total: heard.append((done, total)))
    assert heard[-1] == (2, 2)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


@pytest.mark.slow
def test_many_articles_are_stored_with_their_own_vectors(collection: Collection, tmp_path: Path) -> None:
    # More passages than are encoded together, so that several windows are stored.
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(300):
        (folder / f"a{n:03}.txt").write_text(f"Ferry number{n} sails from pier{n} at dawn each day.")
    encoder = HashEncoder()
    report = take(collection, folder, encoder=encoder)
    assert len(report.added) == 300
    stored = rows(collection)
    located = collection.located(row.id for row in stored)
    for row in stored:
        text = located[row.id].text
        vector = np.frombuffer(row.vector, np.float32)
        np.testing.assert_allclose(vector, encoder.encode_query(text), atol=1e-6)
        assert "ferri" in row.terms.split()


# --- Spans --------------------------------------------------------------------------------------


PIECES = [
    *("A cat sat.", "Rust found by 30,000 people!", "Why? Because.", "– item", "* item one", "🎉 Ünïcode."),
    *("\r\n\r\n", "\n\n", "\u00a0", " ", "\u2028", "## Heading", "Advertisement", "Share this article"),
    *("a.b.c", "“Quoted,” he said.", "x" * 1200, "Mr. Smith of the U.S. left."),
]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(max_size=20), min_size=1, max_size=25))
def test_every_stored_sentence_is_a_stripped_slice_outside_of_what_was_removed(
    pieces: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "".join(pieces).encode("utf-8", "replace").decode()
    raw = Raw("/a.txt", "a.txt", text, "txt", Metadata(), (), "digest")
    collection = Collection.create(tmp_path_factory.mktemp("spans"))
    report = ingest(collection, HashEncoder(), [raw], TOKENS)
    assert len(report.added) + len(report.skipped) == 1
    for id in report.added:
        article = collection.article(id)
        assert article.text == text
        for passage in collection.passages(id):
            assert passage.sentences
            assert passage.start == passage.sentences[0].start
            assert passage.end == passage.sentences[-1].end
            end = passage.start
            for sentence in passage.sentences:
                assert end <= sentence.start < sentence.end <= len(text)
                quote = text[sentence.start : sentence.end]
                assert quote == quote.strip() != ""
                end = sentence.end
            assert not any(gone.start < passage.end and passage.start < gone.end for gone in article.removed)
    collection.close()


def test_skipped_sources_are_passed_on(collection: Collection) -> None:
    skipped = Skipped("/x.pdf", "x.pdf", "a PDF")
    assert ingest(collection, HashEncoder(), [skipped], TOKENS).skipped == [skipped]
    assert collection.revision == 0


def test_files_are_told_apart_by_their_whole_path(collection: Collection, folder: Path) -> None:
    take(collection, folder)
    assert set(collection.stored()) == {str(folder / "bridge.txt"), str(folder / "ferry.txt")}
    here = os.getcwd()
    try:
        os.chdir(folder)
        assert counts(take(collection, Path("ferry.txt"))) == {"unchanged": 1}
    finally:
        os.chdir(here)


# --- Articles of another collection -------------------------------------------------------------


def test_stored_articles_are_cut_again_and_not_cleaned_again(collection: Collection, tmp_path: Path) -> None:
    """What was set aside stays so, and only that: not even what would be furniture by itself now."""
    take(collection, written(tmp_path, "story.txt", f"{BRIDGE}\n\nShare this article\n\n{FERRY}\n\n{TOLL}"))
    (summary,) = collection.articles()
    stored = collection.stored()
    article = collection.article(summary.id)
    assert article.removed
    for tokens in (20, 200):
        copied = Collection.create(tmp_path / f"copy {tokens}")
        ingest_articles(copied, HashEncoder(), [(article, summary.location, "digest")], tokens)
        assert copied.article(summary.id) == article
        assert verify(copied) == []
        assert copied.stored()[summary.location].digest == "digest" and set(copied.stored()) == set(stored)
        assert copied.meta("passage_tokens") == str(tokens) and copied.revision == 1
        cut = copied.passages(summary.id)
        assert max(len(article.text[one.start : one.end].split()) for one in cut) <= tokens
        assert sentences_of(copied) == sentences_of(collection)


def test_articles_and_sources_make_the_same_collection(
    collection: Collection, folder: Path, tmp_path: Path
) -> None:
    take(collection, folder)
    copied = Collection.create(tmp_path / "copy")
    stored = sorted(collection.stored().items())
    articles = [(collection.article(entry.id), location, entry.digest) for location, entry in stored]
    told: list[tuple[int, int]] = []
    ingest_articles(copied, HashEncoder(), articles, TOKENS, lambda done, total: told.append((done, total)))
    assert contents(copied) == contents(collection)
    with copied.snapshot() as own, collection.snapshot() as theirs:
        assert [row.vector for row in own.after(0)] == [row.vector for row in theirs.after(0)]
    assert told[-1] == (2, 2)


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def sentences_of(collection: Collection) -> set[tuple[int, int]]:
    (summary,) = collection.articles()
    return {(one.start, one.end) for cut in collection.passages(summary.id) for one in cut.sentences}


PAGE = (
    "The mayor opened the new bridge over the river on Friday. It cost nine million pounds and took years."
    " Lorries may use it from June. The ferry goes on until then, the council said in a statement."
)


def addressed(name: str, text: str, url: str, updated: str | None = None) -> Raw:
    return Raw(
        f"made:{name}", name, text, "txt", Metadata(url=url, updated=updated, title="Bridge"), (), text
    )


@pytest.mark.parametrize(
    ("url", "text", "once"),
    [
        ("http://www.post.test/bridge/?utm_source=mail#top", f"{PAGE} Traffic was light.", True),
        ("https://post.test/bridge", f"{PAGE} Traffic was light.", True),
        ("https://post.test/bridge?page=2", f"{PAGE} Traffic was light.", False),
        ("https://post.test/tunnel", f"{PAGE} Traffic was light.", False),
        ("https://post.test/bridge", "A tunnel is to follow in ten years, and nobody knows who pays.", False),
    ],
)
def test_a_page_that_says_the_same_address_and_words_is_one_article(tmp_path, url, text, once):
    collection = Collection.create(tmp_path)
    raws = [addressed("saved.txt", PAGE, "https://post.test/bridge"), addressed("fetched.txt", text, url)]
    report = ingest(collection, HashEncoder(), raws, 200)
    assert (len(report.added), len(report.unchanged), len(report.same)) == ((1, 1, 1) if once else (2, 0, 0))
    again = ingest(collection, HashEncoder(), raws[::-1], 200)
    assert len(collection.articles()) == (1 if once else 2) and not again.added and not again.updated


def test_a_front_page_that_every_page_names_makes_them_no_one_article(tmp_path):
    collection = Collection.create(tmp_path)
    raws = [addressed(name, f"{PAGE} It is {name}.", "https://post.test/") for name in ("a.txt", "b.txt")]
    assert len(ingest(collection, HashEncoder(), raws, 200).added) == 2


@pytest.mark.parametrize("together", [True, False])
def test_the_later_version_of_an_article_takes_its_place_whatever_the_order(tmp_path, together):
    collection = Collection.create(tmp_path)
    old = addressed("saved.txt", PAGE, "https://post.test/bridge", "2024-05-03")
    new = addressed("fetched.txt", f"{PAGE} It was shut on Sunday.", "https://post.test/bridge", "2024-05-06")
    for raws in [[old, new]] if together else [[old], [new]]:
        ingest(collection, HashEncoder(), raws, 200)
    for raws in ([old, new], [new, old], [old]):
        report = ingest(collection, HashEncoder(), raws, 200)
        assert not report.added and not report.updated
        (article,) = collection.articles()
        assert article.id == "saved" and "shut on Sunday" in collection.article("saved").text
