"""Many pages from the net as their sites ask for it: robots.txt, one request a second, and rest when told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corpus.formats.document import LIMIT, Refused
from corpus.web.addresses import check, host_of
from corpus.web.client import Client, Response, Unreachable

if TYPE_CHECKING:
    from protego import Protego

NAME = "Cuttings"
"""By which a robots.txt may speak of this program."""

PAUSE = 1.0
"""Seconds between two requests to a host, where its robots.txt asks for no more."""

LONGEST_PAUSE = 60.0
"""Seconds between two requests, or until a retry, that are waited for."""

_ROBOTS = 512 * 1024
"""Bytes of a robots.txt that are read, the least that RFC 9309 asks for."""


class Resting(Unreachable):
    """A host that is not asked for anything any more, until another `Polite` asks it."""


@dataclass(slots=True)
class _Host:
    """What is known of a host. `free`: when it may be asked again; `resting`: why it is not asked at all."""

    robots: Protego | None = None
    pause: float = PAUSE
    free: float = 0.0
    read: bool = False
    resting: str = ""


class Polite:
    """Fetches pages one after another. Of one thread; `clock` gives seconds, and `sleep` waits for some."""

    def __init__(
        self,
        client: Client,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}

    def get(
        self, url: str, etag: str | None = None, modified: str | None = None, limit: int = LIMIT
    ) -> Response:
        """As `Client.get`, once its turn has come. Refused where the site does not want it, Resting where it
        wants nothing of the kind for now.

        A host that is overloaded (429, 503) is asked once more after the time that it names, and where that
        is too long, not any more.
        """
        response = self._client.get(url, etag, modified, limit, self._permit)
        if response.status not in (429, 503):
            return response
        host = self._host(response.url)
        wait = response.retry_after
        if wait is not None and wait <= LONGEST_PAUSE:
            host.free = max(host.free, self._clock() + wait)
            response = self._client.get(url, etag, modified, limit, self._permit)
        if response.status in (429, 503):
            host.resting = f"{response.said()} and wants to be left alone for now"
            raise Resting(host.resting)
        return response

    def _permit(self, url: str) -> None:
        """Wait for the host's turn. Refused where it is not to be asked for this page."""
        check(url)
        host = self._host(url)
        if not host.read:
            self._read_robots(url, host)
        if host.resting:
            raise Resting(host.resting)
        if host.robots is not None and not host.robots.can_fetch(url, NAME):
            raise Refused("the site's robots.txt asks programs not to fetch it")
        self._wait(host)

    def _host(self, url: str) -> _Host:
        parts = urlsplit(url)
        return self._hosts.setdefault(f"{parts.scheme}://{parts.netloc.lower()}", _Host())

    def _wait(self, host: _Host) -> None:
        now = self._clock()
        if host.free > now:
            self._sleep(host.free - now)
        host.free = max(now, host.free) + host.pause

    def _read_robots(self, url: str, host: _Host) -> None:
        """What the site allows: all where it says nothing, and nothing where it cannot say it just now."""
        from protego import Protego

        host.read = True
        parts = urlsplit(url)
        address = f"{parts.scheme}://{parts.netloc}/robots.txt"

        def permit(onward: str) -> None:
            check(onward)
            self._wait(self._host(onward))

        try:
            response = self._client.get(address, permit=permit)
        except Unreachable as error:
            host.resting = str(error)
            return
        except Refused as error:
            host.resting = f"its robots.txt: {error}"
            return
        if response.status == 429 or response.status >= 500:
            host.resting = f"asked for its robots.txt, {response.said()}; try again later"
        elif response.status == 200:
            host.robots = Protego.parse(response.content[:_ROBOTS].decode("utf-8", "replace"))
            asked = host.robots.crawl_delay(NAME)
            host.pause = max(PAUSE, asked or 0)
            host.free += host.pause - PAUSE
            if host.pause > LONGEST_PAUSE:
                host.resting = (
                    f"its robots.txt wants {host.pause:,.0f} s between two pages; fetch them by hand"
                )


def in_turn(urls: Iterable[str]) -> Iterator[str]:
    """The same URLs, those of each host in their order, so that hosts take turns and few are waited for."""
    waiting: dict[str, list[str]] = {}
    for url in urls:
        waiting.setdefault(host_of(url), []).append(url)
    queues = [iter(one) for one in waiting.values()]
    while queues:
        for queue in list(queues):
            if (url := next(queue, "")) == "":
                queues.remove(queue)
            else:
                yield url
