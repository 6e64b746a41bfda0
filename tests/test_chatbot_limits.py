"""The rate limit of an allowed site."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from chatbot.server import api, limits
from chatbot.server.limits import SITE_BURST, SITE_RATE, Bucket
from tests.small import small_bot

FRIEND, OTHER = "https://friend.test", "https://other.test"


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_bucket_gives_its_burst_and_then_what_flows_in():
    clock = Clock()
    bucket = Bucket(2.0, 3, clock)
    assert [bucket.take() for _ in range(4)] == [0, 0, 0, 0.5]
    clock.seconds += 0.25
    assert bucket.take() == 0.25  # half a token is there
    clock.seconds += 0.25
    assert bucket.take() == 0
    clock.seconds += 1000
    assert [bucket.take() for _ in range(4)] == [0, 0, 0, 0.5]  # it holds no more than its burst


@pytest.fixture
def client(tmp_path, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(limits, "Bucket", lambda rate, burst: Bucket(rate, burst, clock))
    client = TestClient(api.app(small_bot(tmp_path), sites=frozenset({FRIEND, OTHER})))
    client.get("/healthz")  # the layers are made with the first request
    return client


@pytest.mark.slow
def test_a_site_past_its_limit_is_told_when_to_come_back_and_others_go_on(client):
    def read(origin: str) -> int:
        return client.get("/api/v1/collection", headers={"origin": origin}).status_code

    assert [read(FRIEND) for _ in range(SITE_BURST)] == [200] * SITE_BURST
    refused = client.get("/api/v1/collection", headers={"origin": FRIEND})
    assert refused.status_code == 429 and refused.headers["retry-after"] == "1"
    assert refused.json()["detail"] == (
        f"pages of {FRIEND} send more than {SITE_RATE:g} requests a second; try again in 1 s"
    )
    # Its pages can read that.
    assert refused.headers["access-control-allow-origin"] == FRIEND
    assert read(OTHER) == 200
    assert [read("http://testserver") for _ in range(2 * SITE_BURST)] == [200] * 2 * SITE_BURST
    # Nor does it count when a browser asks whether it may.
    asking = {"origin": FRIEND, "access-control-request-method": "POST"}
    assert client.options("/api/v1/ask", headers=asking).status_code == 200
