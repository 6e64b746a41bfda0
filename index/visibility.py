"""Who may see which articles: what can be said of one, and which of what is said holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Literal

from corpus.errors import CuttingsError

PUBLIC = "public"
COUNTED = "counted"
"""Never quoted, to nobody; an answer says how many such articles would have answered too."""
UNSET = "unset"
"""In the place of a visibility: what was said before holds no longer."""

KEY = "visibility"
"""Of the setting that a collection keeps its rules under."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_NO_GROUPS = frozenset({PUBLIC, COUNTED, UNSET, "all", "none"})
MOST_RULES = 1000


def group(text: str) -> str:
    """The name of a group of readers. CuttingsError where it is none."""
    if not _NAME.fullmatch(text) or text in _NO_GROUPS:
        raise CuttingsError(
            f"{text!r:.80} is no name of a group; take up to 64 small letters, digits, dots, - and _, and "
            f"none of {', '.join(sorted(_NO_GROUPS))}"
        )
    return text


def visibility(text: str) -> str:
    """`public`, `counted`, or the group whose readers alone may see it. CuttingsError where it is none."""
    return text if text in (PUBLIC, COUNTED) else group(text)


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: what is public, and what is for these groups; None: for any group.

    What is `counted` only with `counted`, which is for counting and for nothing else.
    """

    groups: frozenset[str] | None = frozenset()
    counted: bool = False

    def sees(self, visibility: str) -> bool:
        if visibility in (PUBLIC, COUNTED):
            return visibility == PUBLIC or self.counted
        return self.groups is None or visibility in self.groups

    def covers(self, other: Sight) -> bool:
        """Whether this sees all that the other sees."""
        if self.groups is None:
            return True
        return other.groups is not None and other.groups <= self.groups

    def among(self, visibilities: Iterable[str]) -> Sight:
        """The same where there are articles of these visibilities only, and equal for all who see alike."""
        used = frozenset(visibilities) - {PUBLIC, COUNTED}
        if self.groups is None or used <= self.groups:
            return replace(self, groups=None)
        return replace(self, groups=used & self.groups)


EVERYBODY = Sight()
EVERY_GROUP = Sight(None)
"""Whoever has the collection itself."""

Kind = Literal["publisher", "source", "at"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Articles by a publisher, from a source that fits a pattern, or from a path and all that is below it."""

    kind: Kind
    pattern: str
    visibility: str

    def fits(self, publisher: str | None, source: str, location: str) -> bool:
        if self.kind == "publisher":
            return publisher == self.pattern
        if self.kind == "source":
            return fnmatchcase(source, self.pattern) or fnmatchcase(location, self.pattern)
        below = location.removeprefix(self.pattern)
        return location.startswith(self.pattern) and (
            not below or below[0] in "/\\#?!" or self.pattern.endswith("/")
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """What is said of articles all together: of many by a rule, the one set last first, and of the rest."""

    rules: tuple[Rule, ...] = ()
    rest: str = PUBLIC

    def __bool__(self) -> bool:
        return bool(self.rules) or self.rest != PUBLIC

    def of(self, publisher: str | None, source: str, location: str) -> str | None:
        """By rule; None where none fits."""
        return next((one.visibility for one in self.rules if one.fits(publisher, source, location)), None)

    def having(self, kind: Kind, pattern: str, visibility: str) -> Rules:
        """With this rule in the place of one for the same articles; without it where that is `UNSET`."""
        others = tuple(one for one in self.rules if (one.kind, one.pattern) != (kind, pattern))
        if visibility == UNSET:
            return replace(self, rules=others)
        if len(others) >= MOST_RULES:
            raise CuttingsError(f"there are {MOST_RULES} rules of visibility; unset some")
        return replace(self, rules=(Rule(kind, pattern, visibility), *others))

    def packed(self) -> str:
        rules = [[one.kind, one.pattern, one.visibility] for one in self.rules]
        return json.dumps({"rules": rules, "rest": self.rest})

    @classmethod
    def unpacked(cls, text: str | None) -> Rules:
        """CuttingsError where it is damaged: nobody is to see by mistake what was hidden."""
        if not text:
            return cls()
        try:
            found = json.loads(text)
            rules = tuple(Rule(kind, str(pattern), str(said)) for kind, pattern, said in found["rules"])
            if any(one.kind not in ("publisher", "source", "at") for one in rules):
                raise ValueError
            return cls(rules, str(found["rest"]))
        except (ValueError, TypeError, LookupError) as error:
            raise CuttingsError(
                "what is set of the visibility of articles is damaged; restore a backup with "
                "`cuttings restore`"
            ) from error


def holding(given: str | None, by_rule: str | None, said: str | None, rest: str) -> str:
    """What holds of an article: what the operator said of it, or of its kind, or its file, or of the rest."""
    return given or by_rule or said or rest


@dataclass(frozen=True, slots=True)
class Restricted:
    """The articles of a collection that not everybody may see, at one revision.

    `ids` by visibility; `public` is never among them.
    """

    revision: int
    ids: dict[str, frozenset[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.ids)

    def hidden_from(self, sight: Sight) -> frozenset[str]:
        """The ids of the articles that are as if they were not there."""
        return frozenset().union(*(ids for said, ids in self.ids.items() if not sight.sees(said)))


def spread(rows: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """(id, visibility) of articles, as `Restricted.ids`."""
    found: dict[str, set[str]] = {}
    for id, said in rows:
        if said != PUBLIC:
            found.setdefault(said, set()).add(id)
    return {said: frozenset(ids) for said, ids in found.items()}
