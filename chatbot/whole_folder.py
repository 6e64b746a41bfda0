"""A folder that is made once and kept, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from corpus.errors import CuttingsError, reason


def made_once(folder: Path, fill: Callable[[Path], None]) -> Path:
    """The folder; where there is none yet, one beside it is filled and then takes its name.

    So nobody sees half of it, a process that is killed leaves none, and of several processes that make it at
    the same time the first gives it. CuttingsError where nothing can be written there.
    """
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix="building-", dir=folder.parent))
    except OSError as error:
        raise CuttingsError(
            f"cannot write to {folder.parent}: {reason(error)}. Set XDG_CACHE_HOME to another folder."
        ) from error
    try:
        fill(building)
        try:
            building.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster, and its folder is the same
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder
