"""The command line: what each command does, and how it ends.

What a command needs is imported inside it, so that `cuttings --help` answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from io import TextIOWrapper
from typing import Any

from chatbot.cli import completion, demo, guide, keeping, measuring
from chatbot.cli.arguments import parse
from chatbot.cli.ending import Told, until_told
from chatbot.cli.keys import keys
from chatbot.cli.links import link
from chatbot.cli.location import place, places, where
from chatbot.cli.versions import show
from chatbot.cli.visibility import visibility
from chatbot.threads import ended
from corpus.errors import CuttingsError

INTERRUPTED = 130
PIPE_CLOSED = 141
"""Exit codes, those of a program that SIGINT or SIGPIPE ended."""


def run() -> int:
    """`cuttings`: one command in a process of its own, which may end here, whatever else it still does."""
    return ended(main())


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. SystemExit after --help and for wrong usage (2)."""
    try:
        _prepare_streams()
        try:
            args = parse(sys.argv[1:] if argv is None else argv)
            with until_told(args.command):
                return _COMMANDS[args.command](args)
        finally:
            sys.stdout.flush()
    except CuttingsError as error:
        return _failed(str(error))
    except Told as told:
        _failed(str(told))
        return told.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    except OSError as error:
        _drop_output()
        about = f"{error.filename}: " if error.filename else "cannot go on: "
        return _failed(f"{about}{error.strerror or error}; put that right and try again")


# The commands


def _ingest(args: Namespace) -> int:
    from chatbot.cli.progress import progress
    from chatbot.render import terminal
    from chatbot.render.schema import Ingested
    from chatbot.settings import Settings
    from index.address import folder_of
    from index.encoding.encoder import SentenceEncoder
    from index.ingest.files import ingest_files
    from index.ingest.workers import Shard, Workers
    from index.showing import show_paths
    from index.stores import create_store

    about = where(args)
    settings = Settings.load(folder_of(about))
    with _writing(args.report) as write, progress() as phase:
        reading = replace(settings.reading, columns=args.columns, ocr=args.ocr)
        if args.visibility:  # before anything is there to be seen
            store = create_store(about)
            try:
                show_paths(store, args.visibility, args.paths)
            finally:
                store.close()
        make = partial(SentenceEncoder, settings.model)
        report = ingest_files(
            about,
            args.paths,
            reading,
            make,
            settings.passage_tokens,
            phase,
            Workers(args.workers, make) if args.workers > 1 else None,
            Shard(*args.shard),
            args.jobs,
        )
        write(Ingested.json_of(report))
    if report.added or report.updated or report.unchanged or report.moved or not report.skipped:
        print(terminal.report(report))  # nothing at all: no article is of this shard
        return 1 if args.strict and report.skipped else 0
    if len(report.skipped) == 1:
        raise CuttingsError(f"nothing was read: {report.skipped[0].source}: {report.skipped[0].reason}")
    print(terminal.report(report))
    raise CuttingsError(f"nothing was read: all {len(report.skipped)} sources were skipped")


def _remove(args: Namespace) -> int:
    from chatbot.render import terminal
    from index.ingest.missing import missing
    from index.stores import create_store, open_store
    from index.sync.journal import journalled

    about = where(args)
    open_store(about).close()  # to open it for writing would make one where there is none
    collection = create_store(about)
    unreachable = None
    try:
        with journalled(collection), collection.change() as change:
            if args.missing:
                stored = collection.stored()
                found = missing(stored)
                chosen = found.all if args.yes else found.deleted
                unreachable = None if args.yes else found
                if not (args.yes or args.dry_run) and len(chosen) > max(1, len(stored) // 10):
                    raise CuttingsError(
                        f"{len(chosen):,} of {len(stored):,} articles would be removed, more than a tenth; "
                        "look at them with --missing --dry-run, and remove them with --missing --yes"
                    )
            else:
                chosen = tuple(collection.article(article).id for article in dict.fromkeys(args.articles))
            for article in () if args.dry_run else chosen:
                change.remove(article)
    finally:
        collection.close()
    print(terminal.taken_out(chosen, unreachable, args.dry_run))
    return 0


def _list(args: Namespace) -> int:
    from chatbot.render import terminal
    from index.stores import open_store

    store = open_store(where(args))
    articles = store.articles()
    if args.json:
        from chatbot.render.schema import Summary

        _print_json({"articles": [Summary.json_of(article) for article in articles]})
    else:
        print(terminal.listing(articles, [] if args.copies else store.copies()))
    return 0


def _copy(args: Namespace) -> int:
    from chatbot.cli.progress import progress
    from chatbot.render import terminal
    from index.copy import copy
    from index.stores import create_store, open_store

    source = open_store(place(args.source))
    target = create_store(place(args.target))
    try:
        with progress() as phase:
            copied = copy(source, target, phase("copying articles"))
    finally:
        target.close()
    print(terminal.copied(copied))
    return 1 if copied.problems else 0


def _verify(args: Namespace) -> int:
    from chatbot.render import terminal
    from index.stores import create_store, open_store
    from index.verify import changed, verify

    collection = open_store(where(args))
    repaired: list[str] = []
    if args.repair:
        from chatbot.settings import Settings
        from index.encoding.encoder import SentenceEncoder
        from index.repair import repair

        settings = Settings.load(collection.folder)
        collection = create_store(where(args))
        report = repair(collection, partial(SentenceEncoder, settings.model), settings.passage_tokens)
        repaired, problems = report.done, report.left
    else:
        problems = verify(collection)
    # What cannot be read cannot be compared with its file either.
    stale = [] if problems else changed(collection)
    articles = collection.articles()
    passages = sum(article.passages for article in articles)
    if args.json:
        found = [{"article_id": problem.article_id, "what": problem.what} for problem in problems]

        counts = {"articles": len(articles), "passages": passages}
        _print_json({**counts, "problems": found, "changed": stale, "repaired": repaired})
    else:
        print(terminal.verified(len(articles), passages, problems, stale, repaired, args.repair))
    return 1 if problems else 0


def _backup(args: Namespace) -> int:
    from pathlib import Path

    from chatbot.render import terminal
    from index.stores import backup

    print(terminal.kept(backup(where(args), Path(args.to).expanduser())))
    return 0


def _restore(args: Namespace) -> int:
    from pathlib import Path

    from chatbot.render import terminal
    from index.stores import restore

    print(terminal.restored(restore(Path(args.source).expanduser(), where(args))))
    return 0


def _ask(args: Namespace) -> int:
    from chatbot.bot import Chatbot
    from chatbot.render import terminal

    if args.batch is not None and args.format:
        raise CuttingsError("--batch prints lines of JSON; leave --format out, or ask one question at a time")
    if args.batch is not None:
        return _ask_batch(args)
    answer = Chatbot.open(where(args)).ask(args.question, any_time=args.any_time)
    if args.json:
        from chatbot.render.schema import answer_json

        _print_json(answer_json(answer))
    elif args.format:
        from chatbot.cli.citing import cited

        print(cited(answer, args.format))
    else:
        print(terminal.answer(answer, terminal.width()))
    return 0


def _ask_batch(args: Namespace) -> int:
    from chatbot.bot import Chatbot
    from chatbot.cli.batch import answers, lines_of

    code = 0
    with lines_of(args.batch) as lines:
        bot = Chatbot.open(where(args))
        bot.search("warm", 1)  # an error of the collection or the model is reported once
        for row in answers(bot, lines, any_time=args.any_time):
            if "error" in row:
                _failed(f"{args.batch}, line {row['line']}: {row['error']}")
                code = 1
            _print_json(row)
    return code


def _chat(args: Namespace) -> int:
    from chatbot.bot import Chatbot
    from chatbot.cli.chat import chat

    return chat(Chatbot.open(where(args)))


def _search(args: Namespace) -> int:
    from chatbot.bot import Chatbot
    from chatbot.render import terminal

    hits = Chatbot.open(where(args)).search(args.query, args.k)
    if args.json:
        from chatbot.render.schema import Found

        _print_json(Found.json_of({"query": args.query, "hits": hits}))
    else:
        print(terminal.passages(hits, terminal.width()))
    return 0


def _serve(args: Namespace) -> int:
    from chatbot.server.ui import serve
    from chatbot.shelf import Shelf

    serve(
        Shelf.open(places(args)),
        args.host,
        args.port,
        sites=frozenset(args.allow_site),
        log_format=args.log_format,
        uploads=args.allow_upload,
        public_name=args.public_name,
        access=args.access,
        proxies=tuple(args.trusted_proxy),
        groups=args.read,
        sync_every=args.sync,
    )
    return 0


def _mcp(args: Namespace) -> int:
    from chatbot.server.mcp_server import serve_stdio
    from chatbot.shelf import Shelf

    serve_stdio(Shelf.open(places(args)))
    return 0


_COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "ingest": _ingest,
    "remove": _remove,
    "list": _list,
    "show": show,
    "copy": _copy,
    "verify": _verify,
    "backup": _backup,
    "restore": _restore,
    "ask": _ask,
    "chat": _chat,
    "search": _search,
    "serve": _serve,
    "mcp": _mcp,
    "keys": keys,
    "visibility": visibility,
    "link": link,
    "demo": demo.demo,
    "help": guide.show,
    "completion": completion.show,
    **keeping.COMMANDS,
    **measuring.COMMANDS,
}


# What they share


def _print_json(value: dict[str, Any]) -> None:
    # In ASCII, so that it is the same in every locale and half a surrogate pair can be written. Flushed, so
    # that a program that reads line by line is not kept waiting.
    print(json.dumps(value), flush=True)


@contextmanager
def _writing(file: str | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Gives what writes JSON to a file; one that cannot be written fails at once, and not after an hour."""
    if file is None:
        yield lambda value: None
        return
    with open(file, "w", encoding="utf-8") as stream:
        yield lambda value: json.dump(value, stream, indent=2)


def _failed(message: str) -> int:
    from chatbot.render.text import one_line

    print(f"cuttings: {one_line(message)}", file=sys.stderr)
    return 1


def _prepare_streams() -> None:
    """Python has None for a stream that the caller closed, and cannot write every name of a file."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115 -- open until the process ends
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        raise CuttingsError("standard output is closed; redirect it to a file or to /dev/null")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Leave nothing to write that cannot be written, or Python complains of it when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
