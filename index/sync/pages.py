"""Feeds, sitemaps and pages in step: which pages are new, changed or gone, with few requests."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from corpus.formats.document import Options, Refused
from corpus.guarded import ToRead, read_files
from corpus.read import Raw, Skipped, file_behind, file_of, today
from corpus.web.addresses import host_of
from corpus.web.client import Response, Unreachable
from corpus.web.listing import LARGEST, Listed, Listing, listing
from corpus.web.polite import Polite, Resting, in_turn
from index.store import Stored
from index.sync.memory import Memory, SeenPage
from index.sync.outcome import Outcome, Progress, too_many
from index.sync.target import Target

DAY = 24 * 3600
"""Seconds after which a page is asked again whether it has changed, where its list gives no date of that."""

WEEK = 7 * DAY
"""The same where the list gives one, which has not changed."""

MISSES = 2
"""Syncs in a row in which a page is not found before its article is gone."""

BATCH = 20
"""Pages that are stored together: what a sync that is killed fetches again at most."""

_MOST_SITEMAPS = 500
"""Sitemaps of an index that are read."""

_NOT_FOUND = (404, 410)


@dataclass(frozen=True, slots=True)
class Web:
    """How pages are asked for, and what time it is (seconds since 1970)."""

    polite: Polite
    clock: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands behind an address: the stamps of its pages by URL, or the answer where it is a page."""

    pages: Mapping[str, str]
    response: Response | None = None
    about: str = ""
    """The kind of list, and what tells it from a later one, as JSON; "" for a page."""


class PagesSync:
    """One sync of the pages behind one address."""

    def __init__(
        self, source: str, target: Target, memory: Memory, web: Web, options: Options, outcome: Outcome
    ) -> None:
        self._source = source
        self._target = target
        self._memory = memory
        self._web = web
        self._options = options
        self._outcome = outcome
        self._known = memory.pages(source)
        self._seen: list[SeenPage] = []
        self._fetched: list[ToRead] = []
        self._resting: set[str] = set()
        """Hosts that want to be left alone."""

    def run(self, progress: Progress, yes: bool, dry_run: bool) -> None:
        """Refused where what is behind the address cannot be had; then nothing was changed."""
        outcome = self._outcome
        found = self._look()
        pages = self._pages(found)
        outcome.articles = len(self._own(pages.values()))
        now = self._web.clock()
        asked = [
            url for url in in_turn(pages) if found.response or self._is_due(pages[url], found.pages, now)
        ]
        waiting = [pages[url] for url in pages.keys() - {*asked}]
        outcome.skipped_before = sum(bool(page.skipped) for page in waiting)
        outcome.unchanged = len(waiting) - outcome.skipped_before
        if dry_run:
            locations = {file_of(location) for location in self._target.stored}
            outcome.added = [url for url in asked if url not in locations]
            outcome.to_check = len(asked) - len(outcome.added)
        else:
            self._memory.keep_pages(self._source, waiting)
            for done, url in enumerate(asked, start=1):
                if host_of(url) in self._resting:
                    outcome.later += 1
                    continue
                self._ask(pages[url], found)
                if len(self._seen) == BATCH:
                    self._store()
                progress("asking for pages", done, len(asked))
            self._store()
            # Only now: a sync that was killed before is to find the list new again.
            self._memory.tell(f"list {self._source}", found.about)
        self._remove(yes, dry_run)

    def _look(self) -> _Found:
        """What is behind the address now."""
        about = json.loads(self._memory.about(f"list {self._source}") or "{}")
        page = self._known.get(self._source)
        if not about and page:
            about = {"etag": page.etag, "modified": page.modified}
        response = self._web.polite.get(self._source, about.get("etag"), about.get("modified"), limit=LARGEST)
        if response.status == 304 and "kind" in about:
            self._outcome.kind = about["kind"]
            unchanged = {url: one.stamp for url, one in self._known.items() if one.listed}
            return _Found(unchanged, about=json.dumps(about))
        list_ = listing(response.content, self._source) if response.status == 200 else None
        if list_ is None:
            if "kind" in about:
                raise Refused(f"{response.said()}, and no {about['kind']} any more; nothing was changed")
            if page is None and response.status != 200:
                raise Refused(response.said())
            self._outcome.kind = "page"
            return _Found({self._source: ""}, response)
        self._outcome.kind = "feed" if list_.kind == "feed" else "sitemap"
        self._outcome.left_out = list_.left_out
        told: dict[str, str | None] = {"kind": self._outcome.kind}
        if list_.kind == "index":  # which does not change where one of its sitemaps does
            return _Found(self._of_index(list_.listed), about=json.dumps(told))
        told |= {"etag": response.etag, "modified": response.modified}
        return _Found({one.url: one.stamp for one in list_.listed}, about=json.dumps(told))

    def _of_index(self, sitemaps: Iterable[Listed]) -> dict[str, str]:
        """The pages of the sitemaps of an index. Of those that cannot be had, the pages are left alone."""
        found: dict[str, str] = {}
        for number, one in enumerate(sitemaps):
            if number == _MOST_SITEMAPS:
                self._outcome.left_out += 1
                continue
            try:
                inner = self._sitemap(one.url)
            except Refused as error:
                self._outcome.skipped.append(Skipped(one.url, one.url, str(error)))
                continue
            self._outcome.left_out += inner.left_out
            found |= {page.url: page.stamp for page in inner.listed}
        return found

    def _sitemap(self, url: str) -> Listing:
        response = self._web.polite.get(url, limit=LARGEST)
        found = listing(response.content, url) if response.status == 200 else None
        if found is None or found.kind != "sitemap":
            raise Refused(f"{response.said()}, and no sitemap")
        return found

    def _pages(self, found: _Found) -> dict[str, SeenPage]:
        """Every page that the source has or had, as it was seen."""
        pages = {url: replace(one, listed=url in found.pages) for url, one in self._known.items()}
        others = self._target.stored.keys() - self._memory.sources_of_pages().keys()
        for url in found.pages:
            pages.setdefault(url, SeenPage(url, by_hand=not found.response and url in others))
        return pages

    def _is_due(self, page: SeenPage, listed: Mapping[str, str], now: float) -> bool:
        """Whether a page is to be asked for."""
        if not page.checked or page.misses == 1:
            return True
        stamp = listed.get(page.url)
        if stamp is None and self._outcome.kind == "feed":  # it has left the feed, as all do
            return False
        if stamp is not None and stamp != page.stamp:
            return True
        return now - page.checked > (WEEK if stamp else DAY)

    def _ask(self, page: SeenPage, found: _Found) -> None:
        """Fetch a page where it has changed, and note what came of it."""
        now = self._web.clock()
        seen = replace(page, stamp=found.pages.get(page.url, page.stamp), checked=now, misses=0, skipped="")
        try:
            response = found.response or self._web.polite.get(page.url, page.etag, page.modified)
            if response.status == 304:
                self._outcome.unchanged += 1
                self._seen.append(replace(seen, skipped=page.skipped))
                return
            if response.status in _NOT_FOUND:
                # Where it comes back it is read again, whatever it was before.
                seen = replace(seen, misses=page.misses + 1, etag=None, modified=None, digest="")
                raise Refused(response.said())
            if response.status != 200:
                raise Unreachable(response.said())
            seen = replace(seen, etag=response.etag, modified=response.modified)
            file = file_behind(response)
        except Refused as error:
            if isinstance(error, Resting):
                self._resting.add(host_of(page.url))
            again = isinstance(error, Unreachable)  # the next time
            self._seen.append(replace(seen, checked=0.0 if again else now, skipped=str(error)))
            self._outcome.skipped.append(Skipped(page.url, page.url, str(error)))
            return
        self._fetched.append(ToRead(page.url, page.url, file, today()))
        self._seen.append(seen)

    def _store(self) -> None:
        """Take what was read into the collection, and remember what was seen."""
        read: dict[str, list[Raw | Skipped]] = {one.location: [] for one in self._fetched}
        for found in read_files(self._fetched, self._options):
            read[file_of(found.location)].append(found)
        digests = {url: _digest(found) for url, found in read.items()}
        same = {one.url for one in self._seen if one.digest and one.digest == digests.get(one.url)}
        self._outcome.unchanged += len(same)
        changed = [one for url, found in read.items() if url not in same for one in found]
        skipped = len(self._outcome.skipped)
        # After a kill behind this the next sync knows whose articles these are, and asks for them again.
        new = [one for one in self._seen if one.url not in self._known]
        self._memory.keep_pages(self._source, [SeenPage(one.url, by_hand=one.by_hand) for one in new])
        self._target.take(changed, self._outcome, self._own(self._known.values()))
        stored = {file_of(location) for location in self._target.stored}
        reasons = {file_of(one.location): one.reason for one in self._outcome.skipped[skipped:]}
        self._memory.keep_pages(
            self._source,
            [
                replace(
                    page,
                    digest=digests.get(page.url, page.digest),
                    skipped=reasons.get(page.url, page.skipped) if page.url not in stored else page.skipped,
                )
                for page in self._seen
            ],
        )
        self._seen, self._fetched = [], []

    def _own(self, pages: Iterable[SeenPage]) -> dict[str, Stored]:
        """The articles that are there because of these pages, by location."""
        urls = {page.url for page in pages if not page.by_hand}
        return {at: entry for at, entry in self._target.stored.items() if file_of(at) in urls}

    def _remove(self, yes: bool, dry_run: bool) -> None:
        """Take out articles whose page was not found, now and before."""
        pages = self._memory.pages(self._source).values()
        gone = [entry.id for entry in self._own(page for page in pages if page.misses >= MISSES).values()]
        if too_many(gone, self._outcome.articles) and not yes:
            self._outcome.held_back = gone
        elif gone:
            self._outcome.removed = gone
            if not dry_run:
                self._target.remove(gone)


def _digest(read: Iterable[Raw | Skipped]) -> str:
    """What tells a page's articles from those of another time; "" where a part of it could not be read."""
    found = hashlib.sha256()
    for one in read:
        if isinstance(one, Skipped):
            return ""
        found.update(f"{one.location} {one.digest}\n".encode())
    return found.hexdigest()
