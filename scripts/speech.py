"""How well it is told who says what: `python -m scripts.speech [DIRECTORY]`.

speech.jsonl has one JSON object a line, labelled by hand before the rules were written: the `article_id`,
the sentence (its `quote` for a bundled article; `start` and `end` for one of OneStopQA, whose text is not
ours), the `speaker` (null where nobody is said to say it; names that are right as well after " / ") and the
`form`. Of each article some sentences are labelled and not all. DIRECTORY has OneStopQA's articles.jsonl;
without it the bundled articles alone are measured.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from corpus.article import Article
from corpus.clean import clean
from corpus.read import Raw, read
from corpus.sentences import sentences
from corpus.speech import Statement, statements, untitled


@dataclass(frozen=True, slots=True)
class Label:
    """A sentence, by its place, and its speaker: any of the names, or nobody's where there are none."""

    article_id: str
    start: int
    end: int
    speakers: frozenset[str]
    form: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """How many speakers were told rightly, told at all, and labelled; and the faults, a line each."""

    right: int
    told: int
    labelled: int
    faults: tuple[str, ...]

    @property
    def precision(self) -> float:
        return self.right / self.told if self.told else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.labelled if self.labelled else 0.0


def load_labels(articles: Iterable[Article]) -> list[Label]:
    """The labels of these articles. ValueError for a quotation that its article does not have."""
    texts = {article.id: article.text for article in articles}
    labels = []
    for line in (Path(__file__).parent / "speech.jsonl").read_text().splitlines():
        row = json.loads(line)
        text = texts.get(row["article_id"])
        if text is None:
            continue
        start = text.index(row["quote"]) if "quote" in row else row["start"]
        end = start + len(row["quote"]) if "quote" in row else row["end"]
        names = row["speaker"].split(" / ") if row["speaker"] else []
        labels.append(Label(row["article_id"], start, end, frozenset(map(_folded, names)), row["form"]))
    return labels


def scored(labels: Iterable[Label], articles: Iterable[Article]) -> Score:
    """The labels against what `corpus/speech.py` tells of the articles."""
    told: dict[tuple[str, int], list[Statement]] = {}
    texts = {}
    for article in articles:
        texts[article.id] = article.text
        for one in statements(article, sentences(article)):
            told.setdefault((article.id, one.sentence.start), []).append(one)
    right = count = labelled = 0
    faults = []
    for label in labels:
        names = [one.speaker for one in told.get((label.article_id, label.start), [])]
        hit = any(_folded(name) in label.speakers for name in names)
        right, count, labelled = right + hit, count + len(names), labelled + bool(label.speakers)
        if len(names) != hit or hit != bool(label.speakers):
            quote = texts[label.article_id][label.start : label.end]
            faults.append(f"{sorted(label.speakers)} told {names}: {label.article_id}: {quote}")
    return Score(right, count, labelled, tuple(faults))


def bundled() -> list[Article]:
    """The articles that come with the package."""
    with as_file(files("corpus") / "articles") as folder:
        return [clean(raw) for raw in read([folder]) if isinstance(raw, Raw)]


def main() -> None:
    sets = {"bundled": bundled()}
    if len(sys.argv) > 1:
        rows = map(json.loads, (Path(sys.argv[1]) / "articles.jsonl").read_text().splitlines())
        sets["onestopqa"] = [Article(row["id"], row["title"], row["text"], row["id"]) for row in rows]
    for name, articles in sets.items():
        labels = load_labels(articles)
        score = scored(labels, articles)
        print(
            f"{name}: precision {score.precision:.3f} ({score.right}/{score.told})  "
            f"recall {score.recall:.3f} ({score.right}/{score.labelled}), n = {len(labels)}"
        )
        for fault in score.faults:
            print("  ", fault)


def _folded(name: str) -> str:
    return untitled(name).casefold()


if __name__ == "__main__":
    main()
