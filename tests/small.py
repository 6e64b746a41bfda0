"""A chatbot on three small articles, without the model, for tests of what stands around the answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from chatbot.bot import Chatbot
from chatbot.server import api
from chatbot.server.gate import Gate
from chatbot.server.ui import listen
from chatbot.settings import Settings
from corpus.read import read
from index.folder.collection import Collection
from index.ingest.ingest import ingest
from tests.fakes import HashEncoder

ARTICLES = {
    "bridge.md": """\
---
title: The mayor opens the bridge
publisher: The Post
published: 2024-05-03
---

The mayor opened the new bridge on Friday. It cost nine million pounds. \U0001f4f0 Traffic was light.
""",
    "tunnel.md": """\
---
title: A tunnel under the river
publisher: The Echo
published: 2024-06-10
---

The council wants a tunnel under the river. The mayor said that the bridge is enough.
""",
    "note.txt": "A note without a date.\n\nThe ferry runs on Sundays.\n",
}


def small_bot(folder: Path) -> Chatbot:
    """Answers whatever it is asked: whether it should is not the matter where this is used."""
    written = folder / "articles"
    written.mkdir()
    for name, text in ARTICLES.items():
        (written / name).write_text(text, encoding="utf-8")
    collection = Collection.create(folder / "collection")
    encoder = HashEncoder()
    ingest(collection, encoder, read([written]), Settings().passage_tokens)
    return Chatbot(collection, encoder, Settings(reader="none", threshold=0.0))


def with_settings(monkeypatch: pytest.MonkeyPatch, bot: Chatbot, **changed: float) -> None:
    """The same chatbot under other settings until the test ends, for a server that has it already."""
    monkeypatch.setattr(bot, "_pipeline", bot.having(replace(bot.settings, **changed))._pipeline)


def serving(bot: Any, gate: Gate) -> AbstractContextManager[str]:
    """The REST interface on a real server, which alone sees a client hang up; gives its address."""
    return serving_app(api.app(bot, gate=gate))


@contextmanager
def serving_app(app: Any, **how: Any) -> Iterator[str]:
    """The same of any application; `how`: see `uvicorn.Config`."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", **how))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
