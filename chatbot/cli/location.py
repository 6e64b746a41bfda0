"""Which collection a command is about, or which several: a folder, or a URL."""

from __future__ import annotations

import argparse
import os
import re
from argparse import Namespace
from pathlib import Path

from corpus.errors import CuttingsError

_NAMED = re.compile(r"([^/\\:=]*)=(.*)", re.DOTALL)
"""NAME=PATH; what has a slash or a colon before it is a path with an equals sign in it."""


def several(sub: argparse.ArgumentParser) -> None:
    """Lets a command take one collection or several."""
    about = (
        "its folder or URL on Milvus, or NAME=PATH where it is to be called otherwise; may be given several "
        "times; default: $CUTTINGS_COLLECTION, else one in your user data folder"
    )
    sub.add_argument(
        "--collection",
        metavar="DIR",
        dest="collections",
        type=filled,
        action="append",
        default=[],
        help=about,
    )


def filled(text: str) -> str:
    """What was typed; an empty path would be the current folder, which nobody means who types "$UNSET"."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty")
    return text


def places(args: Namespace) -> dict[str, str | Path]:
    """The collections that the command is about, by their names. CuttingsError where two have the same."""
    from chatbot.shelf import checked_name, name_of

    found: dict[str, str | Path] = {}
    for given in args.collections or [None]:
        named = _NAMED.fullmatch(given) if given and not Path(given).is_dir() else None
        if named:
            if not named[2].strip():
                raise CuttingsError(f"{given} names no place; write NAME=PATH, with the collection's folder")
            name, at = checked_name(named[1]), place(named[2])
        else:
            at = where(Namespace(collection=given))
            name = name_of(at)
        if any(_same(at, other) for other in found.values()):
            raise CuttingsError(f"the collection {at} is given twice; leave one of them out")
        if name.casefold() in {other.casefold() for other in found}:
            raise CuttingsError(
                f"two collections are named {name}; give one of them another name: --collection NAME=PATH"
            )
        found[name] = at
    return found


def _same(one: str | Path, other: str | Path) -> bool:
    if isinstance(one, Path) and isinstance(other, Path):
        return one.resolve() == other.resolve()
    return one == other


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
