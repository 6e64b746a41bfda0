"""Questions to suggest: the questions in headings, and questions about people and bodies.

Each is asked before it is suggested, and left out where its answer does not fit. That takes seconds, so what
came of it is kept with what else is derived from the collection, for the next process.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from itertools import islice, zip_longest
from pathlib import Path

from chatbot.answer import Answer, Turn
from chatbot.threads import in_background
from chatbot.whole_file import write_whole
from corpus.article import Article
from corpus.errors import CuttingsError
from corpus.language import CAPITALISED, POINTING, TITLE
from index.store import Readable
from index.visibility import Restricted

_TRIED = 40
"""Questions tried at most, half of them headings."""

_ARTICLES, _CHARACTERS = 200, 200_000
"""The newest articles that are looked at, and how much of each."""

_EXAMPLES, _OFFERED = 4, 3
"""Suggestions for an empty chat, and with an answer."""

_SAYS = r"(?:said|says|told|warned|argued|argues|thinks|found|wants|believes|urged|added|described)\b"
_SPEAKER = re.compile(
    rf"\b((?:{TITLE} |(?<![a-z] )(?!The |This |In |But |And |A )){CAPITALISED} {CAPITALISED})"
    rf"(?:,[^.,]{{3,90}},)? (?:has |had )?{_SAYS}"
)
_HEADING = re.compile(r"^#{1,6} ([A-Z].{8,80}\?)[ \t]*$", re.MULTILINE)
_POINTING = re.compile(rf"\b{POINTING}\b", re.IGNORECASE)
_SPELT_OUT = re.compile(r"\b[A-Za-z][\w'’&-]* [A-Za-z][\w'’&-]* \(([A-Z]{2,6})(s?)\)")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that the collection can answer, and the name that it is about; of a heading, itself."""

    question: str
    name: str


def suggestions(articles: Sequence[Article], answered: Callable[[str], str]) -> list[Suggestion]:
    """Suggestions for a collection: what its headings ask, then about names, the most common first.

    `answered` tries a question: the first sentence that answers it, "" where none does for sure. A question
    with the answer of another one is left out.
    """
    texts = [article.text for article in articles]
    found: list[Suggestion] = []
    quoted = {""}
    for heading, below in islice(_headings(texts).items(), _TRIED // 2):
        quote = answered(heading)
        if quote not in quoted and quote in below:
            found.append(Suggestion(heading, heading))
            quoted.add(quote)
    for name, question in islice(_about_names(texts), _TRIED // 2):
        surname = name.split()[-1]
        if any(other.name.endswith(surname) for other in found):
            continue
        quote = answered(question)
        if quote not in quoted and surname in quote:  # an answer about somebody else is none
            found.append(Suggestion(question, name))
            quoted.add(quote)
    return found


def _headings(texts: Sequence[str]) -> dict[str, str]:
    """Headings that ask something and stand alone, each with the text below it."""
    found: dict[str, str] = {}
    for text in texts:
        for heading in _HEADING.finditer(text):
            if not _POINTING.search(heading[1]):
                found.setdefault(heading[1], text[heading.end() :])
    return found


def _about_names(texts: Sequence[str]) -> list[tuple[str, str]]:
    """(name, question about it), those that most articles have first."""
    people: Counter[str] = Counter()
    bodies: Counter[tuple[str, str]] = Counter()
    for text in texts:
        people.update(set(_SPEAKER.findall(text)))
        bodies.update({(acronym, plural) for acronym, plural in _SPELT_OUT.findall(text)})
    ranked = [(-count, name, f"What did {name} say?") for name, count in people.items()]
    for (acronym, plural), count in bodies.items():
        if plural:
            ranked.append((-count, acronym, f"What are {acronym}s?"))
        elif any(re.search(rf"\b{acronym}\)? (?:had |has )?{_SAYS}", text) for text in texts):
            ranked.append((-count, acronym, f"What did the {acronym} say?"))
    return [(name, question) for _, name, question in sorted(ranked)]


def fitting(found: Iterable[Suggestion], cited: str, asked: str, number: int) -> tuple[str, ...]:
    """At most `number` questions about names that the text of the articles `cited` has and the
    conversation, `asked`, has not.
    """
    fits = (one.question for one in found if one.name in cited and one.name not in asked)
    return tuple(islice(fits, number))


class Suggester:
    """The suggestions for a collection, tried anew in the background when it has changed."""

    def __init__(
        self, collection: Readable, answered: Callable[[str], str], answering: object = None
    ) -> None:
        """`answering` is what answers, told by its repr: what is kept is of that. With None nothing is."""
        self._collection = collection
        self._answered = answered
        self._answering = answering
        # With the revision they were tried on, and what not everybody saw then.
        self._tried: tuple[int, Restricted, list[Suggestion]] | None = None
        self._trying = threading.Lock()
        self.whole: Suggester | None = None
        """Of who sees all of it, where this is of somebody who may not; taken while nothing is hidden."""

    def try_all(self) -> None:
        """Takes seconds, but where they are kept."""
        with self._trying:
            revision, restricted = self._collection.revision, self._collection.restricted()
            keeping = (
                self._answering is not None and not restricted
            )  # what is hidden is in no file of its own
            found = self._kept(revision) if keeping else None
            if found is None:
                newest = self._collection.articles()[:_ARTICLES]
                articles = [self._collection.opening(article.id, _CHARACTERS) for article in newest]
                found = suggestions(articles, self._answered)
                if keeping:
                    self._keep(revision, found)
            self._tried = revision, restricted, found

    @cached_property
    def _by(self) -> str:
        answering = repr((version("cuttings"), self._answering))
        return hashlib.sha256(answering.encode("utf-8", "surrogateescape")).hexdigest()

    @property
    def _file(self) -> Path:
        return self._collection.folder / "derived" / "suggestions.json"

    def _kept(self, revision: int) -> list[Suggestion] | None:
        """What an earlier process found for the same articles, if it is there."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(self._file.read_bytes())
            if (kept["revision"], kept["by"]) == (revision, self._by):
                return [Suggestion(**one) for one in kept["suggestions"]]
        return None

    def _keep(self, revision: int, found: Sequence[Suggestion]) -> None:
        kept = {"revision": revision, "by": self._by, "suggestions": list(map(asdict, found))}
        with contextlib.suppress(OSError):  # a folder that is only read: the next process tries them itself
            self._file.parent.mkdir(exist_ok=True)
            write_whole(self._file, json.dumps(kept).encode())

    def examples(self) -> tuple[str, ...]:
        """Some for an empty chat; none before `try_all`."""
        return tuple(suggestion.question for suggestion in self.current()[:_EXAMPLES])

    def fitting(self, answer: Answer, turns: Sequence[Turn]) -> tuple[str, ...]:
        """Suggestions to ask after an answer."""
        found = self.current() if answer.citations else []
        if not found:
            return ()
        articles = dict.fromkeys(citation.article_id for citation in answer.citations)
        cited = " ".join(self._collection.opening(id, _CHARACTERS).text for id in articles)
        asked = " ".join([answer.question, *(turn.content for turn in turns)])
        return fitting(found, cited, asked, _OFFERED)

    def current(self) -> list[Suggestion]:
        """What there is to suggest; after a change what there was before, until it was tried anew.

        Nothing in place of it after a change of what not everybody sees: it may be of what is hidden now.
        """
        if self.whole:
            found = self.whole.current()
            if not self._collection.restricted():
                return found
        if self._tried is None:
            if self.whole:
                self._begin()
            return []
        revision, restricted, found = self._tried
        if revision == self._collection.revision:
            return found
        self._begin()
        return found if self._collection.restricted().ids == restricted.ids else []

    def _begin(self) -> None:
        if not self._trying.locked():
            in_background(self._try_again)

    def _try_again(self) -> None:
        with contextlib.suppress(CuttingsError):  # the next question reports what is wrong
            self.try_all()


class TogetherSuggester(Suggester):
    """Those of several collections by turns; each was tried on its own."""

    def __init__(self, collection: Readable, parts: Sequence[Suggester]) -> None:
        super().__init__(collection, lambda _: "")
        self._parts = parts

    def try_all(self) -> None:
        """Each tries its own."""

    def current(self) -> list[Suggestion]:
        turns = zip_longest(*(part.current() for part in self._parts))
        found = {one.question: one for turn in turns for one in turn if one}
        return list(found.values())
