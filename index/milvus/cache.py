"""What was used last, held in memory up to a size."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Cache(Generic[Key, Value]):
    """Values that never change, by key; those used longest ago go first. Safe to use from several threads."""

    def __init__(self, limit: int, size: Callable[[Value], int]) -> None:
        """`limit` is the sum of the sizes that is not passed."""
        self._limit = limit
        self._size = size
        self._total = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """Those of the keys that are there."""
        with self._lock:
            found = {key: self._values[key] for key in keys if key in self._values}
            for key in found:
                self._values.move_to_end(key)
            return found

    def put(self, values: Mapping[Key, Value]) -> None:
        with self._lock:
            for key, value in values.items():
                if key not in self._values:
                    self._total += self._size(value)
                    self._values[key] = value
            while self._total > self._limit:
                _, oldest = self._values.popitem(last=False)
                self._total -= self._size(oldest)
