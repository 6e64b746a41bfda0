"""Addresses of a collection: under `/api/v1/collections/NAME` is for it what `/api/v1` is for the first."""

from __future__ import annotations

import re

BASE = "/api/v1"
LIST = f"{BASE}/collections"

_NAMED = re.compile(rf"{LIST}/[^/]+(/.+)")


def plain(path: str) -> str:
    """The address without the name of a collection, by which rules and limits know it."""
    named = _NAMED.fullmatch(path)
    return BASE + named[1] if named else path
