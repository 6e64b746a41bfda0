"""Which passage to write questions about next: spread over articles, publishers and time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from corpus.article import Passage
from eval.questions.gold import Evidence, Gold
from eval.spans import overlap
from index.store import Readable, Summary


def passages_to_ask(collection: Readable, golds: Iterable[Gold], seed: int) -> Iterator[Passage]:
    """Every passage that can be quoted, those without a gold question first; the same for the same seed.

    Each round takes one passage of every article, so that no article is left for later. Within it articles
    with fewer questions come first, and no publisher or month comes again before the others have had a turn.
    """
    rng = random.Random(seed)
    asked = _places(golds)
    order = _spread(collection.articles(), asked, rng)
    waiting: dict[str, list[Passage]] = {}
    """of the articles that the first round has come to"""
    for have in (False, True):
        going = list(order)
        while going:
            for article in list(going):
                if article.id not in waiting:
                    waiting[article.id] = _quotable(collection.passages(article.id), rng)
                left = waiting[article.id]
                found = next((one for one in left if _has(one, asked.get(article.id, ())) == have), None)
                if found is None:
                    going.remove(article)
                else:
                    left.remove(found)
                    yield found


def without_question(collection: Readable, golds: Sequence[Gold]) -> int:
    """How many passages have no evidence of a question."""
    have = sum(_has(one, found) for id, found in _places(golds).items() for one in collection.passages(id))
    return sum(article.passages for article in collection.articles()) - have


def _places(golds: Iterable[Gold]) -> dict[str, list[Evidence]]:
    """The evidence of all questions by article."""
    places: dict[str, list[Evidence]] = {}
    for gold in golds:
        for evidence in gold.evidence:
            places.setdefault(evidence.article_id, []).append(evidence)
    return places


def _spread(
    articles: Sequence[Summary], asked: Mapping[str, Sequence[Evidence]], rng: random.Random
) -> list[Summary]:
    """Those with the fewest questions first, and of these the publishers by turns, and of one its months."""
    shuffled = rng.sample(articles, len(articles))
    by_month = _dealt(shuffled, lambda article: (article.publisher, (article.published or "")[:7]))
    by_publisher = _dealt(by_month, lambda article: article.publisher)
    return sorted(by_publisher, key=lambda article: len(asked.get(article.id, ())))


def _dealt(articles: Sequence[Summary], pile: Callable[[Summary], object]) -> list[Summary]:
    """The first of each pile, the second of each, and so on."""
    turns: Counter[object] = Counter()
    placed = []
    for article in articles:
        placed.append((turns[pile(article)], article))
        turns[pile(article)] += 1
    return [article for _, article in sorted(placed, key=lambda one: one[0])]


def _quotable(passages: Sequence[Passage], rng: random.Random) -> list[Passage]:
    some = [one for one in passages if any(sentence.kind != "heading" for sentence in one.sentences)]
    return rng.sample(some, len(some))


def _has(passage: Passage, evidence: Iterable[Evidence]) -> bool:
    return any(overlap(one, passage) for one in evidence)
