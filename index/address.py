"""Where a collection is: a folder, or a URL of a collection on Milvus.

- `milvus://HOST:PORT/NAME` and `http(s)://HOST:PORT/NAME`: the collection NAME of a Milvus server. Its token
  is taken from the environment (MILVUS_TOKEN), so that no URL that is printed or logged holds a secret.
- `milvus:///PATH/FILE.db/NAME`: the collection NAME in a milvus-lite file, of this process alone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import platformdirs

from corpus.errors import CuttingsError

PORT = 19530
"""Where Milvus listens by default."""

_NAME = re.compile(r"[A-Za-z_]\w{0,199}", re.ASCII)
_FORMS = "milvus://HOST:PORT/NAME, https://HOST:PORT/NAME or milvus:///PATH/FILE.db/NAME"


@dataclass(frozen=True, slots=True)
class Address:
    """A collection on Milvus: `name` at `uri`, which the client connects to; `url` is the whole URL."""

    uri: str
    name: str
    url: str

    @property
    def folder(self) -> Path:
        """Where this user keeps what lies beside the collection: settings, feedback, reports, uploads."""
        digest = hashlib.sha256(self.url.encode()).hexdigest()[:12]
        data = Path(platformdirs.user_data_dir("cuttings", appauthor=False))
        return data / "remote" / f"{self.name}-{digest}"


def is_url(where: str | Path) -> bool:
    """Whether a collection is given by a URL, and not by its folder."""
    return "://" in str(where)


def folder_of(where: str | Path) -> Path:
    """The folder that belongs to a collection. CuttingsError for a URL that names none."""
    return address(str(where)).folder if is_url(where) else Path(where)


def address(url: str) -> Address:
    """What a URL names. CuttingsError says what is wrong with it, without repeating a secret in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CuttingsError(f"the URL of the collection cannot be read ({error}); write {_FORMS}") from error
    if parts.username or parts.password:
        raise CuttingsError("leave user and password out of the URL; put `user:password` into MILVUS_TOKEN")
    if parts.scheme not in ("milvus", "http", "https") or parts.query or parts.fragment:
        raise CuttingsError(f"{url}: no collection is named so; write {_FORMS}")
    before, _, name = parts.path.rstrip("/").rpartition("/")
    if not _NAME.fullmatch(name):
        raise CuttingsError(
            f"{url}: {name!r} is no name for a collection; take a letter, then letters, digits and _"
        )
    if parts.scheme == "milvus" and not parts.netloc:
        return _in_file(url, Path(unquote(before)), name)
    if before.strip("/") or not parts.hostname:
        raise CuttingsError(f"{url}: no collection is named so; write {_FORMS}")
    return _on_server(parts, port, name)


def _in_file(url: str, file: Path, name: str) -> Address:
    if file.suffix != ".db":
        raise CuttingsError(f"{url}: a milvus-lite file ends in .db; write milvus:///PATH/FILE.db/NAME")
    return Address(str(file), name, f"milvus://{file}/{name}")


def _on_server(parts: SplitResult, port: int | None, name: str) -> Address:
    scheme = "http" if parts.scheme == "milvus" else parts.scheme
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    # Without a port, http means Milvus's own, and https a proxy's before it.
    at = f"{host}:{port or (443 if scheme == 'https' else PORT)}"
    return Address(f"{scheme}://{at}", name, f"{'https' if scheme == 'https' else 'milvus'}://{at}/{name}")
