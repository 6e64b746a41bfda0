"""What a sync did with a source, and how much of it may vanish at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.read import Skipped

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how many of it are done, and how many there are."""

SHARE = 10
"""More than one in so many articles of a source are not removed without being told to."""


@dataclass(slots=True)
class Outcome:
    """What became of a source; lists of article ids, in a dry run the names of new files and pages too."""

    source: str
    kind: str = ""
    """folder, file, feed, sitemap or page; "" where that could not be found out."""
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    """Files and pages."""
    skipped: list[Skipped] = field(default_factory=list)
    skipped_before: int = 0
    """Files and pages that were skipped at an earlier time, and have not changed since."""
    to_check: int = 0
    """In a dry run, pages that would be asked whether they have changed."""
    later: int = 0
    """Pages that were left for the next sync, since their host wants to be left alone."""
    left_out: int = 0
    """Entries of a list that are no address, or too many."""
    held_back: list[str] = field(default_factory=list)
    """Articles that are gone, and were kept since they are too many at once."""
    unreachable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By folder, articles whose whole folder is missing, or not mounted."""
    articles: int = 0
    """Articles of the source before."""
    failed: str = ""
    """Why the source could not be looked at, in one line."""

    @property
    def whole(self) -> bool:
        """Whether all was done that there was to do."""
        return not (self.failed or self.held_back)

    @property
    def changed(self) -> int:
        return len(self.added) + len(self.updated) + len(self.moved) + len(self.removed)


def too_many(gone: Sequence[str], articles: int) -> bool:
    """Whether so many of a source's articles are not to vanish at once."""
    return len(gone) > max(1, articles // SHARE)
