"""Every default, once. A collection's folder may hold a `settings.toml` that sets some of them otherwise.

People write that file; of what Cuttings learns by itself, only the threshold goes into it.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from corpus.errors import CuttingsError

FILE = "settings.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set. Each is described in docs/settings.md."""

    model: str = "all-MiniLM-L6-v2"
    """The packaged model, a folder, or the name of a sentence-transformers model on the hub."""

    reader: str = "trained"
    """What compares sentences with the question: the "trained" reader, "none" (the model as it is), or a
    cross-encoder, a folder or the name of a hub model, which puts the ten best in order on top."""

    passage_tokens: int = 200
    """Word pieces of a passage at most; MiniLM reads 256, and a shorter passage is found more exactly."""

    passages_read: int = 20
    """Passages whose sentences are read for an answer; a passage more costs under a millisecond."""

    citations: int = 5
    """Quoted sentences in an answer at most."""

    threshold: float = 0.3
    """Confidence (0 to 1) below which the answer is that the articles do not say."""

    question_characters: int = 2000
    """A longer question is refused: it is a document, not a question."""

    @classmethod
    def load(cls, folder: Path) -> Settings:
        """The defaults, but for what the folder's settings.toml says. CuttingsError names a wrong line."""
        file = folder / FILE
        if not file.is_file():
            return cls()
        try:
            given = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise CuttingsError(f"cannot read {file}: {error}; correct it or delete it") from error
        known = {field.name: type(field.default) for field in fields(cls)}
        for key, value in given.items():
            if key not in known:
                raise CuttingsError(f"{file}: unknown setting {key!r}; the settings are {', '.join(known)}")
            if known[key] is float and type(value) is int:
                given[key] = float(value)
            elif type(value) is not known[key]:
                raise CuttingsError(
                    f"{file}: {key} = {value!r} is not of type {known[key].__name__}; correct it"
                )
        settings = cls(**given)
        for key, low, high in _RANGES:
            if not low <= getattr(settings, key) <= high:
                raise CuttingsError(
                    f"{file}: {key} = {getattr(settings, key)} is not between {low} and {high}; correct it"
                )
        return settings


_RANGES = (
    ("passage_tokens", 32, 512),
    ("passages_read", 1, 100),
    ("citations", 1, 20),
    ("threshold", 0.0, 1.0),
    ("question_characters", 1, 100_000),
)


_THRESHOLD = re.compile(r"^([ \t]*threshold[ \t]*=[ \t]*)[^\s#]+", re.MULTILINE)


def store_threshold(folder: Path, threshold: float) -> Path:
    """Write the threshold into the folder's settings.toml, and give the file; all else in it stays as it is.

    CuttingsError, with the file untouched, where that cannot be done.
    """
    file = (folder / FILE).resolve()  # where it is a link, the file behind it
    line = f"threshold = {threshold:g}"
    by_hand = f"write `{line}` into it yourself"
    try:
        text = file.read_bytes().decode("utf-8") if file.is_file() else ""
        wanted = {**tomllib.loads(text), "threshold": float(f"{threshold:g}")}
        changed, found = _THRESHOLD.subn(rf"\g<1>{threshold:g}", text)
        if not found:
            changed = f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n"
        if tomllib.loads(changed) != wanted:
            raise CuttingsError(f"{file}: the threshold stands there in an unusual way; {by_hand}")
        beside = file.with_name(f"{FILE}.new")
        beside.write_bytes(changed.encode("utf-8"))
        if file.is_file():
            shutil.copymode(file, beside)
        beside.replace(file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CuttingsError(f"cannot write {file}: {error}; put that right, or {by_hand}") from error
    return file
