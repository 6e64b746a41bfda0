"""How far a run is, told on a terminal and in a log."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from eval.progress import progress_of


def clock(*times: float) -> Callable[[], float]:
    passing: Iterator[float] = iter(times)
    return lambda: next(passing)


def test_a_log_has_a_line_every_ten_seconds_and_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    tell = progress_of("questions", clock=clock(0, 1, 10, 15, 21, 40))
    for done in range(1, 6):
        tell(done * 192, 960)
    # 384 in ten seconds: 576 take fifteen more; 768 in 21: 192 take about five.
    assert capsys.readouterr().err.splitlines() == [
        "questions 384/960, 0:15 left",
        "questions 768/960, 0:05 left",
        "questions 960/960",
    ]


def test_what_was_there_before_is_not_counted_in_the_pace(capsys: pytest.CaptureFixture[str]) -> None:
    tell = progress_of("questions", 900, clock(0, 20))
    tell(910, 1950)
    assert capsys.readouterr().err == "questions 910/1,950, 34:40 left\n"


def test_hours_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    progress_of("questions", clock=clock(0, 60))(2, 200)
    assert capsys.readouterr().err == "questions 2/200, 1:39:00 left\n"


def test_a_terminal_has_one_line_that_is_written_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    tell = progress_of("questions", clock=clock(0, 1, 2))
    tell(2, 4)
    tell(4, 4)
    # The second covers the first.
    assert capsys.readouterr().err == "\rquestions 2/4, 0:01 left\rquestions 4/4".ljust(50) + "\n"


def test_the_first_tells_no_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    """It had to wait for the models, which the others have not to."""
    progress_of("questions", clock=clock(0, 60))(1, 100)
    assert capsys.readouterr().err == "questions 1/100\n"


def test_nothing_asked_yet_has_no_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    progress_of("questions", 5, clock(0, 30))(5, 9)
    assert capsys.readouterr().err == "questions 5/9\n"
