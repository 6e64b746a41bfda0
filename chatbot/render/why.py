"""Why a sentence was cited, as the page shows it: in words, and in numbers for whoever opens them.

Each piece of words stands by itself, for the page to put into the person's language.
"""

from __future__ import annotations

from collections.abc import Callable

from chatbot.answer import Why
from chatbot.render.text import counted

CLOSE = 20
"""A passage among the first so many by meaning is called close in meaning."""

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def why_shown(why: Why, escape: Callable[[str], str]) -> str:
    """HTML, not shown until the page's script opens it; `escape` makes text of it."""
    numbers = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in _numbers(why))
    return (
        f'<div class="why"><p>{_in_words(why, escape)}</p>'
        f"<details><summary>In numbers</summary><dl>{numbers}</dl></details></div>"
    )


def _in_words(why: Why, escape: Callable[[str], str]) -> str:
    """matched: network, DES; close in meaning; third of 20 passages"""
    words = ", ".join(f"<i>{escape(word)}</i>" for word in why.words)
    parts = [f"<span>Matched:</span> {words}" if words else "<span>No word in common</span>"]
    if why.dense_rank is not None and why.dense_rank <= CLOSE:
        parts.append("<span>close in meaning</span>")
    rank = why.passage_rank
    place = _ORDINALS[rank - 1] if rank <= len(_ORDINALS) else f"number {rank}"
    parts.append(f"<span>{place}</span> <span>of {counted(why.passages, 'passage')}</span>")
    return "; ".join(parts)


def _numbers(why: Why) -> tuple[tuple[str, str], ...]:
    return (
        ("Sentence", f"{why.rank} / {why.read}"),
        ("Passage", f"{why.passage_rank} / {why.passages}"),
        ("Search by words", f"{_place(why.bm25_rank)} (BM25 {why.bm25:.1f})"),
        ("Search by meaning", f"{_place(why.dense_rank)} (cosine {why.cosine:.2f})"),
        ("Judgement of the reader", f"{why.margin:+.1f}".replace("-", "−")),
    )


def _place(rank: int | None) -> str:
    return "> 100" if rank is None else f"{rank}"
