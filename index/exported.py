"""Where exported models are kept: made when a model is first used, in the user's cache."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import platformdirs

from index.encoding import Model
from index.onnx_model import OnnxModel
from index.torch_model import OPSET, NotExportable, TorchModel

_FORMAT = 3
"""Raised when what is exported changes, so that older exports are not taken."""


def served(path: str, name: str) -> Model:
    """A model ready to use, by ONNX Runtime; by torch where it cannot be exported or nothing can be kept.

    `path` is a folder or a hub name, `name` what a person calls it. CuttingsError when it cannot be loaded.
    """
    cache = Path(platformdirs.user_cache_dir("cuttings", appauthor=False)) / "models"
    folder = cache / _digest(path)
    if folder.is_dir():
        try:
            return OnnxModel(folder)
        except Exception:  # damaged, in whichever way: it can be made again
            shutil.rmtree(folder, ignore_errors=True)
    model = TorchModel(path, name)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
    except OSError:
        return model
    try:
        model.export(building)
        made = OnnxModel(building)  # keeps nothing of the folder open
        if not folder.exists():  # else another process was faster
            building.rename(folder)
        return made
    except (NotExportable, OSError):
        return model
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _digest(path: str) -> str:
    """Of all that shapes an export; a folder by the sizes and times of its files, which need not be read."""
    shaping: list[object] = [_FORMAT, OPSET, path]
    files = [file for file in sorted(Path(path).rglob("*")) if file.is_file()] if Path(path).is_dir() else []
    shaping += [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return hashlib.sha256(repr(shaping).encode()).hexdigest()[:16]
