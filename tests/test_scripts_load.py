"""The load script: it sees a wrong, a lost and a refused answer, and finds none on the real server."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from chatbot.server.gate import Gate
from eval.questions.gold import Gold, load_gold
from scripts.load import Load, ask, cases, measure
from tests.small import serving, small_bot

GOLDS = [
    Gold("1", "Who opened the new bridge?", "fact", (), False, ()),
    Gold("2", "What does the council want?", "fact", (), False, ()),
]


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    return small_bot(tmp_path_factory.mktemp("load"))


def place(address: str) -> tuple[str, int]:
    return "127.0.0.1", int(address.rsplit(":", 1)[1])


@pytest.mark.slow
def test_right_answers_are_counted_and_timed(bot):
    with serving(bot, Gate()) as address:
        load = ask(place(address), cases(bot, GOLDS), people=3, seconds=0.5)
    assert set(load.told) == {"right"} and load.told["right"] == len(load.latencies) >= 3
    assert all(0 < latency < 30 for latency in load.latencies)


@pytest.mark.slow
def test_an_answer_that_is_not_the_same_is_wrong(bot):
    first, second = cases(bot, GOLDS)
    swapped = [replace(first, expected=second.expected)]
    with serving(bot, Gate()) as address:
        assert set(ask(place(address), swapped, people=1, seconds=0.2).told) == {"wrong"}


def test_no_answer_is_lost(bot):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    assert set(ask(("127.0.0.1", closed), cases(bot, GOLDS), people=1, seconds=0.05).told) == {"lost"}


@pytest.mark.slow
def test_who_is_turned_away_is_counted_apart(bot):
    class Slow:
        let = threading.Event()

        def ask(self, *asked: Any, **how: Any) -> Any:
            self.let.wait(0.5)
            return bot.ask(*asked, **how)

        def __getattr__(self, name: str) -> Any:
            return getattr(bot, name)

    with serving(Slow(), Gate(1, 0)) as address:
        told = ask(place(address), cases(bot, GOLDS), people=3, seconds=0.4).told
    assert set(told) == {"right", "refused"}


def test_the_figures_are_of_all_together():
    one, other = Load([0.1, 0.3]), Load([0.2])
    one.told.update(right=2)
    other.told.update(right=1, lost=4)
    assert (one + other).as_dict(seconds=2) == {
        "right": 3,
        "wrong": 0,
        "lost": 4,
        "refused": 0,
        "refused without Retry-After": 0,
        "answers a second": 1.5,
        "p50": 0.2,
        "p95": 0.29,
        "p99": 0.298,
    }


@pytest.mark.model
def test_the_real_server_gives_the_answers_of_the_chatbot_and_loses_none(bundled, monkeypatch):
    monkeypatch.setattr("scripts.load._PUSHED_SECONDS", 1)
    gold = Path(str(files("eval"))) / "gold" / "bundled.jsonl"
    figures = measure(bundled, load_gold(gold, bundled.collection).golds[:8], people=4, seconds=1)
    load, pushed, memory = figures.values()
    for told in (load, pushed):
        assert told["right"] > 0
        assert told["wrong"] == told["lost"] == told["refused without Retry-After"] == 0
    assert load["refused"] == 0 and memory < 1500
