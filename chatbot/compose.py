"""Scored sentences to the citations of an answer: which are quoted, and which say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from chatbot.answer import Citation
from chatbot.extract import Candidate
from index.tokens import fold, terms

_SAME = 0.75
"""Share of their terms that two sentences have in common from which on they say the same."""

_ADDS = 0.7
"""A sentence of another article is quoted too from this share of the first one's confidence on."""
_RIVALS = 0.9
"""The same for a further sentence of an article that is quoted already."""

_CLOSEST = 3
"""Sentences that are listed where none is an answer."""

_POINTS_BACK = re.compile(r"(?:This|That|These|Those|It|He|She|They|Both|Such)\b")

_NOT = re.compile(r"\b(?:no|not|nor|never|none|neither|cannot|without)\b|n't\b")
_TELLING = frozenset(
    terms(
        "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty"
        " seventy eighty ninety hundred thousand million billion half third quarter fifth tenth dozen twice"
    )
) | {"not"}
"""Words that make another statement of a sentence, besides figures."""


def compose(
    candidates: Sequence[Candidate], confidences: Sequence[float], limit: int
) -> tuple[Citation, ...]:
    """At most `limit` citations, the best sentence first, then only those that add something.

    That is: the sentence before one that points back ("This ..."), the items of a list that the best
    sentence introduces, what another article says that is nearly as sure, and what the same article
    says that is all but as sure. A sentence that says the same as one already quoted goes into that
    one's `also` instead.
    """
    citations: list[Citation] = []
    said: list[tuple[set[str], set[str]]] = []  # terms of each quotation, and the articles that hold it
    for candidate, sure in _chosen(candidates, confidences):
        citation = _citation(candidate, sure, len(citations) + 1)
        words = _words(citation.quote)
        twin = next((i for i, (other, _) in enumerate(said) if _same(words, other)), None)
        if twin is None:
            if len(citations) < limit:
                citations.append(citation)
                said.append((words, {citation.article_id}))
        elif citation.article_id not in said[twin][1]:
            first = citations[twin]
            citations[twin] = replace(first, also=(*first.also, replace(citation, rank=first.rank)))
            said[twin][1].add(citation.article_id)
    return tuple(citations)


def closest(
    candidates: Sequence[Candidate], confidences: Sequence[float], limit: int
) -> tuple[Citation, ...]:
    """The sentences that come nearest where none is taken for an answer: the best ones as they are ranked."""
    pairs = list(zip(candidates, confidences, strict=True))[: min(limit, _CLOSEST)]
    return tuple(_citation(candidate, sure, rank) for rank, (candidate, sure) in enumerate(pairs, start=1))


def _chosen(candidates: Sequence[Candidate], confidences: Sequence[float]) -> list[tuple[Candidate, float]]:
    ordered = list(zip(candidates, map(float, confidences), strict=True))
    if not ordered:
        return []
    best, sure = ordered[0]
    chosen = [(best, sure), *_belonging(best, ordered)]
    quoted = {best.article.id}
    for candidate, value in ordered[1:]:
        wanted = _RIVALS if candidate.article.id in quoted else _ADDS
        if value >= wanted * sure and (candidate, value) not in chosen:
            chosen.append((candidate, value))
            quoted.add(candidate.article.id)
    return chosen


def _belonging(best: Candidate, ordered: Sequence[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
    """The neighbours without which the best sentence is not understood."""
    sentences = best.passage.sentences
    place = sentences.index(best.sentence)
    wanted = []
    if best.quote.endswith(":"):
        for following in sentences[place + 1 :]:
            if following.kind != "item":
                break
            wanted.append(following)
    elif _POINTS_BACK.match(best.quote) and place:
        wanted.append(sentences[place - 1])
    return [pair for pair in ordered if pair[0].sentence in wanted]


def _citation(candidate: Candidate, sure: float, rank: int) -> Citation:
    article, sentence = candidate.article, candidate.sentence
    return Citation(
        rank=rank,
        quote=candidate.quote,
        article_id=article.id,
        title=article.title,
        source=article.source,
        start=sentence.start,
        end=sentence.end,
        score=sure,
        publisher=article.publisher,
        published=article.published,
        url=article.url,
    )


def _words(quote: str) -> set[str]:
    """The terms of a sentence, and "not" where it denies something."""
    return set(terms(quote)) | ({"not"} if _NOT.search(fold(quote)) else set())


def _same(words: set[str], others: set[str]) -> bool:
    """Whether two sentences share nearly all of their terms, every number, and whether they deny it."""
    if not words or not others or len(words & others) < _SAME * len(words | others):
        return False
    return not any(word[0].isdigit() or word in _TELLING for word in words ^ others)
