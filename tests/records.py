"""Records to measure, made of little: what was found, cited and answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from eval.record import Expected, Found, Quoted, Record


def record(
    id: str = "q",
    *,
    answerable: bool = True,
    answered: bool = True,
    confidence: float = 0.5,
    right: Sequence[bool] = (True,),
    found: Sequence[str] = (),
    relevant: Mapping[str, int] | None = None,
    milliseconds: float = 1.0,
    reads: bool = True,
    history: Sequence[tuple[str, str]] = (),
    of: str = "",
    expected: Sequence[Expected] | None = None,
    citations: Sequence[Quoted] | None = None,
    system: str = "hybrid+reader",
) -> Record:
    """A record whose citations, of ten characters each, are as `right` says, unless they are given.

    The evidence of an answerable question is the characters 0 to 10 of article `a`, unless it is given.
    """
    if citations is None:
        citations = [cited(rank, is_right) for rank, is_right in enumerate(right, start=1)] if reads else []
    if expected is None:
        expected = [evidence("a", 0, 10)] if answerable else []
    return Record(
        system=system,
        id=id,
        question=f"What of {id}?",
        kind="single",
        tags=(),
        history=tuple(history),
        standalone="",
        of=of,
        answerable=answerable,
        unit="passage",
        without=(),
        hidden=(),
        expected=tuple(expected),
        relevant=({"a:0-10": 1} if answerable else {}) if relevant is None else relevant,
        searched=f"What of {id}?",
        hits=tuple(Found(name, "a", 0, 10, 0, 0.0, 0.0, None, 0.0, None) for name in found),
        reads=reads,
        state="answer" if answered and reads else "none",
        confidence=confidence,
        citations=tuple(citations),
        best_right=None,
        fault="",
        milliseconds=milliseconds,
    )


def evidence(article_id: str, start: int, end: int, choice: int = 0) -> Expected:
    return Expected(article_id, start, end, "x" * (end - start), choice, 1, None, "passage")


def cited(rank: int, right: bool, article_id: str = "a", start: int | None = None) -> Quoted:
    """A citation of ten characters: those of the evidence, or of some other place for each rank."""
    start = start if start is not None else 0 if right else 100 * rank
    return Quoted(rank, f"{article_id}:{start}", article_id, start, start + 10, 0.5, right)


def timeless(one: Record) -> Record:
    """The record, all times being 0."""
    return replace(one, milliseconds=0.0, stages=dict.fromkeys(one.stages, 0.0))


def each(records: Sequence[Record], **changes: object) -> list[Record]:
    """The records, changed alike."""
    return [replace(one, **changes) for one in records]
