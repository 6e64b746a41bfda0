"""A collection of made articles, with questions whose answers are known; of any size, in minutes.

    python -m scripts.bench.made_collection DIR [--passages 20000] [--questions 1000]

makes a collection in DIR and `DIR/gold.jsonl`, to measure how size tells on time, memory and disk. It is as
`cuttings ingest` would have it, but for the vectors, which are put together instead of encoded (see
`MadeEncoder`): so times and sizes are those of a real collection, the quality of its dense search is not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from chatbot.settings import Settings
from corpus.errors import CuttingsError
from corpus.read import Raw
from eval.progress import progress_of
from index.encoding.encoder import PACKAGED, Encoder, SentenceEncoder, weights_of
from index.folder.collection import Collection
from index.folder.database import FILE
from index.ingest.ingest import ingest
from index.tokens import STOP_WORDS, terms
from scripts.bench.made_articles import SEED, made_articles

Item = TypeVar("Item")

GOLD = "gold.jsonl"
"""The file of the questions, in the collection's folder."""

_NOISE = 0.5
"""Length of what is added at random to a vector of length 1."""

_STORED = 20_011
"""Vectors of noise."""

_PASSAGES = 3.6
"""Passages of a made article in the mean, with the packaged model and the default size of a passage."""

_ASKED = 8
"""Words of a question."""


class MadeEncoder:
    """An `Encoder` that encodes each word piece once, by itself, and makes the vectors of texts of those.

    The vector of a text is the mean of its word pieces', stop words left out, with noise that hangs on the
    text alone. Word pieces are the model's, and so is the name: questions are encoded by the model itself.
    """

    def __init__(self, model: SentenceEncoder) -> None:
        self.name = model.name
        self._model = model
        self._known: dict[int, np.ndarray] = {}

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(Path(weights_of(PACKAGED)) / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @property
    def longest(self) -> int:
        return self._model.longest

    def count(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def encode_query(self, text: str) -> np.ndarray:
        return self._model.encode_query(text)

    def encode_passages(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        read = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        self._learn({id: piece for one in read for id, piece in zip(one.ids, one.tokens, strict=True)})
        for text, one in zip(texts, read, strict=True):
            noise = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
            said = [id for id, piece in zip(one.ids, one.tokens, strict=True) if _tells(piece)] or one.ids
            yield _noisy(_unit(np.mean([self._known[id] for id in said], axis=0)), noise)

    def _learn(self, pieces: dict[int, str]) -> None:
        new = {id: piece.removeprefix("##") for id, piece in pieces.items() if id not in self._known}
        self._known.update(zip(new, self._model.encode_passages(list(new.values())), strict=True))


def _tells(piece: str) -> bool:
    return piece.removeprefix("##").isalnum() and piece not in STOP_WORDS


def _noisy(vector: np.ndarray, where: int) -> np.ndarray:
    """The vector with noise from a place in a store of it: to draw it anew would take most of the time."""
    store = _noise(len(vector))
    return _unit(vector + store[where % len(store)])


@cache
def _noise(dimension: int) -> np.ndarray:
    shape = _STORED, dimension
    return _NOISE / np.sqrt(dimension) * np.random.default_rng(SEED).standard_normal(shape, np.float32)


def _unit(vector: np.ndarray) -> np.ndarray:
    unit: np.ndarray = vector / np.linalg.norm(vector)
    return unit


def fill(folder: Path, articles: Sequence[Raw], encoder: Encoder) -> int:
    """Make a collection of these articles in a folder that has none; gives its number of passages."""
    if (folder / FILE).exists():
        raise CuttingsError(f"there is a collection in {folder} already; name a new folder")
    collection = Collection.create(folder)
    try:
        ingest(collection, encoder, articles, Settings().passage_tokens, progress_of("made articles"))
        return sum(article.passages for article in collection.articles())
    finally:
        collection.close()


def known_items(collection: Collection, number: int) -> Iterator[dict[str, Any]]:
    """At most so many gold questions, as rows of a gold file: some words of a sentence, which is to be found.

    The articles take turns; of each, a sentence with a name or a figure that no other sentence of it has, so
    that it can be told from those that are made of the same parts. The same for the same articles.
    """
    rows = 0
    turn = 0
    articles = sorted(article.id for article in collection.articles())
    while articles and rows < number:
        left = []
        for id in evenly(articles, number - rows):
            sentences = _known_sentences(collection, id)
            if turn < len(sentences):
                left.append(id)
                rows += 1
                yield {
                    "id": f"{id}-{turn + 1}",
                    "question": _words(sentences[turn]),
                    "kind": "known item",
                    "history": [],
                    "answerable": True,
                    "evidence": [{"article_id": id, "quote": sentences[turn]}],
                }
        articles, turn = left, turn + 1


def evenly(items: Sequence[Item], number: int) -> list[Item]:
    """At most so many of them, in even steps."""
    if number >= len(items):
        return list(items)
    return [items[position * len(items) // number] for position in range(number)]


def _known_sentences(collection: Collection, article_id: str) -> list[str]:
    text = collection.article(article_id).text
    spans = {
        (one.start, one.end): None
        for passage in collection.passages(article_id)
        for one in passage.sentences
        if one.kind == "prose"
    }
    said = [text[start:end] for start, end in spans]
    often: dict[str, int] = {}
    for sentence in said:
        for word in set(sentence.split()):
            often[word] = often.get(word, 0) + 1
    return [
        sentence for sentence in said if _tell_tale(sentence, often) and len(_content(sentence)) >= _ASKED
    ]


def _tell_tale(sentence: str, often: dict[str, int]) -> bool:
    return any(often[word] == 1 and (word[0].isdigit() or word[0].isupper()) for word in sentence.split()[1:])


def _content(sentence: str) -> list[str]:
    words = [word.strip(".,;:?!()[]'‘’“”\"") for word in sentence.split()]
    return [word for word in words if terms(word)]


def _words(sentence: str) -> str:
    """Words of a sentence as somebody might type who half remembers it: names and figures first."""
    words = list(dict.fromkeys(_content(sentence)))
    chosen = sorted(
        range(len(words)), key=lambda i: (not (words[i][0].isdigit() or words[i][0].isupper()), i)
    )
    return " ".join(words[i] for i in sorted(chosen[:_ASKED]))


def make(folder: Path, passages: int, questions: int) -> tuple[int, int]:
    """A collection of about so many passages, with made vectors, and a gold file; gives both numbers."""
    articles = list(made_articles(max(1, round(passages / _PASSAGES))))
    return fill(folder, articles, MadeEncoder(SentenceEncoder())), write_gold(folder, questions)


def write_gold(folder: Path, questions: int) -> int:
    """Write known items of a collection beside it; gives how many there are."""
    collection = Collection.open(folder)
    try:
        rows = [json.dumps(row, ensure_ascii=False) for row in known_items(collection, questions)]
    finally:
        collection.close()
    (folder / GOLD).write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return len(rows)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bench.made_collection",
        description="A made collection, and questions about it.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--passages", metavar="N", type=int, default=20_000)
    parser.add_argument("--questions", metavar="N", type=int, default=1_000)
    args = parser.parse_args(argv)
    try:
        if args.passages < 1 or args.questions < 1:
            raise CuttingsError("--passages and --questions have to be at least 1")
        passages, questions = make(args.folder, args.passages, args.questions)
    except CuttingsError as error:
        print(f"made_collection: {error}", file=sys.stderr)
        return 1
    print(f"{args.folder}: {passages} passages, their vectors made, and {questions} questions in {GOLD}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
