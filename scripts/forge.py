"""Forged conversations and joins against a server, and its memory: `python -m scripts.forge ADDRESS PID`."""

from __future__ import annotations

import argparse
import base64
import json
import time
import zlib
from pathlib import Path
from typing import Any

import httpx

_OPENINGS, _JOINS = 120, 2000
_SETTLE = 3
"""Seconds in which the server works off what it was sent."""


def forged_id() -> str:
    """The id of an answer that was never given, as large as one may unfold to."""
    packed = ["q" * 30_000, "q", "", "none", 0.1, False, [], [], None, [], None, "fact", []]
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(packed).encode(), 9)).rstrip(b"=").decode()


def opening(config: dict[str, Any]) -> int:
    """The number of the page's function that opens answers."""
    button = next(one["id"] for one in config["components"] if one["props"].get("elem_id") == "open")
    return next(one["id"] for one in config["dependencies"] if one["targets"][0][0] == button)


def megabytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4 // 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.forge", description=__doc__)
    parser.add_argument("address")
    parser.add_argument("pid", type=int)
    args = parser.parse_args()
    client = httpx.Client(base_url=args.address, timeout=60)
    function = opening(client.get("/config").json())

    def join(said: dict[str, Any], session: str) -> None:
        body = {"data": [json.dumps(said), None], "fn_index": function, "session_hash": session}
        client.post("/gradio_api/queue/join", json=body)

    print(f"at first {megabytes(args.pid)} MB")
    for number in range(_OPENINGS):
        join({"open": [forged_id()] * 50}, f"forged{number}")
    time.sleep(_SETTLE)
    print(f"after {_OPENINGS} conversations of fifty forged answers {megabytes(args.pid)} MB")
    for name in ("plain", "plainer"):
        for number in range(_JOINS):
            join({}, f"{name}{number}")
        time.sleep(_SETTLE)
        print(f"after {_JOINS} joins more {megabytes(args.pid)} MB")


if __name__ == "__main__":
    main()
