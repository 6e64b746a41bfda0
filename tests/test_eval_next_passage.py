"""Which passage comes next: every one once, those without a question first, and no article all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.read import read
from eval.questions.gold import Evidence, Gold
from eval.write.next_passage import passages_to_ask, without_question
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder

ARTICLE = """\
---
title: {name}
publisher: {publisher}
published: 2024-{month:02}-01
---

{text}
"""


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """Six articles of two publishers in three months, each of several passages."""
    written = tmp_path / "articles"
    written.mkdir()
    for n in range(6):
        text = "\n\n".join(
            " ".join(f"Here is sentence {m} of part {part}." for m in range(4)) for part in range(3)
        )
        about = ARTICLE.format(
            name=f"a{n}", publisher="The Post" if n < 4 else "The Echo", month=n % 3 + 1, text=text
        )
        (written / f"a{n}.md").write_text(about, encoding="utf-8")
    collection = Collection.create(tmp_path / "collection")
    ingest(collection, HashEncoder(), read([written]), 40)
    return collection


def test_every_passage_comes_once_in_the_order_of_the_seed(collection):
    passages = [one for article in collection.articles() for one in collection.passages(article.id)]
    assert len(passages) > 12
    order = list(passages_to_ask(collection, [], 1))
    assert sorted(order, key=repr) == sorted(passages, key=repr)
    assert order == list(passages_to_ask(collection, [], 1))
    assert order != list(passages_to_ask(collection, [], 2))


@pytest.mark.parametrize("seed", range(5))
def test_each_round_has_every_article_and_the_publishers_by_turns(collection, seed):
    published = {article.id: article for article in collection.articles()}
    first = [one.article_id for one in list(passages_to_ask(collection, [], seed))[:6]]
    assert sorted(first) == sorted(published)
    publishers = [published[id].publisher for id in first]
    assert {*publishers[:2]} == {*publishers[2:4]} == {"The Post", "The Echo"}
    post = [published[id].published for id in first if published[id].publisher == "The Post"]
    assert len({*post[:3]}) == 3


def test_passages_with_a_question_come_last_and_their_articles_later(collection):
    passage = collection.passages("a1")[0]
    gold = Gold("g001", "Why?", "reason", (), True, (Evidence("a1", passage.start, passage.start + 5),))
    order = list(passages_to_ask(collection, [gold], 3))
    have = [one for one in order if one.article_id == "a1" and one.start < passage.start + 5]
    assert have == order[-len(have) :] and have
    assert order[5].article_id == "a1"
    assert without_question(collection, [gold]) == len(order) - len(have)
