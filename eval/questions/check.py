"""`cuttings gold check`: what is wrong with gold questions, all at once.

An *error* keeps the file from being used, what is *unresolved* a question or a part of its evidence. The
others are for a person to judge, see `eval/questions/findings.py`.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import get_args

from chatbot.render.text import counted, one_line
from chatbot.settings import Settings
from eval.questions.findings import (
    Finding,
    Kind,
    cleaned_away,
    contradictions,
    duplicates,
    given_away,
    odd_tags,
    overlaps,
)
from eval.questions.gold import Loaded, readable, some
from eval.questions.jsonl import Wrong
from eval.questions.nearest import Nearest
from eval.questions.sources import load
from eval.questions.texts import of_collection, of_raws
from index.address import folder_of
from index.stores import Where, open_store


def gold_check(path: Path, topics: Path | None, where: Where, as_json: bool) -> int:
    """Print what was found in the questions of a path; 1 where there is an error or something unresolved.

    `where` is the collection that they are about; it is not opened for questions that bring their articles.
    """
    loaded, found = check(path, topics, where)
    counts: Counter[str] = Counter(finding.kind for finding in found)
    if as_json:
        found_as_json = {
            "questions": len(loaded.golds),
            "left_out": [asdict(one) for one in loaded.left_out],
            "findings": [asdict(finding) for finding in found],
        }
        print(json.dumps(found_as_json, indent=2))
    else:
        for finding in found:
            print(f"{one_line(finding.where)}: {finding.kind}: {one_line(finding.what)}")
        by_kind = ", ".join(f"{kind} {counts[kind]}" for kind in get_args(Kind) if counts[kind])
        print(f"{counted(len(loaded.golds), 'question')} can be asked; {by_kind or 'nothing found'}")
    if counts["error"]:
        print("cuttings: `cuttings eval` refuses these questions; correct the errors", file=sys.stderr)
    elif loaded.left_out:
        left = counted(len(loaded.left_out), "question")
        print(f"cuttings: `cuttings eval` leaves {left} out; correct what is unresolved", file=sys.stderr)
    return 1 if counts["error"] or counts["unresolved"] else 0


def check(path: Path, topics: Path | None, where: Where) -> tuple[Loaded, list[Finding]]:
    """The questions that can be read, and what was found, in the order of the file.

    CuttingsError where a file cannot be read at all, or has no question.
    """
    errors: list[Finding] = []

    def complain(wrong: Wrong) -> None:
        errors.append(Finding("error", wrong.where, wrong.what))

    source = load(path, topics, complain)
    limit = Settings.load(folder_of(where)).question_characters
    if source.raws is None:
        collection = open_store(where)
        texts = of_collection(collection)
        loaded = readable(source.read(texts), limit)
        found = [*errors, *_unresolved(loaded, Nearest(collection, texts))]
    else:
        texts = of_raws(source.raws)
        loaded = readable(source.read(texts), limit)
        found = [*errors, *_unresolved(loaded, None)]
    if not errors and not loaded.left_out:
        some(loaded, path)
    found += contradictions(loaded)
    found += duplicates(loaded)
    found += given_away(loaded, texts)
    found += cleaned_away(loaded, texts)
    if source.format == "gold file":  # elsewhere what several people marked is meant to overlap
        found += overlaps(loaded, texts)
    found += odd_tags(loaded)
    return loaded, sorted(found, key=lambda finding: _natural(finding.where))


def _unresolved(loaded: Loaded, nearest: Nearest | None) -> Iterator[Finding]:
    """Each quotation and article that is not found, with what may be meant; what else was passed over."""
    asked = {gold.id for gold in loaded.golds}
    for one in loaded.unresolved:
        but = "; it is asked all the same" if one.id in asked else ""
        near = nearest.find(one.quotation) if nearest and one.quotation.quote else None
        meant = ""
        if near:
            there = {"article_id": near.quotation.article_id, "quote": near.quotation.quote}
            row = json.dumps(there, ensure_ascii=False)
            meant = f"; the nearest that is there ({near.likeness:.0%} alike): {row}"
        yield Finding("unresolved", one.where, f"{one.id!r}: {one.what}: {one.why}{but}{meant}")
    named = {one.id for one in loaded.unresolved}
    for left in loaded.left_out:
        if left.id not in named:
            yield Finding("unresolved", left.where, f"{left.id!r}: {left.why}")
    for note in loaded.notes:
        if note.id not in named:
            yield Finding("note", note.where, note.why)


def _natural(where: str) -> list[tuple[int, str]]:
    """By which places sort as a person would have them: line 2 before line 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", where)]
