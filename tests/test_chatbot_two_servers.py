"""Two servers on one collection behind a proxy that takes them by turns: nobody notices that they are two."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.settings import Settings
from corpus.read import read
from index.encoding.encoder import SentenceEncoder
from index.ingest.ingest import ingest
from index.stores import create_store
from tests.stores import milvus_server, needs_milvus
from tests.test_chatbot_serve import serving

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"

CONVERSATION = (
    "What happens if nobody acts?",
    "Who said that?",
    "How many clinical directors answered the survey?",
    "And of the Confederation?",
    "Why?",
    "What was reported in January 2020?",
)


@contextmanager
def proxied(addresses: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The address of a proxy that asks the servers by turns, and which it has asked."""
    turns, asked = itertools.cycle(addresses), []

    class Proxy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.passed_on(lambda at: httpx.post(at, content=body, headers=self.given(), timeout=60))

        def do_GET(self) -> None:
            self.passed_on(lambda at: httpx.get(at, headers=self.given(), timeout=60))

        def given(self) -> dict[str, str]:
            return {"content-type": self.headers.get("content-type", "")}

        def passed_on(self, ask: Any) -> None:
            server = next(turns)
            asked.append(server)
            answer = ask(server + self.path)
            self.send_response(answer.status_code)
            self.send_header("content-type", answer.headers["content-type"])
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def talk(address: str) -> list[dict[str, Any]]:
    """The answers of a conversation, each asked with what was said before, as the widget asks."""
    said: list[dict[str, str]] = []
    answers = []
    for question in CONVERSATION:
        given = {"question": question, "history": said}
        answers.append(httpx.post(f"{address}/api/v1/ask", json=given, timeout=60).raise_for_status().json())
        answers[-1].pop("suggestions")  # which each server tries by itself, when it is ready
        quote = next((citation["quote"] for citation in answers[-1]["citations"]), "Nothing was found.")
        said += [{"role": "user", "content": question}, {"role": "assistant", "content": quote}]
    return answers


@needs_milvus
@pytest.mark.model
def test_a_conversation_may_change_the_server_with_every_question(
    tmp_path: Path, encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    with milvus_server(tmp_path / "milvus") as engine, ExitStack() as stack:
        where = f"{engine}/news"
        ingest(create_store(where), encoder, read([ARTICLES]), Settings().passage_tokens)
        servers = [stack.enter_context(serving(where))[0] for _ in range(2)]
        proxy, asked = stack.enter_context(proxied(servers))
        answers = talk(proxy)
        assert asked == servers * 3
        assert answers == talk(servers[0])
        assert sum(not one["abstained"] for one in answers) >= 2
        assert sum(one["standalone_question"] != one["question"] for one in answers) >= 2

        # What one adds, the other finds; what one answered, the other shows again.
        (tmp_path / "note.txt").write_text(
            "The lighthouse keeper of Skerryvore retired on Sunday. He is 81.\n"
        )
        ingest(create_store(where), encoder, read([tmp_path / "note.txt"]), Settings().passage_tokens)
        keeper = {"question": "When did the lighthouse keeper of Skerryvore retire?"}
        both = [httpx.post(f"{proxy}/api/v1/ask", json=keeper, timeout=60).json() for _ in range(2)]
        assert [one["citations"][0]["article_id"] for one in both] == ["note", "note"]
        shown = [httpx.get(f"{proxy}/api/v1/answers/{answers[0]['answer_id']}") for _ in range(2)]
        assert [one.status_code for one in shown] == [200, 200]
        assert shown[0].json() == shown[1].json()
