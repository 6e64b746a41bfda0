"""`cuttings calibrate`: the threshold at which a user's own questions get few enough wrong answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.special import betaincinv

from chatbot.settings import Settings, store_threshold
from corpus.errors import CuttingsError
from eval.asking import ask_all, product
from eval.measures.values import asked
from eval.prepare import prepared
from eval.progress import progress_of
from eval.record import Record
from index.address import folder_of
from index.store import Where

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


def calibrate(questions: Path, where: Where, settings: Settings, max_wrong: float) -> int:
    """Fit the threshold to a gold file about the collection, store it, print; the exit code, 0.

    CuttingsError, with nothing changed, where no threshold keeps the share of wrong answers to `max_wrong`.
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
    chosen = next((one for one in outcomes if one.answered and one.bound <= max_wrong), None)
    if chosen is None:
        raise CuttingsError(unreachable(outcomes, max_wrong))
    before = outcome(said, right, len(golds), settings.threshold)
    file = store_threshold(folder_of(where), chosen.threshold)
    unanswerable = sum(not gold.answerable for gold in golds)
    print(report(before, chosen, unanswerable))
    print(
        f"Stored as `threshold = {chosen.threshold:g}` in {file}, for every later command on this "
        f"collection; take it back with `threshold = {settings.threshold:g}` there."
    )
    return 0


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


def report(before: Outcome, chosen: Outcome, unanswerable: int) -> str:
    rows = [("before", before), ("now", chosen)]
    lines = [f"{'':8}{'threshold':>9}  {'answered':>16}  {'wrong answers':>16}"]
    lines += [
        f"{name:8}{one.threshold:>9g}  {_share(one.answered, one.asked):>16}  "
        f"{_share(one.wrong, one.answered):>16}"
        for name, one in rows
    ]
    lines.append(
        f"On other questions of this sort at most {chosen.bound:.1%} of the answers will be wrong, with "
        f"{CERTAINTY:.0%} certainty from {chosen.answered} answers."
    )
    if not unanswerable:
        lines.append(
            "Every one of these questions has an answer; add some that the articles do not answer, or the "
            "threshold knows nothing of those."
        )
    return "\n".join(lines)


def unreachable(outcomes: Sequence[Outcome], max_wrong: float) -> str:
    """Why no threshold will do, and what would."""
    best = min(outcomes, key=lambda one: one.bound)
    least = math.ceil(1000 * best.bound) / 1000
    easier = f"give --max-wrong {least:g}, or " if least < 1 else ""
    had = _share(best.wrong, best.answered)
    fewest = f"{needed(max_wrong)} answers without a wrong one are the fewest that show {max_wrong:g}"
    return (
        f"no threshold keeps wrong answers to {max_wrong:g} with {CERTAINTY:.0%} certainty; nothing was "
        f"changed. The best, {best.threshold:g}, shows {least:g} ({had} wrong): {easier}add questions; "
        f"{fewest}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "0 of 0"
