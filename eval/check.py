"""`cuttings gold check`: what is wrong with a gold file, all at once, and what makes it easier than it looks.

An *error* keeps the file from being used: a line that cannot be read, a quotation that no article has. The
others are for a person to judge: questions that are nearly the same count twice in every mean, and one that
gives its answer away measures nothing.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from chatbot.terminal import counted
from corpus.errors import CuttingsError
from eval.gold import Gold, parse_gold
from eval.jsonl import read_lines
from index.store import Store, Where, open_store
from index.tokens import terms

SAME = 0.8
"""Share of the terms of two questions that both have (Jaccard), from which on they are nearly the same."""

COPIED = 0.9
"""Share of a question's terms that one of its quotations has, from which on it is asked in its words."""

_FEW = 6
"""Terms. A question of fewer can hardly be put in other words."""

_TELLING = 4
"""Words. A shorter quotation may well stand elsewhere by chance."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one question; `where` is file:line."""

    kind: Literal["error", "duplicate", "leak", "copied"]
    where: str
    what: str


def gold_check(path: Path, where: Where, as_json: bool) -> int:
    """Print what was found in a gold file about a collection; 1 where there is an error, else 0."""
    collection = open_store(where)
    golds, found = check(path, collection)
    counts: Counter[str] = Counter(finding.kind for finding in found)
    if as_json:
        told = {"questions": len(golds), "findings": [asdict(finding) for finding in found]}
        print(json.dumps(told, indent=2))
    else:
        for finding in found:
            print(f"{finding.where}: {finding.kind}: {finding.what}")
        by_kind = ", ".join(f"{kind} {counts[kind]}" for kind in ("error", "duplicate", "leak", "copied"))
        print(f"{counted(len(golds), 'question')} can be used; {by_kind}")
    if counts["error"]:
        print("cuttings: `cuttings eval` refuses this file; correct the errors", file=sys.stderr)
    return 1 if counts["error"] else 0


def check(path: Path, collection: Store) -> tuple[list[Gold], list[Finding]]:
    """The questions that can be read, and what was found, in the order of the file.

    CuttingsError where the file itself cannot be read.
    """
    known = {article.id for article in collection.articles()}
    golds: list[Gold] = []
    places: list[str] = []
    errors: list[Finding] = []
    first: dict[str, str] = {}
    for where, line in read_lines(path):
        try:
            gold = parse_gold(line, where, collection, known)
            if gold.id in first:
                raise CuttingsError(
                    f"{where}: the id {gold.id!r} stands at {first[gold.id]} already. Rename one."
                )
        except CuttingsError as error:
            errors.append(Finding("error", where, str(error).removeprefix(f"{where}: ")))
            continue
        first[gold.id] = where
        golds.append(gold)
        places.append(where)
    found = [*errors, *_duplicates(golds, places), *_given_away(golds, places, collection)]
    return golds, sorted(found, key=lambda finding: int(finding.where.rpartition(":")[2]))


def _duplicates(golds: Sequence[Gold], places: Sequence[str]) -> Iterator[Finding]:
    """Questions that say nearly the same in the same conversation; each names the first such."""
    sets = [frozenset(terms(gold.question)) for gold in golds]
    count = Counter(term for one in sets for term in one)
    seen: defaultdict[str, list[int]] = defaultdict(list)
    for i, own in enumerate(sets):
        rare = sorted(own, key=lambda term: (count[term], term))
        # Two sets as like as that share one of their rarest terms (the prefix filter of Chaudhuri et al.,
        # "A primitive operator for similarity joins", ICDE 2006).
        telling = rare[: len(rare) - math.ceil(SAME * len(rare)) + 1]
        near = sorted({j for term in telling for j in seen[term]})
        for j in near:
            if golds[j].history == golds[i].history and len(own & sets[j]) >= SAME * len(own | sets[j]):
                what = f"{golds[i].question!r} is nearly {golds[j].question!r} at {places[j]}"
                yield Finding("duplicate", places[i], what)
                break
        for term in telling:
            seen[term].append(i)


def _given_away(golds: Sequence[Gold], places: Sequence[str], collection: Store) -> Iterator[Finding]:
    for gold, where in zip(golds, places, strict=True):
        asked = set(terms(gold.question))
        before = " ".join(turn.content for turn in gold.history)
        for evidence in gold.evidence:
            quote = collection.article(evidence.article_id).text[evidence.start : evidence.end]
            if len(quote.split()) >= _TELLING and quote in before:
                yield Finding("leak", where, f"the conversation has its evidence already: {quote[:60]!r}")
            elif len(asked) >= _FEW and len(asked & set(terms(quote))) >= COPIED * len(asked):
                yield Finding("copied", where, f"asked in the words of its evidence: {gold.question!r}")
            else:
                continue
            break
