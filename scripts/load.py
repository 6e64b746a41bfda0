"""Many people at once: is every answer right while the server is under load, and how long does it take?

    python -m scripts.load [GOLD.jsonl --collection DIR] [--halves] [--people 50] [--seconds 30]

Starts `cuttings serve` on the collection, by default the bundled articles, and has people ask the gold
questions, each the next one as soon as the last is answered. Every answer is compared with the one that a
Chatbot gives in this process. With `--halves` the articles are in two collections of one server, and each
question is asked of one, of the other and of both together. Then more people come than may wait. Ends with
exit code 1 where an answer was wrong or lost, or a refusal did not say when to come back.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.bot import Chatbot
from chatbot.render.schema import answer_json
from chatbot.server.gate import AT_ONCE, WAITING
from chatbot.settings import Settings
from chatbot.shelf import Shelf
from corpus.errors import CuttingsError
from eval.prepare import prepared
from eval.questions.gold import Gold
from index.stores import Where, create_store
from scripts.bench.alone import peak_megabytes

_PUSHED_SECONDS = 5
"""How long more people ask than may wait."""

_PATIENCE = 300
"""Seconds after which an answer that is not there is lost: on a machine that others use it may take long."""

_PAUSE = 0.1
"""Seconds after which somebody who was turned away comes again: sooner than told, to keep the queue full."""


@dataclass
class Load:
    """What came of the questions of some people: latencies in seconds, and counts of what went wrong."""

    latencies: list[float] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    """right, wrong, lost (no answer, or another status), refused, refused without Retry-After"""

    def __add__(self, other: Load) -> Load:
        return Load(self.latencies + other.latencies, self.told + other.told)

    def as_dict(self, seconds: float) -> dict[str, Any]:
        p50, p95, p99 = np.percentile(self.latencies or [0.0], [50, 95, 99]).round(3).tolist()
        kinds = ("right", "wrong", "lost", "refused", "refused without Retry-After")
        return {
            **{kind: self.told[kind] for kind in kinds},
            "answers a second": round(len(self.latencies) / seconds, 1),
            "p50": p50,
            "p95": p95,
            "p99": p99,
        }


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it is sent, where to, and what of its answer has to come back."""

    body: bytes
    expected: Any
    address: str = "/api/v1/ask"


def cases(bot: Chatbot, golds: Sequence[Gold], address: str = "/api/v1/ask") -> list[Case]:
    """The questions with the answers that `bot` gives, for the address where it is asked."""
    made = []
    for gold in golds:
        history = [{"role": turn.role, "content": turn.content} for turn in gold.history]
        body = json.dumps({"question": gold.question, "history": history}).encode()
        made.append(Case(body, _compared(answer_json(bot.ask(gold.question, gold.history))), address))
    return made


def of_each(shelf: Shelf, golds: Sequence[Gold]) -> list[Case]:
    """Each question of each collection by turns, and of all of them together."""
    made = [cases(bot, golds, f"/api/v1/collections/{name}/ask") for name, bot in shelf.bots()]
    return [case for turn in zip(*made, strict=True) for case in turn]


def _compared(answer: dict[str, Any]) -> Any:
    cited = [(c["article_id"], c["start"], c["end"], c["quote"]) for c in answer["citations"]]
    return answer["standalone_question"], answer["state"], answer["notice"], cited


def ask(address: tuple[str, int], questions: Sequence[Case], people: int, seconds: float) -> Load:
    """So many people ask for so long, each on a connection of their own; the last answers are waited for."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(people) as pool:
        loads = pool.map(lambda one: _person(address, questions, one * 7, until), range(people))
        return sum(loads, Load())


def _person(address: tuple[str, int], questions: Sequence[Case], first: int, until: float) -> Load:
    load = Load()
    connection = HTTPConnection(*address, timeout=_PATIENCE)
    for case in islice(cycle(questions), first, None):
        if time.monotonic() >= until:
            break
        began = time.monotonic()
        try:
            connection.request("POST", case.address, case.body, {"content-type": "application/json"})
            response = connection.getresponse()
            content = response.read()
        except (OSError, HTTPException):
            load.told["lost"] += 1
            connection.close()
            continue
        if response.status == 503:
            known = (response.getheader("retry-after") or "").isdigit()
            load.told["refused" if known else "refused without Retry-After"] += 1
            time.sleep(_PAUSE)
        elif response.status != 200:
            load.told["lost"] += 1
        else:
            load.latencies.append(time.monotonic() - began)
            load.told["right" if _compared_json(content) == case.expected else "wrong"] += 1
    connection.close()
    return load


def _compared_json(content: bytes) -> Any:
    return _compared(json.loads(content))


@contextmanager
def serving(*collections: str) -> Iterator[tuple[tuple[str, int], int]]:
    """`cuttings serve` in a process of its own, its models loaded; gives host and port, and the process."""
    command = [sys.executable, "-c", "import sys; from chatbot.cli.main import run; sys.exit(run())"]
    named = [word for one in collections for word in ("--collection", one)]
    with subprocess.Popen(
        [*command, "serve", "--port", "0", *named], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout
            said = server.stdout.readline()
            if "http://" not in said:
                raise CuttingsError("the server did not start; `cuttings serve` says why")
            address = "127.0.0.1", int(said.split(":")[2].split()[0])
            while not _ready(address):
                time.sleep(0.2)
            yield address, server.pid
        finally:
            server.send_signal(signal.SIGTERM)


def _ready(address: tuple[str, int]) -> bool:
    connection = HTTPConnection(*address, timeout=60)
    connection.request("GET", "/readyz")
    ready = connection.getresponse().status == 200
    connection.close()
    return ready


@contextmanager
def halves(bot: Chatbot) -> Iterator[dict[str, Where]]:
    """The articles of a chatbot in two collections, by turns, which are deleted in the end."""
    ids = [article.id for article in bot.collection.articles()]
    with tempfile.TemporaryDirectory() as folder:
        places: dict[str, Where] = {}
        for name, others in (("one", ids[1::2]), ("other", ids[::2])):
            places[name] = Path(folder) / name
            shutil.copytree(bot.collection.folder, places[name])
            store = create_store(places[name])
            with store.change() as change:
                for id in others:
                    change.remove(id)
            store.close()
        yield places


def measure(
    bot: Chatbot, golds: Sequence[Gold], people: int, seconds: float, in_halves: bool = False
) -> dict[str, Any]:
    """The figures of the load and of the push past the queue, as they are printed."""
    with ExitStack() as stack:
        if in_halves:
            places = stack.enter_context(halves(bot))
            questions = of_each(Shelf.open(places), golds)
            collections = [f"{name}={place}" for name, place in places.items()]
        else:
            questions, collections = cases(bot, golds), [str(bot.collection.folder)]
        return _measured(questions, collections, people, seconds)


def _measured(
    questions: Sequence[Case], collections: Sequence[str], people: int, seconds: float
) -> dict[str, Any]:
    crowd = AT_ONCE + WAITING + people
    with serving(*collections) as (address, process):
        figures: dict[str, Any] = {
            f"{number} people": _figures(address, questions, number, lasting)
            for number, lasting in ((people, seconds), (crowd, _PUSHED_SECONDS))
        }
        return {**figures, "peak memory, MB": peak_megabytes(process)}


def _figures(
    address: tuple[str, int], questions: Sequence[Case], people: int, seconds: float
) -> dict[str, Any]:
    began = time.monotonic()
    load = ask(address, questions, people, seconds)
    return load.as_dict(time.monotonic() - began)  # with the last answers, which are waited for


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.load", description="Many people at once, every answer compared."
    )
    parser.add_argument("questions", metavar="GOLD.jsonl", nargs="?", type=Path)
    parser.add_argument("--collection", metavar="DIR", type=Path, default=Path())
    parser.add_argument("--halves", action="store_true", help="the articles in two collections of one server")
    parser.add_argument("--people", metavar="N", type=int, default=50)
    parser.add_argument("--seconds", metavar="N", type=float, default=30)
    args = parser.parse_args(argv)
    try:
        bot, golds = prepared(args.questions, args.collection, Settings.load(args.collection))
        figures = measure(bot, golds, args.people, args.seconds, args.halves)
    except CuttingsError as error:
        print(f"load: {error}", file=sys.stderr)
        return 1
    print(json.dumps(figures, indent=2))
    loads = [value for value in figures.values() if isinstance(value, dict)]
    return int(any(load["wrong"] or load["lost"] or load["refused without Retry-After"] for load in loads))


if __name__ == "__main__":
    sys.exit(main())
