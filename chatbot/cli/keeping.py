"""The commands that keep a collection in step with its sources, and tell what has changed."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.cli.location import where
from chatbot.cli.progress import shown
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from index.encoding.encoder import Encoder
    from index.store import Store
    from index.sync.outcome import Outcome
    from index.sync.reading import Reading
    from index.sync.sync import Way


def _sync(args: Namespace) -> int:
    from chatbot.render import keeping
    from index.sync.reading import keep_readings
    from index.sync.sources import named, remember, remembered
    from index.sync.sync import sync

    given = [named(source) for source in args.sources]
    said = _said(args)
    if said and not given:
        raise CuttingsError("name the sources that --map and --ocr are for; it is remembered with them")
    with _changing(args, made=bool(given) and not args.dry_run) as (store, make, way):
        way = replace(way, said=said)
        sources = given or remembered(store)
        if not sources:
            raise CuttingsError("no source is remembered; name one, as in `cuttings sync ~/articles`")

        def keep(done: list[str]) -> None:
            if not args.dry_run:
                remember(store, done)
                keep_readings(store, dict.fromkeys(done, said) if said else {})

        try:
            with shown() as progress:
                outcomes = sync(store, make, sources, way, progress)
        except KeyboardInterrupt:
            keep(given)  # so that the next sync goes on, also where it is told no source
            raise
        keep([one.source for one in outcomes if one.source in given and not one.failed])
    if args.json:
        _print_json({"dry_run": args.dry_run, "sources": [_row(outcome) for outcome in outcomes]})
    else:
        print(keeping.synced(outcomes, args.dry_run))
    return 0 if all(outcome.whole for outcome in outcomes) else 1


def _sources(args: Namespace) -> int:
    from index.stores import create_store, open_store
    from index.sync.sources import add, meant, named, remove

    if not args.action:
        return _list_sources(args)
    if not args.sources:
        raise CuttingsError(f"name the sources, as in `cuttings sources {args.action} ~/articles`")
    about = where(args)
    if args.action == "remove":
        open_store(about).close()  # to open it for writing would make one where there is none
    names = [(named if args.action == "add" else meant)(source) for source in args.sources]
    said = _said(args)
    store = create_store(about)
    try:
        if args.action == "add":
            for name in add(store, names, said):
                print(f"added {name}; `cuttings sync` reads it")
            return 0
        for name in names:
            remove(store, name)
            print(f"removed {name}; its articles stay")
    finally:
        store.close()
    return 0


def _said(args: Namespace) -> Reading | None:
    """How the sources are to be read; None where nothing is said of that."""
    from index.sync.reading import Reading

    return Reading(args.columns, args.ocr) if args.columns or args.ocr else None


def _list_sources(args: Namespace) -> int:
    from dataclasses import asdict

    from chatbot.render import keeping
    from index.stores import open_store
    from index.sync.standing import standing

    sources = standing(open_store(where(args)))
    if args.json:
        rows = [
            {"source": one.source, "articles": one.articles, **(asdict(one.reading) if one.reading else {})}
            for one in sources
        ]
        _print_json({"sources": rows})
    else:
        print(keeping.listed(sources))
    return 0


def _watch(args: Namespace) -> int:
    import watchfiles

    from chatbot.render import keeping
    from corpus.read import is_url
    from index.sync.sources import named, remember, remembered
    from index.sync.sync import sync

    given = [named(folder) for folder in args.folders]
    if wrong := [one for one in given if is_url(one)]:
        raise CuttingsError(
            f"{wrong[0]}: only folders are watched; `cuttings serve --sync every=1h` asks pages"
        )
    with _changing(args, made=bool(given)) as (store, make, way):
        remember(store, given)
        folders = given or [one for one in remembered(store) if not is_url(one)]
        there = [one for one in folders if Path(one).exists()]
        if not there:
            raise CuttingsError("no folder to watch is there; name one, as in `cuttings watch ~/articles`")
        make = cache(make)
        apart = str(store.folder.resolve())

        def outside(_: object, path: str) -> bool:
            return not path.startswith(apart)

        with shown() as progress:
            first = sync(store, make, there, way, progress)
        print(keeping.synced(first, False), flush=True)
        print(f"Watching {', '.join(there)} (Ctrl+C ends it)", flush=True)
        for changes in watchfiles.watch(*there, watch_filter=outside):
            touched = [one for one in there if any(_is_in(path, one) for _, path in changes)]
            outcomes = sync(store, make, touched, way)
            if told := [one for one in outcomes if one.changed or one.skipped or not one.whole]:
                print(keeping.synced(told, False), flush=True)
    return 0


def _is_in(path: str, folder: str) -> bool:
    return path == folder or Path(folder) in Path(path).parents


def _journal(args: Namespace) -> int:
    from dataclasses import asdict

    from chatbot.render import keeping
    from index.stores import open_store
    from index.sync.journal import catch_up, entries
    from index.sync.memory import Memory

    store = open_store(where(args))
    memory = Memory.open(store.folder)
    try:
        catch_up(store, memory)
        found = entries(memory, args.since or "")
    finally:
        memory.close()
    if args.json:
        _print_json({"entries": [asdict(entry) for entry in found]})
    else:
        print(keeping.journal(found))
    return 0


def _corrections(args: Namespace) -> int:
    from dataclasses import asdict

    from chatbot.corrections import corrections, exported, judged, links
    from chatbot.feedback import stored
    from chatbot.render import keeping
    from index.stores import open_store

    store = open_store(where(args))
    feedback, damaged = stored(store.folder)
    given, ids = judged(feedback), []
    for file in args.links:
        text = _text(file)
        conversation = exported(text)
        given += conversation or []
        ids += [] if conversation is not None else links(text)
    found = corrections(store, given, dict.fromkeys(ids))
    if damaged:
        print(f"cuttings: {len(damaged)} lines of the feedback cannot be read", file=sys.stderr)
    if args.json:
        _print_json(asdict(found))
    else:
        print(keeping.corrections(found))
    return 0


def _text(file: str) -> str:
    """What a file holds, or standard input ("-")."""
    if file == "-":
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    try:
        return Path(file).read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise CuttingsError(f"cannot read {file} ({error.strerror}); check the spelling") from error


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "sync": _sync,
    "sources": _sources,
    "watch": _watch,
    "journal": _journal,
    "corrections": _corrections,
}


@contextmanager
def _changing(args: Namespace, made: bool) -> Iterator[tuple[Store, Callable[[], Encoder], Way]]:
    """The collection to change, with its model and how it is synced; `made`: where there is none, one is."""
    from chatbot.settings import Settings
    from index.address import folder_of
    from index.encoding.encoder import SentenceEncoder
    from index.stores import create_store, open_store
    from index.sync.sync import Way

    about = where(args)
    settings = Settings.load(folder_of(about))
    if not made:
        open_store(about).close()
    store = create_store(about)
    yes, dry_run = getattr(args, "yes", False), getattr(args, "dry_run", False)
    way = Way(settings.passage_tokens, settings.reading, yes, dry_run)
    try:
        yield store, partial(SentenceEncoder, settings.model), way
    finally:
        store.close()


def _row(outcome: Outcome) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(outcome), "whole": outcome.whole}


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value), flush=True)
