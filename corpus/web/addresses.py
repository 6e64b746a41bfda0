"""Which URLs may be fetched, and which network addresses a host may stand for."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit, urlunsplit

from corpus.formats.document import Refused

DEFAULT_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024
"""Below it stand the ports of mail, shells and the like, to which a page is never served."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""The well-known prefix behind whose addresses an IPv4 address stands (RFC 6052)."""
_LONGEST = 4096
"""Characters of a URL."""


class NotAllowed(Refused):
    """An address that is not fetched from, whatever is there."""


def normal(url: str) -> str:
    """The URL as it is known by: without fragment and `utm_` parameters, scheme and host in lower case.

    NotAllowed where it is none of http or https.
    """
    parts = _split(url)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = parts.port if parts.port != DEFAULT_PORTS[parts.scheme] else None
    query = "&".join(one for one in parts.query.split("&") if not one.lower().startswith("utm_")).rstrip()
    netloc = host if port is None else f"{host}:{port}"
    # What stood before something that goes may be at the end now, where white space counts for nothing.
    return urlunsplit((parts.scheme, netloc, parts.path or "/", query, "")).rstrip()


def host_of(url: str) -> str:
    """Host and port of a URL that was checked, as they stand there."""
    return urlsplit(url).netloc


def check(url: str) -> None:
    """NotAllowed where it is no URL of a page: another scheme, a password in it, a port of other services."""
    parts = _split(url)
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    if port not in DEFAULT_PORTS.values() and port < _FIRST_FREE_PORT:
        raise NotAllowed(
            f"port {port} serves no pages; only 80, 443 and those from {_FIRST_FREE_PORT} are asked"
        )


def _split(url: str) -> SplitResult:
    if len(url) > _LONGEST:
        raise NotAllowed(f"the URL has over {_LONGEST:,} characters")
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise NotAllowed(f"not a URL that can be read ({error})") from error
    if parts.scheme not in DEFAULT_PORTS or not host:
        raise NotAllowed("only http:// and https:// addresses of a host are fetched")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("leave user and password out of the URL; pages behind a login are not fetched")
    return parts


def _resolved(host: str, port: int) -> list[str]:
    """The numeric addresses of a host. OSError where there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Reach:
    """Where connections may go: to public addresses, and to the hosts that a person names."""

    private_hosts: frozenset[str] = frozenset()
    """Names whose addresses may be any; one that begins with "." stands for all names that end so."""
    resolve: Callable[[str, int], list[str]] = _resolved

    def addresses(self, host: str, port: int) -> list[str]:
        """The numeric addresses to connect to, at least one. NotAllowed where none may be; OSError."""
        found = self.resolve(host, port)
        if self._named(host):
            return found
        public = [address for address in found if is_public(address)]
        if not public:
            where = found[0] if found else "no address"
            at = "" if where == host.strip("[]") else f" at {where}, which is"
            raise NotAllowed(
                f"{host} is{at} no address of the public net; if it is a host of your own, "
                f'write private_hosts = "{host}" into settings.toml'
            )
        return public

    def check_name(self, host: str, port: int) -> None:
        """NotAllowed where a host is at none but private addresses; a name that is not known passes."""
        try:
            self.addresses(host, port)
        except (OSError, UnicodeError):  # a proxy knows names that this machine does not
            return

    def _named(self, host: str) -> bool:
        plain = host.lower().rstrip(".").strip("[]")
        return any(plain == one or (one[:1] == "." and plain.endswith(one)) for one in self.private_hosts)


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the public net, also where an IPv4 address is written into it."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and (inner := _inner(found)) is not None:
        found = inner
    unusual = found.is_multicast or found.is_reserved or found.is_unspecified
    return found.is_global and not unusual and not (isinstance(found, IPv6Address) and found.is_site_local)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo
