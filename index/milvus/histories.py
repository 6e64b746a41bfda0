"""The past of an article on Milvus: its older versions as the content of one file, of any number of rows."""

from __future__ import annotations

import base64
import json
import zlib

from index.versions import History, Version


def packed(history: History) -> bytes:
    rows = [
        [one.number, one.was, one.digest, one.seen, one.characters, base64.b64encode(one.content).decode()]
        for one in history.earlier
    ]
    return zlib.compress(json.dumps(rows).encode())


def unpacked(seen: str, content: bytes) -> History:
    """`content` as `packed` gave it, b"" for none; `seen` as `History` has it."""
    rows = json.loads(zlib.decompress(content)) if content else []
    return History(seen, tuple(Version(*[*row[:-1], base64.b64decode(row[-1])]) for row in rows))
