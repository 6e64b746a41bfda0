"""Values as a line of JSON, for our own files and between our own processes; read back, they are the same.

Unlike pickle, what is read can make nothing but the classes that are named, whoever has written it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any


def packed(value: object) -> bytes:
    """One line, without its end. TypeError where it is none of what can be packed:

    None, numbers, text, bytes, paths, tuples, mappings, and data classes and named tuples of those.
    """
    return json.dumps(_plain(value), separators=(",", ":")).encode("ascii")


def unpacked(line: bytes, classes: Iterable[type]) -> Any:
    """What was packed; `classes` are those that it may hold. ValueError or TypeError where it was not."""
    return _value(json.loads(line), {one.__name__: one for one in classes})


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:  # of halves of surrogate pairs JSON would make whole ones
            return {"text": _base64(value.encode("utf-8", "surrogatepass"))}
        return value
    if isinstance(value, bytes):
        return {"bytes": _base64(value)}
    if isinstance(value, Path):
        return {"path": _plain(str(value))}
    if isinstance(value, Mapping):
        return {"mapping": [[_plain(key), _plain(one)] for key, one in value.items()]}
    if is_dataclass(value) and not isinstance(value, type):
        return {type(value).__name__: [_plain(getattr(value, field.name)) for field in fields(value)]}
    if isinstance(value, tuple):
        parts = [_plain(one) for one in value]
        return {type(value).__name__: parts} if hasattr(value, "_fields") else parts
    raise TypeError(f"a {type(value).__name__} cannot be packed")


def _value(plain: Any, classes: Mapping[str, type]) -> Any:
    if isinstance(plain, list):
        return tuple(_value(one, classes) for one in plain)
    if not isinstance(plain, dict):
        return plain
    ((kind, held),) = plain.items()
    if kind == "text":
        return base64.b64decode(held).decode("utf-8", "surrogatepass")
    if kind == "bytes":
        return base64.b64decode(held)
    if kind == "path":
        return Path(_value(held, classes))
    if kind == "mapping":
        return {_value(key, classes): _value(one, classes) for key, one in held}
    if kind not in classes:
        raise ValueError(f"{kind!r:.80} is none of {', '.join(classes)}")
    return classes[kind](*(_value(one, classes) for one in held))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
