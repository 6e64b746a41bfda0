"""Raw text -> Article: what is not the story is marked as removed. The text itself is never altered."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator

from corpus.article import Article, Removed
from corpus.blocks import key
from corpus.detection import language_of
from corpus.errors import CuttingsError
from corpus.furniture import caption_alone
from corpus.metadata import DATES, day
from corpus.naming import one_line, printed, slug, title_from_opening
from corpus.read import Raw
from corpus.rules import LABEL, OF_THE_WEB, Piece, judge, pieces_of
from corpus.vocabulary import STAMP

REPEATED = 3
"""Articles in which a block has to stand to be furniture by repetition."""

_DATED = r"\W*(?:date|published|posted|updated)\b\W*"
_LEADING_DATES = (
    re.compile(rf"(?:{_DATED})?\s*{DATES[0].pattern}\S*\s+(?=\S)", re.IGNORECASE),
    *(re.compile(rf"{_DATED}{pattern.pattern}\S*\s+(?=\S)", re.IGNORECASE) for pattern in DATES[1:]),
)


class NothingLeft(CuttingsError):
    """There is nothing to quote in the file."""


def clean(raw: Raw, repeated: frozenset[str] = frozenset()) -> Article:
    """The article in `raw`. `repeated`: keys of blocks that are furniture across articles.

    Raises NothingLeft when no sentence is left to quote.
    """
    removed = list(raw.removed)
    start = removed[0].end if removed and removed[0].start == 0 and raw.format != "html" else 0
    leading_day = None
    leading = next((m for p in _LEADING_DATES if (m := p.match(raw.text, start))), None)
    if leading:
        # The story may follow on the same line.
        removed.append(Removed(start, leading.end(), STAMP.reason))
        leading_day = day(leading.group())
        start = leading.end()
    pieces = pieces_of(raw, start)
    reasons, heading = judge(pieces, raw.metadata.title or "", repeated)
    if raw.pages:
        reasons = ["" if reason in OF_THE_WEB else reason for reason in reasons]
    judged = list(zip(pieces, reasons, strict=True))
    removed += [Removed(p.block.start, p.block.end, reason) for p, reason in judged if reason]
    removed += _credits(judged)
    # A text of one line has no headline: the line is the story.
    headline = pieces[heading] if heading is not None and reasons.count("") > 1 else None
    story = [piece for piece, reason in judged if not reason and piece is not headline]
    if not any(any(c.isalnum() for c in piece.text) for piece in story):
        raise NothingLeft(f"{raw.source}: nothing to quote is left once page furniture is set aside")
    own, said = printed(pieces, reasons), raw.metadata
    first, second = (own, said) if said.of_file else (said, own)
    title = raw.metadata.title or (LABEL.sub("", one_line(headline.text)) if headline else "")
    return Article(
        id=slug(raw),
        title=title or title_from_opening(story, raw),
        text=raw.text,
        source=raw.source,
        publisher=first.publisher or second.publisher,
        published=first.published or leading_day or second.published,
        url=raw.metadata.url or (raw.location if raw.location.startswith("http") else None),
        topics=raw.metadata.topics,
        removed=_merged(removed, raw.text),
        author=first.author or second.author,
        updated=first.updated or second.updated,
        fetched=raw.fetched,
        section=raw.metadata.section,
        language=language_of((piece.text for piece in story), raw.metadata.language),
        pages=tuple(page.start for page in raw.pages),
        visibility=raw.metadata.visibility,
    )


def _credits(judged: list[tuple[Piece, str]]) -> Iterator[Removed]:
    """Who took the picture, at the end of each caption that stays."""
    for piece, reason in judged:
        if piece.block.kind == "caption" and not reason:
            start = piece.block.start + len(caption_alone(piece.text))
            if start < piece.block.end:
                yield Removed(start, piece.block.end, "picture credit")


def repeated_blocks(raws: Iterable[Raw]) -> frozenset[str]:
    """Keys of the blocks that stand in three articles or more and belong to none of them. Linear in the text.

    Copies of one story (wire copy) count as one article: those with two of their three longest paragraphs in
    common. A sentence counts only at the edge of a page, so that a statement which several outlets quote in
    their stories stays where it is.
    """
    # Of a block its hash is kept, 64 bits, and its key only where it is repeated: not all texts once more.
    pages: list[tuple[array[int], bytes]] = []
    longest: list[list[int]] = []
    counts: Counter[int] = Counter()
    keys: dict[int, str] = {}
    for raw in raws:
        pieces = pieces_of(raw)
        entries = [(key(p.text), p.prose) for p in pieces if p.words <= 80 and p.block.kind != "code"]
        hashed = array("q", [hash(entry) for entry, _ in entries])
        pages.append((hashed, bytes(prose for _, prose in entries)))
        ends = sorted({key(p.text) for p in pieces if p.prose}, key=len)[-3:]
        longest.append([hash(one) for one in ends])
        for block in {block for block, _ in entries}:
            counts[hash(block)] += 1
            if counts[hash(block)] == REPEATED:
                keys[hash(block)] = block
    stories = _stories(longest)
    found: dict[int, set[int]] = {}
    for (hashes, proses), story in zip(pages, stories, strict=True):
        own = [
            i
            for i, (entry, prose) in enumerate(zip(hashes, proses, strict=True))
            if prose and counts[entry] < REPEATED
        ]
        for i, entry in enumerate(hashes):
            # A page without a sentence of its own (a table, a form) does not show what surrounds a story.
            if own and counts[entry] >= REPEATED and not own[0] < i < own[-1]:
                found.setdefault(entry, set()).add(story)
    return frozenset(keys[entry] for entry, where in found.items() if len(where) >= REPEATED)


def _stories(longest: list[list[int]]) -> list[int]:
    """A number for each page; copies of one story get the same."""
    numbers: dict[tuple[int, ...], int] = {}
    out = []
    for page, keys in enumerate(longest):
        pairs: list[tuple[int, ...]] = [(a, b) for i, a in enumerate(keys) for b in keys[i + 1 :]] or [
            tuple(keys)
        ]
        number = next((numbers[pair] for pair in pairs if pair in numbers and pair), page)
        for pair in pairs:
            numbers.setdefault(pair, number)
        out.append(number)
    return out


def _merged(removed: list[Removed], text: str) -> tuple[Removed, ...]:
    """In order, disjoint; neighbours with one reason and only white space between them as one span."""
    out: list[Removed] = []
    for span in sorted(removed, key=lambda r: (r.start, r.end)):
        if out and span.start < out[-1].end:
            span = Removed(out[-1].end, max(span.end, out[-1].end), span.reason)
        if span.start >= span.end:
            continue
        if out and out[-1].reason == span.reason and not text[out[-1].end : span.start].strip():
            out[-1] = Removed(out[-1].start, span.end, span.reason)
        else:
            out.append(span)
    return tuple(out)
