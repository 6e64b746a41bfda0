"""Corrections: answers that were given whose quotations have since changed in their articles, or gone.

Answers are known from the feedback on them, from conversations that were exported as JSON, and from links
that people kept (`chatbot/permalink.py`), which may stand in any text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import index
from typing import Any, Literal

from rapidfuzz import fuzz, process

from chatbot.feedback import Quoted, Stored
from chatbot.permalink import Place, places
from chatbot.versions import Past
from corpus.article import Article
from corpus.errors import CuttingsError
from corpus.sentences import sentences
from index.store import Store

ALIKE = 60.0
"""Likeness, 0 to 100 (rapidfuzz' ratio), from which a sentence is shown as what stands there now."""

_LINK = re.compile(r"(?:#answer/|/api/v1/answers/|\"answer_id\":\s*\")([A-Za-z0-9_-]{20,})")

What = Literal["changed", "moved", "gone"]


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given, with the words that it quoted."""

    question: str
    known_from: str
    """"feedback" and its time, "conversation" and its title."""
    quoted: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A quotation that no longer stands where it was quoted from: `article.text[start:end]` at the time."""

    question: str
    known_from: str
    """As `Given` has it; of a kept link, the id of the answer."""
    article_id: str
    start: int
    end: int
    what: What
    """changed: other words stand there; moved: the same words elsewhere in the article; gone: the article."""
    quote: str | None
    """What was quoted; None where a link is all that is known of it, and no older version has it."""
    now: str | None = None
    """Of what stands in the article now, the sentence most like it; None where none is like it."""
    now_start: int | None = None
    now_end: int | None = None
    version: int | None = None
    """The number of the older version of the article in which it stands; None where none is kept."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What was found in `answers` answers with `quotations` quotations, and the links that are none."""

    found: tuple[Correction, ...]
    answers: int
    quotations: int
    broken: tuple[str, ...] = ()


def links(text: str) -> list[str]:
    """The ids of the answers that a text links to, each once. A line may hold an id alone."""
    alone = (line.strip() for line in text.splitlines())
    ids = [one for one in alone if len(one) > 60 and re.fullmatch(r"[A-Za-z0-9_-]+", one)]
    return list(dict.fromkeys([*_LINK.findall(text), *ids]))


def judged(feedback: Iterable[Stored]) -> list[Given]:
    """The answers that people gave feedback on."""
    return [Given(one.question, f"feedback {one.time}", one.quoted) for one in feedback]


def exported(text: str) -> list[Given] | None:
    """The answers of conversations that were exported as JSON; None where the text is none."""
    try:
        found = json.loads(text)
        return [
            Given(str(answer["question"]), f"conversation {one['title']}", tuple(_quoted(answer)))
            for one in found.get("conversations", [found])
            for answer in list(one["answers"])
        ]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def _quoted(answer: dict[str, Any]) -> Iterator[Quoted]:
    if answer.get("abstained"):
        return
    differing = [side for one in answer.get("differ", ()) for side in one["citations"]]
    for citation in [*answer["citations"], *differing]:
        for one in [citation, *citation.get("also", ())]:
            yield Quoted(str(one["article_id"]), index(one["start"]), index(one["end"]), str(one["quote"]))


def corrections(store: Store, given: Iterable[Given], ids: Iterable[str]) -> Corrections:
    """Every quotation of answers that were given that does not stand any more where it did."""
    articles = _Articles(store)
    found: list[Correction] = []
    broken: list[str] = []
    answers = quotations = 0
    for one in given:
        answers += 1
        quotations += len(one.quoted)
        for quoted in one.quoted:
            place = quoted.article_id, quoted.start, quoted.end
            found += _checked(articles, one.question, one.known_from, place, quoted.quote, None)
    for id in ids:
        try:
            question, cited = places(id)
        except CuttingsError:
            broken.append(id)
            continue
        answers += 1
        quotations += len(cited)
        for cite in cited:
            found += _checked(articles, question, id, (cite.article_id, cite.start, cite.end), None, cite)
    return Corrections(tuple(dict.fromkeys(found)), answers, quotations, tuple(broken))


class _Articles:
    """The articles that are asked about, each read once in a row."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: tuple[str, Past | None] = ("", None)

    def get(self, id: str) -> Past | None:
        if self._last[0] != id:
            try:
                self._last = id, Past.of(self._store, id)
            except CuttingsError:
                self._last = id, None
        return self._last[1]


def _checked(
    articles: _Articles,
    question: str,
    known_from: str,
    at: tuple[str, int, int],
    quote: str | None,
    place: Place | None,
) -> Iterator[Correction]:
    """The correction of a quotation, of which the words are known or their digest; none where it holds."""
    id, start, end = at
    past = articles.get(id)
    if past is None:
        yield Correction(question, known_from, id, start, end, "gone", quote)
        return
    article = past.newest

    def holds(words: str) -> bool:
        return words == quote or (place is not None and place.holds(words))

    sound = 0 <= start < end
    if holds(article.text[start:end] if sound else ""):
        return
    older = past.holding(start, end, holds) if sound else None
    version = older[0] if older else None
    quote = older[1].text[start:end] if older else quote
    what: What = "changed"
    span = _same(article, quote, place)
    if span:
        what = "moved"
        quote = article.text[span[0] : span[1]]
    else:
        span = _alike(article, quote, start, end)
    if span is None:
        yield Correction(question, known_from, id, start, end, what, quote, version=version)
        return
    now = article.text[span[0] : span[1]]
    yield Correction(question, known_from, id, start, end, what, quote, now, *span, version)


def _same(article: Article, quote: str | None, place: Place | None) -> tuple[int, int] | None:
    """Where the words that were quoted stand now."""
    if quote is not None:
        at = article.text.find(quote)
        return (at, at + len(quote)) if at >= 0 else None
    for one in sentences(article):
        if place is not None and place.holds(article.text[one.start : one.end]):
            return one.start, one.end
    return None


def _alike(article: Article, quote: str | None, start: int, end: int) -> tuple[int, int] | None:
    """The sentence most like what was quoted; where that is not known, the one that stands in its place."""
    spans = [(one.start, one.end) for one in sentences(article)]
    if quote is None:
        return next((span for span in spans if span[0] < end and start < span[1]), None)
    texts = [article.text[first:last] for first, last in spans]
    best = process.extractOne(quote, texts, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return spans[best[2]] if best else None
