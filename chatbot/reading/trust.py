"""Whose statements come first: trusted publishers as a setting, and the same text in many articles once.

Whoever can add articles can say a thing in many of them. What they say is still found and can be quoted; it
does not take the room of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from chatbot.reading.candidate import Candidate
from index.hit import Hit
from index.tokens import fold


def publishers(setting: str) -> frozenset[str]:
    """The names of the setting `trusted_publishers`, in whatever case they are written."""
    return frozenset(fold(name.strip()) for name in setting.split(";") if name.strip())


def is_trusted(publisher: str | None, trusted: Set[str]) -> bool:
    return bool(publisher) and fold(publisher or "") in trusted


def to_read(
    hits: Sequence[Hit], most: int, trusted: Set[str], restates: Callable[[str], bool] = lambda _: False
) -> list[Hit]:
    """The hits whose sentences are read, best first: at most so many texts, and as many that repeat one of
    them or have a sentence that `restates` the question.

    Where some publishers are trusted, as many again of theirs are read beside what others took the room for.
    """
    if not trusted:
        return _texts(hits, most, restates)
    chosen = {hit.passage_id for hit in _texts(hits, most, restates)}
    theirs = [hit for hit in hits if is_trusted(hit.article.publisher, trusted)]
    chosen |= {hit.passage_id for hit in _texts(theirs, most, restates)}
    return [hit for hit in hits if hit.passage_id in chosen]


def _texts(hits: Sequence[Hit], most: int, restates: Callable[[str], bool]) -> list[Hit]:
    """The hits with the first `most` different texts, and at most as many beside them that take no room."""
    seen: set[str] = set()
    chosen: list[Hit] = []
    beside = 0
    for hit in hits:
        text = " ".join(fold(hit.text).split())
        if text in seen or any(restates(hit.slice(one.start, one.end)) for one in hit.passage.sentences):
            beside += 1
            if beside <= most:
                chosen.append(hit)
        elif len(seen) < most:
            seen.add(text)
            chosen.append(hit)
    return chosen


def trusted_first(
    candidates: Sequence[Candidate], sure: Sequence[float], trusted: Set[str], threshold: float
) -> tuple[list[Candidate], list[float]]:
    """The candidates, best first, and their confidences; of what answers, trusted publishers' comes first.

    None that is below the threshold takes the place of one that is above.
    """
    pairs = list(zip(candidates, sure, strict=True))
    if trusted:
        pairs.sort(key=lambda pair: pair[1] < threshold or not is_trusted(pair[0].article.publisher, trusted))
        answering = [pair for pair in pairs if pair[1] >= threshold]
        pairs = answering + [pair for pair in pairs if pair[1] < threshold]
    return [candidate for candidate, _ in pairs], [value for _, value in pairs]
