"""The rules on position, shape and repetition: which blocks of a page are not the story.

The vocabulary is in vocabulary.py, and nothing here knows a site. In doubt a sentence stays, for a sentence
that is removed can never be quoted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from corpus.blocks import Block, blocks, key, tabular, titled
from corpus.furniture import author_note, byline, caption_alone, date_line, furniture, source_line, spaced
from corpus.metadata import DATES
from corpus.read import Raw
from corpus.vocabulary import CREDIT, STAMP, Label

REPEATED = "repeated in other articles"
"""The reason of what is removed because other articles have it too."""

BELOW, ABOVE = "below the end of the story", "link or label above the story"
TEASER, NAVIGATION = "teaser for other stories", "navigation"
OF_THE_WEB = frozenset({BELOW, ABOVE, TEASER, NAVIGATION, CREDIT.reason})
"""Reasons that hold of web pages only: in print other stories stand below, and captions are its own."""

LABEL = re.compile(
    r"(?:NEWS|BREAKING|BREAKING NEWS|EXCLUSIVE|UPDATED?|OPINION|ANALYSIS|FEATURE|BLOG|VIDEO|WATCH)\s*[:|]\s+"
)
"""What some sites print before a headline."""
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\W*$")
_STOPPED = re.compile(r"[.!?:;][”’\"')\]]*(?:\s?\[\d+\])*$")
_STAMPED = re.compile(
    "|".join(re.sub(r"\?P<\w+>", "?:", pattern.pattern) for pattern in DATES), re.IGNORECASE
)
_WORD = re.compile(r"\w+")
_COMMON_WORDS = (
    "that this with from have will more than they their what when about over into after says said been were"
    " would could should your also just only some most other which there these those here first last year"
    " years"
)
_COMMON = frozenset(_COMMON_WORDS.split())


_LISTED = 3
"""Headlines of other stories in a row that are seen to be a list."""
_SHORTEST_CAPTION = 3
"""Words, without its credit."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A block with what the rules look at."""

    block: Block
    text: str
    words: int
    prose: bool
    """A sentence of the kind that stories consist of."""
    label: Label | None
    content: tuple[str, ...]
    """The words that carry content, cut to six letters so that forms of one word agree."""


def pieces_of(raw: Raw, start: int = 0) -> list[Piece]:
    """The blocks of the text from `start` on, but for those that reading has removed already."""
    out = []
    at = 0
    for block in blocks(raw.text, start):
        own = raw.text[block.start : block.end]
        while at < len(raw.removed) and raw.removed[at].end <= block.start:
            at += 1
        if at < len(raw.removed) and raw.removed[at].start <= block.start:
            continue
        words = len(own.split())
        label = furniture(own)
        stopped = bool(_STOPPED.search(own)) and not _ELLIPSIS.search(own)
        prose = block.kind in ("text", "item") and not label and ((words >= 8 and stopped) or words >= 25)
        out.append(Piece(block, own, words, prose, label, _content(own)))
    return out


def judge(pieces: list[Piece], title: str, repeated: frozenset[str]) -> tuple[list[str], int | None]:
    """The reason for each piece to go ("" for those that stay), and the index of the headline if any.

    `title`: what the source says its title is, or "".
    """
    title = key(title)
    reasons = _by_words(pieces, title, repeated)
    _doubles(pieces, reasons)
    _teasers(pieces, reasons)
    _tail(pieces, reasons)
    _titles(pieces, reasons)
    _close(pieces, reasons)
    heading = _headline(pieces, reasons, title)
    _lead(pieces, reasons, heading)
    return reasons, heading


def _by_words(pieces: list[Piece], title: str, repeated: frozenset[str]) -> list[str]:
    words = Counter(word for piece in pieces[1:] for word in piece.content)
    reasons: list[str] = []
    first, caption = True, False
    for piece in pieces:
        own = key(piece.text)
        if piece.block.kind == "code":
            reasons.append("program code")
        elif title and own == title:
            reasons.append("")
        elif own in repeated and not (first and _akin(piece, words)):
            # Parts of one work share its name as their title, and speak of it.
            reasons.append(REPEATED)
        elif piece.block.kind == "caption":
            # Its credit goes, by clean.py; one that is nothing else says nothing.
            left = len(caption_alone(piece.text).split()) if piece.label in (None, CREDIT) else 0
            reasons.append("" if left >= _SHORTEST_CAPTION else CREDIT.reason)
        elif caption and piece.words <= 30:
            reasons.append(CREDIT.reason)
        else:
            reasons.append(piece.label.reason if piece.label else "")
        # "Image caption," on a line of its own stands before the caption.
        caption = piece.label is CREDIT and piece.text.endswith((",", ":"))
        first = first and bool(reasons[-1])
    return reasons


def _doubles(pieces: list[Piece], reasons: list[str]) -> None:
    """A short line printed twice in a row is a caption; a sentence printed again is a pulled quote."""
    seen: set[str] = set()
    begun = False
    for i, piece in enumerate(pieces):
        own = key(piece.text)
        again = i + 1 < len(pieces) and not reasons[i] and key(pieces[i + 1].text) == own
        if again and begun and piece.words >= 3 and not _STOPPED.search(piece.text):
            reasons[i] = reasons[i + 1] = "line printed twice (caption or teaser)"
        elif own in seen and piece.words >= 8 and piece.block.kind == "text" and not reasons[i]:
            reasons[i] = "printed a second time"
        begun = begun or (piece.prose and not reasons[i])
        seen.add(own)


def _teasers(pieces: list[Piece], reasons: list[str]) -> None:
    """Two or more headlines, each with a blurb that trails off, are links to other stories."""
    begun = next((i for i, p in enumerate(pieces) if p.prose and not reasons[i]), len(pieces))
    found = [
        i
        for i in range(begun + 1, len(pieces))
        if _ELLIPSIS.search(pieces[i].text)
        and pieces[i].words <= 40
        and pieces[i].text[0] not in "“‘\"'"
        and titled(pieces[i - 1].text, words=22)
    ]
    if len(found) > 1:
        for i in found:
            reasons[i] = reasons[i - 1] = reasons[i] or TEASER


def _titles(pieces: list[Piece], reasons: list[str]) -> None:
    """Headlines one below the other, in words that are not the story's, are links to other stories.

    Nothing is between them but days, names and first sentences; what a story lists shares its words, or is
    announced.
    """
    story = Counter(word for p, reason in zip(pieces, reasons, strict=True) if p.prose for word in p.content)
    begun = next((i for i, p in enumerate(pieces) if p.prose and not reasons[i]), len(pieces))
    found: list[int] = []
    for i in range(begun + 1, len(pieces) + 1):
        piece = pieces[i] if i < len(pieces) else None
        if piece and (reasons[i] or piece.words <= 3 or _stamped(piece.text)):
            continue
        if piece and _is_teaser(piece, story):
            found.append(i)
            continue
        if piece and found and found[-1] == i - 1 and _is_blurb(pieces, i, story):
            continue
        above = next((p for p in reversed(pieces[: found[0]]) if p.words > 3), None) if found else None
        if len(found) >= _LISTED and not (above and above.text.endswith(":")):
            for j in range(found[0], found[-1] + 1):
                reasons[j] = reasons[j] or TEASER
        found = []


def _is_blurb(pieces: list[Piece], i: int, story: Counter[str]) -> bool:
    """Whether a paragraph may be the first sentence of another story, with its day below it."""
    foreign = pieces[i].words <= 40 and not _akin(pieces[i], story)
    return foreign and i + 1 < len(pieces) and _stamped(pieces[i + 1].text)


def _is_teaser(piece: Piece, story: Counter[str]) -> bool:
    return (
        piece.block.kind in ("text", "item")
        and piece.words >= 4
        and _title_like(piece.text)
        and not tabular(piece.text)
        and not _akin(piece, story)
    )


def _tail(pieces: list[Piece], reasons: list[str]) -> None:
    """After the end of the story everything goes, unless the story is seen to go on."""
    story = Counter[str]()
    above = sentences = 0
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        if not reasons[i]:
            if piece.prose:
                story.update(piece.content)
                above += piece.words
                sentences += 1
            i += 1
            continue
        if not (_opens(pieces, reasons, i) and (above >= 60 or sentences >= 3)):
            i += 1
            continue
        closes = any(p.label and p.label.closes for p in pieces[i : i + 2]) and above >= 60
        stop = len(pieces) if closes else _resumes(pieces, reasons, i + 1, story, _announces(piece))
        for j in range(i, stop):
            reasons[j] = reasons[j] or BELOW
        i = stop


def _opens(pieces: list[Piece], reasons: list[str], i: int) -> bool:
    """Whether the page's tail may begin at `i`: at a label that heads lists, or at a cluster of furniture."""
    label = pieces[i].label
    cluster = [reason for reason in reasons[i : i + 3] if reason]
    # Times stand above each entry of a live page.
    times = sum(reason == STAMP.reason for reason in cluster)
    return bool(label and label.opens) or (len(cluster) == 3 and times < 2)


def _announces(piece: Piece) -> bool:
    return bool(piece.label and piece.label.opens)


def _resumes(pieces: list[Piece], reasons: list[str], i: int, story: Counter[str], teasers: bool) -> int:
    """Where the story goes on at or after `i`; the number of pieces if it doesn't.

    `teasers`: whether a label above says that other stories follow; else a box stands inside the story, or
    below it.

    It does at a long paragraph, at two in a row, or at one in the words of the story so far.
    """
    previous: int | None = None
    for j in range(i, len(pieces)):
        if reasons[j]:
            continue
        piece = pieces[j]
        if piece.prose:
            k = next((k for k in range(j + 1, len(pieces)) if not reasons[k]), None)
            pair = k is not None and pieces[k].prose and piece.words + pieces[k].words >= 25
            if teasers and pair and k is not None and k > j + 1:
                # With a line between them, as the first sentences of other stories have.
                words = piece.content + pieces[k].content
                pair = sum(w in story for w in words) > len(words) / 3
            akin = piece.words >= 15 and sum(w in story for w in piece.content) >= 0.5 * len(piece.content)
            if piece.words >= 45 or pair or akin:
                # The heading of the rest of the story is part of it.
                return previous if previous == j - 1 and titled(pieces[previous].text) else j
        previous = j
    return len(pieces)


def _close(pieces: list[Piece], reasons: list[str]) -> None:
    """Signatures, dates, bylines and notes on the author below the last sentence."""
    left = [i for i, reason in enumerate(reasons) if not reason]
    if sum(pieces[i].words for i in left if pieces[i].prose) < 40:
        return
    for i in reversed(left):
        piece = pieces[i]
        if piece.block.kind == "caption":
            continue
        name = author_note(piece.text) if i and piece.words <= 40 else ""  # the only block is no note
        if _stamped(piece.text):
            reasons[i] = STAMP.reason
        elif name and not any(name.split()[-1] in p.text for p in pieces[:i] if p.prose):
            reasons[i] = "note on the author"
        elif piece.words <= 3 and titled(piece.text) and not _listed(pieces, reasons, i):
            reasons[i] = "signature"
        else:
            break


def _listed(pieces: list[Piece], reasons: list[str], i: int) -> bool:
    return pieces[i].block.kind != "text" or (i > 0 and not reasons[i - 1] and not pieces[i - 1].prose)


def _headline(pieces: list[Piece], reasons: list[str], title: str) -> int | None:
    """The piece that is the title: as the source says, else the first line that looks like one."""
    lead = []
    for i, piece in enumerate(pieces):
        if not reasons[i]:
            if title and key(piece.text) == title:
                return i
            if piece.block.kind == "caption":
                continue
            asked = piece.text[-1] in "?!" and _title_like(piece.text)
            if (piece.prose and not asked) or piece.block.kind not in ("text", "heading"):
                break
            if (piece.block.kind == "heading" or _title_like(piece.text)) and not _stamped(piece.text):
                lead.append(i)
            if asked:
                break
    if title or not lead or lead[-1] + 1 == len(pieces):
        return None
    story = _story_words(pieces, reasons, set(lead))
    lead = [i for i in lead if pieces[i].words > 2] or lead
    heads = [i for i in lead if pieces[i].block.kind == "heading"]
    # A label ("News") may share a word with the story by chance; a headline shares several.
    firm = [i for i in lead if _akin(pieces[i], story) and sum(w in story for w in pieces[i].content) > 1]
    loose = [i for i in lead if _akin(pieces[i], story)]
    return (heads or firm or loose or lead)[0]


def _title_like(text: str) -> bool:
    text = LABEL.sub("", text)
    return titled(text, words=22) or (titled(text.rstrip("?!"), words=16) and text[-1] in "?!")


def _stamped(text: str) -> bool:
    return date_line(text) or byline(text) or source_line(text) is not None


def _lead(pieces: list[Piece], reasons: list[str], heading: int | None) -> None:
    """Above the first sentence: dates, bylines, labels, and lines without a word in common with the story."""
    lead = []
    for i, piece in enumerate(pieces):
        if not reasons[i]:
            if piece.prose and i != heading:
                break
            lead.append(i)
    else:
        return
    story = _story_words(pieces, reasons, set(lead))
    enough = sum(story.values()) >= 30
    for i in lead:
        piece = pieces[i]
        # Four words at most are a topic, a role, a place; only what is longer can be a line on the story.
        foreign = piece.words <= 4 or not _akin(piece, story)
        if i == heading:
            continue
        if _stamped(piece.text) or (piece.words <= 9 and titled(piece.text) and _STAMPED.match(piece.text)):
            reasons[i] = STAMP.reason
        elif (
            enough
            and piece.block.kind == "text"
            and (spaced(piece.text) or (foreign and _label_like(piece.text)))
        ):
            reasons[i] = ABOVE
        elif enough and piece.block.kind == "item" and piece.words <= 4 and foreign:
            reasons[i] = NAVIGATION


def _label_like(text: str) -> bool:
    """A headline or a label, and not a line of a table."""
    return titled(text) and not tabular(text)


def _story_words(pieces: list[Piece], reasons: list[str], without: set[int]) -> Counter[str]:
    words = Counter[str]()
    for i, piece in enumerate(pieces):
        if not reasons[i] and i not in without:
            words.update(piece.content)
    return words


def _akin(piece: Piece, story: Counter[str]) -> bool:
    """Whether more than a third of the line's words are in the story."""
    own = piece.content
    return sum(word in story for word in own) > len(own) / 3


def _content(text: str) -> tuple[str, ...]:
    return tuple(
        word.casefold()[:6]
        for word in _WORD.findall(text)
        if ((len(word) > 3 and word.casefold() not in _COMMON) or (len(word) > 1 and word.isupper()))
        and not word.isdigit()
    )
