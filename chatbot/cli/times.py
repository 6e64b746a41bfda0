"""Days and schedules as they are typed on the command line."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import date

_SECONDS = {"m": 60, "h": 3600, "d": 24 * 3600}


def day(typed: str) -> str:
    """An ISO date. ArgumentTypeError where it is none."""
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError as error:
        raise ArgumentTypeError(f"{typed!r} is no day, such as 2025-04-02") from error


def every(typed: str) -> float:
    """The seconds of a schedule: every=30m, every=1h, every=1d. ArgumentTypeError where it is none."""
    found = re.fullmatch(r"every=([1-9][0-9]{0,3})([mhd])", typed)
    if not found:
        raise ArgumentTypeError(f"{typed!r} is no schedule, such as every=30m, every=1h or every=1d")
    return float(int(found[1]) * _SECONDS[found[2]])
