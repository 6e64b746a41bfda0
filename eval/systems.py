"""The systems that a run compares: a way of searching, with or without the reader, under some settings.

`bm25`, `dense` and `hybrid` only rank passages; with `+reader` they are the whole chain that answers, under
that way of searching. A sweep makes one of each for every value of a setting.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NoReturn, get_args

from chatbot.settings import Settings, Value, changed, values
from corpus.errors import CuttingsError
from index.search import Mode

READER = "+reader"
PRODUCT = f"hybrid{READER}"
"""What answers people."""
MODES: Mapping[str, tuple[Mode, bool]] = {
    name: (mode, bool(reader))
    for reader in (READER, "")
    for mode in reversed(get_args(Mode))
    for name in [f"{mode}{reader}"]
}
"""The systems by name: how each searches, and whether it reads what it found for an answer."""
DEFAULT = (PRODUCT, "hybrid", "dense", "bm25")
"""What is compared unless something else is asked for."""


@dataclass(frozen=True, slots=True)
class System:
    """`name` is that of `MODES`, followed by what a sweep set: `hybrid+reader fusion.dense=0.5`."""

    name: str
    mode: Mode
    reads: bool
    settings: Settings


def systems(compare: str | None, sweeps: Sequence[str], settings: Settings) -> tuple[System, ...]:
    """The systems that were named, separated by commas, each with every combination of the swept values.

    Without names those of `DEFAULT`, of a sweep only the product. The first is the one that the others are
    compared with: of each setting the present value comes first. CuttingsError for a system, a setting or a
    value that there is not.
    """
    names = _named(compare) if compare is not None else DEFAULT[:1] if sweeps else DEFAULT
    swept = [_swept(sweep, settings) for sweep in sweeps]
    keys = [key for key, _ in swept]
    if again := next((key for key in keys if keys.count(key) > 1), None):
        raise CuttingsError(f"--sweep {again}: it is given twice; give all its values in one")
    made = []
    for name in names:
        mode, reads = MODES[name]
        for chosen in product(*(given for _, given in swept)):
            sets = dict(zip(keys, chosen, strict=True))
            label = " ".join([name, *(f"{key}={value}" for key, value in sets.items())])
            made.append(System(label, mode, reads, changed(settings, sets, "--sweep")))
    return tuple(made)


def _named(compare: str) -> list[str]:
    names = [name.strip() for name in compare.split(",")]
    for name in names:
        if name not in MODES:
            _unknown(f"--compare {compare}: no system {name!r}", name, MODES)
        if names.count(name) > 1:
            raise CuttingsError(f"--compare {compare}: {name!r} is named twice; name it once")
    return names


def _swept(sweep: str, settings: Settings) -> tuple[str, list[Value]]:
    """The setting and its values, the present one first."""
    key, is_, text = sweep.partition("=")
    key = key.strip()
    present = values(settings)
    if key not in present:
        _unknown(f"--sweep {sweep}: no setting {key!r}", key, present)
    texts = [one.strip() for one in text.split(",")]
    if not is_ or "" in texts:
        raise CuttingsError(f"--sweep {sweep}: a value is missing; write {key}={present[key]},..., say")
    given = [_value(one, type(present[key])) for one in texts]
    checked = [values(changed(settings, {key: one}, f"--sweep {sweep}"))[key] for one in given]
    return key, list(dict.fromkeys([present[key], *checked]))


def _value(text: str, kind: type[Value]) -> Value:
    """The value that the text stands for; the text itself where it is none, for `changed` to refuse."""
    try:
        return kind(text)
    except ValueError:
        return text


def _unknown(what: str, name: str, known: Iterable[str]) -> NoReturn:
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1)
    hint = f", did you mean {near[0]!r}?" if near else "."
    raise CuttingsError(f"{what}{hint} Choose from: {', '.join(known)}.")
