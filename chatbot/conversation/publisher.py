"""The publisher whose articles a question asks for ("articles by the Post", "what did the Post publish")."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.tokens import fold


def publishers_named(question: str, publishers: Iterable[str]) -> frozenset[str]:
    """Those that a question names as the source; one that it only speaks of is none."""
    asked = fold(question)
    return frozenset(
        name
        for name in publishers
        if (plain := re.sub(r"^the ", "", fold(name)))
        and re.search(rf"\b(?:by|from|in|did|has|does) (?:the )?{re.escape(plain)}(?!\w)", asked)
    )
