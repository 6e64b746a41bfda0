"""The chat page in a real browser, on a real server, over the bundled articles and the real model."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from typing import Any

import httpx
import pytest

from chatbot.server import shell
from chatbot.server.limits import BODY
from chatbot.server.ui import listen, serve
from corpus.errors import CuttingsError

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/file=/etc/hostname"),
        ("GET", "/gradio_api/proxy=http://example.org/"),
        ("POST", "/gradio_api/call/ask"),
        ("POST", "/gradio_api/run/ask"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/monitoring/summary"),
        ("GET", "/login"),
    ],
)
def test_what_gradio_offers_and_the_page_does_not_need_is_refused(address, method, path):
    response = httpx.request(method, address + path)
    assert response.status_code == 404 and response.headers["content-type"] == "application/problem+json"


def test_a_request_of_the_page_is_limited(address):
    assert httpx.post(f"{address}/gradio_api/queue/join", content=b" " * (BODY + 1)).status_code == 413


def test_no_other_site_may_use_the_page(address):
    for method, path in (
        ("GET", "/"),
        ("GET", "/config"),
        ("GET", "/gradio_api/info"),
        ("POST", "/gradio_api/queue/join"),
    ):
        answer = httpx.request(method, address + path, headers={"origin": "https://elsewhere.test"})
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


def test_a_payload_that_names_a_file_of_the_server_gets_nothing(address, gradio_folder, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret text")
    file = {"path": str(secret), "meta": {"_type": "gradio.FileData"}, "orig_name": "secret.txt"}
    listeners = httpx.get(f"{address}/config").json()["dependencies"]
    refused = 0
    for listener in listeners:
        answers = post_event(address, listener["id"], [file for _ in listener["inputs"]], file)
        refused += '"success":false' in answers
        assert "/file=" not in answers
    assert refused
    assert [path for path in gradio_folder.rglob("*") if path.is_file()] == []


def post_event(address: str, listener: int, data: list[Any], event: Any) -> str:
    """Trigger a listener of the page as a script would; everything that was sent back."""
    session = f"test{listener}"
    body = {
        "fn_index": listener,
        "session_hash": session,
        "data": data,
        "event_data": {"value": event, "index": 0},
    }
    httpx.post(f"{address}/gradio_api/queue/join", json=body).raise_for_status()
    stream = httpx.get(f"{address}/gradio_api/queue/data", params={"session_hash": session}, timeout=60)
    return stream.text


def test_a_busy_port_is_told_in_one_line(bundled):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CuttingsError, match=f"^port {port} is in use; choose another with --port$"):
            serve(bundled, "127.0.0.1", port)
    with pytest.raises(CuttingsError, match=r"cannot serve at 203\.0\.113\.1:7860"):
        serve(bundled, "203.0.113.1", 7860)


def test_answers_are_not_held_back_for_larger_ones():
    """On a connection that is kept, else, one waits 40 ms for the client to confirm what it had before."""

    async def at_once() -> int:
        told = asyncio.get_running_loop().create_future()

        def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            own = writer.get_extra_info("socket")
            told.set_result(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(connected, sock=listen("127.0.0.1", 0)) as server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.close()
            return await told

    assert asyncio.run(at_once())


def test_a_gradio_that_is_laid_out_otherwise_is_told(tmp_path):
    (tmp_path / "index.html").write_text("<html></html>")
    with pytest.raises(CuttingsError, match=r"index\.html"):
        shell.gradio_assets(tmp_path / "index.html")


SERVER = """
import sys
from pathlib import Path

def heard(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        print("outside:", event, arguments, file=sys.stderr)

sys.addaudithook(heard)

from chatbot.bot import Chatbot
from chatbot.server.ui import serve

serve(Chatbot.open(Path(sys.argv[1])), "127.0.0.1", 0)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
@pytest.mark.parametrize(
    ("signal_sent", "path", "key"),
    [
        (signal.SIGINT, "/api/v1/search?q=survey", "hits"),
        # This one ends it while the models are being loaded.
        (signal.SIGTERM, "/api/v1/articles", "articles"),
    ],
)
def test_the_server_says_where_it_is_looks_nothing_up_and_ends_when_told(
    bundled_folder, signal_sent, path, key
):
    command = [sys.executable, "-c", SERVER, str(bundled_folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout and server.stderr
        said = re.fullmatch(r"Cuttings is at (http://127\.0\.0\.1:\d+) .*\n", server.stdout.readline())
        assert said
        assert httpx.get(f"{said[1]}{path}", timeout=60).json()[key]
        # An open page holds such a stream.
        with httpx.stream("GET", f"{said[1]}/gradio_api/heartbeat/test"):
            server.send_signal(signal_sent)
            server.wait(timeout=15)
        told = server.stderr.read()
        assert "outside:" not in told and "Traceback" not in told
        assert server.stdout.read() == ""
