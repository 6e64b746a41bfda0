"""How well two sentences are told to say the same, or to differ in a figure: `python -m eval.pairs`.

gold/pairs.jsonl has one JSON object a line: `id`, `label` ("same", "differ" or "other"), `half` ("tune" or
"check": the limits of chatbot/statements.py were chosen on the first and only checked on the second), and
`first` and `second`, each with the `article_id` and the `quote` of a bundled sentence. Two sentences of which
one states a figure more were left out, since either label would do. Made pairs: see `eval.made_pairs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from chatbot.settings import Settings
from chatbot.statements import Statement, differ, same
from corpus.article import Article, Passage, Sentence
from corpus.clean import clean
from corpus.errors import CuttingsError
from corpus.passages import dress, passages
from corpus.read import Raw, read
from corpus.sentences import sentences
from eval.made_pairs import Label, Pair, Quoted, made
from eval.questions.jsonl import check_fields, read_rows
from index.embed import Encoder, SentenceEncoder

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
    for where, row in read_rows(path, _FIELDS):
        if row["label"] not in ("same", "differ", "other") or row["half"] not in ("tune", "check"):
            raise CuttingsError(
                f"{where}: label {row['label']!r}, half {row['half']!r}; correct it, see eval/pairs.py"
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
    known = _statements([pair for pair, _ in pairs], articles, encoder)
    return [Verdict(pair, hand, _told(known[pair.first], known[pair.second])) for pair, hand in pairs]


def scored(found: Sequence[Verdict], label: Label) -> Score:
    """How well a label is told."""
    return Score(
        right=sum(verdict.pair.label == verdict.told == label for verdict in found),
        told=sum(verdict.told == label for verdict in found),
        labelled=sum(verdict.pair.label == label for verdict in found),
    )


def bundled() -> tuple[list[Pair], list[Article]]:
    """The bundled pairs and the articles that they are of."""
    with as_file(files("corpus") / "articles") as folder, as_file(files("eval") / "gold") as gold:
        articles = [clean(raw) for raw in read([folder]) if isinstance(raw, Raw)]
        return load_pairs(gold / "pairs.jsonl"), articles


def main() -> None:
    settings = Settings()
    found = verdicts(*bundled(), SentenceEncoder(settings.model))
    for hand in (True, False):
        for half in ("tune", "check"):
            chosen = [v for v in found if v.by_hand == hand and v.pair.half == half]
            print(f"{'by hand' if hand else 'made'}, half {half!r} (n = {len(chosen)})")
            for label in ("same", "differ"):
                print(f"  {label:6}  {scored(chosen, label)}")


def _told(one: Statement, other: Statement) -> Label:
    return "same" if same(one, other) else "differ" if differ(one, other) else "other"


def _statements(
    pairs: Sequence[Pair], articles: Sequence[Article], encoder: Encoder
) -> dict[Quoted, Statement]:
    """Each sentence as it is read in its passage, where a changed one takes the place of the original."""
    places = {quoted: place for article in articles for quoted, place in _places(article, encoder)}
    wanted = list(dict.fromkeys(quoted for pair in pairs for quoted in (pair.first, pair.second)))
    read_as: list[tuple[Quoted, Article, str, int]] = []
    for quoted in wanted:
        place = places.get((quoted.article_id, quoted.quote))
        if place is None:
            raise CuttingsError(
                f"no sentence of {quoted.article_id!r} reads {quoted.quote[:60]!r}; correct the pair"
            )
        article, passage, sentence = place
        before = dress(article, passage) + article.text[passage.start : sentence.start]
        said = quoted.said or quoted.quote
        read_as.append(
            (quoted, article, f"{before}{said}{article.text[sentence.end : passage.end]}", len(before))
        )
    texts = list(dict.fromkeys(text for _, _, text, _ in read_as))  # a passage has many sentences
    encodings = dict(zip(texts, encoder.encode_passages(texts), strict=True))
    known = {}
    for quoted, article, text, start in read_as:
        encoding, said = encodings[text], quoted.said or quoted.quote
        inside = (encoding.offsets[:, 0] >= start) & (encoding.offsets[:, 0] < start + len(said))
        known[quoted] = Statement.of(said, article, encoding.tokens[inside])
    return known


def _places(
    article: Article, encoder: Encoder
) -> Iterator[tuple[tuple[str, str], tuple[Article, Passage, Sentence]]]:
    for passage in passages(article, sentences(article), encoder.count, Settings().passage_tokens):
        for sentence in passage.sentences:
            yield (article.id, article.text[sentence.start : sentence.end]), (article, passage, sentence)


if __name__ == "__main__":
    main()
