"""What changed from one text to another, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from corpus.article import Article
from corpus.errors import CuttingsError
from corpus.sentences import sentences

MOST = 20_000
"""Sentences of a text: as many in both take 50 MB and a second."""

_ALIKE = 50.0
"""Likeness, 0 to 100 (rapidfuzz' ratio), from which a sentence is taken for another wording of one."""

_COMPARED = 2_500
"""Pairs of sentences of one stretch that are compared for that; in a longer stretch all is new."""

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that is other words now, that is gone (`after` is None), or new (`before` is None).

    Each is (start, end), in the offsets of its own text.
    """

    before: _Span | None
    after: _Span | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed, in the order of the text, and how many sentences stand in both."""

    found: tuple[Change, ...]
    same: int


def changes(old: Article, new: Article) -> Changes:
    """The sentences of the story, captions and headings among them, that are not in both, by what is common.

    CuttingsError where the texts are too long to be compared.
    """
    before, after = _spans(old), _spans(new)
    if max(len(before), len(after)) > MOST:
        raise CuttingsError(
            f"{new.id} has more than {MOST:,} sentences, too many to compare; read both versions"
        )
    found: list[Change] = []
    same = gone = new_ones = 0
    words = [_words(old, span) for span in before], [_words(new, span) for span in after]
    for code in [*LCSseq.opcodes(*words), None]:
        if code is None or code.tag == "equal":
            stop, then_stop = (code.src_start, code.dest_start) if code else (len(before), len(after))
            found += _paired(words, range(gone, stop), range(new_ones, then_stop), before, after)
        if code and code.tag == "equal":
            gone, new_ones, same = code.src_end, code.dest_end, same + code.src_end - code.src_start
    return Changes(tuple(found), same)


def _paired(
    words: tuple[list[str], list[str]], gone: range, new: range, before: list[_Span], after: list[_Span]
) -> Iterator[Change]:
    """Of a stretch that is not in both, the sentences that were worded otherwise, and the rest, in order."""
    first = new.start
    comparable = len(gone) * len(new) <= _COMPARED
    for at in gone:
        rest = words[1][first : new.stop] if comparable else []
        best = process.extractOne(words[0][at], rest, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if best is None:
            yield Change(before[at], None)
            continue
        yield from (Change(None, after[one]) for one in range(first, first + best[2]))
        yield Change(before[at], after[first + best[2]])
        first += best[2] + 1
    yield from (Change(None, after[one]) for one in range(first, new.stop))


def _spans(article: Article) -> list[_Span]:
    return [(one.start, one.end) for one in sentences(article)]


def _words(article: Article, span: _Span) -> str:
    return " ".join(article.text[span[0] : span[1]].split())
