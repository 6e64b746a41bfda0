"""Article -> sentence spans: what can be quoted, and the headings above it.

nupunkt finds the boundaries inside a block; for other languages than English it is given their abbreviations
(`abbreviations.py`), and nothing that it learnt of English. What is owned here is what it gets wrong on news:
its list of abbreviations (learnt from scanned court reports, it holds ordinary words), a full stop without a
space after it, references behind a full stop, and text that has no sentences to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from nupunkt.core.parameters import PunktParameters
from nupunkt.models import load_default_model
from nupunkt.tokenizers.sentence_tokenizer import PunktSentenceTokenizer

from corpus.abbreviations import ORDINALS, abbreviations
from corpus.article import Article, Sentence, SentenceKind
from corpus.blocks import Block, blocks, key, strip, tabular, titled

LONGEST = 1000
"""Characters. What runs on for longer has no sentences in it: a table, a transcript without punctuation."""
CUT = 500
"""Characters a piece of such text may have."""

_ABBREVIATIONS = """
    mr mrs ms mx dr prof rev hon st sr jr messrs mme mlle gen col lt sgt cpl capt cmdr maj adm brig gov sen
    rep pres supt det insp fr jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur
    thurs fri inc ltd co corp plc llc bros dept univ assn inst est ave blvd rd sq mt ft pt vs etc eg ie cf al
    ca approx fig figs eq ed eds vol vols ch chap pp para paras art arts sect nos ref refs dist op ser
    avg tel ext lb lbs oz yd yds hr hrs mph kg km cm mm ml tbsp tsp ala ariz ark calif colo conn fla ga ill
    ind kan ky md minn mo mont neb nev okla penn tenn tex va vt wash wis wyo
"""

_NUMBERED_WORDS = frozenset("fig figs eq vol vols chap para paras art arts sect nos ref refs page".split())
"""Words before a number that is no note's."""

# For the splitter line breaks and no-break spaces become spaces; the length stays, and so do offsets.
_PLAIN = str.maketrans(dict.fromkeys("\n\r\t\x0b\x0c\x85\u2028\u2029\u00a0\u202f\u2009", " "))
_NOTE = "¹²³⁰⁴-⁹†‡"
"""Marks of notes, in a class of characters."""
_GLUED = re.compile(r"(?:(?<=[a-z]{3}[.!?])|(?<=\d{4}\.)|(?<=[.!?][”’\"]))(?=[“‘\"]?[A-Z][a-z]*[\s,’'])")
_NOTED = re.compile(
    rf"(?<=[\w”’\"')»][.!?…])[”“’\"')\]»]{{0,3}}(?:[{_NOTE}]{{1,4}}|(?<=[^\W\d_]{{3}}[.!?])\d{{1,2}})"
    r"[”“’\"')\]»]{0,3}"
    r"(?=\s+[“„‘«\"'(¿¡]?[A-ZÀ-ÖØ-Þ])"
)
"""The mark of a note behind the end of a sentence, as a superscript or as what is left of one."""
_WEB = re.compile(r"[/@]|\bwww\.|[A-Z]")
_LEFT_OVER = re.compile(rf"(?:\[[\w\s]{{1,8}}\]\s?)+|[”’\"')\]{_NOTE}]+(?=\s|$)")
_LEFT_OVER_ELSEWHERE = re.compile(rf"(?:\[[\w\s]{{1,8}}\]\s?)+|[”“’‘\"'»)\]{_NOTE}]+(?=[\s,]|$)")
"""What closes a quotation where English opens one: „so“, « ainsi »."""
_QUOTED_END = re.compile(r"[.!?…][“”»’](?=\s+[„«“\"¿¡]?[A-ZÀ-ÖØ-Þ])")
_DOUBLED = re.compile(r"\b([A-Z])\1\.(?=\s|$)")
"""Half of an abbreviation of a plural ("EE. UU.")."""
_ORDINAL = re.compile(r"\b\d{1,2}\.$")
_ASIDE = re.compile(r"[!?][”’\"')]*$|\b(?:[A-Za-z]\.){2,}$")
_NUMBERED = re.compile(r"\b(?:[Nn]os?|[Pp]p?|[Cc]|[Aa]rt|[Cc]h)\.$")
_BREAKS = (re.compile(r"[\n\r]+"), re.compile(r"[;!?]\s"), re.compile(r"[,–—]\s"), re.compile(r"\s"))


def sentences(article: Article) -> tuple[Sentence, ...]:
    """The sentences of `article`: ordered, disjoint, stripped, never empty, never in removed text."""
    kept = _kept(article)
    return tuple(
        Sentence(article.id, start, end, kind)
        for block, kind in zip(kept, _kinds(article, kept), strict=True)
        for start, end in _spans(article.text, block, kind, article.language or "en")
    )


def _kept(article: Article) -> list[Block]:
    """The blocks without what was removed of them."""
    out = []
    for block in blocks(article.text):
        for start, end in article.story(block.start, block.end):
            start, end = strip(article.text, start, end)
            if start < end and block.kind != "code":
                out.append(Block(start, end, block.kind, block.gap))
    return out


def _kinds(article: Article, kept: list[Block]) -> list[SentenceKind]:
    """A heading stands above further text; a run of short lines is a list rather than a stack of headings."""
    text = article.text
    short = [b.kind == "text" and titled(text[b.start : b.end]) for b in kept]
    out: list[SentenceKind] = []
    title = key(article.title)
    first = stop = 0
    for i, block in enumerate(kept):
        following = kept[i + 1] if i + 1 < len(kept) else None
        if short[i] and i >= stop:
            first, stop = i, i + 1
            while stop < len(kept) and short[stop]:
                stop += 1
        if block.kind == "caption":
            out.append("caption")
        elif block.kind != "text":
            out.append("heading" if block.kind in ("heading", "columns") else "item")
        elif following and text[block.end - 1] != "." and key(text[block.start : block.end]) == title:
            out.append("heading")
        elif short[i]:
            out.append(_short_kind(kept, i, first, stop, text[block.start : block.end]))
        elif (
            following and following.kind == "text" and following.gap and _asks(text[block.start : block.end])
        ):
            out.append("heading")
        else:
            out.append("prose")
    return out


def _short_kind(kept: list[Block], i: int, first: int, stop: int, line: str) -> SentenceKind:
    """The kind of the short line `kept[i]`, in the run of short lines from `first` up to `stop`."""
    if stop == len(kept):
        return "prose" if stop - first == 1 else "item"
    above_text = i + 1 == stop and (kept[i].gap or not kept[stop].gap)
    # What stands above the whole article is its headline, its standfirst, its labels; or a table.
    return "heading" if above_text or stop - first <= 2 or (first == 0 and not tabular(line)) else "item"


def _asks(text: str) -> bool:
    """A question on a line of its own is the heading of its answer."""
    return (
        text.endswith("?")
        and len(text.split()) <= 12
        and text[0].isupper()
        and not re.search(r"[.!?]\s", text)
    )


def _spans(text: str, block: Block, kind: str, language: str) -> Iterator[tuple[int, int]]:
    if kind == "heading" or block.kind == "row":
        spans = [(block.start, block.end)]
    else:
        spans = [
            (block.start + a, block.start + b) for a, b in _split(text[block.start : block.end], language)
        ]
    for start, end in spans:
        for first, stop in _shorter(text, start, end):
            first, stop = strip(text, first, stop)
            if any(c.isalnum() for c in text[first:stop]):
                yield first, stop


@cache
def _splitter(language: str) -> PunktSentenceTokenizer:
    if language != "en":
        other = PunktSentenceTokenizer(PunktParameters(), include_common_abbrevs=False)
        for word in abbreviations(language):
            other.add_abbreviation(word)
        return other
    splitter = load_default_model()
    for word in list(splitter.abbreviations):
        if word.isalpha() and len(word) > 1:
            splitter.remove_abbreviation(word)
    for word in _ABBREVIATIONS.split():
        splitter.add_abbreviation(word)
    return splitter


def _split(text: str, language: str) -> list[tuple[int, int]]:
    """Sentence spans of one block, contiguous."""
    plain = text.translate(_PLAIN)
    ends = [end for _, (_, end) in _splitter(language).tokenize_with_spans(plain)]
    if language != "en":
        ends += [match.end() for match in _QUOTED_END.finditer(plain)]
    ends = sorted({*ends, *_glued(plain), *_noted(plain), len(plain)})
    out: list[tuple[int, int]] = []
    start = 0
    for end in ends:
        if not plain[start:end].strip():
            continue
        start = _lead(plain, start, end, out, _LEFT_OVER if language == "en" else _LEFT_OVER_ELSEWHERE)
        before, after = plain[max(out[-1][0], out[-1][1] - 40) : out[-1][1]] if out else "", plain[start:end]
        if out and _goes_on(before.rstrip(), after.lstrip(), language):
            out[-1] = (out[-1][0], end)
        elif start < end:
            out.append((start, end))
        start = end
    return out


def _glued(text: str) -> Iterator[int]:
    """Where a sentence begins without a space before it ("found.The")."""
    for match in _GLUED.finditer(text):
        at = match.start()
        word = text[text.rfind(" ", 0, at) + 1 : at]
        if not _WEB.search(word.lstrip("“‘\"'(")[1:]):
            yield at


def _noted(text: str) -> Iterator[int]:
    """Where a sentence ends with the mark of a note ("found.¹ The", "found.1 The")."""
    for match in _NOTED.finditer(text):
        word = text[text.rfind(" ", 0, match.start()) + 1 : match.start()].rstrip(".!?").lower()
        if word not in _NUMBERED_WORDS and "." not in word:  # "see fig.1", "the U.S.¹ Senate"
            yield match.end()


def _lead(text: str, start: int, end: int, out: list[tuple[int, int]], left_over: re.Pattern[str]) -> int:
    """Give references and closing marks at the head of a sentence to the one before; the new start."""
    if out:
        space = len(text[start:end]) - len(text[start:end].lstrip())
        match = left_over.match(text, start + space, end)
        if match:
            out[-1] = (out[-1][0], match.end())
            return match.end()
    return start


def _goes_on(before: str, after: str, language: str) -> bool:
    """Whether the sentence `before` goes on in `after`, so that there is no boundary between them."""
    if not after:
        return True
    if language in ORDINALS and _ORDINAL.search(before):
        return True
    if language != "en" and before.endswith("."):
        # In English names of firms begin with a small letter, and so may their sentences.
        return after[0].islower() or bool(_DOUBLED.search(before) and _DOUBLED.match(after))
    lower = after[0].islower() and not after[1:2].isupper()
    return bool((lower and _ASIDE.search(before)) or (after[0].isdigit() and _NUMBERED.search(before)))


def _shorter(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Pieces of at most `CUT` characters of a span longer than `LONGEST`; other spans as they are."""
    if end - start > LONGEST:
        while end - start > CUT:
            cut = next(
                (
                    m[-1].end()
                    for b in _BREAKS
                    if (m := list(b.finditer(text, start + CUT // 2, start + CUT)))
                ),
                start + CUT,
            )
            yield start, cut
            start = cut
    yield start, end
