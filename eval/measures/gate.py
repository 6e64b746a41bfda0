"""The gates of `cuttings eval`: a value to be reached, and a stored run that is not to be fallen behind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.errors import CuttingsError
from eval.measures.compare import match, paired
from eval.measures.metrics import measure
from eval.measures.significance import holm
from eval.record import Record

GATE_MISSED = 3
"""Exit code."""
NO_WORSE = ("served", "first_citation", "nDCG@10")
"""The measures by which a run is to be no worse than another. In each, higher is better."""


def parse_gate(gate: str) -> tuple[str, float]:
    """(measure, value) of `MEASURE=VALUE`. CuttingsError where there is no such measure, or no number."""
    name, _, value = gate.partition("=")
    try:
        measure(name)
    except CuttingsError as error:
        raise CuttingsError(f"--fail-under {gate}: {error}") from None
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CuttingsError(f"--fail-under {gate}: {value!r} is no number. Write {name}=0.8, say.")
    return name, number


def missed(records: Sequence[Record], name: str, value: float) -> str:
    """Why the records of a system miss the gate, in a few words; "" where they don't.

    Where lower is better, the gate is a ceiling. Raises CuttingsError when there is nothing to judge by.
    """
    judged = measure(name)
    score = judged.score(records)
    if score.value is None:
        raise CuttingsError(
            f"--fail-under {name}={value:g}: no question here is measured by it. Leave it out."
        )
    if score.value > value if judged.lower_is_better else score.value < value:
        side = "over" if judged.lower_is_better else "under"
        return f"{name} is {score.value:.4g} (n={score.n}), {side} {value:g}"
    return ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a run is worse than a stored one by one measure, on the `n` questions that both have.

    `left_out` are those that only one of them has, or has with another question or evidence. `p` is of the
    one-sided paired randomisation test, corrected by Holm's method for the measures that are judged together;
    the gate is missed where it is below `alpha`.
    """

    measure: str
    n: int
    left_out: int
    before: float
    after: float
    p: float
    alpha: float

    @property
    def missed(self) -> bool:
        return self.p < self.alpha

    @property
    def line(self) -> str:
        """All of it in a line."""
        n = f"n={self.n}" + (f", {self.left_out} not in both" if self.left_out else "")
        return (
            f"{self.measure} {self.before:.3f} -> {self.after:.3f} ({self.after - self.before:+.3f}, {n}), "
            f"p={self.p:.3g}: {'worse' if self.missed else 'no worse'} at alpha={self.alpha:g}"
        )


def check_alpha(alpha: float) -> float:
    """`alpha`. CuttingsError where it is no chance between 0 and 1."""
    if not 0 < alpha < 1:
        raise CuttingsError(f"--alpha {alpha:g}: give a number between 0 and 1, such as 0.05.")
    return alpha


def no_worse_than(
    stored: Sequence[Record], records: Sequence[Record], alpha: float, name: str
) -> list[Verdict]:
    """Whether the records of a system are worse than those of a stored run, by each of NO_WORSE.

    `name` stands for the stored run in errors. A measure that either does not have is left out. Raises
    CuttingsError where there is none to judge by.
    """
    check_alpha(alpha)
    if not match(stored, records).pairs:
        raise CuttingsError(
            f"--no-worse-than {name}: it has no question in common with this run. "
            f"Name a run of the same gold file."
        )
    judged = []
    for measured in NO_WORSE:
        both = paired(measure(measured), stored, records)
        if n := len(both.before):
            before, after = float(both.before.mean()), float(both.after.mean())
            judged.append(Verdict(measured, n, both.left_out, before, after, both.p(less=True), alpha))
    if not judged:
        raise CuttingsError(
            f"--no-worse-than {name}: no question is measured by {', '.join(NO_WORSE)} in both runs. "
            f"Name a run of a system like this one."
        )
    ps = holm([one.p for one in judged])
    return [replace(one, p=p) for one, p in zip(judged, ps, strict=True)]
