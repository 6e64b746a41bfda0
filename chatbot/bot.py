"""The chatbot of one collection: what people and programs ask, and the suggestions that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace

from chatbot.answer import Answer, Turn
from chatbot.conversation.spelling import Words
from chatbot.conversation.suggestions import Suggester
from chatbot.conversation.understand import checked, known, scope_of
from chatbot.counting import Counting
from chatbot.filters import EVERYTHING, Filters
from chatbot.permalink import answer_id
from chatbot.pipeline import Pipeline, Run, Stage
from chatbot.quoting.speech import Speech
from chatbot.reading.reader import Reader
from chatbot.reading.readers import open_reader
from chatbot.request import Request
from chatbot.seal import key_of
from chatbot.settings import Settings
from index.encoding.encoder import Encoder, SentenceEncoder
from index.hit import Hit
from index.search import Mode, Searcher
from index.store import Gone, Readable
from index.stores import Where, open_store
from index.visibility import EVERY_GROUP, Sight


class Chatbot:
    """Answers questions from one collection. Safe to use from several threads."""

    def __init__(
        self,
        collection: Readable,
        encoder: Encoder,
        settings: Settings,
        reader: Reader | None = None,
        suggester: Suggester | None = None,
        sight: Sight = EVERY_GROUP,
    ) -> None:
        """`reader` and `suggester`: those that others use too; else they are made. What `sight` does not see
        is not in its `collection`.
        """
        whole, collection = collection, collection.seeing(sight)
        self.collection = collection
        self.encoder = encoder
        self._pipeline = Pipeline(
            collection,
            collection.searcher(encoder),
            encoder,
            reader or open_reader(settings.reader, encoder),
            Words(collection),
            Speech(collection),
            settings,
        )
        answering = encoder.name, type(self.reader).__qualname__, settings
        self._suggester = suggester or Suggester(collection, self._first_quote, answering)
        self._counting = Counting(whole, sight, encoder)
        self._key = key_of(collection.folder)

    def seeing(self, sight: Sight) -> Chatbot:
        """A chatbot that answers as if what `sight` does not see were not there; the models are shared.

        What may be suggested is tried for it where something is hidden, else what this one has is taken.
        """
        other = Chatbot(self.collection, self.encoder, self.settings, self.reader, sight=sight)
        other._suggester.whole = self._suggester
        return other

    @classmethod
    def open(cls, where: Where, settings: Settings | None = None) -> Chatbot:
        """The chatbot of a collection, by its folder or its URL. CuttingsError when there is none."""
        collection = open_store(where)
        settings = settings or Settings.load(collection.folder)
        return cls(collection, SentenceEncoder(settings.model), settings)

    @property
    def settings(self) -> Settings:
        return self._pipeline.settings

    @property
    def reader(self) -> Reader:
        return self._pipeline.reader

    @property
    def searcher(self) -> Searcher:
        return self._pipeline.searcher

    @property
    def suggester(self) -> Suggester:
        return self._suggester

    def ask(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        as_typed: bool = False,
        any_time: bool = False,
        without: Iterable[str] = (),
        filters: Filters = EVERYTHING,
    ) -> Answer:
        """The answer to a question; what is asked as `chatbot.request.Request` has it.

        CuttingsError when the question is empty or too long, or where no article is by a publisher given.
        """
        request = Request(question, turns, as_typed, any_time, without, filters)
        run = self.run(request)
        assert run.answer, "the last stage gives one"
        answer = replace(
            run.answer,
            suggestions=self._suggester.fitting(run.answer, turns),
            unquoted=self._counting.answering(run, self.reader, self.settings),
        )
        return replace(answer, id=answer_id(answer, self._key))

    def run(self, request: Request, until: Stage = "compose") -> Run:
        """The way of an answer up to a stage, with what was found and read on it. CuttingsError as `ask`."""
        if self.collection.gone:
            raise Gone
        return self._pipeline.run(request, until)

    def search(
        self, query: str, k: int = 10, mode: Mode = "hybrid", filters: Filters = EVERYTHING
    ) -> tuple[Hit, ...]:
        """The k best passages for a query, before any sentence is read. CuttingsError as `ask`."""
        if self.collection.gone:
            raise Gone
        searcher = self._pipeline.searcher
        known(filters, searcher)
        asked = searcher.query(checked(query, self.settings.question_characters))
        return tuple(searcher.search(asked, k, mode, scope_of((), filters), self.settings.fusion))

    def having(self, settings: Settings) -> Chatbot:
        """A chatbot with other settings that shares this one's collection, model and indexes.

        Settings that shape the collection (`model`, `passage_tokens`) need one of their own.
        """
        other = copy(self)
        reader = self.reader
        if settings.reader != self.settings.reader:
            reader = open_reader(settings.reader, self.encoder)
        other._pipeline = replace(self._pipeline, settings=settings, reader=reader)
        return other

    def warm(self) -> None:
        """Load the models and derive the indexes, for which the first question would wait. Takes a second."""
        self._pipeline.reader.load()
        self.search("warm", 1)

    def try_suggestions(self) -> None:
        """Try what may be suggested, so that there are `examples`. Takes seconds, which no question waits."""
        self._suggester.try_all()

    def settle(self) -> None:
        """Make later questions quicker; may take minutes in a large collection, and none need wait for it."""
        self._pipeline.searcher.settle()

    def examples(self) -> tuple[str, ...]:
        """Questions that the collection can answer, for an empty chat; none before
        `try_suggestions`."""
        return self._suggester.examples()

    def _first_quote(self, question: str) -> str:
        answer = self.run(Request(question, as_typed=True)).answer
        return answer.citations[0].quote if answer and answer.state == "answer" else ""
