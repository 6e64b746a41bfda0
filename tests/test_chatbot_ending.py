"""A server that is told to end while it is busy: it does within five seconds, and loses nothing it took."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from index.folder.collection import Collection
from index.verify import verify
from tests.small import small_bot

SERVER = """
import sys
from pathlib import Path
from chatbot.bot import Chatbot
from chatbot.server.ui import serve
from chatbot.settings import Settings
from index.folder.collection import Collection
from tests.fakes import HashEncoder

class Slow(HashEncoder):
    def encode_passages(self, texts):
        import time
        for text in texts:
            time.sleep(0.05)
            yield from super().encode_passages([text])

bot = Chatbot(Collection.open(Path(sys.argv[1])), Slow(), Settings(reader="none", threshold=0.0))
serve(bot, "127.0.0.1", 0, uploads=True)
"""


@pytest.mark.slow
def test_it_ends_within_five_seconds_and_keeps_all_feedback_that_it_took(tmp_path: Path) -> None:
    small_bot(tmp_path).collection.close()
    folder = tmp_path / "collection"
    said: Counter[object] = Counter()
    ending = threading.Event()

    def busy(address: str, number: int) -> None:
        headers = {"x-forwarded-for": f"10.0.0.{number}"}  # callers of their own
        with httpx.Client(base_url=address, timeout=10, headers=headers) as client:
            while not ending.is_set():
                try:
                    answer = client.post("/api/v1/ask", json={"question": "What did the mayor open?"})
                    said["answers"] += answer.status_code == 200
                    given = {"answer_id": answer.json()["answer_id"], "verdict": "up", "comment": f"{number}"}
                    said["feedback"] += client.post("/api/v1/feedback", json=given).is_success
                except (httpx.HTTPError, KeyError, ValueError):
                    said["refused"] += 1

    def upload(address: str) -> None:
        text = " ".join(f"Rule {n} was agreed on by the council of town {n}." for n in range(4000))
        try:
            sent = httpx.post(f"{address}/api/v1/articles?name=long.txt", content=text.encode(), timeout=10)
            said["upload", sent.status_code] += 1
        except httpx.HTTPError:
            said["upload", "cut off"] += 1

    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout and server.stderr
        address = server.stdout.readline().split()[3]
        deadline = time.monotonic() + 60
        while httpx.get(f"{address}/readyz").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        threads = [threading.Thread(target=busy, args=[address, number]) for number in range(4)]
        threads.append(threading.Thread(target=upload, args=[address]))
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 30
        while said["feedback"] < 4 and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.5)  # the upload is being encoded
        begun = time.monotonic()
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=30)
        took = time.monotonic() - begun
        ending.set()
        for thread in threads:
            thread.join()
        told = server.stderr.read()
    kept = [json.loads(line) for line in (folder / "feedback.jsonl").read_text().splitlines()]
    assert took < 5 and code in (0, -signal.SIGTERM)
    assert said["answers"] >= 4 and len(kept) >= said["feedback"] >= 4
    assert "Traceback" not in told
    with closing(Collection.open(folder)) as collection:
        assert verify(collection) == []
        ids = {one.id for one in collection.articles()}
    taken = said["upload", 201] + said["upload", 200]
    assert ids - {"bridge", "tunnel", "note"} == ({"long"} if taken else set())
