"""Older versions of an article: what makes one, what is kept of them, and what becomes of them in a store."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import index.versions as versions
from corpus.article import Article, Removed
from corpus.changes import changes
from corpus.read import read
from index.copy import copy
from index.folder.database import FILE
from index.ingest.ingest import ingest
from index.repair import repair
from index.store import Store
from index.stores import backup, create_store, open_store, restore
from index.verify import verify
from index.versions import NO_HISTORY, Version, followed
from tests.fakes import HashEncoder
from tests.stores import KINDS, TOKENS, filled, place, written

FIRST = "The council met on Monday. It spent £4 million on a bridge. Nobody came.\n"
SECOND = "The council met on Monday. It spent £5 million on a bridge. Nobody came.\n"
OLDER = Path(__file__).parent / "older" / "format-4.sqlite"

texts = st.text(st.characters(codec="utf-8"), max_size=40)


def told(store: Store, article: str) -> list[str]:
    return [one.article.text for one in store.history(article).earlier]


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_article_keeps_what_it_was(kind: str, tmp_path: Path) -> None:
    store = create_store(place(kind, tmp_path))
    folder = written(tmp_path / "articles", town=FIRST, other="Other things happen.\n")
    filled(store, HashEncoder(), folder)
    first = store.history("town")
    assert first.seen and (first.earlier, first.number, first.first_seen) == ((), 1, first.seen)
    written(folder, town=SECOND)
    assert filled(store, HashEncoder(), folder).updated == ["town"]
    history = store.history("town")
    assert told(store, "town") == [FIRST] and store.article("town").text == SECOND
    assert (history.number, history.first_seen) == (2, first.seen) and history.seen >= first.seen
    searcher = store.searcher(HashEncoder())
    assert all("£4" not in hit.text for hit in searcher.search(searcher.query("£4 million"), 10))
    assert verify(store) == [] and filled(store, HashEncoder(), folder).unchanged == ["other", "town"]
    target = create_store(place("folder", tmp_path, "copy"))
    assert copy(store, target).problems == [] and target.history("town") == history
    assert copy(store, target).copied == []
    with store.change() as change:
        change.keep("town", history)
    assert store.history("town") == history and verify(store) == []
    with store.change() as change:
        change.remove("town")
    assert store.history("town") == NO_HISTORY
    store.close()
    target.close()


def test_what_is_no_other_story_makes_no_version(tmp_path: Path) -> None:
    story = "<p>The council met on Monday and spoke of the bridge for an hour.</p><p>It costs £4 million.</p>"
    page = "<html><head><title>Bridge</title></head><body><nav><a href=/a>{}</a></nav><article>{}</article>"
    store = create_store(tmp_path / "news")
    for menu, told_in in (("Home", story), ("Start", story), ("Start", story.replace("£4", "£5"))):
        (tmp_path / "a.html").write_text(page.format(menu, told_in), encoding="utf-8")
        ingest(store, HashEncoder(), read([tmp_path / "a.html"]), TOKENS)
    assert [one.number for one in store.history("bridge").earlier or store.history("a").earlier] == [1]
    store.close()


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_two_files_of_one_address_are_versions_whichever_is_read_first(order: str, tmp_path: Path) -> None:
    front = "---\ntitle: The bridge\nurl: https://post.example/bridge\npublished: 2025-04-0{}\n---\n\n{}"
    more = "It was built by forty people in two years, and it carries two lanes and a path for bicycles."
    older, newer = front.format(1, f"{more} {FIRST}"), front.format(3, f"{more} {SECOND}")
    folder = written(tmp_path / "articles", **dict(zip(order, (older, newer), strict=True)))
    store = create_store(tmp_path / "news")
    filled(store, HashEncoder(), folder)
    for _ in range(2):
        (article,) = store.articles()
        assert store.article(article.id).text == newer and told(store, article.id) == [older]
        filled(store, HashEncoder(), folder)
    store.close()


def test_an_article_that_gets_another_id_keeps_its_past(tmp_path: Path) -> None:
    store = create_store(tmp_path / "news")
    folder = written(tmp_path / "articles", town=f"---\nid: one\n---\n\n{FIRST}")
    filled(store, HashEncoder(), folder)
    written(folder, town=f"---\nid: two\n---\n\n{SECOND}")
    filled(store, HashEncoder(), folder)
    (article,) = store.articles()
    assert article.id == "two" and [one.was for one in store.history("two").earlier] == ["one"]
    assert (store.former("one"), store.former("none")) == ("two", None) and verify(store) == []
    store.close()


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "MOST", 4)
    monkeypatch.setattr(versions, "LARGEST", 3000)
    history = NO_HISTORY
    article = Article("a", "A", "0" * 100, "a.txt")
    for number in range(1, 10):
        new = replace(article, text=str(number) * 100)
        history, article = followed(history, article, f"d{number}", new), new
    assert [one.number for one in history.earlier] == [1, 7, 8, 9] and history.number == 10
    large = replace(article, text="x" * 4000)
    history = followed(history, article, "d", large)
    assert followed(history, large, "d", article).earlier == history.earlier  # too large to be kept


@given(texts, texts, st.lists(texts, max_size=3), st.integers(0, 9))
def test_a_version_is_the_article_that_it_was(text: str, title: str, topics: list[str], start: int) -> None:
    removed = (Removed(start, start + 1, "menu"),)
    article = Article("a", title, text, "a.txt", topics=tuple(topics), removed=removed, pages=(0, 3))
    assert Version.of(1, article, "d", "").article == article
    version = Version.of(1, article, "d", "")
    with pytest.raises(ValueError):
        _ = replace(version, content=version.content[:-3]).article


def test_a_version_that_the_disk_has_changed_is_found_and_left_out(tmp_path: Path) -> None:
    store = create_store(tmp_path / "news")
    folder = written(tmp_path / "articles", town=FIRST)
    filled(store, HashEncoder(), folder)
    written(folder, town=SECOND)
    filled(store, HashEncoder(), folder)
    store.close()
    kept = backup(tmp_path / "news", tmp_path / "kept")
    with sqlite3.connect(tmp_path / "news" / FILE) as connection:
        (content,) = connection.execute("SELECT content FROM versions").fetchone()
        connection.execute("UPDATE versions SET content = ?", [content[:9] + b"\x00" + content[10:]])
    connection.close()
    store = create_store(tmp_path / "news")
    (problem,) = verify(store)
    assert problem.what == "its version 1 is not as it was stored" and told(store, "town") == []
    assert repair(store, HashEncoder, TOKENS).left == [] and store.article("town").text == SECOND
    store.close()
    restore(kept.folder, tmp_path / "news")
    assert told(open_store(tmp_path / "news"), "town") == [FIRST]


def test_a_collection_of_format_4_keeps_versions_from_its_next_change_on(tmp_path: Path) -> None:
    shutil.copyfile(OLDER, tmp_path / FILE)
    old = open_store(tmp_path)
    assert (old.history("ferry"), old.former("ferry"), old.copies()) == (NO_HISTORY, None, [])
    ferry, passages = old.article("ferry"), old.encoded("ferry")
    location, digest = next((at, one.digest) for at, one in old.stored().items() if one.id == "ferry")
    store = create_store(tmp_path)
    new = replace(ferry, text=ferry.text.replace("e", "E"))
    with store.change() as change:
        change.put(new, location, digest, passages, None, change.followed("ferry", new))
    assert [one.article for one in store.history("ferry").earlier] == [ferry]
    assert store.history("ferry").first_seen == "" and store.meta("format") == "5"
    store.settle()
    (count,) = store._rows("SELECT count(*) FROM sketches")  # type: ignore[attr-defined]
    assert count == (3,) and old.history("ferry") == store.history("ferry")
    old.close()
    store.close()


def test_changes_are_told_by_sentence() -> None:
    old = Article("a", "A", "It rained. The bridge cost £4 million. Nobody came. The end came soon.", "a")
    new = Article("a", "A", "It rained. The bridge cost £5 million. A dog barked. The end came soon.", "a")
    found = changes(old, new)
    cut = [
        (one.before and old.text[slice(*one.before)], one.after and new.text[slice(*one.after)])
        for one in found.found
    ]
    assert cut == [
        ("The bridge cost £4 million.", "The bridge cost £5 million."),
        ("Nobody came.", None),
        (None, "A dog barked."),
    ]
    assert found.same == 2 and changes(old, old).found == ()


words = st.lists(
    st.sampled_from(["It rained.", "The sun shone.", "A dog barked.", "£4 was paid."]), max_size=8
)


@given(words, words)
def test_every_sentence_is_either_in_both_or_changed(before: list[str], after: list[str]) -> None:
    old, new = (Article("a", "", " ".join(one), "a") for one in (before, after))
    found = changes(old, new)
    gone = [one.before for one in found.found if one.before]
    came = [one.after for one in found.found if one.after]
    assert gone == sorted(gone) and came == sorted(came)
    assert len(gone) + found.same == len(before) and len(came) + found.same == len(after)
