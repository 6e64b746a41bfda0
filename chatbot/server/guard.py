"""Who may call this server by which name for what: refused hosts, addresses and sites, and security headers.

Gradio serves far more than this page uses (uploads, files of the server, a proxy, monitoring). Only what the
page was seen to need is let through; a new Gradio route is refused until someone adds it here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.server.problems import Problem
from chatbot.server.sites import is_own, open_to_sites

WIDGET = "/widget.js"
OPERATOR_PAGE = "/operator"

_STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The policy of a page that is all our own: no style within it, and in no frame, whatever sites are."""

# The page of a Gradio Blocks and its event queue; nothing that reads, writes or fetches a file.
_PAGE = re.compile(
    r"/(evaluation|operator|config|theme\.css|assets/.*|static/.*"
    r"|gradio_api/(queue/(join|data)|heartbeat/\w+|startup-events|app_id|cancel|reset|info))?/?"
)
_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
_ONLY_READ = re.compile(r"(?!/(api|v1|gradio_api|mcp|sign-in|sign-out)(/|$)).*")
"""What is fetched and nothing else."""
_LONGEST_NAME = 200
"""Bytes of a file's name; an operating system has none longer than 255."""
_OURS = re.compile(
    r"/(healthz|readyz|metrics|widget\.js|embed|widget-demo|mcp|sign-in|sign-out|link/[^/]+|(api/)?v1/.*)"
)


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that a server answers to, and whether it answers to every address without a name.

    A site elsewhere can point a name of its own at this machine, and then read the articles as a page of that
    name; it has no way to do so by an address.
    """

    names: frozenset[str]
    addresses: bool = False

    def has(self, name: str) -> bool:
        if name in self.names:
            return True
        try:
            return self.addresses and bool(ip_address(name))
        except ValueError:
            return False


class Guard:
    """ASGI middleware.

    `hosts`, where given, is what a request may call this server by. Pages of `sites` may use
    it (see `chatbot.server.sites`) and show it in a frame; pages of any other site may not.
    """

    def __init__(self, app: ASGIApp, hosts: Hosts | None = None, sites: frozenset[str] = frozenset()) -> None:
        self.app = app
        self.hosts = hosts
        self.sites = sites
        self._headers = _headers(sites)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # The widget's script is made to be part of other pages; nothing else is.
        policy = "cross-origin" if scope["path"] == WIDGET else "same-origin"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if scope["path"] == OPERATOR_PAGE:
                    headers["content-security-policy"] = _STRICT
                headers["cross-origin-resource-policy"] = policy
                headers.add_vary_header("Origin")
            await send(message)

        await (self._refusal(scope) or self.app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Problem | None:
        headers, path = Headers(scope=scope), scope["path"]
        host, origin = headers.get("host", ""), headers.get("origin")
        if self.hosts is not None and not self.hosts.has(_name(host)):
            names = ", ".join(sorted(self.hosts.names))
            return Problem(421, f"this server is {names}, not {_name(host)!r}; --public-name adds one", path)
        if not (_PAGE.fullmatch(path) or _OURS.fullmatch(path)):
            return Problem(404, f"nothing is served at {path}; start at /", path)
        if _ONLY_READ.fullmatch(path) and max(len(name.encode()) for name in path.split("/")) > _LONGEST_NAME:
            return Problem(404, "nothing has so long a name; start at /", path)
        if _embedded(headers) and path != WIDGET:
            return Problem(403, f"other sites may make {WIDGET} a part of their pages, and not {path}", path)
        if origin is not None and not is_own(origin, host):
            if origin not in self.sites:
                detail = f"pages of {origin} may not use this server; --allow-site names the sites that may"
                return Problem(403, detail, path)
            # A browser asks first whether it may, and with which method.
            method = headers.get("access-control-request-method", scope["method"])
            if not open_to_sites(method, path):
                return Problem(403, f"{method} {path} is for this server's own pages, not for {origin}", path)
        allowed = ("GET", "HEAD") if _ONLY_READ.fullmatch(path) else _METHODS
        if scope["method"] not in allowed and not (origin and scope["method"] == "OPTIONS"):
            allow = ", ".join(allowed)
            detail = f"{scope['method']} {path} is not served, {allow} may be"
            return Problem(405, detail, path, {"allow": allow})
        return None


def _embedded(headers: Headers) -> bool:
    """Whether a page of another site asks for this as a script or an image, for which no Origin is sent."""
    site, mode = headers.get("sec-fetch-site"), headers.get("sec-fetch-mode")
    return site in ("cross-site", "same-site") and mode == "no-cors"


def _headers(sites: frozenset[str]) -> dict[str, str]:
    ancestors = " ".join(["'self'", *sorted(sites)])
    return {
        "content-security-policy": (
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            "object-src 'none'; base-uri 'self'; form-action 'self'; "
            f"frame-ancestors {ancestors}"
        ),
        "x-content-type-options": "nosniff",
        # With "no-referrer" some requests of the own pages come with the Origin "null".
        "referrer-policy": "same-origin",
    }


def _name(host: str) -> str:
    """The host header without its port."""
    return re.sub(r":\d+$", "", host).strip("[]").lower()
