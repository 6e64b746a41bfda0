"""Questions whose answer is missing: each answerable one once more, without what answers it.

That nothing else answers is taken from the gold questions: evidence that was not marked would make such an
answer a false one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from eval.questions.gold import Gold


def without_articles(golds: Iterable[Gold]) -> tuple[Gold, ...]:
    """The unanswerable twin of each answerable question, which passes over every article with evidence."""
    return tuple(
        replace(twin, without=tuple(dict.fromkeys(one.article_id for one in gold.evidence)))
        for gold, twin in _twins(golds, "absent")
    )


def without_sentences(golds: Iterable[Gold]) -> tuple[Gold, ...]:
    """The unanswerable twin of each answerable question, a near miss: its articles are searched and read,
    but not the sentences that meet evidence or an alternative of it.
    """
    return tuple(
        replace(twin, hidden=tuple(dict.fromkeys(one.place for one in gold.evidence)))
        for gold, twin in _twins(golds, "cut")
    )


def _twins(golds: Iterable[Gold], kind: str) -> Iterator[tuple[Gold, Gold]]:
    """Each answerable question, and the same with no evidence, of this kind.

    It has no stand-alone form, which would be asked once more and answered by nothing either.
    """
    for gold in golds:
        if gold.answerable:
            id = f"{gold.id} ({kind})"
            yield gold, replace(gold, id=id, kind=kind, answerable=False, evidence=(), standalone="")
