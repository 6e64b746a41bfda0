"""The gate: how many are let through, in which order, and what becomes of those who leave."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from chatbot.server.gate import RETRY_AFTER, Gate, QueueFull, caller
from tests.small import serving, small_bot

QUESTION = {"question": "Who opened the new bridge?"}


def test_so_many_are_at_work_so_many_wait_and_the_next_is_turned_away():
    async def scene() -> None:
        gate, done, order = Gate(2, 3), asyncio.Event(), []

        async def visit(name: int) -> None:
            async with gate:
                order.append(name)
                await done.wait()

        visits = [asyncio.create_task(visit(name)) for name in range(5)]
        await asyncio.sleep(0)
        assert (gate.at_work, gate.waiting) == (2, 3)
        with pytest.raises(
            QueueFull, match=rf"3 questions are waiting already; try again in {RETRY_AFTER} s"
        ):
            await visit(5)
        assert gate.turned_away == 1
        done.set()
        await asyncio.gather(*visits)
        assert order == [0, 1, 2, 3, 4]
        assert (gate.at_work, gate.waiting) == (0, 0)

    asyncio.run(scene())


def test_who_leaves_the_queue_makes_room_and_a_failure_gives_the_place_back():
    async def scene() -> None:
        gate, done = Gate(1, 1), asyncio.Event()

        async def visit(fail: bool = False) -> None:
            async with gate:
                await done.wait()
                if fail:
                    raise RuntimeError

        first = asyncio.create_task(visit(fail=True))
        second = asyncio.create_task(visit())
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        assert (gate.at_work, gate.waiting) == (1, 0)
        third = asyncio.create_task(visit())
        await asyncio.sleep(0)
        assert gate.waiting == 1
        done.set()
        results = await asyncio.gather(first, third, return_exceptions=True)
        assert isinstance(results[0], RuntimeError) and results[1] is None
        assert (gate.at_work, gate.waiting) == (0, 0)

    asyncio.run(scene())


@pytest.mark.parametrize("waiting", [1, 2])
def test_who_leaves_at_the_moment_of_its_turn_keeps_nobody_from_theirs(waiting: int) -> None:
    async def scene() -> None:
        gate, done = Gate(1, waiting), asyncio.Event()

        async def visit(who: str) -> None:
            caller.set(who)
            async with gate:
                await done.wait()

        first, *others = [asyncio.create_task(visit("a")) for _ in range(1 + waiting)]
        await asyncio.sleep(0)
        done.set()  # the first goes on before any other
        others[0].cancel()
        if waiting == 1:  # and one comes, for whom the one who leaves makes room
            others.append(asyncio.create_task(visit("b")))
        await asyncio.wait_for(asyncio.gather(first, *others, return_exceptions=True), 5)
        assert (gate.at_work, gate.waiting) == (0, 0)
        await asyncio.wait_for(visit("c"), 5)

    asyncio.run(scene())


class Slow:
    """A bot that answers when it is let."""

    def __init__(self, bot: Any) -> None:
        self.bot = bot
        self.let = threading.Event()
        self.asked = 0

    def ask(self, *asked: Any, **how: Any) -> Any:
        self.asked += 1
        assert self.let.wait(30)
        return self.bot.ask(*asked, **how)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.bot, name)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    return small_bot(tmp_path_factory.mktemp("gate"))


@pytest.mark.slow
def test_past_the_queue_a_question_is_refused_and_reading_goes_on(bot):
    slow, gate = Slow(bot), Gate(1, 2)
    with serving(slow, gate) as address, ThreadPoolExecutor() as pool:

        def ask() -> httpx.Response:
            return httpx.post(f"{address}/api/v1/ask", json=QUESTION, timeout=30)

        asked = [pool.submit(ask) for _ in range(3)]
        until(lambda: (gate.at_work, gate.waiting) == (1, 2))
        refused = ask()
        assert refused.status_code == 503 and refused.headers["retry-after"] == str(RETRY_AFTER)
        assert refused.json()["detail"].startswith("2 questions are waiting already")
        assert httpx.get(f"{address}/api/v1/articles").status_code == 200
        text = httpx.get(f"{address}/metrics").text
        assert "cuttings_gate_waiting 2.0" in text and "cuttings_turned_away_total 1.0" in text
        slow.let.set()
        assert [one.result().status_code for one in asked] == [200, 200, 200]
    assert (gate.at_work, gate.waiting) == (0, 0)


@pytest.mark.slow
def test_a_client_that_hangs_up_in_the_queue_is_never_answered(bot):
    slow, gate = Slow(bot), Gate(1, 2)
    with serving(slow, gate) as address, ThreadPoolExecutor() as pool:
        first = pool.submit(httpx.post, f"{address}/api/v1/ask", json=QUESTION, timeout=30)
        until(lambda: gate.at_work == 1)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{address}/api/v1/ask", json=QUESTION, timeout=0.3)
        until(lambda: gate.waiting == 0)
        slow.let.set()
        assert first.result().status_code == 200
        # Logged and counted under the status that says so.
        until(lambda: 'status="499"' in httpx.get(f"{address}/metrics").text)
    assert slow.asked == 1


@pytest.mark.slow
def test_a_client_that_hangs_up_while_it_is_answered_keeps_its_place_until_the_thread_is_done(bot):
    slow, gate = Slow(bot), Gate(1, 0)
    with serving(slow, gate) as address:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{address}/api/v1/ask", json=QUESTION, timeout=0.3)
        assert gate.at_work == 1
        assert httpx.post(f"{address}/api/v1/ask", json=QUESTION).status_code == 503
        slow.let.set()
        until(lambda: gate.at_work == 0)
        assert httpx.post(f"{address}/api/v1/ask", json=QUESTION).status_code == 200


def test_callers_take_turns_and_who_asks_most_is_refused_first():
    async def scene() -> None:
        gate, done, order = Gate(1, 4), asyncio.Event(), []

        async def visit(who: str, name: int) -> None:
            caller.set(who)
            async with gate:
                order.append((who, name))
                await done.wait()

        greedy = [asyncio.create_task(visit("greedy", name)) for name in range(5)]
        await asyncio.sleep(0)
        assert (gate.at_work, gate.waiting) == (1, 4)
        honest = [asyncio.create_task(visit("honest", name)) for name in range(2)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        # The last two of who has most gave way; with two each, the next of either is refused itself.
        refused = await asyncio.gather(*greedy[3:], visit("honest", 2), return_exceptions=True)
        assert all(isinstance(one, QueueFull) for one in refused) and gate.waiting == 4
        done.set()
        await asyncio.gather(*greedy[:3], *honest)
        assert order == [("greedy", 0), ("greedy", 1), ("honest", 0), ("greedy", 2), ("honest", 1)]
        assert (gate.at_work, gate.waiting, gate.turned_away) == (0, 0, 3)

    asyncio.run(scene())
