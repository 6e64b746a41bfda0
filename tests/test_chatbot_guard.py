"""Who may call the server by which name for what, and the headers that every response carries."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from chatbot.server import api
from chatbot.server.guard import Hosts
from chatbot.server.problems import MEDIA_TYPE
from chatbot.server.sites import is_own, site
from chatbot.server.ui import _hosts, page_app
from corpus.errors import CuttingsError
from tests.small import small_bot

FRIEND, STRANGER, OWN = "https://friend.test", "https://stranger.test", "http://testserver"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return api.app(small_bot(tmp_path_factory.mktemp("guard")), sites=frozenset({FRIEND}))


@pytest.fixture(scope="module")
def client(app):
    return TestClient(app)


def cors(response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTP://Example.org:8080", "http://example.org:8080"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:443", "http://example.org:443"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_a_site_is_named_as_browsers_name_it(given, named):
    assert site(given) == named


@pytest.mark.parametrize(
    "given",
    [
        "",
        "*",
        "null",
        "example.org",
        "ftp://example.org",
        "https://",
        "https://*.example.org",
        "https://example.org/",
        "https://example.org/path",
        "https://a@example.org",
        "https://example.org:0",
        "https://example.org:65536",
        "https://example.org; script-src *",
        "https://example.org https://b.test",
        "https://bücher.test",
    ],
)
def test_what_is_no_site_is_refused_with_its_name(given):
    with pytest.raises(CuttingsError) as error:
        site(given)
    assert repr(given) in str(error.value) and "such as https://example.org" in str(error.value)


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://localhost:7860", "localhost:7860", True),
        ("https://Cuttings.test", "cuttings.test", True),  # behind a proxy that speaks TLS
        ("https://cuttings.test", "cuttings.test:443", True),
        ("http://localhost:7860", "localhost:7861", False),
        ("https://cuttings.test.evil.test", "cuttings.test", False),
        ("https://cuttings.test", "cuttings.test:80", False),
        ("null", "null", False),
        ("http://", "", False),
        ("", "", False),
    ],
)
def test_a_page_of_this_server_is_known_by_host_and_port(origin, host, own):
    assert is_own(origin, host) is own


@pytest.mark.slow
@pytest.mark.parametrize("origin", [STRANGER, "null", "http://friend.test", "https://friend.test:8443", ""])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/v1/articles"), ("POST", "/api/v1/ask"), ("OPTIONS", "/api/v1/ask"), ("GET", "/healthz")],
)
def test_another_site_is_refused_and_not_only_kept_from_reading(client, origin, method, path):
    headers = {"origin": origin, "access-control-request-method": "POST"} if method == "OPTIONS" else {}
    response = client.request(method, path, headers={"origin": origin, **headers})
    assert response.status_code == 403
    assert response.headers["content-type"] == MEDIA_TYPE
    assert "--allow-site" in response.json()["detail"]
    assert cors(response) == {}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_embed_what_it_may_not_read(client, site):
    embedded = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
    for path in ("/api/v1/search?q=bridge", "/gradio_api/queue/data", "/"):
        assert client.get(path, headers=embedded).status_code == 403
    assert client.get("/widget.js", headers=embedded).status_code == 404  # let through; it is not served here
    own = {**embedded, "sec-fetch-site": "same-origin"}
    followed = {**embedded, "sec-fetch-mode": "navigate"}
    for headers in (own, followed):
        assert client.get("/api/v1/articles", headers=headers).status_code == 200


def test_pages_of_the_server_itself_may_do_everything(client):
    asked = client.post("/api/v1/ask", json={"question": "Who opened the bridge?"}, headers={"origin": OWN})
    assert asked.status_code == 200 and "access-control-allow-origin" not in cors(asked)
    assert client.get("/healthz", headers={"origin": OWN}).status_code == 200


def test_an_allowed_site_may_ask_and_read_without_credentials(client):
    asked = client.post(
        "/api/v1/ask", json={"question": "Who opened the bridge?"}, headers={"origin": FRIEND}
    )
    assert asked.status_code == 200
    assert cors(asked) == {
        "access-control-allow-origin": FRIEND,
        "access-control-expose-headers": "X-Request-Id, Retry-After",
    }
    assert "Origin" in asked.headers["vary"]
    # What went wrong is readable too.
    wrong = client.post("/api/v1/ask", content=b" " * 300_000, headers={"origin": FRIEND})
    assert wrong.status_code == 413 and cors(wrong)["access-control-allow-origin"] == FRIEND


def test_a_browser_that_asks_first_is_told_and_remembers(client):
    asking = {
        "origin": FRIEND,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    told = client.options("/api/v1/ask", headers=asking)
    assert told.status_code == 200
    assert cors(told)["access-control-allow-origin"] == FRIEND
    assert int(cors(told)["access-control-max-age"]) >= 600
    assert "POST" in cors(told)["access-control-allow-methods"]
    assert "content-type" in cors(told)["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in cors(told)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/articles"),
        ("DELETE", "/api/v1/articles/bridge"),
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/"),
        ("GET", "/metrics"),
    ],
)
def test_an_allowed_site_may_change_nothing_and_not_see_what_is_the_servers_own(client, method, path):
    refused = client.request(method, path, headers={"origin": FRIEND})
    assert refused.status_code == 403 and FRIEND in refused.json()["detail"]
    asking = {"origin": FRIEND, "access-control-request-method": method}
    assert client.options(path, headers=asking).status_code == 403


def test_the_security_headers_are_on_every_response_and_name_the_sites_that_may_frame_it(client):
    for path, status in (("/healthz", 200), ("/api/v1/articles/none", 404), ("/nothing", 404)):
        response = client.get(path)
        assert response.status_code == status
        policy = response.headers["content-security-policy"]
        assert f"frame-ancestors 'self' {FRIEND}" in policy and "script-src 'self';" in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cross-origin-resource-policy"] == "same-origin"
    assert client.get("/widget.js").headers["cross-origin-resource-policy"] == "cross-origin"


def test_without_sites_no_other_may_show_it_in_a_frame(tmp_path):
    policy = TestClient(api.app(small_bot(tmp_path))).get("/healthz").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self'")


def test_a_name_that_is_not_this_servers_is_refused(tmp_path):
    client = TestClient(api.app(small_bot(tmp_path), hosts=Hosts(frozenset({"localhost", "::1"}))))
    assert client.get("/healthz", headers={"host": "192.0.2.7"}).status_code == 421
    for host, status in [("localhost:7860", 200), ("[::1]:7860", 200), ("evil.test", 421), ("", 421)]:
        assert client.get("/healthz", headers={"host": host}).status_code == status


def test_a_websocket_is_closed(client):
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/api/v1/ask"):
        pass


@pytest.mark.parametrize(
    ("bound", "name", "host", "status"),
    [
        ("0.0.0.0", None, "192.0.2.7:7860", 200),
        ("0.0.0.0", None, "[2001:db8::7]:7860", 200),
        ("0.0.0.0", None, "localhost:7860", 200),
        ("0.0.0.0", None, "rebound.evil.test:7860", 421),
        ("192.0.2.7", "cuttings.test", "cuttings.test", 200),
        ("192.0.2.7", "cuttings.test", "rebound.evil.test", 421),
        ("127.0.0.1", None, "192.0.2.7", 421),
    ],
)
def test_at_any_address_no_name_of_somebody_else_is_answered_to(small, bound, name, host, status):
    client = TestClient(api.app(small, hosts=_hosts(bound, name)))
    assert client.get("/healthz", headers={"host": host}).status_code == status


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return small_bot(tmp_path_factory.mktemp("guard"))


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/api/v1/ask", 405, "POST"),
        ("PUT", "/api/v1/search?q=a", 405, "GET"),
        ("POST", "/api/v1/none", 404, None),
        ("TRACE", "/api/v1/ask", 405, "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"),
        ("POST", "/healthz", 405, "GET, HEAD"),
        ("DELETE", "/", 405, "GET, HEAD"),
        ("GET", f"/static/{'a' * 300}", 404, None),
        ("GET", f"/assets/{'a' * 300}", 404, None),
    ],
)
def test_what_is_not_served_is_told_with_what_is(whole_page, method, path, status, allow):
    answer = whole_page.request(method, path)
    assert (answer.status_code, answer.headers.get("allow")) == (status, allow)
    assert answer.headers["content-type"] == MEDIA_TYPE and answer.json()["detail"]


@pytest.fixture(scope="module")
def whole_page(small):
    return TestClient(page_app(small, api.Loading(small)), raise_server_exceptions=False)
