"""Web sites, as browsers name them in the header Origin, and what each may ask of this server."""

from __future__ import annotations

import re

from chatbot.server.addresses import plain
from corpus.errors import CuttingsError

_SITE = re.compile(r"(https?)://([a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?")
_PORTS = {"http": "80", "https": "443"}

_OPEN = {
    "GET": re.compile(r"/(widget\.js|api/v1/(?!operator/).+|v1/models(/.+)?)"),
    "POST": re.compile(r"/(api/v1/(ask|feedback)|v1/chat/completions)"),
}
"""What pages of an allowed site may do: read and ask, and nothing that changes the collection
or is for its operator."""


def site(text: str) -> str:
    """A site as a browser names it, such as "https://example.org". CuttingsError where it is none."""
    found = _SITE.fullmatch(text.lower())
    if found is None or int(found[3] or 1) > 65535:
        raise CuttingsError(f"{text!r} is no site; give scheme and host only, such as https://example.org")
    scheme, host, port = found.groups()
    # Browsers leave out the port that the scheme implies.
    return f"{scheme}://{host}" + (f":{port}" if port and port != _PORTS[scheme] else "")


def is_own(origin: str, host: str) -> bool:
    """Whether a page of this server sent the request that called the server `host` (with its port).

    Schemes are not compared: behind a proxy that speaks TLS the server itself does not.
    """
    scheme, _, place = origin.lower().partition("://")
    return bool(place) and host.lower() in (place, f"{place}:{_PORTS.get(scheme)}")


def open_to_sites(method: str, path: str) -> bool:
    """Whether pages of an allowed site may send such a request."""
    paths = _OPEN.get(method)
    return paths is not None and paths.fullmatch(plain(path)) is not None
