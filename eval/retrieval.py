"""Rankings, measured by trec_eval's code.

Through ir-measures (MacAvaney, Macdonald and Ounis, "Streamlining Evaluation with ir-measures", ECIR 2022),
which asks pytrec_eval (Van Gysel and de Rijke, "Pytrec_eval: An Extremely Fast Python Interface to trec_eval",
SIGIR 2018). Each measure is defined in docs/measures.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from eval.record import Record

DEPTH = 20
"""Passages that a system ranks at most. A measure that looks deeper would promise what it cannot see."""


def _families() -> dict[str, Callable[[int], Any]]:
    import ir_measures

    return {
        "hit": lambda k: ir_measures.Success @ k,
        "recall": lambda k: ir_measures.R @ k,
        "nDCG": lambda k: ir_measures.nDCG @ k,
    }


CUT = ("hit", "recall", "nDCG")
"""Measures of the first k passages: `hit@1`, `recall@5`, `nDCG@10`, with any k from 1 to `DEPTH`."""
UNCUT = ("MRR", "MAP")
"""Measures of the whole ranking."""


def is_retrieval(name: str) -> bool:
    """Whether `rankings` knows a measure of this name."""
    family, at, k = name.partition("@")
    if not at:
        return name in UNCUT
    return family in CUT and k.isascii() and k.isdecimal() and k[0] != "0" and int(k) <= DEPTH


def rankings(records: Sequence[Record], name: str) -> list[float | None]:
    """The measure called `name` of each record's ranking; None where there is nothing to find.

    A question without hits counts 0. Each passage counts once, where it stands first.
    """
    import ir_measures

    family, _, k = name.partition("@")
    uncut = {"MRR": ir_measures.RR, "MAP": ir_measures.AP}
    metric = uncut[name] if name in uncut else _families()[family](int(k))
    judged = {str(place): dict(one.relevant) for place, one in enumerate(records) if one.relevant}
    # Falling scores, so that trec_eval, which sorts by score, has no ties to break.
    found = {
        place: {passage: float(-rank) for rank, passage in enumerate(records[int(place)].ranking)}
        for place in judged
    }
    values: list[float | None] = [None] * len(records)
    for one in ir_measures.iter_calc([metric], judged, found) if judged else ():
        values[int(one.query_id)] = float(one.value)
    return values
