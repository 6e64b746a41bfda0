"""Several processes: the same records in the same order, and no hang where one is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info

from corpus.errors import CuttingsError
from eval.asking import Opened, units
from eval.jobs import asked
from tests.records import timeless
from tests.small_runs import GOLDS, Small, small_collection

pytestmark = pytest.mark.slow  # processes

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_collection(tmp_path_factory.mktemp("jobs"))


def test_two_processes_make_the_records_of_one_in_its_order(folder: Path) -> None:
    many = units([replace(gold, id=f"{gold.id}-{n}") for n in range(6) for gold in GOLDS])
    one, two = (
        [[timeless(record) for record in unit] for unit in asked(Small(folder), many, jobs)]
        for jobs in (1, 2)
    )
    assert [unit[0].id for unit in one] == [unit[0].id for unit in many]
    assert one == two


@dataclass(frozen=True)
class Failing:
    """Opens nothing: in the way that it is told, in the process that it is to be opened in."""

    how: str

    def __call__(self) -> Sequence[Opened]:
        if self.how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        raise CuttingsError("there is no collection in nowhere")


@pytest.mark.parametrize(
    ("how", "said"),
    [("killed", "was killed.*the same command goes on"), ("refused", "no collection in nowhere")],
)
def test_a_process_that_dies_or_fails_ends_the_run_in_one_line(how: str, said: str) -> None:
    with pytest.raises(CuttingsError, match=said):
        list(asked(Failing(how), units(GOLDS), 2))


def test_matrices_are_multiplied_on_one_thread_while_asked_and_on_all_afterwards(folder: Path) -> None:
    def threads() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = threads()
    asking = asked(Small(folder), units(GOLDS), 1)
    next(asking)
    assert set(threads()) <= {1}
    list(asking)
    assert threads() == before


PARENT = """
import sys
from pathlib import Path
from eval.jobs import asked
from eval.asking import units
from tests.records import timeless
from tests.small_runs import GOLDS, Small
from dataclasses import replace
for n, unit in enumerate(asked(Small(Path(sys.argv[1])), units([replace(g, id=f"{g.id}-{n}")
                         for n in range(5000) for g in GOLDS]), 2)):
    print(n, flush=True)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
def test_no_process_outlives_the_one_that_started_it(folder: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout and parent.stdout.readline() == "0\n"
        workers = children(parent.pid)
        assert len(workers) >= 2
        parent.kill()
    assert within(30, lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.1)
    return holds()
