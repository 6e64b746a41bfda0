"""The files of `chatbot/server/web`, as the routes that serve them."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

WEB = Path(__file__).parent / "web"

Route = Callable[[Request], Response]


def file(path: str | Path) -> Route:
    """A file as it is, of this folder or with its whole path; 404 while it is not there."""

    # Asked for again on every visit, since a new release changes the file under the same name.
    def answer(_: Request) -> Response:
        if not (WEB / path).is_file():
            raise HTTPException(404, "there is nothing here yet")
        return FileResponse(WEB / path, headers={"cache-control": "no-cache"})

    return answer


def script(name: str) -> Route:
    """A script that is large or for the pages of other sites: small on the way, and not sent twice.

    What is packed already, in a file of this name with `.gz`, is sent as that is.
    """

    @cache
    def read() -> tuple[bytes, bytes, dict[str, str]]:
        plain = (WEB / name).read_bytes()
        packed = WEB / f"{name}.gz"
        return (
            plain,
            packed.read_bytes() if packed.is_file() else gzip.compress(plain, mtime=0),
            {
                "content-type": "text/javascript; charset=utf-8",
                "cache-control": "no-cache",
                "etag": f'"{hashlib.sha256(plain).hexdigest()[:16]}"',
                "vary": "accept-encoding",
            },
        )

    def answer(request: Request) -> Response:
        plain, small, headers = read()
        # A proxy that compresses marks the tag as weak.
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(small, headers={**headers, "content-encoding": "gzip"})
        return Response(plain, headers=headers)

    return answer
