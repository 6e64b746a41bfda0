"""`cuttings keys`: who may do what on a server of the collection."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.cli.location import where
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.keys import Keys


def keys(args: Namespace) -> int:
    """Run one action, and return the exit code. CuttingsError."""
    from chatbot.keys import Keys

    folder = _folder(args)
    kept = Keys(folder)
    if args.action == "add":
        _show(kept.add(args.name, args.may, args.site, args.expires, args.read, args.only))
    elif args.action == "rotate":
        _show(kept.rotate(args.name))
    elif args.action == "remove":
        kept.remove(args.name)
        print(f"{args.name} is removed; a server that runs refuses it from now on")
    elif args.action == "password":
        _set_password(folder)
    else:
        _list(kept, args.json)
    return 0


def _folder(args: Namespace) -> Path:
    """Of a collection that exists: a key beside none would be for nothing."""
    from index.stores import open_store

    store = open_store(where(args))
    store.close()
    return store.folder


def _show(secret: str) -> None:
    """The secret alone on standard output, so that it can be piped to where it is kept."""
    print("This is shown once; who has it may do what it is for:", file=sys.stderr)
    print(secret)


def _list(kept: Keys, as_json: bool) -> None:
    from chatbot.keys import today

    if as_json:
        print(json.dumps({"keys": [key.told() for key in kept.all()]}))
        return
    for key in kept.all():
        until = f"until {key.expires}" if key.expires else "no end"
        if not key.holds_on(today()):
            until = "EXPIRED"
        told = [key.name, f"may {', '.join(key.scopes)}"]
        told += [f"reads {', '.join(key.groups)}"] if key.groups else []
        told += [f"only {', '.join(key.collections)}"] if key.collections is not None else []
        told += [key.site or "any site", until, f"made {key.made}"]
        print("  ".join(told))
    if not kept.all():
        print("There are no keys; `cuttings keys add NAME --may ask,read` makes one.")


def _set_password(folder: Path) -> None:
    from chatbot.password import store

    if sys.stdin.isatty():
        from getpass import getpass

        given = getpass("Password for visitors: ")
        if getpass("Once more: ") != given:
            raise CuttingsError("the two differ; nothing was changed")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    store(folder, given)
    print("The password is set; whoever was signed in with another is signed out.")
