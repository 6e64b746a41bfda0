"""A collection brought in step with its sources, one after another, so that one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from corpus.errors import CuttingsError
from corpus.formats.document import Options
from corpus.read import is_url
from corpus.web.addresses import Reach
from corpus.web.client import Client
from corpus.web.polite import Polite
from index.encoding.encoder import Encoder
from index.ingest.workers import Workers
from index.store import Store
from index.sync.folder import sync_folder
from index.sync.journal import catch_up
from index.sync.memory import Memory
from index.sync.outcome import Outcome, Progress
from index.sync.pages import PagesSync, Web
from index.sync.reading import Reading, readings
from index.sync.standing import note
from index.sync.target import Target


@dataclass(frozen=True, slots=True)
class Way:
    """How a sync is done: `yes` lets more than a tenth of a source vanish, `dry_run` changes nothing."""

    passage_tokens: int
    """Size of a passage in word pieces."""
    options: Options
    yes: bool = False
    dry_run: bool = False
    said: Reading | None = None
    """How the sources are to be read, in place of what is remembered of them; None: as that says."""


def sync(
    store: Store,
    make: Callable[[], Encoder],
    sources: Iterable[str],
    way: Way,
    progress: Progress = lambda what, done, total: None,
    web: Web | None = None,
    workers: Workers | None = None,
) -> list[Outcome]:
    """Bring the collection in step with sources (as `sources.named` gives them), and write the journal.

    `make` gives the model, and is called where an article has to be encoded; where there are `workers`, they
    encode. Files and pages that are done
    stay done where a sync is killed; the next one goes on behind them. CuttingsError where another process
    syncs the collection.
    """
    web = web or Web(Polite(Client(Reach(frozenset(way.options.private_hosts)))))
    target = Target(store, make, way.passage_tokens, progress, workers)
    memory = Memory.open(store.folder)
    outcomes = []
    try:
        with memory.alone():
            catch_up(store, memory)
            remembered = readings(store)
            for source in sources:
                before = remembered.get(source, Reading())
                said = before if way.said is None else way.said
                options, anew = said.options(way.options), said != before
                outcome = Outcome(source)
                outcomes.append(outcome)
                try:
                    if is_url(source):
                        if anew and not way.dry_run:
                            memory.forget(source)
                        pages = PagesSync(source, target, memory, web, options, outcome)
                        pages.run(progress, way.yes, way.dry_run)
                    else:
                        sync_folder(
                            source, target, memory, options, outcome, progress, way.yes, way.dry_run, anew
                        )
                except CuttingsError as error:
                    outcome.failed = str(error)
                finally:
                    catch_up(store, memory, [source])
                if not way.dry_run:
                    note(memory, outcome)
    finally:
        memory.close()
    return outcomes
