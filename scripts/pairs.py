"""Whether two sentences that say the same, or differ in a figure, are found: `python -m scripts.pairs`.

pairs.jsonl has one JSON object a line: `id`, `label` ("same", "differ" or "other"), `half` ("tune" or
"check": the limits of statements.py were chosen on the first and only checked on the second), and
`first` and `second`, each with the `article_id` and the `quote` of a bundled sentence. Two sentences of which
one states a figure more were left out, since either label would do. Made pairs: see `scripts.made_pairs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from chatbot.quoting.rivals import differ
from chatbot.quoting.statements import Nearness, Statement, same
from chatbot.settings import Settings
from corpus.article import Article
from corpus.clean import clean
from corpus.errors import CuttingsError
from corpus.read import Raw, read
from corpus.sentences import sentences
from eval.questions.jsonl import check_fields, parse_row, read_lines
from index.encoding.encoder import Encoder, SentenceEncoder
from scripts.made_pairs import Label, Pair, Quoted, made

_FIELDS = {"id": str, "label": str, "half": str, "first": dict, "second": dict}
_QUOTED = {"article_id": str, "quote": str}


@dataclass(frozen=True, slots=True)
class Score:
    """How often a label was told rightly, told at all, and given by the person or the recipe."""

    right: int
    told: int
    labelled: int

    def __str__(self) -> str:
        precision = f"{self.right / self.told:.3f}" if self.told else "    -"
        recall = f"{self.right / self.labelled:.3f}" if self.labelled else "    -"
        right = self.right
        return f"precision {precision} ({right}/{self.told})  recall {recall} ({right}/{self.labelled})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A pair and what the chatbot takes it for."""

    pair: Pair
    by_hand: bool
    told: Label


def load_pairs(path: Path) -> list[Pair]:
    """The pairs of a file. CuttingsError names the line that is wrong."""
    pairs = []
    for where, line in read_lines(path):
        row = check_fields(parse_row(line, where), _FIELDS, where)
        if row["label"] not in ("same", "differ", "other") or row["half"] not in ("tune", "check"):
            raise CuttingsError(
                f"{where}: label {row['label']!r}, half {row['half']!r}; correct it, see scripts/pairs.py"
            )
        first, second = (
            Quoted(**check_fields(row[side], _QUOTED, f"{where}: {side}")) for side in ("first", "second")
        )
        pairs.append(Pair(row["id"], row["label"], row["half"], first, second))
    return pairs


def verdicts(by_hand: Sequence[Pair], articles: Sequence[Article], encoder: Encoder) -> list[Verdict]:
    """Every pair, those by hand and then the made ones, with what the chatbot takes it for."""
    texts = {
        article.id: [article.text[s.start : s.end] for s in sentences(article) if s.kind != "heading"]
        for article in articles
    }
    pairs = [(pair, True) for pair in by_hand] + [(pair, False) for pair in made(by_hand, texts)]
    known = _statements([pair for pair, _ in pairs], articles)
    nearness = Nearness(encoder)
    return [
        Verdict(pair, hand, _told(known[pair.first], known[pair.second], nearness)) for pair, hand in pairs
    ]


def scored(found: Sequence[Verdict], label: Label) -> Score:
    """Precision and recall of a label."""
    return Score(
        right=sum(verdict.pair.label == verdict.told == label for verdict in found),
        told=sum(verdict.told == label for verdict in found),
        labelled=sum(verdict.pair.label == label for verdict in found),
    )


def bundled() -> tuple[list[Pair], list[Article]]:
    """The bundled pairs and the articles that they are of."""
    with as_file(files("corpus") / "articles") as folder:
        articles = [clean(raw) for raw in read([folder]) if isinstance(raw, Raw)]
        return load_pairs(Path(__file__).parent / "pairs.jsonl"), articles


def main() -> None:
    settings = Settings()
    found = verdicts(*bundled(), SentenceEncoder(settings.model))
    for hand in (True, False):
        for half in ("tune", "check"):
            chosen = [v for v in found if v.by_hand == hand and v.pair.half == half]
            print(f"{'by hand' if hand else 'made'}, half {half!r} (n = {len(chosen)})")
            for label in ("same", "differ"):
                print(f"  {label:6}  {scored(chosen, label)}")


def _told(one: Statement, other: Statement, nearness: Nearness) -> Label:
    return "same" if same(one, other, nearness) else "differ" if differ(one, other, nearness) else "other"


def _statements(pairs: Sequence[Pair], articles: Sequence[Article]) -> dict[Quoted, Statement]:
    """Each sentence, or the changed one that takes its place. CuttingsError for one that no article has."""
    by_id = {article.id: article for article in articles}
    known = {}
    for quoted in dict.fromkeys(quoted for pair in pairs for quoted in (pair.first, pair.second)):
        article = by_id.get(quoted.article_id)
        if article is None or quoted.quote not in article.text:
            raise CuttingsError(
                f"no sentence of {quoted.article_id!r} reads {quoted.quote[:60]!r}; correct the pair"
            )
        known[quoted] = Statement.of(quoted.said or quoted.quote, article)
    return known


if __name__ == "__main__":
    main()
