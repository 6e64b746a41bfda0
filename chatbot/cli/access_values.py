"""What is typed of keys and access, as values; argparse.ArgumentTypeError says what is wrong with it."""

from __future__ import annotations

import argparse
import re
from datetime import date
from ipaddress import ip_address

from chatbot.keys import SCOPES

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,99}")


def scopes(text: str) -> tuple[str, ...]:
    scopes = tuple(scope.strip() for scope in text.split(","))
    for scope in scopes:
        if scope not in SCOPES:
            raise argparse.ArgumentTypeError(f"{scope!r} is none of {', '.join(SCOPES)}")
    return scopes


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day, such as 2027-12-31") from error


def access(text: str) -> str:
    mode, _, header = text.partition(":")
    if text in ("open", "password", "keys") or (mode == "header" and _HEADER.fullmatch(header)):
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is none of open, password, keys, header:X-Remote-User")


def proxy(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no address, such as 10.0.0.1") from error
