"""Which collection a command is about: a folder, or a URL."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from corpus.errors import CuttingsError


def where(args: Namespace) -> str | Path:
    """The folder or the URL of the collection that the command is about."""
    given = args.collection or os.environ.get("CUTTINGS_COLLECTION")
    if given is None:
        import platformdirs

        return Path(platformdirs.user_data_dir("cuttings", appauthor=False)) / "collection"
    if not given.strip():
        raise CuttingsError("CUTTINGS_COLLECTION is empty; set it to a folder, or unset it")
    return place(given)


def place(given: str) -> str | Path:
    """A collection as it was typed: a URL, or a folder."""
    from index.address import is_url

    if is_url(given):
        return given
    try:
        return Path(given).expanduser()
    except RuntimeError as error:
        raise CuttingsError(f"{given}: there is no such home folder; name the collection in full") from error
