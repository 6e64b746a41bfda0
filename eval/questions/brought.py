"""The articles that a set of questions brings with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from corpus.metadata import Metadata
from corpus.naming import LONGEST, slug
from corpus.read import Raw
from eval.questions.gold import Loaded
from eval.questions.jsonl import Wrong


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, and the articles that they are about."""

    raws: tuple[Raw, ...]
    loaded: Loaded


class Brought:
    """Articles by the names that the set has for them. Their text is exactly that of the set."""

    def __init__(self) -> None:
        self._raws: dict[str, Raw] = {}
        self._ids: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._raws

    @property
    def raws(self) -> tuple[Raw, ...]:
        """To be ingested; `Metadata.id` is the id that each will have in the collection."""
        return tuple(self._raws.values())

    def add(self, name: str, text: str, title: str | None, where: str) -> None:
        """Wrong where the name is taken."""
        if name in self._raws:
            raise Wrong(where, f"a second article with the id {name!r}. Rename one of them.")
        # The name belongs to the digest: some sets hold a text twice, under two names, and both are wanted.
        digest = hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()
        raw = Raw(f"gold:{name}", name, text, "txt", Metadata(title=title, id=name), (), digest)
        id = slug(raw)
        if id in self._ids:  # "A.txt" and "a.txt"
            id = f"{id[: LONGEST - 9].rstrip('-._')}-{digest[:8]}"
        self._ids.add(id)
        self._raws[name] = replace(raw, metadata=replace(raw.metadata, id=id))

    def find(self, name: object, where: str) -> tuple[str, str]:
        """(id, text) of an article; Wrong where the set has none of this name."""
        if not isinstance(name, str) or name not in self._raws:
            raise Wrong(where, f"no article {name!r} in this set. Add it or correct the id.")
        raw = self._raws[name]
        return raw.metadata.id or "", raw.text
