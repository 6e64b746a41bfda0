"""What is kept in memory: bounded, and never anything but what was kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.milvus.cache import Cache


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans())), st.integers(1, 20))
def test_it_holds_the_last_used_up_to_its_limit(uses: list[tuple[int, bool]], limit: int) -> None:
    cache: Cache[int, str] = Cache(limit, len)
    order: list[int] = []
    for key, put in uses:
        if put:
            cache.put({key: "x" * key})
            order = [*order, key] if key not in order else order
            while sum(order) > limit:
                order.pop(0)
        elif found := cache.get([key]):
            assert found == {key: "x" * key}
            order = [*(other for other in order if other != key), key]
    assert cache.get(range(10)) == {key: "x" * key for key in order}
