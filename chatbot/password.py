"""The one password that the visitors of a server share, in `password.json` in the collection's folder.

It was chosen by a person, so it is kept as scrypt makes it (RFC 7914): each guess takes 32 MB and a tenth of
a second, also for who has stolen the file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from chatbot.whole_file import write_whole
from corpus.errors import CuttingsError, reason

FILE = "password.json"

SHORTEST, LONGEST = 10, 1000
"""Characters of a password."""

_N, _R, _P = 2**15, 8, 1
_MEMORY = 64 * 1024 * 1024
"""Bytes that scrypt may take, twice what it does."""


@dataclass(frozen=True, slots=True)
class Password:
    """As it is kept: salt and hash in hex, with the cost that made it."""

    salt: str
    hash: str
    n: int
    r: int
    p: int

    def is_it(self, given: str) -> bool:
        """Takes a tenth of a second and 32 MB."""
        if len(given) > LONGEST:
            return False
        return hmac.compare_digest(_hash(given, bytes.fromhex(self.salt), self.n, self.r, self.p), self.hash)


def store(folder: Path, given: str) -> None:
    """Set the password, or another one. CuttingsError where it is too short or cannot be kept."""
    if not SHORTEST <= len(given) <= LONGEST:
        raise CuttingsError(
            f"a password has {SHORTEST} to {LONGEST:,} characters, not {len(given)}; take several words"
        )
    salt = secrets.token_bytes(16)
    kept = Password(salt.hex(), _hash(given, salt, _N, _R, _P), _N, _R, _P)
    file = folder / FILE
    try:
        write_whole(file, json.dumps(asdict(kept)).encode("ascii") + b"\n")
    except OSError as error:
        raise CuttingsError(f"cannot write {file}: {reason(error)}; put that right") from error


def stored(folder: Path) -> Password | None:
    """None where none was set. CuttingsError where it cannot be read."""
    file = folder / FILE
    try:
        kept = Password(**json.loads(file.read_bytes()))
        if len(bytes.fromhex(kept.hash)) != 32 or (kept.n, kept.r, kept.p) != (_N, _R, _P):
            raise ValueError("no password")
        bytes.fromhex(kept.salt)
        return kept
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        what = reason(error) if isinstance(error, OSError) else "it is damaged"
        raise CuttingsError(
            f"cannot read {file}: {what}; set the password anew with `cuttings keys password`"
        ) from error


def _hash(given: str, salt: bytes, n: int, r: int, p: int) -> str:
    data = given.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32).hex()
