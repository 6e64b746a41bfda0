"""How well questions are answered as people type them, by kind: `python -m scripts.people [--kind NAME]`.

Asks `eval/gold/people.jsonl` on the bundled articles. First the share of questions whose first citation is
right, any of three, the first of a served answer, and how many are served (an answer, or "Possibly:"); of
near misses, whose answer is not there, only the last. Then of the kinds that are selections: recall of the
essential points, precision, nDCG and redundancy of what is cited. With `--kind` each question of that kind
with what was missed and what did not belong.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from statistics import mean
from typing import Any

from chatbot.answer import Answer, Citation, Turn
from chatbot.settings import Settings
from corpus.read import Raw, read
from eval.prepare import on_articles

GOLD = Path(__file__).parent.parent / "eval" / "gold" / "people.jsonl"
SELECTIONS = ("summary", "list", "timeline", "comparison", "articles", "several at once", "who said")
_ESSENTIAL = 2
_LEAST_IDEAL = 5
"""Places of the ideal ranking that nDCG compares with, at least."""

Evidence = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A gold question with its answer."""

    gold: Mapping[str, Any]
    answer: Answer

    @property
    def served(self) -> bool:
        return not self.answer.abstained

    @property
    def cited(self) -> Sequence[Citation]:
        return self.answer.citations

    def right(self, among: int) -> bool:
        """Whether one of the first citations is evidence."""
        choices = [self.gold["evidence"], *self.gold.get("alternatives", [])]
        every = [one for choice in choices for one in choice]
        return any(_of(citation, every) for citation in self.cited[:among])


def _of(citation: Citation, evidence: Iterable[Evidence]) -> list[Evidence]:
    """The evidence that a citation, or one that says the same, quotes."""
    return [
        one
        for one in evidence
        for place in (citation, *citation.also)
        if place.article_id == one["article_id"]
        and (_level(one["quote"]) in _level(place.quote) or _level(place.quote) in _level(one["quote"]))
    ]


def _level(text: str) -> str:
    return " ".join(text.split())


def _point(evidence: Evidence) -> str:
    """What a piece of evidence says; several quotations may make one point."""
    return str(evidence.get("point") or evidence["quote"])


def shares(asked: Sequence[Asked]) -> str:
    """n, and the shares of questions whose first citation is right, any of three, and that are served."""
    values = (
        mean(one.right(1) for one in asked),
        mean(one.right(3) for one in asked),
        mean(one.right(1) and one.served for one in asked),
        mean(one.served for one in asked),
    )
    return f"{len(asked):4d}  " + "  ".join(f"{value:.2f}" for value in values)


def shape(asked: Asked) -> tuple[float | None, float | None, float, float]:
    """Recall of the essential points, precision, nDCG and redundancy of what an answer cites, each 0 to 1."""
    evidence: Sequence[Evidence] = asked.gold["evidence"]
    cited = asked.cited if asked.served else ()
    essential = {_point(one) for one in evidence if one.get("grade") == _ESSENTIAL}
    found = [_of(citation, evidence) for citation in cited]
    gains = [max((one.get("grade", 1) for one in of), default=0) for of in found]
    told: set[str] = set()
    again = 0
    for of in found:
        points = {_point(one) for one in of}
        again += bool(points) and points <= told
        told |= points
    ideal = sorted((one.get("grade", 1) for one in evidence), reverse=True)[: max(len(cited), _LEAST_IDEAL)]
    best = _gain(ideal)
    return (
        len(essential & told) / len(essential) if essential else None,
        sum(gain > 0 for gain in gains) / len(cited) if cited else None,
        _gain(gains) / best if best else 0.0,
        again / len(cited) if cited else 0.0,
    )


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def shapes(asked: Sequence[Asked]) -> str:
    columns = zip(*map(shape, asked), strict=True)
    means = [mean(value for value in column if value is not None) for column in columns]
    return f"{len(asked):4d}  " + "  ".join(f"{value:.2f}" for value in means)


def detail(asked: Asked) -> str:
    evidence = asked.gold["evidence"]
    told = {_point(one) for citation in asked.cited for one in _of(citation, evidence)}
    lines = [f"{asked.gold['question']} ({asked.answer.state})"]
    missed = {_point(one): one["quote"] for one in evidence if one.get("grade") == _ESSENTIAL}
    lines += [f"  missed: {quote}" for point, quote in missed.items() if point not in told]
    lines += [f"  beside: {citation.quote}" for citation in asked.cited if not _of(citation, evidence)]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.people", description=__doc__)
    parser.add_argument("--kind")
    wanted = parser.parse_args().kind
    with as_file(files("corpus") / "articles") as folder:
        articles = [raw for raw in read([folder]) if isinstance(raw, Raw)]
    bot = on_articles(articles, "people", Settings())
    kinds: dict[tuple[str, bool], list[Asked]] = defaultdict(list)
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        turns = [Turn(turn["role"], turn["content"]) for turn in gold.get("history", [])]
        asked = Asked(gold, bot.ask(gold["question"], turns))
        for kind in ("all", gold["kind"]):
            kinds[kind, gold["answerable"]].append(asked)
    print("answerable          n  first any3  both  served")
    for (kind, answerable), of in sorted(kinds.items()):
        if answerable:
            print(f"{kind:17s}{shares(of)}")
    print("not answerable      n  served, by kind")
    for (kind, answerable), of in sorted(kinds.items()):
        if not answerable:
            print(f"{kind:17s}{len(of):4d}  {mean(one.served for one in of):.2f}")
    print("selections          n  recall precision nDCG redundancy")
    for kind in SELECTIONS:
        print(f"{kind:17s}{shapes(kinds[kind, True])}")
    for one in kinds[wanted, True] if wanted else ():
        print(detail(one))


if __name__ == "__main__":
    main()
