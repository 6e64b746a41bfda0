"""Server-sent events: the same answer as the JSON, in pieces."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from chatbot.server import api, events
from tests.small import small_bot, with_settings

QUESTION = {"question": "Who opened the new bridge?"}


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    return small_bot(tmp_path_factory.mktemp("events"))


@pytest.fixture(scope="module")
def client(bot):
    return TestClient(api.app(bot))


def streamed(client: TestClient, body: dict[str, Any]) -> list[tuple[str, Any]]:
    response = client.post("/api/v1/ask", json=body, headers={"accept": "text/event-stream"})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    *blocks, end = response.text.split("\n\n")
    assert end == ""
    read = []
    for block in blocks:
        event, data = block.split("\n")
        read.append((event.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return read


def test_the_question_comes_first_then_each_sentence_then_the_whole(client):
    whole = client.post("/api/v1/ask", json=QUESTION).json()
    (first, question), *citations, (last, answer) = streamed(client, QUESTION)
    assert (first, last) == ("question", "answer")
    assert answer == whole and whole["citations"]
    assert question == {key: whole[key] for key in question} and "standalone_question" in question
    assert citations == [("citation", citation) for citation in whole["citations"]]


def test_where_there_is_no_answer_no_sentence_is_sent_as_one(client, bot, monkeypatch):
    with_settings(monkeypatch, bot, threshold=1.0)
    read = streamed(client, QUESTION)
    assert [name for name, _ in read] == ["question", "answer"]
    assert read[-1][1]["abstained"] and read[0][1]["state"] == "none"


def test_a_line_break_in_an_article_does_not_end_an_event(client):
    names = [name for name, _ in streamed(client, {"question": "ferry\r\n\u2028\u0085 on Sundays"})]
    assert names[0] == "question" and names[-1] == "answer"


def test_a_question_that_is_refused_is_refused_with_its_status(client):
    response = client.post("/api/v1/ask", json={"question": " "}, headers={"accept": "text/event-stream"})
    assert response.status_code == 400 and response.headers["content-type"] == "application/problem+json"


def test_what_fails_after_the_start_is_told_by_an_event(client, monkeypatch, caplog):
    def broken(_: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(events, "answer_json", broken)
    [(name, problem)] = streamed(client, QUESTION)
    assert name == "error" and problem["status"] == 500 and problem["instance"] == "/api/v1/ask"
    assert "secret" not in str(problem) and "/secret/path" in caplog.text
