"""The REST interface, over the bundled articles and the real model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from chatbot.render.schema import answer_json
from chatbot.server import api

pytestmark = pytest.mark.model

CITATION = {
    "rank",
    "quote",
    "article_id",
    "title",
    "source",
    "start",
    "end",
    "score",
    "publisher",
    "published",
    "url",
    "sources",
    "page",
    "heading",
    "author",
    "updated",
    "highlight",
    "why",
    "version",
    "collection",
}
HIT = {"rank", "article_id", "title", "source", "start", "end", "score"}


@pytest.fixture(scope="module")
def client(bundled) -> Iterator[TestClient]:
    # The client is to see what a caller sees, not the exception behind it.
    with TestClient(api.app(bundled), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def question(bundled) -> str:
    return "What did the BMA survey of clinical directors find?"


def ask(client: TestClient, **body: Any):
    return client.post("/api/v1/ask", json=body)


def read(client: TestClient, article_id: str) -> dict[str, Any]:
    return client.get(f"/api/v1/articles/{quote(article_id, safe='')}").json()


def test_an_answer_is_slices_of_the_articles_it_cites(client, question):
    answer = ask(client, question=question).json()
    assert not answer["abstained"] and answer["citations"]
    for citation in answer["citations"]:
        assert set(citation) == CITATION | {"also"}
        for cited in [citation, *citation["also"]]:
            text = read(client, cited["article_id"])["text"]
            assert text[cited["start"] : cited["end"]] == cited["quote"]
    assert [set(hit) for hit in answer["hits"]] == [HIT] * len(answer["hits"])


def test_the_answer_is_the_one_that_the_command_line_writes(client, bundled, question):
    assert ask(client, question=question).json() == json.loads(json.dumps(answer_json(bundled.ask(question))))


def test_history_completes_a_question_and_as_typed_does_not(client, question):
    first = ask(client, question=question).json()
    quotes = " ".join(citation["quote"] for citation in first["citations"])
    history = [{"role": "user", "content": question}, {"role": "assistant", "content": quotes}]
    completed = ask(client, question="Why was that?", history=history).json()
    assert completed["question"] == "Why was that?"
    assert completed["standalone_question"] != completed["question"] and completed["rewrite_reason"]
    typed = ask(client, question="Why was that?", history=history, as_typed=True).json()
    assert typed["standalone_question"] == "Why was that?" and typed["rewrite_reason"] == ""


def test_a_question_that_the_articles_do_not_answer_is_abstained_on(client):
    answer = ask(client, question="Why is the sky blue?").json()
    assert answer["abstained"] is True


def test_search_gives_the_text_of_each_hit(client):
    found = client.get("/api/v1/search", params={"q": "survey of clinical directors", "k": 3}).json()
    assert found["query"] == "survey of clinical directors"
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    for hit in found["hits"]:
        article = read(client, hit["article_id"])
        assert set(hit) == HIT | {"text", "publisher", "published", "url"}
        assert hit["text"] == article["text"][hit["start"] : hit["end"]]


def test_every_listed_article_can_be_read(client, bundled):
    listed = client.get("/api/v1/articles").json()["articles"]
    assert len(listed) == len(bundled.collection.articles()) > 0
    for entry in listed:
        article = read(client, entry["id"])
        of_the_list = {"copies": [], "more": 0}
        assert {**{key: article[key] for key in entry.keys() - of_the_list.keys()}, **of_the_list} == entry
        assert all(0 <= gone["start"] < gone["end"] <= len(article["text"]) for gone in article["removed"])


def test_hostile_text_stays_text(client):
    hostile = "<script>alert(1)</script> \u202e\u0000 \U0001f4f0 ![](http://evil.test/x.png) $$x$$"
    answer = ask(client, question=hostile)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["question"].startswith("<script>alert(1)</script>")
