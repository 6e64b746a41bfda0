"""What is asked, and on which collection: the bundled questions, a set with its own articles, a gold file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from chatbot.bot import Chatbot
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from corpus.read import Raw, Skipped, read
from eval.manifest import LeftOut
from eval.questions.gold import Gold, Loaded, load_gold
from eval.questions.sources import load
from eval.temporary import collection_of, copy_of
from index.encoding.encoder import SentenceEncoder
from index.stores import Where, open_store

BUNDLED = "bundled"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Questions and the collection `where` that they are about.

    `raws` are the articles that they brought, of which the collection called `name` was made for the
    evaluation; None where it is the user's own. `settings` are those that it is evaluated under.
    """

    name: str
    loaded: Loaded
    where: Where
    raws: Sequence[Raw | Skipped] | None
    settings: Settings

    def collections(self, every: Sequence[Settings]) -> tuple[Where, ...]:
        """For each of these settings, a collection of the same articles encoded and cut as they say."""
        made = {shape(self.settings): self.where}
        for settings in every:
            if shape(settings) not in made:
                made[shape(settings)] = self._made(settings)
        return tuple(made[shape(settings)] for settings in every)

    def _made(self, settings: Settings) -> Where:
        encoder = SentenceEncoder(settings.model)
        if self.raws is None:
            return copy_of(open_store(self.where), encoder, settings.passage_tokens)
        return collection_of(self.raws, self.name, encoder, settings.passage_tokens)


def shape(settings: Settings) -> tuple[str, int]:
    """What decides how articles are stored: whose vectors, and the size of a passage."""
    return SentenceEncoder(settings.model).name, settings.passage_tokens


def prepare(
    questions: Path | None, collection: Where, settings: Settings, topics: Path | None = None
) -> Prepared:
    """Questions in any of the forms that `eval/questions/sources.py` knows, or (None) the bundled ones.

    Those that bring no articles are about `collection`. What is left out is reported on standard error.
    """
    if questions is None:
        if topics:
            raise CuttingsError("--topics belongs to TREC judgements; name their file too, or leave it out")
        with as_file(files("corpus") / "articles") as articles, as_file(files("eval") / "gold") as gold:
            raws = tuple(read([articles]))
            print(f"cuttings eval: {_bundled_note(raws, collection)}", file=sys.stderr)
            folder = _folder_of(raws, BUNDLED, settings)
            loaded = load_gold(gold / f"{BUNDLED}.jsonl", open_store(folder))
            return Prepared(BUNDLED, loaded, folder, raws, settings)
    source = load(questions, topics)
    name = questions.resolve().name
    where = collection if source.raws is None else _folder_of(source.raws, name, settings)
    loaded = source.questions(open_store(where))
    print_left_out(loaded.left_out, loaded.notes)
    return Prepared(name, loaded, where, source.raws, settings)


def _bundled_note(bundled: Iterable[Raw | Skipped], collection: Where) -> str:
    """Which questions are asked where none are given, and that they are not about the user's own articles."""
    asked = "no gold file is given, so the bundled questions are asked, on the bundled articles"
    try:
        stored = open_store(collection).stored().values()
    except CuttingsError:  # none there
        return asked
    if {entry.digest for entry in stored} & {raw.digest for raw in bundled if isinstance(raw, Raw)}:
        return asked
    return (
        f"{asked}; this says nothing about {collection}, which holds none of them: "
        f"write questions of your own with `cuttings gold new GOLD.jsonl`"
    )


def print_left_out(left_out: Iterable[LeftOut], notes: Iterable[LeftOut] = ()) -> None:
    """Say on standard error which questions are left out, and what else was passed over, and why."""
    for one in left_out:
        print(f"{one.where}: {one.id!r} is left out: {one.why}", file=sys.stderr)
    for one in notes:
        print(f"{one.where}: {f'{one.id!r}: ' if one.id else ''}{one.why}", file=sys.stderr)


def prepared(questions: Path | None, collection: Where, settings: Settings) -> tuple[Chatbot, Sequence[Gold]]:
    """A chatbot on the collection that the questions are about, and the questions; see `prepare`."""
    one = prepare(questions, collection, settings)
    return Chatbot.open(one.where, settings), one.loaded.golds


def on_articles(raws: Iterable[Raw | Skipped], name: str, settings: Settings) -> Chatbot:
    """A chatbot on exactly these articles."""
    return Chatbot.open(_folder_of(raws, name, settings), settings)


def _folder_of(raws: Iterable[Raw | Skipped], name: str, settings: Settings) -> Path:
    encoder = SentenceEncoder(settings.model)
    return collection_of(raws, name, encoder, settings.passage_tokens)
