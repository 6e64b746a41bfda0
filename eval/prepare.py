"""What is asked, and on which collection: the bundled questions, a set with its own articles, a gold file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.read import Raw, Skipped, read
from eval.folder import load_folder
from eval.gold import Gold, load_gold
from eval.manifest import LeftOut
from eval.temporary import collection_of, copy_of
from index.embed import SentenceEncoder
from index.store import Where, open_store

BUNDLED = "bundled"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Questions and the collection `where` that they are about.

    `raws` are the articles that they brought, of which the collection called `name` was made for the
    evaluation; None where it is the user's own. `settings` are those that it is evaluated under.
    """

    name: str
    golds: tuple[Gold, ...]
    left_out: tuple[LeftOut, ...]
    where: Where
    raws: Sequence[Raw | Skipped] | None
    settings: Settings

    def under(self, settings: Settings) -> Where:
        """A collection of the same articles, encoded and cut as other settings say."""
        if shape(settings) == shape(self.settings):
            return self.where
        encoder = SentenceEncoder(settings.model, settings.reader)
        if self.raws is None:
            return copy_of(open_store(self.where), encoder, settings.passage_tokens)
        return collection_of(self.raws, self.name, encoder, settings.passage_tokens)


def shape(settings: Settings) -> tuple[str, int]:
    """What decides how articles are stored: whose vectors, and the size of a passage."""
    return SentenceEncoder(settings.model, settings.reader).name, settings.passage_tokens


def prepare(questions: Path | None, collection: Where, settings: Settings) -> Prepared:
    """The questions of a gold file about `collection`, of a set with its own articles, or the bundled."""
    if questions is None:
        with as_file(files("corpus") / "articles") as articles, as_file(files("eval") / "gold") as gold:
            raws = list(read([articles]))
            folder = _folder_of(raws, BUNDLED, settings)
            golds = load_gold(gold / "bundled.jsonl", open_store(folder))
            return Prepared(BUNDLED, golds, (), folder, raws, settings)
    if questions.is_dir():
        brought, golds = load_folder(questions)
        name = questions.resolve().name
        return Prepared(name, golds, (), _folder_of(brought, name, settings), brought, settings)
    golds = load_gold(questions, open_store(collection))
    return Prepared(questions.name, golds, (), collection, None, settings)


def prepared(questions: Path | None, collection: Where, settings: Settings) -> tuple[Chatbot, Sequence[Gold]]:
    """A chatbot on the collection that the questions are about, and the questions; see `prepare`."""
    one = prepare(questions, collection, settings)
    return Chatbot.open(one.where, settings), one.golds


def on_articles(raws: Iterable[Raw | Skipped], name: str, settings: Settings) -> Chatbot:
    """A chatbot on exactly these articles."""
    return Chatbot.open(_folder_of(raws, name, settings), settings)


def _folder_of(raws: Iterable[Raw | Skipped], name: str, settings: Settings) -> Path:
    encoder = SentenceEncoder(settings.model, settings.reader)
    return collection_of(raws, name, encoder, settings.passage_tokens)
