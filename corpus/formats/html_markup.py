"""HTML that would hold up a parser -> the same page without what holds it up, before anything parses it.

Parsers take time in the square of an element's attributes, and give up a page, or the process, whose elements
are nested by the thousand. No text is lost here: only attributes and tags are left out.
"""

from __future__ import annotations

import re
from collections import Counter

MOST_ATTRIBUTES = 256
"""Attributes that an element keeps."""
DEEPEST = 180
"""Elements inside each other; libxml2 gives up a page at 256, and adds elements of its own."""
MOST_TAGS = 1_000_000
"""Tags of a page, of which the rest are left out."""

_ATTRIBUTE = r"(?:[\s/]*+[^\s>/=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+)"
_TAG = re.compile(rf"<(/?)([A-Za-z][^\s>/]{{0,64}}+){_ATTRIBUTE}{{0,{MOST_ATTRIBUTES}}}+")
_MORE = re.compile(rf"{_ATTRIBUTE}*+")
_CLOSE = re.compile(r"[\s/]*+>?")
_RAW = {
    name: re.compile(rf"</{name}\b", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "noscript")
}
"""Elements whose content is no markup, up to their end."""
_EMPTY = frozenset("area base br col embed hr img input link meta source track wbr".split())
_ENDED_BY = {
    "p": frozenset(
        "address article aside blockquote center div dl fieldset figcaption figure footer form h1 h2 h3 h4"
        " h5 h6 header hr main nav ol p pre section table ul".split()
    ),
    "li": frozenset(("li",)),
    "td": frozenset(("td", "th", "tr")),
    "th": frozenset(("td", "th", "tr")),
    "tr": frozenset(("tr",)),
    "dt": frozenset(("dt", "dd")),
    "dd": frozenset(("dt", "dd")),
    "option": frozenset(("option",)),
}
"""Elements that may be left without an end, and what ends them."""
_INLINE = frozenset("a abbr b bdi bdo cite code em font i mark q s small span strong sub sup u".split())
_NEAR = 32
"""How many elements up the one is looked for that an end tag ends."""
_RAISED = re.compile(
    r"(<sup\b[^<>]{0,500}+>\s{0,9}+(?:<a\b[^<>]{0,2000}+>\s{0,9}+)?)(\d{1,3})(?=\s{0,9}+(?:</a>\s{0,9}+)?</sup>)",
    re.IGNORECASE | re.ASCII,
)
"""A figure that is set high: the mark of a note, or a power."""
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NEXT = re.compile(r"<(?:[A-Za-z/]|!--)")


def harmless(html: str) -> str:
    """The page with at most so many attributes an element and so many elements inside each other.

    A line break stands for the tags that are left out, unless they are marks inside a line. Figures that are
    set high become such characters, so that none is read as part of a number. In time linear in the length.
    """
    out: list[str] = []
    open_elements: list[str] = []
    left_out: Counter[str] = Counter()
    kept = at = tags = 0
    while found := _NEXT.search(html, at):
        start = found.start()
        if found.end() == start + 4:
            end = html.find("-->", start + 4)
            if end < 0:
                break
            at = end + 3
            continue
        tag = _TAG.match(html, start)
        if tag is None:
            at = start + 2
            continue
        tags += 1
        at = tag.end()
        many = _MORE.match(html, at)
        name, closes = tag[2].lower(), bool(tag[1])
        end_of_tag = _CLOSE.match(html, many.end() if many else at)
        after = end_of_tag.end() if end_of_tag else at
        if name not in _EMPTY and _leave_out(name, closes, open_elements, left_out, tags):
            if kept < start and (not html[kept:start].isspace() or not out):
                out.append(html[kept:start])
            if name not in _INLINE and (not out or out[-1] != "<br>"):
                out.append("<br>")
            kept = after
        elif many and many.end() > at:
            out.append(html[kept:at])
            kept = many.end()
        at = after
        if not closes and (raw := _RAW.get(name)):
            ending = raw.search(html, at)
            if ending is None:
                break
            at = ending.start()
    out.append(html[kept:])
    return _RAISED.sub(lambda raised: raised[1] + raised[2].translate(_SUPERSCRIPT), "".join(out))


def _leave_out(name: str, closes: bool, stack: list[str], left_out: Counter[str], tags: int) -> bool:
    """Whether a tag is to be left out; the stack of open elements, as a parser would have it, after it."""
    if closes:
        if left_out[name]:
            left_out[name] -= 1
            return True
        near = stack[-_NEAR:]
        if name in near:
            while stack.pop() != name:
                pass
        return False
    if len(stack) >= DEEPEST or tags > MOST_TAGS:
        left_out[name] += 1
        return True
    while stack and name in _ENDED_BY.get(stack[-1], ()):
        stack.pop()
    stack.append(name)
    return False
