"""Errors: one shape for all of them, one line that says what, and the id by which the log knows them."""

from __future__ import annotations

import logging
import re

import pytest
from fastapi.testclient import TestClient

from chatbot.server import api
from chatbot.server.limits import BODY
from chatbot.server.problems import MEDIA_TYPE
from tests.small import small_bot


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    return small_bot(tmp_path_factory.mktemp("problems"))


@pytest.fixture(scope="module")
def client(bot):
    return TestClient(api.app(bot))


PROBLEMS = [
    ("GET", "/api/v1/articles/no-such", None, 404, "no-such"),
    ("GET", "/api/v1/nothing", None, 404, "nothing is served"),
    ("GET", "/nothing", None, 404, "nothing is served"),
    ("GET", "/api/v1/ask", None, 405, "GET"),
    ("DELETE", "/api/v1/articles", None, 405, "DELETE"),
    ("GET", "/api/v1/search", None, 422, "query.q"),
    ("GET", "/api/v1/search?q=a&k=0", None, 422, "query.k"),
    ("GET", "/api/v1/search?q=a&k=101", None, 422, "query.k"),
    ("POST", "/api/v1/ask", b"{", 422, "not valid JSON"),
    ("POST", "/api/v1/ask", b"{}", 422, "body.question"),
    ("POST", "/api/v1/ask", b'{"question": 3}', 422, "body.question"),
    ("POST", "/api/v1/ask", b'{"question": "a", "histroy": []}', 422, "body.histroy"),
    ("POST", "/api/v1/ask", b'{"question": "  "}', 400, "question"),
    ("POST", "/api/v1/ask", b'{"question": "' + b"a" * 2001 + b'"}', 400, "2,000"),
    (
        "POST",
        "/api/v1/ask",
        b'{"question": "a", "history": [{"role": "system", "content": ""}]}',
        422,
        "role",
    ),
    ("POST", "/api/v1/ask", b" " * (BODY + 1), 413, "256 KB"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "says"), PROBLEMS)
def test_a_problem_is_one_line_that_says_what(client, method, path, body, status, says):
    headers = {"content-type": "application/json", "x-request-id": "mine-1"}
    response = client.request(method, path, content=body, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == MEDIA_TYPE
    problem = response.json()
    assert list(problem) == ["type", "title", "status", "detail", "instance", "request_id"]
    assert problem["status"] == status and problem["instance"] == path.partition("?")[0]
    assert says in problem["detail"] and "\n" not in problem["detail"]
    assert problem["request_id"] == response.headers["x-request-id"] == "mine-1"


def test_a_method_that_is_not_served_is_answered_with_those_that_are(client):
    assert client.get("/api/v1/ask").headers["allow"] == "POST"


def test_a_body_that_does_not_say_its_length_is_limited_too(client):
    pieces = (b" " * 1024 for _ in range(300))
    assert client.post("/api/v1/ask", content=pieces).status_code == 413


def test_a_failure_is_told_to_the_log_and_not_to_the_client(client, bot, monkeypatch, caplog):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(bot, "search", fail)
    with caplog.at_level(logging.ERROR):
        response = client.get("/api/v1/search", params={"q": "a"})
    assert response.status_code == 500 and response.headers["content-type"] == MEDIA_TYPE
    assert (
        "secret" not in response.text and "script-src 'self'" in response.headers["content-security-policy"]
    )
    assert response.json()["request_id"] in caplog.text and "/secret/path" in caplog.text


@pytest.mark.parametrize("given", ["", "a b", "a" * 65, "a\tb", "é".encode(), "<b>"])
def test_a_request_id_that_could_not_be_logged_is_replaced(client, given):
    response = client.get("/healthz", headers={"x-request-id": given})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])


def test_every_response_has_an_id_of_its_own(client):
    ids = {client.get("/healthz").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert client.get("/healthz", headers={"x-request-id": "Aa0._-"}).headers["x-request-id"] == "Aa0._-"
