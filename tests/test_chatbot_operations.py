"""What an operator sees: health, readiness, metrics."""

from __future__ import annotations

import re
import shutil
import threading
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from chatbot.server import api
from corpus.errors import CuttingsError
from tests.small import small_bot, with_settings

QUESTION = {"question": "Who opened the new bridge?"}


NEWS = '{collection="collection"}'
"""The label of the only collection, which is called as its folder."""


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    return small_bot(tmp_path_factory.mktemp("operations"))


@pytest.fixture
def client(bot):
    """A server of its own for each test, since it counts."""
    return TestClient(api.app(bot), raise_server_exceptions=False)


class Warming:
    """A bot that is warm when the gate opens, or never."""

    def __init__(self, bot: Any, error: Exception | None) -> None:
        self.collection = bot.collection
        self.settings = bot.settings
        self.error = error
        self.gate = threading.Event()

    def warm(self) -> None:
        self.gate.wait()
        if self.error:
            raise self.error

    def try_suggestions(self) -> None:
        pass

    settle = try_suggestions


@pytest.mark.parametrize("error", [None, CuttingsError("the model is missing"), RuntimeError("broken")])
def test_it_is_ready_once_the_models_are_loaded_and_alive_before(bot, error):
    warming = Warming(bot, error)
    loading = api.Loading(warming)  # type: ignore[arg-type]
    client = TestClient(api.app(warming, loading))  # type: ignore[arg-type]
    loading.start()
    assert client.get("/healthz").json() == {"ok": True, "ready": False}
    waiting = client.get("/readyz")
    assert waiting.status_code == 503 and int(waiting.headers["retry-after"]) > 0
    assert waiting.json()["title"] == "Service Unavailable"
    assert numbers(client)[f"cuttings_ready{NEWS}"] == 0
    warming.gate.set()
    while not loading.done:
        time.sleep(0.01)
    ready = error is None
    assert client.get("/healthz").json() == {"ok": True, "ready": ready}
    assert client.get("/readyz").status_code == client.head("/readyz").status_code == (200 if ready else 503)
    assert numbers(client)[f"cuttings_ready{NEWS}"] == ready


def numbers(client: TestClient) -> dict[str, float]:
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    lines = [line for line in response.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_questions_are_counted_by_what_came_of_them(client, bot, monkeypatch):
    with_settings(monkeypatch, bot, threshold=0.0, sure_threshold=0.0)
    before = numbers(client)
    assert {key: value for key, value in before.items() if "questions_total" in key} == {
        f'cuttings_questions_total{{collection="collection",outcome="{outcome}"}}': 0.0
        for outcome in ("answered", "possibly", "abstained", "notice", "failed")
    }
    client.post("/api/v1/ask", json=QUESTION)
    client.post("/api/v1/ask", json=QUESTION)
    client.post("/api/v1/ask", json={"question": "thanks"})
    client.post("/api/v1/ask", json={"question": " "})  # refused, and so no question
    for threshold in (0.0, 1.0):
        with_settings(monkeypatch, bot, threshold=threshold, sure_threshold=1.0)
        client.post("/api/v1/ask", json=QUESTION)
    monkeypatch.setattr(bot, "ask", lambda *_, **__: 1 / 0)
    client.post("/api/v1/ask", json=QUESTION)
    after = numbers(client)
    outcomes = {
        outcome: after[f'cuttings_questions_total{{collection="collection",outcome="{outcome}"}}']
        for outcome in ("answered", "possibly", "abstained", "notice", "failed")
    }
    assert outcomes == {"answered": 2, "possibly": 1, "abstained": 1, "notice": 1, "failed": 1}


def test_requests_are_counted_by_template_and_not_by_address(client):
    for article in ("bridge", "tunnel", "no-such"):
        client.get(f"/api/v1/articles/{article}")
    client.request("BREW", "/api/v1/articles/bridge")
    client.get("/some/other/address")
    client.get("/api/v1/some/other/address")
    counted = numbers(client)
    route = "/api/v1/articles/{article_id:path}"
    assert counted[f'cuttings_requests_total{{method="GET",route="{route}",status="200"}}'] == 2
    assert counted[f'cuttings_requests_total{{method="GET",route="{route}",status="404"}}'] == 1
    assert counted[f'cuttings_request_seconds_count{{route="{route}"}}'] >= 3
    text = client.get("/metrics").text
    assert "BREW" not in text and "no-such" not in text and "other" in text and "some/other" not in text


def test_the_collection_and_the_gate_are_told_as_they_are(client, bot):
    counted = numbers(client)
    articles = bot.collection.articles()
    assert counted[f"cuttings_articles{NEWS}"] == len(articles) == 3
    assert counted[f"cuttings_passages{NEWS}"] == sum(article.passages for article in articles) > 0
    assert counted[f"cuttings_revision{NEWS}"] == bot.collection.revision
    assert counted["cuttings_gate_waiting"] == counted["cuttings_gate_at_work"] == 0
    assert counted["cuttings_turned_away_total"] == 0


def test_every_metric_says_what_it_is(client):
    text = client.get("/metrics").text
    named = set(re.findall(r"^# TYPE (cuttings\w+)", text, re.MULTILINE))
    assert {"cuttings_requests_total", "cuttings_questions_total", "cuttings_ready"} <= named
    assert named == {name for name, about in re.findall(r"^# HELP (cuttings\w+) (.+)$", text, re.MULTILINE)}


def test_two_servers_in_one_process_count_apart(bot):
    one, other = TestClient(api.app(bot)), TestClient(api.app(bot))
    one.post("/api/v1/ask", json=QUESTION)
    assert numbers(one)['cuttings_questions_total{collection="collection",outcome="answered"}'] == 1
    assert numbers(other)['cuttings_questions_total{collection="collection",outcome="answered"}'] == 0


@pytest.mark.slow
@pytest.mark.parametrize("replaced", [False, True])
def test_a_collection_that_was_deleted_or_replaced_is_served_no_more(tmp_path, replaced):
    bot = small_bot(tmp_path)
    client = TestClient(api.app(bot))
    assert client.get("/readyz").status_code == 200
    folder = bot.collection.folder
    folder.rename(tmp_path / "before")
    if replaced:
        shutil.copytree(tmp_path / "before", folder)
    assert client.get("/readyz").status_code == 503
    refused = client.post("/api/v1/ask", json={"question": "Who opened the bridge?"})
    assert refused.status_code == 503 and str(tmp_path) not in refused.text
    assert "deleted or replaced" in refused.json()["detail"]
