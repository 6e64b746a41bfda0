"""One page from the net, with everything about it bounded: where it is, how large it is, how long it takes.

The connection goes to the very address that was checked (a resolver that answers otherwise a moment later
changes nothing), for the page itself and for each redirect. Where the system names a proxy, it is the proxy
that connects; then names that stand for private addresses here are refused before it is asked.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from corpus.formats.document import LIMIT, Refused
from corpus.web.addresses import DEFAULT_PORTS, NotAllowed, Reach, check

if TYPE_CHECKING:
    import httpcore

AGENT = "Mozilla/5.0 (compatible; Cuttings)"
"""What requests name themselves."""

REDIRECTS = 5
"""Redirects that are followed for one page."""

CONNECT = 10.0
READ = 30.0
TOTAL = 45.0
"""Seconds to wait for a connection, for the next bytes, and for all of a page with its redirects."""

_Headers = dict[bytes | str, bytes | str]

_REDIRECTING = (301, 302, 303, 307, 308)
_LONGEST_HEADER = 512
"""Characters of an ETag or a date that are kept; a longer one is dropped."""


class Unreachable(Refused):
    """A page that did not come, and may come another time."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a server sent; `url` is the address behind all redirects."""

    url: str
    status: int
    media_type: str = ""
    content: bytes = b""
    """Unfolded; empty unless the status is 200."""
    etag: str | None = None
    modified: str | None = None
    """The two that a later request names, to get the page only where it has changed."""
    retry_after: float | None = None
    """Seconds after which the server wants to be asked again."""

    def said(self) -> str:
        """The status in words: "the server answered 404 (Not Found)"."""
        try:
            phrase = f" ({HTTPStatus(self.status).phrase})"
        except ValueError:
            phrase = ""
        return f"the server answered {self.status}{phrase}"


class Client:
    """Fetches pages, each over a connection of its own. Safe to use from several threads."""

    def __init__(self, reach: Reach = Reach()) -> None:  # noqa: B008 -- it cannot be changed
        self._reach = reach

    def get(
        self,
        url: str,
        etag: str | None = None,
        modified: str | None = None,
        limit: int = LIMIT,
        permit: Callable[[str], None] = check,
    ) -> Response:
        """The page, of at most `limit` bytes; with a status other than 200, without content.

        `etag` and `modified` are those of an earlier response: 304 says that it still holds. `permit` is
        called with each address before it is asked, and raises Refused where it must not be.

        NotAllowed, Unreachable or Refused with the reason in one line.
        """
        deadline = time.monotonic() + TOTAL
        asked = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers: _Headers = {name: value for name, value in asked.items() if value}
        for _ in range(REDIRECTS + 1):
            check(url)
            permit(url)
            response, onward = self._once(url, headers, limit, deadline)
            if onward is None:
                return response
            url = onward
        raise Refused(f"redirected more than {REDIRECTS} times")

    def _once(self, url: str, headers: _Headers, limit: int, deadline: float) -> tuple[Response, str | None]:
        """The response to one request; or where it is redirected to."""
        import httpcore

        sent: _Headers = {
            "User-Agent": AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **headers,
        }
        timeouts = {"connect": CONNECT, "read": READ, "write": READ, "pool": CONNECT}
        try:
            target = _target(url)
            with (
                self._pool(url, deadline) as pool,
                pool.stream("GET", target, headers=sent, extensions={"timeout": timeouts}) as answer,
            ):
                said = {
                    name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers
                }
                if answer.status in _REDIRECTING and "location" in said:
                    return Response(url, answer.status), _onward(url, said["location"])
                return _response(url, answer, said, limit), None
        except (httpcore.TimeoutException, TimeoutError) as error:
            raise Unreachable("the server took too long to answer; try again later") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
            raise Unreachable(f"could not be fetched: {_reason(error)}; try again later") from error

    def _pool(self, url: str, deadline: float) -> httpcore.ConnectionPool:
        """Connections for one request: to the host itself, or through the proxy that the system names."""
        import httpcore

        from corpus.web.connection import CheckedBackend

        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
        through = None if proxy_bypass(host) else getproxies().get(parts.scheme)
        if not through:
            return httpcore.ConnectionPool(_trusted(), network_backend=CheckedBackend(self._reach, deadline))
        self._reach.check_name(host, port)
        proxy = urlsplit(through if "://" in through else f"http://{through}")
        login = (unquote(proxy.username), unquote(proxy.password or "")) if proxy.username else None
        return httpcore.HTTPProxy(
            httpcore.URL(scheme=proxy.scheme, host=proxy.hostname or "", port=proxy.port or 8080, target="/"),
            proxy_auth=login,
            ssl_context=_trusted(),
            network_backend=CheckedBackend(Reach(frozenset({proxy.hostname or ""})), deadline),
        )


def _response(url: str, answer: httpcore.Response, said: dict[str, str], limit: int) -> Response:
    content = b""
    if answer.status == HTTPStatus.OK:
        content = _body(answer.iter_stream(), said.get("content-encoding", "").strip().lower(), limit)
    return Response(
        url,
        answer.status,
        said.get("content-type", "").partition(";")[0].strip().lower(),
        content,
        _short(said.get("etag")),
        _short(said.get("last-modified")),
        seconds_until(said.get("retry-after")),
    )


def _target(url: str) -> httpcore.URL:
    """The URL as it is sent: the host in ASCII, everything else percent-encoded."""
    import httpcore
    import httpx

    try:
        parsed = httpx.URL(url)
        return httpcore.URL(
            scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path
        )
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise NotAllowed(f"not a URL that can be read ({error})") from error


def _onward(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise Refused(f"redirected to what is no address ({location:.80})") from error


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _short(value: str | None) -> str | None:
    return value if value and len(value) <= _LONGEST_HEADER else None


def seconds_until(value: str | None) -> float | None:
    """What a Retry-After header says, in seconds from now; None where it says nothing that can be read."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        then = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


def _body(blocks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """What was sent, unfolded. Refused where it is longer than `limit`, folded or unfolded."""
    if encoding in ("gzip", "x-gzip"):
        return gunzip(blocks, limit)
    if encoding not in ("", "identity"):
        raise Refused(f"sent as {encoding:.20}, which was not asked for")
    content = bytearray()
    for block in blocks:
        content += block
        if len(content) > limit:
            raise _too_large(limit)
    return bytes(content)


def gunzip(blocks: Iterable[bytes], limit: int) -> bytes:
    """The bytes behind gzip's. Refused where they are more than `limit`, damaged or cut off."""
    content = bytearray()
    unfolding: Any = zlib.decompressobj(zlib.MAX_WBITS | 16)
    folded = 0
    try:
        for block in blocks:
            folded += len(block)
            left = block
            while left and folded <= limit:
                if unfolding.eof:  # another one behind it
                    unfolding = zlib.decompressobj(zlib.MAX_WBITS | 16)
                content += unfolding.decompress(left, limit + 1 - len(content))
                if len(content) > limit:
                    raise _too_large(limit)
                left = unfolding.unused_data if unfolding.eof else unfolding.unconsumed_tail
            if folded > limit:
                raise _too_large(limit)
    except zlib.error as error:
        raise Refused("compressed, and damaged") from error
    if folded and not unfolding.eof:
        raise Refused("compressed, and cut off")
    return bytes(content)


def _too_large(limit: int) -> Refused:
    return Refused(f"over the limit of {limit // 1024**2} MB")
