"""Token buckets: how often something may be done at once, and over some time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from starlette.types import Scope

KEPT = 10_000
"""Of those who are counted, the latest."""

_NETWORK = 64
"""Bits of an IPv6 address that are one household's; the others it may choose for each request."""


class Bucket:
    """Holds up to `burst` tokens, and gains `rate` a second."""

    def __init__(self, rate: float, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._now = now
        self._tokens = float(burst)
        self._counted = now()

    def take(self) -> float:
        """Take a token and return 0; where there is none, the seconds until there will be one."""
        now = self._now()
        self._tokens = min(self._burst, self._tokens + (now - self._counted) * self._rate)
        self._counted = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._rate
        self._tokens -= 1
        return 0.0


class Buckets:
    """A bucket for each of those who come, of the latest KEPT."""

    def __init__(self, rate: float, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._new = lambda: Bucket(rate, burst, now)
        self._held: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, who: str) -> float:
        """As `Bucket.take`."""
        bucket = self._held.pop(who, None) or self._new()
        self._held[who] = bucket
        if len(self._held) > KEPT:
            self._held.popitem(last=False)
        return bucket.take()


def address_of(scope: Scope) -> str:
    """Whom requests are counted by where nobody has said who it is: an address, of IPv6 its network."""
    client = (scope.get("client") or ("",))[0]
    try:
        address = ip_address(client)
    except ValueError:
        return str(client)
    if not isinstance(address, IPv6Address):
        return client
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> (128 - _NETWORK) << (128 - _NETWORK)))
