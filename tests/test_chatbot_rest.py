"""The routes under /api/v1 over three small articles: filters, pages, highlights, answers by id, feedback."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.feedback import COMMENT, FILE
from chatbot.permalink import answer_id
from chatbot.request import Request
from chatbot.seal import key_of
from chatbot.server import api
from chatbot.server.limits import FEEDBACK_BURST
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder
from tests.small import small_bot

QUESTION = "Who opened the new bridge?"


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    return small_bot(tmp_path_factory.mktemp("rest"))


@pytest.fixture(scope="module")
def client(bot):
    return TestClient(api.app(bot))


def ids(response) -> list[str]:
    assert response.status_code == 200
    return [article["id"] for article in response.json()["articles"]]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {"bridge", "tunnel", "note"}),
        ({"publisher": "The Post"}, {"bridge"}),
        ({"publisher": ["The Post", "The Echo"]}, {"bridge", "tunnel"}),
        ({"from": "2024-06-10"}, {"tunnel"}),
        ({"to": "2024-06-09"}, {"bridge"}),
        ({"publisher": "The Echo", "to": "2024-06-09"}, set()),
    ],
)
def test_filters_say_which_articles_are_searched_listed_and_asked(client, filters, found):
    assert set(ids(client.get("/api/v1/articles", params=filters))) == found
    searched = client.get("/api/v1/search", params={"q": "the river", "k": 100, **filters}).json()
    assert {hit["article_id"] for hit in searched["hits"]} == found
    publishers = filters.get("publisher", [])
    wanted = {
        "publishers": [publishers] if isinstance(publishers, str) else publishers,
        "from": filters.get("from"),
        "to": filters.get("to"),
    }
    asked = client.post("/api/v1/ask", json={"question": QUESTION, "filters": wanted}).json()
    assert {hit["article_id"] for hit in asked["hits"]} == found
    assert asked["filters"] == (wanted if filters else None)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("GET", "/api/v1/search?q=a&publisher=The%20Past", None, 400, "The Past"),
        ("GET", "/api/v1/search?q=a&from=2024-06-10&to=2024-05-01", None, 400, "before it begins"),
        ("GET", "/api/v1/search?q=a&from=May", None, 422, "query.from"),
        ("GET", "/api/v1/articles?to=0", None, 422, "give a date as 2024-05-31"),
        ("GET", "/api/v1/articles?limit=0", None, 422, "query.limit"),
        ("GET", "/api/v1/articles?limit=1001", None, 422, "query.limit"),
        ("GET", "/api/v1/articles?offset=-1", None, 422, "query.offset"),
        ("POST", "/api/v1/ask", {"question": "a", "filters": {"publisher": []}}, 422, "filters.publisher"),
        ("POST", "/api/v1/ask", {"question": "a", "any_time": 0}, 422, "body.any_time"),
        ("POST", "/api/v1/ask", {"question": "a", "filters": {"from": "May"}}, 422, "filters.from"),
        ("POST", "/api/v1/ask", {"question": "a", "filters": {"publishers": ["\ud800"]}}, 400, "ud800"),
        ("GET", "/api/v1/articles/bridge?start=0", None, 400, "1 times start, 0 times end"),
        ("GET", f"/api/v1/articles/bridge?{'start=0&end=9&' * 101}", None, 400, "101 places"),
        ("GET", "/api/v1/articles/bridge?start=5&end=5", None, 400, "5 to 5"),
        ("GET", "/api/v1/articles/bridge?start=0&end=99999", None, 400, "99999"),
        ("GET", "/api/v1/articles/bridge?start=-1&end=5", None, 400, "-1 to 5"),
        ("GET", "/api/v1/articles/bridge?start=a&end=5", None, 422, "query.start"),
        ("GET", "/api/v1/answers/nonsense", None, 404, "not the id of an answer"),
        ("POST", "/api/v1/feedback", {"answer_id": "nonsense", "verdict": "up"}, 404, "not the id"),
        ("POST", "/api/v1/feedback", {"answer_id": "a", "verdict": "meh"}, 422, "body.verdict"),
    ],
)
def test_what_does_not_fit_is_named(client, method, path, body, status, says):
    content = None if body is None else json.dumps(body)
    headers = {"content-type": "application/json"}
    response = client.request(method, path, content=content, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert says in response.json()["detail"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("RIVER", ["tunnel"]),  # in the title
        ("the echo", ["tunnel"]),  # the publisher
        ("note.txt", ["note"]),  # the source
        ("bridg", ["bridge"]),
        (" ", ["tunnel", "bridge", "note"]),
        ("friday", []),  # which only the text has
    ],
)
def test_a_list_can_be_searched_by_what_it_shows(client, words, found):
    response = client.get("/api/v1/articles", params={"q": words})
    assert ids(response) == found and response.json()["total"] == len(found)


def test_a_list_is_given_page_by_page(client):
    pages = [client.get("/api/v1/articles", params={"limit": 2, "offset": n}) for n in (0, 2, 4)]
    assert [ids(page) for page in pages] == [["tunnel", "bridge"], ["note"], []]
    assert {page.json()["total"] for page in pages} == {3}


def test_highlights_are_slices_in_characters(client):
    text = client.get("/api/v1/articles/bridge").json()["text"]
    start = text.index("\U0001f4f0")
    params = {"start": [start, 0], "end": [start + 9, 5]}
    article = client.get("/api/v1/articles/bridge", params=params).json()
    assert article["highlights"] == [
        {"start": start, "end": start + 9, "text": "\U0001f4f0 Traffic"},
        {"start": 0, "end": 5, "text": text[:5]},
    ]
    assert client.get("/api/v1/articles/bridge").json()["highlights"] == []


def test_an_answer_opens_again_from_its_id(client):
    answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    again = client.get(f"/api/v1/answers/{answer['answer_id']}").json()
    assert again["lost"] == 0
    quoted = [[c["quote"] for c in one["citations"]] for one in (answer, again["answer"])]
    assert quoted[0] == quoted[1] != []
    assert again["answer"]["answer_id"] == answer["answer_id"]


def test_feedback_is_stored_with_the_answer_that_it_is_about(client, bot):
    answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    about = {"answer_id": answer["answer_id"], "verdict": "down", "comment": "The other bridge."}
    stored = client.post("/api/v1/feedback", json=about)
    assert stored.status_code == 201 and stored.json() == {"stored": True}
    (line,) = (bot.collection.folder / FILE).read_text(encoding="ascii").splitlines()
    row = json.loads(line)
    assert (row["verdict"], row["comment"], row["question"]) == ("down", "The other bridge.", QUESTION)
    assert {quoted["quote"] for quoted in row["citations"]} >= {c["quote"] for c in answer["citations"]}
    assert (datetime.now(UTC) - datetime.fromisoformat(row["time"])).total_seconds() < 60
    assert row["versions"]["revision"] == bot.collection.revision
    refused = client.post("/api/v1/feedback", json={**about, "comment": "a" * (COMMENT + 1)})
    assert refused.status_code == 400 and "2,000" in refused.json()["detail"]


def test_feedback_is_taken_for_answers_that_were_given_and_from_one_address_not_for_ever(tmp_path):
    bot = small_bot(tmp_path)
    client = TestClient(api.app(bot))
    given = answer_id(bot.run(Request(QUESTION)).answer, key_of(bot.collection.folder))
    forged = answer_id(bot.run(Request(QUESTION)).answer, b"another key")
    refused = client.post("/api/v1/feedback", json={"answer_id": forged, "verdict": "up"})
    assert refused.status_code == 400 and "does not come from this collection" in refused.json()["detail"]
    assert client.get(f"/api/v1/answers/{forged}").json()["sealed"] is False
    assert client.get(f"/api/v1/answers/{given}").json()["sealed"] is True
    about = {"answer_id": given, "verdict": "up"}
    codes = [client.post("/api/v1/feedback", json=about).status_code for _ in range(FEEDBACK_BURST + 5)]
    assert codes.count(201) == FEEDBACK_BURST - 1  # the forged one counts too
    last = client.post("/api/v1/feedback", json=about)
    assert last.status_code == 429 and int(last.headers["retry-after"]) > 0
    assert len((bot.collection.folder / FILE).read_text().splitlines()) == FEEDBACK_BURST - 1


def test_what_only_the_operator_is_to_know_is_told_no_visitor(tmp_path, monkeypatch, caplog):
    bot = small_bot(tmp_path)
    client = TestClient(api.app(bot))
    gone = client.get("/api/v1/articles/gone").json()["detail"]
    monkeypatch.setattr("chatbot.feedback.LIMIT", 10)
    full = client.post("/api/v1/feedback", json={"answer_id": bot.ask(QUESTION).id, "verdict": "up"})
    assert full.status_code == 507
    assert str(tmp_path) not in gone + full.json()["detail"]
    assert str(tmp_path) in caplog.text


def test_the_collection_tells_what_it_holds_and_what_has_changed(tmp_path):
    bot = small_bot(tmp_path)
    client = TestClient(api.app(bot))
    revision = client.get("/api/v1/collection").json()["revision"]
    assert client.get("/api/v1/collection").json() == {
        "version": version("cuttings"),
        "name": "collection",
        "articles": 3,
        "passages": sum(article.passages for article in bot.collection.articles()),
        "revision": revision,
        "first": "2024-05-03",
        "last": "2024-06-10",
        "publishers": [{"name": "The Echo", "articles": 1}, {"name": "The Post", "articles": 1}],
        "model": bot.settings.model,
        "reader": bot.settings.reader,
        "ready": True,
        "uploads": False,
        "examples": [],
    }
    bot.try_suggestions()
    assert client.get("/api/v1/collection").json()["examples"] == list(bot.examples())
    (tmp_path / "articles" / "late.txt").write_text("A late note.\n\nThe ferry is late.\n")
    collection = Collection.create(tmp_path / "collection")
    ingest(collection, HashEncoder(), read([tmp_path / "articles" / "late.txt"]), 200)
    collection.close()
    told = client.get("/api/v1/collection").json()
    assert told["articles"] == 4 and told["revision"] != revision
    assert "late" in ids(client.get("/api/v1/articles"))


TEXTS = st.text(st.characters(exclude_categories=()), max_size=30)  # halves of surrogate pairs among them
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
ODD = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)
NEARLY = st.fixed_dictionaries(
    {"question": TEXTS | ODD},
    optional={
        "history": st.lists(
            st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": TEXTS}),
            max_size=3,
        )
        | ODD,
        "as_typed": st.booleans() | ODD,
        "filters": st.fixed_dictionaries(
            {}, optional={"publishers": st.lists(TEXTS, max_size=2), "from": TEXTS, "to": st.dates().map(str)}
        )
        | ODD,
    },
)


@given(NEARLY | ODD)
@settings(max_examples=100)
@pytest.mark.slow
def test_no_body_makes_it_fail(client, body):
    headers = {"content-type": "application/json"}
    response = client.post("/api/v1/ask", content=json.dumps(body), headers=headers)
    assert response.status_code in (200, 400, 422)
    assert json.loads(response.content)["question" if response.status_code == 200 else "detail"]


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(["answer_id", "verdict", "comment"]), TEXTS | st.just("up")))
def test_no_feedback_makes_it_fail(client, body):
    headers = {"content-type": "application/json"}
    response = client.post("/api/v1/feedback", content=json.dumps(body), headers=headers)
    assert response.status_code in (404, 422, 429) and response.json()["detail"]


@given(st.lists(st.tuples(st.sampled_from(["q", "publisher", "from", "to", "limit", "offset", "k"]), TEXTS)))
@pytest.mark.slow
def test_no_query_makes_it_fail(client, query):
    pairs = [(name, value.encode("utf-8", "replace").decode()) for name, value in query]
    for path in ("/api/v1/search", "/api/v1/articles"):
        assert client.get(path, params=pairs).status_code in (200, 400, 422)
