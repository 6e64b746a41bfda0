"""`cuttings calibrate`: the thresholds at which a user's own questions get few enough wrong answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.special import betaincinv

from chatbot.settings import Settings, store_thresholds
from corpus.errors import CuttingsError
from eval.asking import ask_all, product
from eval.measures.values import asked
from eval.prepare import prepared
from eval.progress import progress_of
from eval.record import Record
from index.address import folder_of
from index.stores import Where

CERTAINTY = 0.9
"""With which the share of wrong answers is held to the limit, see `upper_bound`."""
STEPS = 1000
"""Thresholds that are tried: 0, 1/1000, ..., 1."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a threshold does to some questions: how many are asked, answered, and answered wrongly."""

    threshold: float
    asked: int
    answered: int
    wrong: int

    @property
    def bound(self) -> float:
        """The share of wrong answers that is not exceeded, with the certainty that is asked for."""
        return upper_bound(self.wrong, self.answered)


def calibrate(questions: Path, where: Where, settings: Settings, max_wrong: float, sure_right: float) -> int:
    """Fit both thresholds to a gold file about the collection, store them, print; the exit code, 0.

    Of all answers that are shown at most the share `max_wrong` is wrong; of those that are stated, and not
    only shown as possibly one, at least `sure_right` is right. CuttingsError, with nothing changed, where no
    threshold reaches that.
    """
    if questions.is_dir():
        raise CuttingsError(
            f"{questions} is a folder; give a gold file about the articles in {where} (docs/evaluation.md)"
        )
    # Asked at a threshold of 0, so that every question has the answer that it would be given.
    bot, golds = prepared(questions, where, replace(settings, threshold=0.0))
    records = asked(ask_all([product(bot)], golds, progress_of("questions")))
    said, right = answers(records)
    outcomes = [outcome(said, right, len(golds), step / STEPS) for step in range(STEPS + 1)]
    overall = lowest(outcomes, max_wrong)
    if overall is None:
        raise CuttingsError(unreachable(outcomes, max_wrong))
    higher = [one for one in outcomes if one.threshold >= overall.threshold]
    sure = lowest(higher, 1 - sure_right)
    if sure is None:
        raise CuttingsError(unreachable(higher, 1 - sure_right, sure=True))
    before = [outcome(said, right, len(golds), one) for one in (settings.threshold, settings.sure_threshold)]
    file = store_thresholds(folder_of(where), overall.threshold, sure.threshold)
    unanswerable = sum(not gold.answerable for gold in golds)
    print(report(before, [overall, sure], unanswerable))
    print(
        f"Stored as `threshold = {overall.threshold:g}` and `sure_threshold = {sure.threshold:g}` in {file}, "
        f"for every later command on this collection; take it back with `threshold = {settings.threshold:g}` "
        f"and `sure_threshold = {settings.sure_threshold:g}` there."
    )
    return 0


def lowest(outcomes: Sequence[Outcome], max_wrong: float) -> Outcome | None:
    """The first, in order of their thresholds, that is shown to have a share of wrong answers so low."""
    return next((one for one in outcomes if one.answered and one.bound <= max_wrong + 1e-9), None)


def answers(records: Sequence[Record]) -> tuple[np.ndarray, np.ndarray]:
    """The confidences of all that can be answered, which small talk cannot, and which answers are right."""
    cited = [record for record in records if record.citations]
    right = [record.first_right for record in cited]
    return np.array([record.confidence for record in cited]), np.array(right, bool)


def outcome(said: np.ndarray, right: np.ndarray, asked: int, threshold: float) -> Outcome:
    answered = said >= threshold
    return Outcome(threshold, asked, int(answered.sum()), int((answered & ~right).sum()))


def upper_bound(wrong: int, answered: int) -> float:
    """The largest share of wrong answers under which `wrong` or fewer come with a chance of 1 - CERTAINTY.

    One-sided and exact: Clopper and Pearson, Biometrika 26, 1934. Geifman and El-Yaniv choose a threshold by
    such a bound ("Selective Classification for Deep Neural Networks", NIPS 2017). Ours is not widened for
    the number of thresholds that are tried: answers at one are most of those at the next.
    """
    return float(betaincinv(wrong + 1, answered - wrong, CERTAINTY)) if wrong < answered else 1.0


def needed(max_wrong: float) -> int:
    """Right answers without a wrong one that are enough to show a share of `max_wrong` at most."""
    return math.ceil(math.log(1 - CERTAINTY) / math.log(1 - max_wrong))


def report(before: Sequence[Outcome], now: Sequence[Outcome], unanswerable: int) -> str:
    """What each of the two thresholds did and does; `before` and `now` are `threshold`, `sure_threshold`."""
    lines = [f"{'':16}{'':8}{'':>6}  {'answered':>16}  {'wrong answers':>16}"]
    for name, *pair in zip(("threshold", "sure_threshold"), before, now, strict=True):
        for when, one in zip(("before", "now"), pair, strict=True):
            lines.append(
                f"{name:16}{when:8}{one.threshold:>6g}  {_share(one.answered, one.asked):>16}  "
                f"{_share(one.wrong, one.answered):>16}"
            )
    overall, sure = now
    lines.append(
        f"On other questions of this sort, with {CERTAINTY:.0%} certainty, at most {overall.bound:.1%} of "
        f"all answers will be wrong, and at most {sure.bound:.1%} of those without “Possibly:”."
    )
    if not unanswerable:
        lines.append(
            "Every one of these questions has an answer; add some that the articles do not answer, or the "
            "thresholds know nothing of those."
        )
    return "\n".join(lines)


def unreachable(outcomes: Sequence[Outcome], max_wrong: float, *, sure: bool = False) -> str:
    """Why no threshold will do, and what would; with `sure`, for what is stated without “Possibly:”."""
    best = min(outcomes, key=lambda one: one.bound)
    least = math.ceil(1000 * best.bound) / 1000
    had = _share(best.wrong, best.answered)
    answers, option = "wrong answers", f"--max-wrong {least:g}"
    if sure:
        answers, option = "wrong answers without “Possibly:”", f"--sure-right {1 - least:g}"
    easier = f"give {option}, or " if least < 1 else ""
    fewest = f"{needed(max_wrong)} answers without a wrong one are the fewest that show {max_wrong:g}"
    return (
        f"no threshold keeps {answers} to {max_wrong:g} with {CERTAINTY:.0%} certainty; nothing was "
        f"changed. The best, {best.threshold:g}, shows {least:g} ({had} wrong): {easier}add questions; "
        f"{fewest}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "0 of 0"
