"""`cuttings serve` as people start it: what it logs, and which names it answers to."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from chatbot.server.logs import Lines

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a signal ends the server as on POSIX")

SECRET = "What did the BMA find, between you and me?"


def test_a_record_is_one_line_with_its_traceback():
    record = logging.LogRecord("some.library", logging.ERROR, "a.py", 1, "broken\u2028 %s", ("\n",), None)
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record.exc_info = sys.exc_info()
    line = Lines().format(record)
    assert len(line.splitlines()) == 1
    told = json.loads(line)
    assert told["level"] == "error" and told["logger"] == "some.library"
    assert told["message"] == "broken\u2028 \n" and "ValueError: two\nlines" in told["traceback"]
    assert told["time"].endswith("+00:00") and told["request_id"] is None


@contextmanager
def serving(folder, *options: str) -> Iterator[tuple[str, list[str]]]:
    """`cuttings serve` as people start it; its address, and its standard error once it has ended."""
    command = [sys.executable, "-c", "from chatbot.cli.main import run; run()", "serve", "--port", "0"]
    told: list[str] = []
    with subprocess.Popen(
        [*command, "--collection", str(folder), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout and server.stderr
        try:
            address = server.stdout.readline().split()[3]
            deadline = time.monotonic() + 60
            while httpx.get(f"{address}/readyz").status_code != 200:
                assert time.monotonic() < deadline
                time.sleep(0.2)
            yield address, told
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=20)
        told += server.stderr.read().splitlines()


def use(address: str) -> None:
    """A question, an article, a mistake, a foreign site and a file of the page."""
    headers = {"x-request-id": "mine-7"}
    assert httpx.post(f"{address}/api/v1/ask", json={"question": SECRET}, headers=headers).status_code == 200
    httpx.get(f"{address}/api/v1/articles/no-such-article")
    httpx.get(f"{address}/api/v1/search", params={"q": SECRET}, headers={"origin": "https://s.test"})
    httpx.get(f"{address}/assets/page.js")
    forge(address)


def forge(address: str) -> None:
    """Events of the page as no page of ours sends them, each with the question in it."""
    config = httpx.get(f"{address}/config").json()
    for event in config["dependencies"]:
        for data in ([SECRET], [{"text": SECRET}] * 9, SECRET, [[SECRET], {}, [SECRET]]):
            body = {"data": data, "fn_index": event["id"], "session_hash": "forged", "event_data": SECRET}
            httpx.post(f"{address}/gradio_api/queue/join", json=body)
    time.sleep(2)


@pytest.mark.model
def test_each_request_is_an_object_and_no_question_is_in_it(bundled_folder):
    with serving(bundled_folder, "--log-format", "json") as (address, told):
        use(address)
    rows: list[dict[str, Any]] = [json.loads(line) for line in told]
    own = ("/readyz", "/config", "/gradio_api/queue/join", "none")
    requests = [row for row in rows if "path" in row and row["path"] not in own]
    assert {row["logger"] for row in rows if row["level"] != "info"} <= {"chatbot.server.gradio_log"}
    assert [(row["method"], row["path"], row["status"], row["site"]) for row in requests] == [
        ("POST", "/api/v1/ask", 200, None),
        ("GET", "/api/v1/articles/{article_id:path}", 404, None),
        ("GET", "/api/v1/search", 403, "https://s.test"),
        ("GET", "/assets/page.js", 200, None),
    ]
    asked = requests[0]
    assert asked["request_id"] == "mine-7" and asked["level"] == "info"
    assert 0 < asked["milliseconds"] < 60_000 and asked["bytes"] > 1000
    assert "between you and me" not in "\n".join(told) and "no-such-article" not in "\n".join(told)


@pytest.mark.model
def test_behind_a_proxy_it_is_known_by_its_public_name_and_text_says_nothing_of_what_goes_well(
    bundled_folder,
):
    with serving(bundled_folder, "--public-name", "Cuttings.test") as (address, told):
        use(address)
        statuses = [
            httpx.post(
                f"{address}/api/v1/ask",
                json={"question": SECRET},
                headers={"host": name, "origin": f"https://{name}"},
            ).status_code
            for name in ("cuttings.test", "localhost", "evil.test")
        ]
        assert statuses == [200, 200, 421]
    assert told and all(line.startswith("an event of the page failed: ") for line in told)
