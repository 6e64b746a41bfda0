"""Syncs while the server runs, by the clock or when asked: one after another, in a thread of their own.

What takes the time is done by processes: files are read and articles encoded in others, which give way to
answers. A thread that gave way would not do, since answers wait for whatever holds Python's lock.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from chatbot.server.problems import FAILED
from chatbot.threads import in_background
from corpus.errors import CuttingsError
from index.encoding.encoder import Encoder, SentenceEncoder
from index.ingest.workers import Workers

if TYPE_CHECKING:
    from chatbot.bot import Chatbot
    from index.sync.outcome import Outcome

log = logging.getLogger(__name__)

CUT_OFF = "a sync is cut off; what it has stored stays, and the next one goes on from there"

FIRST = 30.0
"""Seconds after the start until the first sync, so that the models are loaded by then."""

_one_at_a_time = threading.Lock()
"""Of all collections, so that several are not encoded side by side."""

_NICENESS = 15
"""What is added to that of a process that encodes, where the system has such."""


def encoder_that_gives_way(model: str) -> Encoder:
    """The model in a process that lets all others go first."""
    if sys.platform != "win32":
        os.nice(_NICENESS)
    return SentenceEncoder(model)


@dataclass(slots=True)
class LastSync:
    """What came of the last sync. `at` is when it ended, in seconds since 1970."""

    at: float
    failed: int
    """Sources that could not be looked at, or of which too much had gone."""
    changes: dict[str, int] = field(default_factory=dict)
    """Articles added, updated, moved and removed."""
    error: str = ""
    """Why there was none, in one line."""


@dataclass(frozen=True, slots=True)
class Underway:
    """A sync that runs: what it does, how many are done of how many. `since`: in seconds since 1970."""

    since: float
    what: str = "waiting for its turn"
    done: int = 0
    total: int = 0


class _CutOff(Exception):
    """The server ends."""


class Schedule:
    """Syncs of a bot's collection with its remembered sources, `every` so many seconds, or only when asked.

    Without `workers` the bot's own model encodes what is new.
    """

    def __init__(
        self,
        bot: Chatbot,
        every: float | None,
        workers: Workers | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._bot = bot
        self._workers = workers
        self.every = every
        self._clock = clock
        self._ended = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self.next = None if every is None else clock() + min(FIRST, every)
        """When the next one is to begin, in seconds since 1970; None where only somebody begins one."""
        self.last: LastSync | None = None
        self.now: Underway | None = None
        self._running = threading.Lock()

    def start(self) -> None:
        if self.every is not None:
            in_background(partial(self._run, self.every))

    def begin(self, sources: Sequence[str] = (), yes: bool = False) -> bool:
        """Begin one in the background, of these sources or of all; False where one runs already.

        `yes` lets more than a tenth of a source vanish.
        """
        if not self._running.acquire(blocking=False):
            return False
        self.now = Underway(self._clock())

        def work() -> None:
            try:
                self._sync(sources, yes)
            finally:
                self._running.release()

        in_background(work)
        return True

    def stop(self) -> None:
        """The server ends: no other sync begins, and one that runs is cut off at its next article."""
        if not (self._idle.is_set() or self._ended.is_set()):
            log.warning("%s", CUT_OFF)
        self._ended.set()

    def wait(self, seconds: float) -> None:
        """Until no sync runs, or so long."""
        self._idle.wait(seconds)

    def _run(self, every: float) -> None:
        while not self._ended.wait(max(0.0, (self.next or 0.0) - self._clock())):
            self.once()
            # From its end, so that one that takes longer than `every` does not follow itself at once.
            self.next = self._clock() + every

    def once(self) -> None:
        """One sync, after one that runs already. Whatever goes wrong is in the log."""
        with self._running:
            self._sync((), False)

    def _sync(self, sources: Sequence[str], yes: bool) -> None:
        self.now = Underway(self._clock())
        try:
            with _one_at_a_time:
                self._idle.clear()
                outcomes = self._synced(sources, yes)
        except Exception as error:
            told = str(error) if isinstance(error, CuttingsError) else FAILED
            if self._ended.is_set():
                told = CUT_OFF  # as the log has it already
            else:
                log.error("the sync failed: %s", error, exc_info=not isinstance(error, CuttingsError))
            self.last = LastSync(self._clock(), 1, error=told)
            return
        finally:
            self._idle.set()
            self.now = None
        for outcome in outcomes:
            _tell(outcome)
        changes = {
            "added": sum(len(one.added) for one in outcomes),
            "updated": sum(len(one.updated) for one in outcomes),
            "moved": sum(len(one.moved) for one in outcomes),
            "removed": sum(len(one.removed) for one in outcomes),
        }
        self.last = LastSync(self._clock(), sum(not one.whole for one in outcomes), changes)

    def _progress(self, what: str, done: int, total: int) -> None:
        if self._ended.is_set():
            raise _CutOff
        now = self.now
        self.now = Underway(now.since if now else self._clock(), what, done, total)

    def _synced(self, sources: Sequence[str], yes: bool) -> list[Outcome]:
        from index.stores import create_store
        from index.sync.sources import remembered
        from index.sync.sync import Way, sync

        settings = self._bot.settings
        way = Way(settings.passage_tokens, settings.reading, yes)
        store = create_store(self._bot.collection.where)
        try:
            return sync(
                store,
                lambda: self._bot.encoder,
                sources or remembered(store),
                way,
                self._progress,
                workers=self._workers,
            )
        finally:
            store.close()


def _tell(outcome: Outcome) -> None:
    if outcome.failed:
        log.error("the sync of %s failed: %s", outcome.source, outcome.failed)
    if outcome.held_back:
        log.warning(
            "%s of the articles of %s are gone, more than a tenth; they were kept: `cuttings sync %s --yes` "
            "removes them",
            len(outcome.held_back),
            outcome.source,
            outcome.source,
        )
    for skipped in outcome.skipped:
        log.warning("the sync skipped %s: %s", skipped.source, skipped.reason)
