"""Commands that are told to end while they change a collection: soon, in one line, and the next goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from chatbot.bot import Chatbot
from chatbot.cli.main import main
from chatbot.server.schedule import Schedule
from chatbot.server.ui import _Server
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from index.folder.collection import Collection
from index.ingest.workers import Workers
from index.sync.journal import entries
from index.sync.memory import Memory
from index.sync.sources import remember
from index.verify import verify
from tests.fakes import HashEncoder, slow_encoder
from tests.stores import written
from tests.terminal import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX"),
]

COMMAND = """
import signal, sys
# A shell starts what runs in its background deaf to Ctrl-C, and that is inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, sys.argv.pop(1))
import index.encoding.encoder as encoder
from chatbot.cli import ending
from index.ingest import batches, preparation, workers
from tests.fakes import {encoder}

batches.ARTICLES, preparation.WINDOW, workers._BATCH, ending.GRACE = 2, 1, 150, {grace}
encoder.SentenceEncoder = {encoder}
from chatbot.cli.main import run

if __name__ == "__main__":
    sys.exit(run())
"""

NAMES = [f"town{number}" for number in range(24)]


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return written(
        tmp_path / "articles",
        **{
            name: f"The council of {name} has opened its bridge. It cost {len(name)} pounds.\n"
            for name in NAMES
        },
    )


def stored(folder: Path) -> int:
    try:
        with closing(Collection.open(folder)) as collection:
            return len(collection.articles())
    except CuttingsError:  # there is none yet
        return 0


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def told(folder: Path, number: signal.Signals, *argv: object) -> str:
    """Send a command the signal once articles are stored; what it said, ended as it should be."""
    environment = {
        **os.environ,
        "ENCODING_PROCESSES": str(folder / "processes"),
        "XDG_DATA_HOME": str(folder),
    }
    source = COMMAND.format(encoder="slow_encoder", grace=4)
    with subprocess.Popen(
        [sys.executable, "-c", source, str(ROOT), *map(str, argv), "--collection", str(folder / "news")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 30
        while not stored(folder / "news") and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        begun = time.monotonic()
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal sends it, to all that runs there
        else:
            process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert time.monotonic() - begun < 5
    assert (process.returncode, out) == (128 + number, "")
    assert not any(alive(int(one)) for one in (folder / "processes").read_text().split())
    return err


@pytest.mark.parametrize(
    ("number", "argv", "how"),
    [
        (signal.SIGTERM, ["sync"], "ended by SIGTERM"),
        (signal.SIGINT, ["ingest", "--workers", "1"], "interrupted"),
    ],
)
def test_what_is_stored_stays_and_the_next_goes_on(
    tmp_path: Path,
    articles: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
    argv: list[str],
    how: str,
) -> None:
    command = argv[0]
    line = f"cuttings: {how}; what was stored stays, and the next `cuttings {command}` goes on from there\n"
    assert told(tmp_path, number, *argv, articles) == line
    before = stored(tmp_path / "news")
    assert 0 < before < len(NAMES)
    with closing(Collection.open(tmp_path / "news")) as collection:
        assert verify(collection) == []

    monkeypatch.setenv("CUTTINGS_COLLECTION", str(tmp_path / "news"))
    monkeypatch.setattr("index.encoding.encoder.SentenceEncoder", lambda model: HashEncoder())
    assert main(["sync"] if command == "sync" else ["ingest", str(articles)]) == 0
    said = capsys.readouterr().out
    assert f"{len(NAMES) - before} added" in said.lower() and f"{before} unchanged" in said.lower()
    if command == "sync":
        assert main(["sources", "--json"]) == 0
        known = json.loads(capsys.readouterr().out)["sources"]
        assert known == [{"source": str(articles), "articles": len(NAMES)}]
        owners = {str(articles)}
    else:
        owners = {str(articles / f"{name}.txt") for name in NAMES}
    assert main(["journal", "--json"]) == 0
    told_of = json.loads(capsys.readouterr().out)["entries"]
    assert sorted(one["article_id"] for one in told_of) == sorted(NAMES)
    assert {(one["what"], one["source"]) for one in told_of} == {("added", owner) for owner in owners}
    assert main(["verify"]) == 0


STUCK = """

class Stuck(HashEncoder):
    def encode_passages(self, texts):
        import hashlib
        print("stuck", flush=True)
        hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)  # foreign code, which hears of no signal

def stuck(model):
    return Stuck()

encoder.SentenceEncoder = stuck
"""


def test_foreign_code_that_does_not_come_back_is_not_waited_for(tmp_path: Path, articles: Path) -> None:
    source = COMMAND.format(encoder="HashEncoder", grace=0.3).replace(
        "encoder.SentenceEncoder = HashEncoder\n", STUCK
    )
    argv = [str(ROOT), "ingest", str(articles), "--collection", str(tmp_path / "news")]
    with subprocess.Popen(
        [sys.executable, "-c", source, *argv], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "stuck\n"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=5)
    assert process.returncode == 128 + signal.SIGTERM
    assert err.startswith("cuttings: ended by SIGTERM; what was stored stays") and err.count("\n") == 1


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that takes no requests."""
    if scope["type"] == "lifespan":
        for event in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{event}.complete"})


def test_a_sync_of_a_server_that_ends_is_cut_off_with_a_line_and_its_processes_end(
    tmp_path: Path, articles: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder, processes = tmp_path / "news", tmp_path / "processes"
    monkeypatch.setenv("ENCODING_PROCESSES", str(processes))
    monkeypatch.setattr("index.ingest.batches.ARTICLES", 2)
    monkeypatch.setattr("index.ingest.workers._BATCH", 150)
    with closing(Collection.create(folder)) as collection:
        remember(collection, [str(articles)])
    bot = Chatbot(Collection.open(folder), HashEncoder(), Settings(reader="none"))
    schedule = Schedule(bot, 0.1, Workers(1, partial(slow_encoder, "model")))
    server = _Server(uvicorn.Config(nothing, port=0, log_level="warning"), [schedule])

    def end() -> None:
        deadline = time.monotonic() + 30
        while not stored(folder) and time.monotonic() < deadline:
            time.sleep(0.02)
        server.should_exit = True

    schedule.start()
    ending = threading.Thread(target=end)
    ending.start()
    server.run()
    begun = time.monotonic()
    ending.join()
    (encoding,) = {int(one) for one in processes.read_text().split()}
    assert time.monotonic() - begun < 5 and not alive(encoding)
    assert caplog.messages == [
        "a sync is cut off; what it has stored stays, and the next one goes on from there"
    ]
    before = stored(folder)
    assert 0 < before < len(NAMES) and verify(bot.collection) == []
    again = Schedule(bot, 3600)
    again.once()
    assert again.last and (again.last.failed, again.last.changes["added"]) == (0, len(NAMES) - before)
    memory = Memory.open(folder)
    assert sorted(one.article_id for one in entries(memory)) == sorted(NAMES)
    memory.close()
    bot.collection.close()
