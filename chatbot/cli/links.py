"""`cuttings link`: links that open an answer or an article until a day."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from chatbot.cli.location import where
from corpus.errors import CuttingsError

if TYPE_CHECKING:
    from chatbot.links import Link


def link(args: Namespace) -> int:
    """Run one action, and return the exit code. CuttingsError."""
    from chatbot.links import Links
    from chatbot.permalink import reopen
    from index.stores import open_store
    from index.visibility import EVERY_GROUP

    store = open_store(where(args))
    seen = store.seeing(EVERY_GROUP)
    kept = Links(store.folder)
    if args.action in ("answer", "article"):
        target = args.target.rpartition("#answer/")[2] if args.action == "answer" else args.target
        if args.action == "article":
            seen.opening(target, 0)
        elif not (opened := reopen(target, seen)).sealed or not opened.answer.citations:
            raise CuttingsError("this answer does not come from this collection, or nothing of it is left")
        made, token = kept.make(args.action, target, args.until, EVERY_GROUP)
        print(f"Whoever has this may open it until {made.until}; it is shown once:", file=sys.stderr)
        print(f"{args.address.rstrip('/')}/link/{token}")
    elif args.action == "revoke":
        kept.revoke(args.name)
        print(f"{args.name} opens nothing from now on")
    else:
        _list(kept.all(), args.json)
    store.close()
    return 0


def _list(links: tuple[Link, ...], as_json: bool) -> None:
    if as_json:
        print(json.dumps({"links": [one.told for one in links]}))
        return
    for one in links:
        state = "REVOKED" if one.revoked else "EXPIRED" if one.over else f"until {one.until}"
        target = one.target if one.kind == "article" else f"{one.target[:24]}…"
        print("  ".join([one.name, state, one.kind, target, f"made {one.made}", f"by {one.by or 'hand'}"]))
    if not links:
        print("There are no links; `cuttings link article ARTICLE --until DAY` makes one.")
