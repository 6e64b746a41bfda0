"""The OpenAPI document is valid, complete, and true of what comes back."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from chatbot.server import api, openapi
from tests.small import small_bot

QUESTION = {"question": "Who opened the new bridge?"}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    return TestClient(api.app(small_bot(tmp_path_factory.mktemp("openapi"))))


@pytest.fixture(scope="module")
def document(client) -> dict[str, Any]:
    return client.get(openapi.ADDRESS).json()


@pytest.mark.slow
def test_it_is_valid(document):
    validate(document)


@pytest.mark.slow
def test_where_files_can_be_added_it_says_so(tmp_path):
    client = TestClient(api.app(small_bot(tmp_path), uploads=True))
    document = client.get(openapi.ADDRESS).json()
    validate(document)
    file = b"The ferry\n\nThe ferry runs on Sundays.\n"
    added = client.post("/api/v1/articles", params={"name": "ferry.txt"}, content=file)
    assert checked(document, added, "/api/v1/articles", "post")["added"] == ["ferry"]
    one = "/api/v1/articles/{article_id}"
    said = client.patch("/api/v1/articles/ferry", json={"topics": ["harbour"]})
    assert checked(document, said, one, "patch")["topics"] == ["harbour"]
    assert checked(document, client.delete("/api/v1/articles/ferry"), one, "delete")["file"] is True
    assert checked(document, client.get("/api/v1/collection"), "/api/v1/collection")["uploads"] is True


def test_each_route_is_described_with_what_it_gives_and_how_it_fails(document):
    routes = [
        (path, method, route)
        for path, methods in document["paths"].items()
        for method, route in methods.items()
    ]
    of_a_collection = {
        ("post", "/ask"),
        ("get", "/search"),
        ("get", "/articles"),
        ("get", "/articles/{article_id}"),
        ("get", "/articles/{article_id}/original"),
        ("get", "/articles/{article_id}/place"),
        ("get", "/articles/{article_id}/versions"),
        ("get", "/articles/{article_id}/changes"),
        ("get", "/answers/{answer_id}"),
        ("post", "/citations"),
        ("post", "/feedback"),
        ("get", "/collection"),
        *((method, "/visibility") for method in ("get", "put")),
        *((method, "/links") for method in ("get", "post")),
        ("delete", "/links/{name}"),
        ("get", "/operator/sources"),
        ("post", "/operator/sources"),
        ("delete", "/operator/sources"),
        ("get", "/operator/sync"),
        ("post", "/operator/sync"),
        ("get", "/operator/journal"),
        ("get", "/operator/keys"),
        ("post", "/operator/keys"),
        ("post", "/operator/keys/{name}/rotate"),
        ("delete", "/operator/keys/{name}"),
        ("get", "/operator/feedback"),
        ("get", "/operator/feedback.jsonl"),
        ("get", "/operator/evaluation"),
    }
    assert {(method, path) for path, method, _ in routes} == {
        ("get", "/api/v1/collections"),
        ("get", "/api/v1/linked/{token}"),
        *((method, f"/api/v1{path}") for method, path in of_a_collection),
        *((method, f"/api/v1/collections/{{collection}}{path}") for method, path in of_a_collection),
    }
    for path, method, route in routes:
        assert route["summary"], path
        responses = route["responses"]
        made = {"feedback": "201", "sources": "201", "keys": "201", "links": "201", "sync": "202"}
        good = made.get(path.rpartition("/")[2], "200") if method == "post" else "200"
        assert set(responses) == {good, "default"}, (method, path)
        assert responses["default"]["content"] == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }
    assert "text/event-stream" in document["paths"]["/api/v1/ask"]["post"]["responses"]["200"]["content"]


def checked(document: dict[str, Any], response: Any, path: str, method: str = "get") -> Any:
    """The response's JSON, which the document describes to the last key."""
    strict = copy.deepcopy(document)
    for shape in strict["components"]["schemas"].values():
        if "properties" in shape:
            shape["additionalProperties"] = False
            shape["required"] = list(shape["properties"])
    described = strict["paths"][path][method]["responses"]
    answer = described.get(str(response.status_code), described["default"])
    schema = answer["content"][response.headers["content-type"]]["schema"]
    Draft202012Validator({**schema, "components": strict["components"]}).validate(response.json())
    return response.json()


def test_what_comes_back_is_what_it_says(client, document):
    answer = checked(document, client.post("/api/v1/ask", json=QUESTION), "/api/v1/ask", "post")
    assert answer["citations"] and answer["citations"][0]["why"]
    filtered = {**QUESTION, "filters": {"from": "2024-05-01"}}
    checked(document, client.post("/api/v1/ask", json=filtered), "/api/v1/ask", "post")
    timed = {"question": "What did the mayor say in May 2024?"}
    period = checked(document, client.post("/api/v1/ask", json=timed), "/api/v1/ask", "post")["period"]
    assert period is not None
    checked(document, client.get("/api/v1/search?q=bridge"), "/api/v1/search")
    checked(document, client.get("/api/v1/articles"), "/api/v1/articles")
    route = "/api/v1/articles/{article_id}"
    checked(document, client.get("/api/v1/articles/bridge?start=0&end=5"), route)
    checked(document, client.get("/api/v1/articles/none"), route)
    route = "/api/v1/answers/{answer_id}"
    checked(document, client.get(f"/api/v1/answers/{answer['answer_id']}"), route)
    about = {"answer_id": answer["answer_id"], "verdict": "up"}
    checked(document, client.post("/api/v1/feedback", json=about), "/api/v1/feedback", "post")
    checked(document, client.get("/api/v1/collection"), "/api/v1/collection")
    checked(document, client.post("/api/v1/ask", json={}), "/api/v1/ask", "post")
    operator = "/api/v1/operator"
    for path, body in (
        ("sources", {"source": "https://example.org/feed.xml"}),
        ("sync", {"source": "https://example.org/"}),
        ("keys", {"name": "phone", "may": ["ask"]}),
    ):
        checked(document, client.post(f"{operator}/{path}", json=body), f"{operator}/{path}", "post")
    for path in ("sources", "sync", "journal", "keys", "feedback", "evaluation"):
        checked(document, client.get(f"{operator}/{path}"), f"{operator}/{path}")
