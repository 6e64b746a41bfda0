"""Every default, once. A collection's folder may hold a `settings.toml` that sets some of them otherwise.

People write that file; of what Cuttings learns by itself, only the two thresholds go into it.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from corpus.errors import CuttingsError, reason
from corpus.formats.document import Options
from index.fusion import STANDARD, Fusion

FILE = "settings.toml"

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set. Each is described in docs/settings.md."""

    model: str = "all-MiniLM-L6-v2"
    """The packaged model, a folder, or the name of a sentence-transformers model on the hub."""

    reader: str = "joint"
    """What judges the sentences: the "joint" reader, the "fast" one, "none" (cosine and BM25), or a
    cross-encoder by its folder or the name of a hub model."""

    passage_tokens: int = 200
    """Word pieces of a passage at most; MiniLM reads 254, and a shorter passage is found more exactly."""

    passages_read: int = 8
    """Passages whose sentences are read for an answer; what an answer costs is mostly that."""

    citations: int = 5
    """Quoted sentences in an answer at most."""

    threshold: float = 0.25
    """Confidence (0 to 1) below which the answer is that the articles do not say."""

    sure_threshold: float = 0.5
    """Confidence (0 to 1) from which on an answer is stated; below it, it is shown as "Possibly:"."""

    question_characters: int = 2000
    """A longer question is refused: it is a document, not a question."""

    questions_per_minute: int = 60
    """Of one address that has not said who it is, on a server that others than its own machine reach."""

    key_questions_per_minute: int = 600
    """The same of one API key, or of one person that a proxy has signed on."""

    public_address: str = ""
    """Where people open the page, such as "https://cuttings.example.org", for links that other programs show.
    Empty: the address that a program itself called."""

    fusion: Fusion = STANDARD
    """How the scores of the two retrievers become one; set as `fusion.dense` and `fusion.depth`."""

    trusted_publishers: str = ""
    """Names, separated by ";", of publishers whose statements come before others' where both answer."""

    private_hosts: str = ""
    """Hosts of your own network whose pages may be fetched, separated by spaces; ".example.org" stands for
    all below it. Else pages are fetched only from public addresses."""

    @property
    def reading(self) -> Options:
        """How files and pages are read into the collection."""
        return Options(private_hosts=tuple(self.private_hosts.split()))

    @classmethod
    def load(cls, folder: Path) -> Settings:
        """The defaults, but for what the folder's settings.toml says. CuttingsError names a wrong line."""
        file = folder / FILE
        if not file.is_file():
            return cls()
        try:
            given = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise CuttingsError(f"cannot read {file}: {reason(error)}; correct it or delete it") from error
        return changed(cls(), dict(_dotted(given)), str(file))


def values(settings: Settings) -> dict[str, Value]:
    """Every setting by the name that it is set by, those of a table dotted: `fusion.dense`."""
    return dict(_each(settings))


def changed(settings: Settings, given: Mapping[str, object], where: str) -> Settings:
    """The settings, but for those that are given. CuttingsError names `where` a wrong one was given."""
    present = values(settings)
    for key, value in given.items():
        if key not in present:
            raise CuttingsError(f"{where}: unknown setting {key!r}; the settings are {', '.join(present)}")
        kind = type(present[key])
        if kind is float and type(value) is int:
            value = float(value)
        elif type(value) is not kind:
            raise CuttingsError(f"{where}: {key} = {value!r} is not of type {kind.__name__}; correct it")
        if isinstance(value, int | float):
            low, high = RANGES[key]
            if not low <= value <= high:
                raise CuttingsError(f"{where}: {key} = {value} is not between {low} and {high}; correct it")
        settings = _with(settings, key, value)
    if given.keys() >= {"threshold", "sure_threshold"} and settings.sure_threshold < settings.threshold:
        raise CuttingsError(
            f"{where}: sure_threshold = {settings.sure_threshold:g} is below threshold = "
            f"{settings.threshold:g}; raise it to that or more"
        )
    return settings


RANGES: Mapping[str, tuple[float, float]] = {
    "passage_tokens": (32, 512),
    "passages_read": (1, 100),
    "citations": (1, 20),
    "threshold": (0.0, 1.0),
    "sure_threshold": (0.0, 1.0),
    "question_characters": (1, 100_000),
    "questions_per_minute": (1, 100_000),
    "key_questions_per_minute": (1, 100_000),
    "fusion.dense": (0.0, 1.0),
    "fusion.depth": (1, 1000),
}
"""The lowest and the highest value of each number."""


def _each(part: Any, above: str = "") -> Iterator[tuple[str, Value]]:
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, Fusion):
            yield from _each(value, f"{above}{field.name}.")
        else:
            yield f"{above}{field.name}", value


def _with(part: Any, key: str, value: object) -> Any:
    name, _, rest = key.partition(".")
    return replace(part, **{name: _with(getattr(part, name), rest, value) if rest else value})


def _dotted(table: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """The settings of a file; those of a known table with dotted names, anything else as it is."""
    for key, value in table.items():
        if key == "fusion" and isinstance(value, dict):
            yield from ((f"{key}.{name}", one) for name, one in value.items())
        else:
            yield (repr(key) if "." in key else key), value


_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


def store_thresholds(folder: Path, threshold: float, sure_threshold: float) -> Path:
    """Write both into the folder's settings.toml at once, and give the file; all else in it stays as it is.

    CuttingsError, with the file untouched, where that cannot be done.
    """
    file = (folder / FILE).resolve()  # where it is a link, the file behind it
    given = {"threshold": f"{threshold:g}", "sure_threshold": f"{sure_threshold:g}"}
    lines = " and ".join(f"`{name} = {value}`" for name, value in given.items())
    by_hand = f"write {lines} into it yourself"
    try:
        text = file.read_bytes().decode("utf-8") if file.is_file() else ""
        wanted = {**tomllib.loads(text), **{name: float(value) for name, value in given.items()}}
        now = text
        for name, value in given.items():
            now = _with_line(now, name, value)
        if tomllib.loads(now) != wanted:
            raise CuttingsError(f"{file}: a threshold stands there in an unusual way; {by_hand}")
        beside = file.with_name(f"{FILE}.new")
        beside.write_bytes(now.encode("utf-8"))
        if file.is_file():
            shutil.copymode(file, beside)
        beside.replace(file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CuttingsError(f"cannot write {file}: {reason(error)}; put that right, or {by_hand}") from error
    return file


def _with_line(text: str, name: str, value: str) -> str:
    """The file with the setting's value replaced, or with a line for it before the first table."""
    given = re.compile(rf"^([ \t]*{name}[ \t]*=[ \t]*)[^\s#]+", re.MULTILINE)
    now, found = given.subn(rf"\g<1>{value}", text)
    if found:
        return now
    table = _TABLE.search(text)  # what stands behind its head would belong to it
    at = table.start() if table else len(text)
    before = text[:at]
    gap = "" if not before or before.endswith("\n") else "\n"
    return f"{before}{gap}{name} = {value}\n{text[at:]}"
