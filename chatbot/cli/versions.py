"""`cuttings show`: an article as it is, or an older version of it, the list of its versions, what changed."""

from __future__ import annotations

import argparse
import json
from argparse import Namespace
from collections.abc import Callable

from chatbot.cli.location import where


def add_options(sub: argparse.ArgumentParser, number: Callable[[str], int]) -> None:
    """What is shown of an article; `number` reads that of a version."""
    shown = sub.add_mutually_exclusive_group()
    shown.add_argument("--removed", action="store_true", help="print what was removed, where, and why")
    versions = "list the versions of it that are kept, with the time at which each was first seen"
    shown.add_argument("--versions", action="store_true", help=versions)
    changes = "print which sentences changed from the version before, or from --version N to the newest"
    shown.add_argument("--changes", action="store_true", help=changes)
    which = "print this version of it, by its number"
    sub.add_argument("--version", metavar="N", dest="number", type=number, help=which)


def show(args: Namespace) -> int:
    from chatbot.render import past, terminal
    from chatbot.render.schema import Changes, Version, Versions
    from chatbot.versions import Past
    from index.stores import open_store

    found = Past.of(open_store(where(args)), args.article)
    if args.versions:
        print(json.dumps(Versions.of(found)) if args.json else past.versions(found))
    elif args.changes:
        before = args.number or found.before(None)
        print(json.dumps(Changes.of(found, before, None)) if args.json else past.changes(found, before))
    elif args.json:
        print(json.dumps(Version.of(found, args.number)))
    else:
        article = found.version(args.number)
        print(terminal.removed(article) if args.removed else past.story(found, args.number))
    return 0
