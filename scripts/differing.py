"""How well statements that differ in a figure are told from others: `python -m scripts.differing [NEWSWIRE]`.

Two files of pairs, one JSON object a line: `id`, `label` ("differ" or "other"), `half` ("tune" or "check"),
`first` and `second`. What failed was looked at in both halves while the rules were made: neither is held out.

- written_pairs.jsonl: sentences written for it, before the rules; "other" are near but different things:
  two bridges, two years, a part and the whole, target and outcome, groups, rounding.
- newswire_pairs.jsonl: real stories, two days apart at most, that give other figures for one thing, and as
  near ones that do not. Only `article_id`, `start` and `end` are kept: the stories are read from NEWSWIRE, a
  .jsonl.gz with `id`, `title`, `published` and `text` (shared/scale/reuters.jsonl.gz, for research).
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from chatbot.quoting.rivals import differ
from chatbot.quoting.statements import Nearness, Statement
from chatbot.settings import Settings
from corpus.article import Article
from eval.questions.jsonl import check_fields, parse_row, read_lines
from index.encoding.encoder import SentenceEncoder
from scripts.pairs import Score

_HERE = Path(__file__).parent
_FIELDS = {"id": str, "label": str, "half": str}
_PLACE = {"article_id": str, "start": int, "end": int}

Told = tuple[str, str, str, bool]
"""Id, label and half of a pair, and whether the chatbot says that its sentences differ."""


def written(nearness: Nearness) -> list[Told]:
    """What is told of the written pairs."""
    told = []
    for where, line in read_lines(_HERE / "written_pairs.jsonl"):
        row = check_fields(parse_row(line, where), {**_FIELDS, "first": str, "second": str}, where)
        one, other = (Statement.of(row[side], _article(row["id"], row[side])) for side in ("first", "second"))
        told.append((row["id"], row["label"], row["half"], differ(one, other, nearness)))
    return told


def newswire(stories: Path, nearness: Nearness) -> list[Told]:
    """What is told of the pairs of a newswire. CuttingsError for a line that is no pair."""
    rows = [
        check_fields(parse_row(line, where), {**_FIELDS, "first": dict, "second": dict}, where)
        for where, line in read_lines(_HERE / "newswire_pairs.jsonl")
    ]
    places = {
        row["id"]: [check_fields(row[s], _PLACE, row["id"]) for s in ("first", "second")] for row in rows
    }
    articles = _stories(stories, {place["article_id"] for pair in places.values() for place in pair})
    told = []
    for row in rows:
        one, other = (
            Statement.of(article.text[place["start"] : place["end"]], article)
            for place in places[row["id"]]
            for article in (articles[place["article_id"]],)
        )
        told.append((row["id"], row["label"], row["half"], differ(one, other, nearness)))
    return told


def scored(told: Iterable[Told]) -> Score:
    """How well "differ" is told."""
    pairs = [(label == "differ", differs) for _, label, _, differs in told]
    return Score(
        right=sum(label and differs for label, differs in pairs),
        told=sum(differs for _, differs in pairs),
        labelled=sum(label for label, _ in pairs),
    )


def main() -> None:
    nearness = Nearness(SentenceEncoder(Settings().model))
    sets = {"written": written(nearness)}
    if sys.argv[1:]:
        sets["newswire"] = newswire(Path(sys.argv[1]), nearness)
    for name, told in sets.items():
        for half in ("tune", "check"):
            chosen = [one for one in told if one[2] == half]
            print(f"{name}, half {half!r} (n = {len(chosen)})  {scored(chosen)}")
        print(f"{name}, both (n = {len(told)})  {scored(told)}")


def _article(name: str, text: str, title: str = "", published: str | None = None) -> Article:
    return Article(name, title, text, f"{name}.txt", published=published)


def _stories(path: Path, wanted: set[str]) -> dict[str, Article]:
    found = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["id"] in wanted:
                day = datetime.strptime(row["published"].split()[0], "%d-%b-%Y").date().isoformat()
                found[row["id"]] = _article(row["id"], row["text"], row["title"], day)
    return found


if __name__ == "__main__":
    main()
