"""Whether the hyphen at the end of a line is the word's own, decided by the document's words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

SOFT = "\u00ad"
_HYPHENS = ("-", SOFT)
_LAST = re.compile(r"([^\W\d_]+)[-\u00ad]$")
_FIRST = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ADDRESS = re.compile(r"https?:|www\.|[@/\\]|\.\w+\.", re.IGNORECASE)
_SUSPENDED = frozenset("and or to nor und oder bis et ou y o e ed of en".split())
"""Behind which words a hyphen hangs in the air: "two- and three-storey"."""


class Vocabulary:
    """The words of a document, but for those that a line end may have cut."""

    def __init__(self, texts: Iterable[tuple[str, bool]]) -> None:
        """`texts`: lines, each with whether the one before it ended in a hyphen."""
        self._counts: Counter[str] = Counter()
        for text, goes_on in texts:
            words = [match[0].casefold() for match in _WORD.finditer(text.replace(SOFT, ""))]
            if goes_on:
                words = words[1:]
            if text.endswith(_HYPHENS):
                words = words[:-1]
            self._counts.update(words)

    def between(self, above: str, below: str) -> tuple[bool, str]:
        """How a line goes on in the next: whether its hyphen goes, and what stands between the two."""
        if not above.endswith(_HYPHENS):
            glued = len(above) > 1 and not above[-2].isspace()
            if above[-1:] in "–—/" and glued and below[:1].isalnum():
                return False, ""
            return False, " "
        last, first = _LAST.search(above), _FIRST.match(below)
        if above.endswith(SOFT):
            return True, "" if first else " "
        if len(above) > 1 and above[-2].isspace():
            return False, " "  # a dash
        if not first:
            return False, "" if below[:1].isdigit() else " "
        if _ADDRESS.search(above.rsplit(None, 1)[-1]) or not last:
            return False, ""
        if first[0].casefold() in _SUSPENDED and len(first[0]) <= 4:
            return False, " "
        if first[0][0].isupper() and not last[1].isupper():
            return False, ""
        return self._joined(last[1].casefold(), first[0].casefold(), above, below), ""

    def _joined(self, left: str, right: str, above: str, below: str) -> bool:
        solid, apart = self._counts[left + right], self._counts[f"{left}-{right}"]
        if solid or apart:
            return solid >= apart
        compound = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)+-$", above) or re.match(r"[^\W\d_]+-", below)
        if compound:  # "state-of-the-" or, on the next line, "of-the-art"
            whole = [
                word
                for word in self._counts
                if "-" in word and left in word.split("-") and right in word.split("-")
            ]
            if whole:
                return False
        english = _english()
        if left + right in english or _stem(left + right, english):
            return True
        known = [part in english or self._counts[part] > 0 for part in (left, right)]
        # Two words that are none together: "well-known".
        return not all(known) or min(len(left), len(right)) < 2


def _stem(word: str, english: frozenset[str]) -> bool:
    """Whether the word is one by its ending."""
    endings = ("s", "es", "ed", "d", "ing", "ly", "er", "ers", "ness", "ment", "ments", "ation", "’s")
    return any(
        word.endswith(end) and len(word) > len(end) + 3 and word[: -len(end)] in english for end in endings
    )


@cache
def _english() -> frozenset[str]:
    """The commoner words of English, from the list of symspellpy."""
    from importlib.resources import files

    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    return frozenset(line.split(" ", 1)[0] for line in text.splitlines())
