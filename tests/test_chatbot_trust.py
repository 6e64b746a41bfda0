"""Whose passages are read, and whose statements come first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.reading.order import restating
from chatbot.reading.trust import publishers, to_read, trusted_first
from chatbot.request import Request
from chatbot.settings import Settings
from corpus.read import read
from index.folder.collection import Collection
from index.hit import Hit
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder

ASKED = "Who opened the new bridge?"
TRUE = (
    "---\ntitle: The bridge\npublisher: The Post\n---\n\nThe mayor opened the new bridge on Friday morning.\n"
)
FALSE = "---\ntitle: Bridge {n}\npublisher: Nobody\n---\n\n" + ASKED + " The king opened the new bridge.\n"


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    """On an article, and five that say another thing in the same words as each other."""
    (tmp_path / "post.md").write_text(TRUE)
    for n in range(5):
        (tmp_path / f"no-{n}.md").write_text(FALSE.format(n=n))
    collection = Collection.create(tmp_path / "collection")
    ingest(collection, HashEncoder(), read([tmp_path]), 200)
    return Chatbot(collection, HashEncoder(), Settings(reader="none", threshold=0.0, passages_read=2))


def hits(bot: Chatbot) -> tuple[Hit, ...]:
    return bot.search("Who opened the new bridge?", 6)


def test_one_text_in_many_articles_takes_its_room_once(bot: Chatbot) -> None:
    found = hits(bot)
    assert [hit.article.publisher for hit in found[:5]] == ["Nobody"] * 5
    chosen = to_read(found, 2, frozenset())
    assert [hit.article.publisher for hit in chosen] == ["Nobody", "Nobody", "Nobody", "The Post"]
    assert to_read((), 2, frozenset()) == []


def test_what_only_says_the_question_again_takes_no_room(tmp_path: Path) -> None:
    (tmp_path / "post.md").write_text(TRUE)
    for opening in ("Everybody asks", "We know", "Readers ask"):
        (tmp_path / f"{opening}.md").write_text(f"# No\n\n{opening} who opened the new bridge.\n")
    collection = Collection.create(tmp_path / "collection")
    ingest(collection, HashEncoder(), read([tmp_path]), 200)
    searcher = collection.searcher(HashEncoder())
    found = sorted(searcher.search(searcher.query(ASKED), 10), key=lambda hit: hit.publisher is not None)
    assert [hit.publisher for hit in to_read(found, 2, frozenset())] == [None, None]
    again = restating(ASKED)
    assert [hit.publisher for hit in to_read(found, 2, frozenset(), again)] == [None, None, "The Post"]


def test_trusted_publishers_are_read_and_come_first_where_both_answer(bot: Chatbot) -> None:
    question = "Who opened the new bridge?"
    for publisher, setting in (("The Post", " the post ;The Times"), ("Nobody", "nobody")):
        trusting = bot.having(replace(bot.settings, trusted_publishers=setting))
        assert trusting.ask(question).citations[0].publisher == publisher
    assert publishers(" the post ;The Times; ") == publishers("THE POST;the times") and not publishers(" ; ")
    run = bot.run(Request(question))
    sure = [0.1 if one.article.publisher == "The Post" else 0.9 for one in run.candidates]
    ordered, values = trusted_first(run.candidates, sure, publishers("The Post"), 0.5)
    assert ordered[0].article.publisher == "Nobody" and values == sorted(sure, reverse=True)
