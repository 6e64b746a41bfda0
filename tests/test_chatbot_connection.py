"""Connections that keep the server waiting, and bodies that never end."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from chatbot.server import api, connection, limits
from chatbot.server.connection import Connection
from tests.small import serving_app, small_bot

pytestmark = pytest.mark.slow

HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"


@contextmanager
def serving(bot: Any, most: int) -> Iterator[tuple[str, int]]:
    with serving_app(api.app(bot), http=type("Bounded", (Connection,), {"most": most})) as address:
        host, _, port = address.removeprefix("http://").partition(":")
        yield host, int(port)


@pytest.fixture
def bot(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "HEADERS", 0.5)
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.5)
    return small_bot(tmp_path)


def closed(one: socket.socket, seconds: float = 5) -> bytes:
    """What the server sent until it closed the connection."""
    one.settimeout(seconds)
    got = b""
    try:
        while data := one.recv(4096):
            got += data
    except ConnectionResetError:
        pass
    return got


def test_who_sends_no_request_or_sends_it_by_drops_is_closed(bot):
    with serving(bot, 100) as place:
        idle, slow, again = (socket.create_connection(place) for _ in range(3))
        slow.sendall(HEAD[:20])
        again.sendall(HEAD + b"\r\n")
        began = time.monotonic()
        for byte in HEAD[20:30]:
            try:
                slow.sendall(bytes([byte]))
            except OSError:
                break
            time.sleep(0.1)
        assert closed(idle) == b"" and closed(slow) == b""
        assert closed(again).startswith(b"HTTP/1.1 200")  # answered, and then it was idle
        assert time.monotonic() - began < 4


def test_where_there_are_too_many_who_waits_longest_gives_way_and_the_honest_are_served(bot, monkeypatch):
    monkeypatch.setattr(connection, "HEADERS", 30)
    with serving(bot, 20) as (host, port):
        idle = [socket.create_connection((host, port)) for _ in range(60)]
        for _ in range(3):
            assert httpx.get(f"http://{host}:{port}/healthz", timeout=5).status_code == 200
        assert closed(idle[0]) == b"" and closed(idle[30]) == b""
        idle[-1].sendall(HEAD + b"Connection: close\r\n\r\n")
        assert closed(idle[-1]).startswith(b"HTTP/1.1 200")


def test_a_body_that_does_not_come_is_refused(bot):
    with serving(bot, 100) as place:
        slow = socket.create_connection(place)
        slow.sendall(b"POST /api/v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\n{")
        assert closed(slow).startswith(b"HTTP/1.1 408")


def test_the_machine_gives_as_many_files_as_connections_need():
    assert 0 < connection.most_connections() <= connection.MOST
    assert connection.protocol().most == connection.most_connections()
