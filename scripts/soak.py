"""Mixed traffic for minutes beside idle, slow and greedy clients: `python -m scripts.soak [ADDRESS PID]`.

The server of the bundled articles is at ADDRESS, its process is PID; without them one is started. Honest
people, each from an address of their own as a proxy would name it, ask, search, list, read, and open page
and widget, `--rate` times a second together. Beside them 200 connections say nothing, 100 send a request by
drops, and one client asks on 90 at once. Prints a line of JSON: what became of the honest requests, their
latencies in seconds, what the greedy one was told, and the memory of the server after the first minute and
at the end. Ends with exit code 1 where an honest request got no answer or another than it should, and where
in two minutes or more the memory has grown by over a twentieth.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np

from chatbot.settings import Settings
from eval.prepare import prepared
from scripts.forge import megabytes
from scripts.load import serving

IDLE, SLOW, GREEDY = 200, 100, 90
PEOPLE = 200
_GROWTH, _LONG = 1.05, 120
"""Times the memory after the first minute that is too much, in a run of so many seconds."""

_PAUSE = 2.0
"""Seconds between the drops of a slow request, and until a connection that was closed is opened again."""

QUESTIONS = (
    "How many clinical directors plan to quit?",
    "What did Ruth Rankine say?",
    "Why did GP leaders reject the contract?",
    "What are PCNs?",
    "Who said pipedream?",
    "Who set up the primary care home?",
    "timeline of the contract",
    "What is the capital of France?",
)
TRAFFIC: tuple[tuple[float, str, str], ...] = (
    (0.12, "POST", "/api/v1/ask"),
    (0.20, "GET", "/api/v1/search?q=survey"),
    (0.20, "GET", "/api/v1/articles"),
    (0.20, "GET", "/api/v1/articles/bma-network-survey-in-figures?start=0&end=20"),
    (0.08, "GET", "/api/v1/collection"),
    (0.06, "GET", "/"),
    (0.08, "GET", "/assets/page.js"),
    (0.06, "GET", "/widget.js"),
)
"""Share of the requests, and what they are."""


class Honest:
    """People whose requests all have to be answered."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.latencies: list[float] = []
        self.wrong: Counter[str] = Counter()

    async def one(self) -> None:
        _, method, path = random.choices(TRAFFIC, [share for share, *_ in TRAFFIC])[0]
        person = random.randrange(PEOPLE)
        given: dict[str, Any] = {"headers": {"x-forwarded-for": f"10.1.{person // 200}.{person % 200}"}}
        if method == "POST":
            given["json"] = {"question": random.choice(QUESTIONS)}
        began = time.monotonic()
        try:
            status = str((await self._client.request(method, path, **given)).status_code)
        except httpx.HTTPError as error:
            status = type(error).__name__
        self.latencies.append(time.monotonic() - began)
        if status != "200":
            self.wrong[f"{method} {path.partition('?')[0]}: {status}"] += 1


async def _idle(host: str, port: int) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        await reader.read()  # until the server has had enough of it
    finally:
        writer.close()


async def _slow(host: str, port: int) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        for letter in "GET /api/v1/articles HTTP/1.1\r\nHost: localhost\r\nX-Drops: " + "x" * 3600:
            writer.write(letter.encode())
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                if not await asyncio.wait_for(reader.read(1000), _PAUSE):
                    return
    finally:
        writer.close()


async def _again(once: Callable[[], Awaitable[None]]) -> None:
    """Over and over, however it ends."""
    while True:
        with contextlib.suppress(OSError, httpx.HTTPError):
            await once()
        await asyncio.sleep(_PAUSE * random.random())


async def soak(address: str, pid: int, seconds: float, rate: float) -> dict[str, Any]:
    parts = urlsplit(address)
    host, port = parts.hostname or "localhost", parts.port or 80
    many = httpx.Limits(max_connections=None)
    greedy: Counter[int] = Counter()
    async with (
        httpx.AsyncClient(base_url=address, timeout=60, limits=many) as client,
        httpx.AsyncClient(base_url=address, timeout=60, limits=many) as other,
    ):
        honest = Honest(client)

        async def grab() -> None:
            asked = {"question": random.choice(QUESTIONS)}
            headers = {"x-forwarded-for": "10.9.9.9"}
            greedy[(await other.post("/api/v1/ask", json=asked, headers=headers)).status_code] += 1

        beside = [asyncio.create_task(_again(lambda: _idle(host, port))) for _ in range(IDLE)]
        beside += [asyncio.create_task(_again(lambda: _slow(host, port))) for _ in range(SLOW)]
        beside += [asyncio.create_task(_again(grab)) for _ in range(GREEDY)]
        began, early = time.monotonic(), 0
        asking: set[asyncio.Task[None]] = set()
        while (passed := time.monotonic() - began) < seconds:
            task = asyncio.create_task(honest.one())
            asking.add(task)
            task.add_done_callback(asking.discard)
            if not early and passed >= min(60, seconds / 2):
                early = megabytes(pid)
            await asyncio.sleep(random.expovariate(rate))
        await asyncio.gather(*asking)
        late = megabytes(pid)
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
    p50, p95, p99 = np.percentile(honest.latencies, [50, 95, 99]).round(3).tolist()
    return {
        "honest": len(honest.latencies),
        "a second": round(len(honest.latencies) / seconds, 1),
        "wrong": dict(honest.wrong),
        "p50": p50,
        "p95": p95,
        "p99": p99,
        "greedy": dict(greedy),
        "memory, MB": [early, late],
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.soak", description=__doc__)
    parser.add_argument("address", nargs="?")
    parser.add_argument("pid", type=int, nargs="?")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=30)
    args = parser.parse_args()
    if args.address and args.pid is None:
        parser.error("name the server's process as well")
    with contextlib.ExitStack() as stack:
        if args.address:
            address, pid = args.address, args.pid
        else:
            bot, _ = prepared(None, Path(), Settings())
            (host, port), pid = stack.enter_context(serving(str(bot.collection.folder)))
            address = f"http://{host}:{port}"
        figures = asyncio.run(soak(address, pid, args.seconds, args.rate))
    print(json.dumps(figures))
    early, late = figures["memory, MB"]
    return 1 if figures["wrong"] or (args.seconds >= _LONG and late > _GROWTH * early) else 0


if __name__ == "__main__":
    sys.exit(main())
