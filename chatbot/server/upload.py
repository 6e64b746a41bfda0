"""What people do to the library on the page: add a file or a page, remove an article, say what it is.

A file is kept in the collection's folder, and read like any other.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from chatbot.bot import Chatbot
from corpus.article import Article
from corpus.errors import CuttingsError
from corpus.formats import formats
from corpus.guarded import read
from corpus.read import file_of, is_url
from index.ingest.ingest import Report, ingest
from index.ingest.tags import checked, retag, take_out
from index.store import Store
from index.stores import create_store
from index.sync.journal import journalled

_LONGEST = 150
"""Characters of a file's name."""

_one_at_a_time = threading.Lock()


def folder_of(bot: Chatbot) -> Path:
    """Where the files are kept."""
    return bot.collection.folder / "uploads"


def add(bot: Chatbot, name: str, content: bytes) -> Report:
    """Store the file, replacing one of the same name, and ingest it.

    Where nothing of it can be read, neither the collection nor the folder is changed, and the report says
    why. CuttingsError where the name is none, or the file cannot be written.
    """
    file = folder_of(bot) / _checked(name)
    with _one_at_a_time:
        with _errors_in_one_line(file):
            before = file.read_bytes() if file.is_file() else None
        _write(file, content)
        try:
            report = _ingested(bot, str(file))
        except BaseException:
            _restore(file, before)
            raise
        if report.skipped and not (report.added or report.updated or report.unchanged or report.moved):
            _restore(file, before)
    return report


def add_page(bot: Chatbot, url: str) -> Report:
    """Fetch a page and ingest it. What is wrong with the address or the page is in the report.

    CuttingsError where it is no address of a page.
    """
    if not is_url(url):
        raise CuttingsError(f"{url!r:.200} is no address of a page; give one that begins with https://")
    with _one_at_a_time:
        return _ingested(bot, url)


def remove(bot: Chatbot, article_id: str) -> bool:
    """Remove an article; whether its file was deleted too, which was added here and holds no other article.

    CuttingsError where there is none.
    """
    with _one_at_a_time, _changing(bot) as collection:
        file = Path(file_of(take_out(collection, article_id)))
        if file.parent != folder_of(bot).resolve() or any(
            file_of(at) == str(file) for at in collection.stored()
        ):
            return False
        with _errors_in_one_line(file):
            file.unlink(missing_ok=True)
        return True


def say(bot: Chatbot, article_id: str, tags: Mapping[str, object]) -> Article:
    """Say something of an article (`index/ingest/tags.py`); the article as it is then. CuttingsError."""
    known = checked(tags)
    with _one_at_a_time, _changing(bot) as collection:
        return retag(collection, bot.encoder, bot.settings.passage_tokens, article_id, known)


@contextlib.contextmanager
def _changing(bot: Chatbot) -> Iterator[Store]:
    collection = create_store(bot.collection.where)
    try:
        with journalled(collection):
            yield collection
    finally:
        collection.close()


def _ingested(bot: Chatbot, path: str) -> Report:
    settings = bot.settings
    with _changing(bot) as collection:
        return ingest(collection, bot.encoder, read([path], settings.reading), settings.passage_tokens)


def _write(file: Path, content: bytes) -> None:
    beside = file.with_name(f".{file.name}.new")
    with _errors_in_one_line(file):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(content)
            beside.replace(file)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise


@contextlib.contextmanager
def _errors_in_one_line(file: Path) -> Iterator[None]:
    """Make a CuttingsError of what the operating system says of the file."""
    try:
        yield
    except OSError as error:
        raise CuttingsError(
            f"cannot keep {file.name}: {error.strerror}; tell who runs this server"
        ) from error


def _restore(file: Path, before: bytes | None) -> None:
    if before is None:
        file.unlink(missing_ok=True)
    else:
        _write(file, before)


def _checked(name: str) -> str:
    """The name by itself, as a name in a folder."""
    plain = re.sub(r"[\x00-\x1f\x7f]", "", name.replace("\\", "/")).rsplit("/", 1)[-1].strip(" .")
    if not plain or len(plain) > _LONGEST:
        raise CuttingsError(f"{name!r:.60} is no name for a file; give one of 1 to {_LONGEST} characters")
    if not formats.is_read(plain):
        raise CuttingsError(f"{plain} is not read; send a file that ends in {', '.join(formats.SUFFIXES)}")
    return plain
