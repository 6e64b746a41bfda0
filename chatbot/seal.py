"""The key of a collection, and the seal that it puts on what a server gives out and gets back."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

FILE = "seal.key"

BYTES = 12
"""Of a seal: 96 bits, which nobody guesses through a network."""

_KEY = 32


def key_of(folder: Path) -> bytes:
    """The key that is kept in a collection's folder, made there where it has none.

    Where the folder cannot be written, a key of this process only; the next one does not know its seals.
    """
    file = folder / FILE
    for _ in range(2):
        with suppress(OSError):
            key = file.read_bytes()
            if len(key) == _KEY:
                return key
            file.unlink()  # cut off by a crash; nothing that it sealed was given out
        with suppress(OSError):
            _write(file, secrets.token_bytes(_KEY))
    return _OF_THIS_PROCESS


def seal(key: bytes, data: bytes) -> bytes:
    """(BYTES,) that only who has the key can make of the data."""
    return hmac.new(key, data, hashlib.sha256).digest()[:BYTES]


def is_sealed(key: bytes, data: bytes, given: bytes) -> bool:
    return hmac.compare_digest(seal(key, data), given)


def _write(file: Path, key: bytes) -> None:
    """Whole or not at all, and never over another process's. OSError where it cannot."""
    beside = file.with_name(f".{FILE}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, key)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(beside, file)
    finally:
        beside.unlink()


_OF_THIS_PROCESS = secrets.token_bytes(_KEY)
