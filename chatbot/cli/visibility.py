"""`cuttings visibility`: who may see which articles."""

from __future__ import annotations

import json
from argparse import Namespace

from chatbot.cli.location import where
from corpus.errors import CuttingsError


def visibility(args: Namespace) -> int:
    """Say or tell it, and return the exit code. CuttingsError."""
    from index.showing import Chosen, show, told
    from index.stores import create_store, open_store
    from index.visibility import UNSET

    about = where(args)
    chosen = Chosen(args.articles, args.publisher, args.source, args.rest)
    if args.visibility is None:
        if chosen:
            raise CuttingsError("say who may see them: public, counted, a group, or unset")
    else:
        open_store(about).close()  # to open it for writing would make one where there is none
        store = create_store(about)
        try:
            show(store, args.visibility, chosen)
        finally:
            store.close()
    store = open_store(about)
    said = told(store)
    if args.json:
        rules = [[one.kind, one.pattern, one.visibility] for one in said.rules.rules]
        print(
            json.dumps(
                {
                    "rest": said.rules.rest,
                    "rules": rules,
                    "articles": said.articles,
                    "holding": said.holding,
                }
            )
        )
        return 0
    for rule in said.rules.rules:
        print(f"{rule.visibility:12s}  {rule.kind} {rule.pattern}")
    for id, one in sorted(said.articles.items()):
        print(f"{one:12s}  article {id}")
    print(f"{said.rules.rest:12s}  the rest, where their files say nothing")
    counts = ", ".join(f"{count:,} {name}" for name, count in said.holding.items())
    print(f"Of {len(store.stored()):,} articles: {counts or 'all public'}.")
    if args.visibility == UNSET:
        print("What their files say of them, and what is said of the rest, holds again.")
    return 0
