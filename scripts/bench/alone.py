"""Measuring in a process of its own, so that its memory and its first steps are those of the work alone."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from corpus.errors import CuttingsError
from eval.provenance import machine

Result = TypeVar("Result")

_QUIET = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
_ONE_THREAD = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1"),
    "TOKENIZERS_PARALLELISM": "false",
}


def alone(work: Callable[..., Result], *given: object, one_thread: bool = False) -> Result:
    """What `work(*given)` gives, in a new process that has only that to do, and without a network.

    Everything has to be fit for pickling. With `one_thread`, no library may calculate on more than one.
    CuttingsError where the process does not live to tell.
    """
    with _environment({**_QUIET, **(_ONE_THREAD if one_thread else {})}):
        try:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                return pool.submit(work, *given).result()
        except BrokenProcessPool as error:
            raise CuttingsError(
                "the process that was measured has been ended from outside; is there memory enough for it?"
            ) from error


def peak_megabytes(process: int | None = None) -> int:
    """The most memory that this process, or another one, has had, in MiB (resident, with shared libraries).

    0 for another one where the system has no /proc.
    """
    try:
        # ru_maxrss would count the process that started this one.
        status = Path(f"/proc/{process or 'self'}/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) // 1024
    except (OSError, IndexError):
        if process:
            return 0
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak // (1024**2 if sys.platform == "darwin" else 1024)


def busy() -> dict[str, str]:
    """The machine, with the load of its last minute: near 0 where nothing else ran."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {**machine(), "load": load}


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
