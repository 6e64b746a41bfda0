"""What an article says now in place of a quotation that is no longer found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from corpus.article import Article, Sentence
from eval.questions.resolve import fold
from eval.questions.rows import Quotation
from eval.questions.texts import Texts
from index.bm25 import best, scores
from index.store import Store
from index.tokens import terms

ALIKE = 0.6
"""Likeness, 0 to 1 (the ratio of difflib), above which a sentence is worth a look."""

_PASSAGES = 20
"""Of other articles, those that share the most telling words with the quotation."""


@dataclass(frozen=True, slots=True)
class Near:
    """What stands in an article, and how like the quotation it is."""

    quotation: Quotation
    likeness: float


class Nearest:
    """Looks in the article that was quoted, and in the others where that has nothing like it."""

    def __init__(self, collection: Store, texts: Texts) -> None:
        self._collection = collection
        self._texts = texts

    def find(self, gone: Quotation) -> Near | None:
        """The sentences, as many as the quotation has, that are most like it; None where none are."""
        wanted = fold(gone.quote)
        if gone.article_id in self._texts:
            article = self._texts.article(gone.article_id)
            if near := _nearest(wanted, article, self._texts.sentences(gone.article_id), ALIKE):
                return near
        found: Near | None = None
        for article, sentences in self._passages(gone.quote):
            found = _nearest(wanted, article, sentences, found.likeness if found else ALIKE) or found
        return found

    def _passages(self, quote: str) -> Iterable[tuple[Article, tuple[Sentence, ...]]]:
        """The passages with the most telling words of the quotation, best first."""
        ids, passages = self._index
        positions, _ = best(scores(passages, set(terms(quote))), _PASSAGES)
        wanted = [ids[position] for position in positions.tolist()]
        located = self._collection.located(wanted)
        found = [located[id].passage for id in wanted if id in located]
        return [(self._collection.article(one.article_id), one.sentences) for one in found]

    @cached_property
    def _index(self) -> tuple[list[int], list[list[str]]]:
        """The ids of all passages, and their terms."""
        ids = [id for one in self._collection.articles() for id in self._collection.passage_ids(one.id)]
        located = self._collection.located(ids)
        return list(located), [terms(one.text) for one in located.values()]


def _nearest(wanted: str, article: Article, sentences: tuple[Sentence, ...], least: float) -> Near | None:
    """The run of sentences most like `wanted`, which is folded; None where none is more so than `least`."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    found = None
    for first, sentence in enumerate(sentences):
        for last in sentences[first:]:
            matcher.set_seq1(fold(article.text[sentence.start : last.end]))
            # The first two are upper bounds of the third, and quick to have.
            if min(matcher.real_quick_ratio(), matcher.quick_ratio()) > least and matcher.ratio() > least:
                least = matcher.ratio()
                found = Near(Quotation(article.id, article.text[sentence.start : last.end]), least)
            if last.end - sentence.start > len(wanted):
                break  # longer still is less like
    return found
