"""Who may use a server: its modes, what each route needs, sessions, and questions a minute."""

from __future__ import annotations

import base64
import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from chatbot import keys, password
from chatbot.keys import ADMIN, ASK, FEEDBACK, INGEST, READ, SCOPES, Keys
from chatbot.server import api, recognition, session, sign_in
from chatbot.server.access import rules
from chatbot.server.bucket import KEPT, Buckets, address_of
from chatbot.server.recognition import PEER, Mode
from chatbot.server.sign_in import BURST
from chatbot.settings import Settings
from corpus.errors import CuttingsError
from tests.small import small_bot

FRIEND = "https://friend.test"
SECRET = "correct horse battery"
OPEN = Mode()

ROUTES: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/healthz"): (),
    ("HEAD", "/readyz"): (),
    ("GET", "/sign-in"): (),
    ("GET", "/api/v1/openapi.json"): (),
    ("POST", "/api/v1/ask"): (ASK,),
    ("GET", "/api/v1/search?q=bridge"): (READ,),
    ("GET", "/api/v1/collection"): (READ,),
    ("GET", "/api/v1/articles"): (READ,),
    ("GET", "/api/v1/articles/bridge"): (READ,),
    ("GET", "/api/v1/answers/none"): (READ,),
    ("POST", "/v1/chat/completions"): (ASK,),
    ("GET", "/v1/models"): (ASK,),
    ("GET", "/v1/models/collection"): (ASK,),
    ("POST", "/api/v1/feedback"): (FEEDBACK,),
    ("POST", "/api/v1/articles?name=a.txt"): (INGEST,),
    ("GET", "/"): (ASK, READ),
    ("GET", "/config"): (ASK, READ),
    ("POST", "/gradio_api/queue/join"): (ASK, READ),
    ("GET", "/gradio_api/queue/data?session_hash=x"): (ASK, READ),
    ("GET", "/evaluation"): (ADMIN,),
    ("GET", "/metrics"): (ADMIN,),
    ("GET", "/operator"): (ADMIN,),
    ("GET", "/api/v1/operator/keys"): (ADMIN,),
    ("POST", "/api/v1/operator/keys"): (ADMIN,),
    ("DELETE", "/api/v1/operator/keys/none"): (ADMIN,),
    ("GET", "/api/v1/collections/collection/operator/feedback.jsonl"): (ADMIN,),
    ("POST", "/api/v1/collections/collection/operator/sources"): (ADMIN,),
}


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    return small_bot(tmp_path_factory.mktemp("access"))


@pytest.fixture(scope="module")
def secrets(bot) -> dict[str, str]:
    """A key for each scope, by its name, and some more."""
    password.store(bot.collection.folder, SECRET)
    kept = Keys(bot.collection.folder)
    made = {scope: kept.add(scope, (scope,)) for scope in SCOPES}
    made["page"] = kept.add("page", (ASK, READ))
    made["widget"] = kept.add("widget", (ASK, READ), FRIEND)
    return made


def client(bot: Any, mode: Mode, **how: Any) -> TestClient:
    return TestClient(
        api.app(bot, mode=mode, uploads=True, **how), raise_server_exceptions=False, follow_redirects=False
    )


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def reached(response: Any) -> bool:
    return response.status_code not in (401, 403)


def send(to: TestClient, method: str, path: str, **how: Any) -> Any:
    return to.request(method, path, json={} if method == "POST" else None, **how)


def test_every_route_says_what_it_needs(bot) -> None:
    found = {
        (method, route.path)
        for route in api.app(bot, uploads=True).routes
        if isinstance(route, Route | APIRoute) and route.name != "unknown"
        for method in route.methods or ()
    }
    assert len(found) > 15
    untold = {
        (method, path) for method, path in found if not any(method in rule.methods for rule in rules(path))
    }
    assert untold == set()


@pytest.mark.slow
def test_each_route_is_open_to_the_keys_that_are_for_it_and_to_no_other(bot, secrets) -> None:
    closed = client(bot, Mode("keys"))
    for (method, path), needed in ROUTES.items():
        assert reached(send(closed, method, path)) == (not needed), path
        for scope in SCOPES:
            answer = send(closed, method, path, headers=bearer(secrets[scope]))
            assert reached(answer) == ({scope} >= {*needed}), (scope, path)
            if not reached(answer):
                assert scope in answer.text
    refused = closed.post("/api/v1/ask", json={"question": "Who opened the bridge?"})
    assert refused.status_code == 401 and refused.headers["www-authenticate"].startswith("Bearer")
    asked = closed.post(
        "/api/v1/ask", json={"question": "Who opened the bridge?"}, headers=bearer(secrets[ASK])
    )
    assert asked.status_code == 200 and asked.json()["citations"]
    assert asked.headers["cache-control"] == "private, no-store"


def test_mcp_is_reached_by_who_may_ask_or_read(bot, secrets) -> None:
    closed = client(bot, Mode("keys"))
    for scope in SCOPES:
        answer = send(closed, "POST", "/mcp", headers=bearer(secrets[scope]))
        assert reached(answer) == (scope in (ASK, READ))
        assert reached(answer) or "may not ask or read" in answer.json()["detail"]
    assert send(closed, "POST", "/mcp").status_code == 401


@pytest.mark.slow
def test_who_is_unknown_may_ask_and_read_on_an_open_server_and_nothing_else(bot, secrets) -> None:
    opened = client(bot, OPEN)
    for (method, path), needed in ROUTES.items():
        assert reached(send(opened, method, path)) == ({ASK, READ, FEEDBACK} >= {*needed}), path
    assert opened.get("/api/v1/collection").json()["uploads"] is False
    added = opened.post("/api/v1/articles?name=a.exe", content=b"x", headers=bearer(secrets[INGEST]))
    assert added.status_code == 400  # it was let in, and read


def test_a_route_that_nobody_told_of_is_closed(bot, secrets) -> None:
    app = api.app(bot, mode=OPEN)
    app.add_api_route("/api/v1/secret", lambda: "it", methods=["GET"])
    app.add_api_route("/api/v1/feedback", lambda: "it", methods=["DELETE"])
    # Before what answers for addresses that are not there.
    app.router.routes[:] = [*app.router.routes[-2:], *app.router.routes[:-2]]
    opened = TestClient(app)
    assert opened.get("/api/v1/secret").status_code == 404
    assert opened.delete("/api/v1/feedback").status_code == 405
    assert opened.get("/api/v1/secret", headers=bearer(secrets[ADMIN])).json() == "it"


def test_at_localhost_all_stays_as_it_was_but_not_through_a_proxy(bot) -> None:
    here = client(bot, Mode(local=True))
    assert here.get("/metrics").status_code == 200
    assert here.get("/api/v1/collection").json()["uploads"] is True
    for header in ("x-forwarded-for", "forwarded", "x-real-ip"):
        assert here.get("/metrics", headers={header: "203.0.113.9"}).status_code == 401


@pytest.mark.parametrize("mode", [OPEN, Mode("keys"), Mode("password"), Mode(local=True)])
def test_an_unknown_key_is_refused_even_where_none_is_needed(bot, secrets, mode) -> None:
    answer = client(bot, mode).get("/api/v1/collection", headers=bearer("cuttings_x"))
    assert answer.status_code == 401 and "not known" in answer.json()["detail"]


@pytest.mark.slow
def test_keys_that_cannot_be_read_let_nobody_in_and_name_no_path(tmp_path) -> None:
    one = small_bot(tmp_path)
    secret = Keys(one.collection.folder).add("phone", (ASK, READ))
    closed = client(one, Mode("keys"))
    assert closed.get("/api/v1/collection", headers=bearer(secret)).status_code == 200
    (one.collection.folder / keys.FILE).write_text("{")
    refused = closed.get("/api/v1/collection", headers=bearer(secret))
    assert refused.status_code == 401 and str(tmp_path) not in refused.text


def test_a_key_of_a_site_is_for_its_pages_only(bot, secrets) -> None:
    closed = client(bot, Mode("keys"), sites=frozenset({FRIEND, "https://other.test"}))

    def read(origin: str | None) -> Any:
        headers = {**bearer(secrets["widget"]), **({"origin": origin} if origin else {})}
        return closed.get("/api/v1/collection", headers=headers)

    answer = read(FRIEND)
    assert answer.status_code == 200 and answer.headers["access-control-allow-origin"] == FRIEND
    assert read(None).status_code == 401 and read("https://other.test").status_code == 401
    asking = {
        "origin": FRIEND,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    assert closed.options("/api/v1/ask", headers=asking).status_code == 200
    assert closed.post("/sign-in", data={"secret": secrets["widget"]}).status_code == 401


def test_signing_in_with_a_key_opens_the_page_until_the_key_changes(tmp_path) -> None:
    one = small_bot(tmp_path)
    kept = Keys(one.collection.folder)
    secret = kept.add("page", (ASK, READ))
    closed = client(one, Mode("keys"))
    shown = closed.get("/", headers={"accept": "text/html"})
    assert shown.status_code == 401 and 'name="secret"' in shown.text
    place = "operator?collection=a#answer/abc-_"
    done = closed.post("/sign-in", data={"secret": secret, "place": place})
    assert (done.status_code, done.headers["location"]) == (303, f"./{place}")
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie
    assert secret not in cookie and kept.all()[0].digest not in cookie
    assert closed.get("/api/v1/collection").status_code == 200
    assert closed.get("/metrics").status_code == 403  # known, and not for this
    # Pages elsewhere cannot use it, also where they are allowed to ask.
    friendly = client(one, Mode("keys"), sites=frozenset({FRIEND}))
    friendly.cookies = closed.cookies
    assert friendly.get("/api/v1/collection").status_code == 200
    assert friendly.get("/api/v1/collection", headers={"origin": FRIEND}).status_code == 401
    kept.rotate("page")
    assert closed.get("/api/v1/collection").status_code == 401
    for away in (
        "//evil.test",
        "operator.evil.test",
        "elsewhere#a",
        "https://evil.test",
        "#a\r\nx: y",
        "#" + "a" * 100_001,
    ):
        done = closed.post("/sign-in", data={"secret": kept.rotate("page"), "place": away})
        assert done.headers.get("location") in ("./", None)


@pytest.mark.slow
def test_the_password_opens_the_page_until_it_or_its_hours_are_over(tmp_path, monkeypatch) -> None:
    one = small_bot(tmp_path)
    password.store(one.collection.folder, SECRET)
    closed = TestClient(
        api.app(one, mode=Mode("password")), base_url="https://testserver", follow_redirects=False
    )
    assert closed.post("/sign-in", data={"secret": "wrong horse battery"}).status_code == 401
    assert closed.get("/api/v1/collection").status_code == 401
    done = closed.post("/sign-in", data={"secret": SECRET})
    assert done.status_code == 303 and "; Secure" in done.headers["set-cookie"]
    assert closed.get("/api/v1/collection").status_code == 200
    assert closed.get("/metrics").status_code == 401
    with monkeypatch.context() as patch:
        later = time.time() + session.HOURS * 3600 + 1
        patch.setattr(session, "time", SimpleNamespace(time=lambda: later))
        assert closed.get("/api/v1/collection").status_code == 401
    assert closed.get("/api/v1/collection").status_code == 200
    # In another mode the password opens nothing.
    others = TestClient(api.app(one, mode=Mode("keys")), base_url="https://testserver")
    others.cookies = closed.cookies
    assert others.get("/api/v1/collection").status_code == 401
    password.store(one.collection.folder, SECRET + " staple")
    assert closed.get("/api/v1/collection").status_code == 401


def test_signing_out_ends_it(bot, secrets) -> None:
    closed = client(bot, Mode("keys"))
    closed.post("/sign-in", data={"secret": secrets["page"]})
    assert closed.get("/api/v1/collection").status_code == 200
    assert closed.post("/sign-out").status_code == 303
    assert closed.get("/api/v1/collection").status_code == 401


def test_a_session_that_was_not_sealed_here_is_none(bot, secrets) -> None:
    closed = client(bot, Mode("keys"))
    closed.post("/sign-in", data={"secret": secrets["page"]})
    value = closed.cookies[session.COOKIE]
    whole = bytearray(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
    forged = [base64.urlsafe_b64encode(json.dumps(["admin", "", 9e9]).encode() + bytes(12)).decode()]
    for place in range(0, len(whole), 7):
        turned = bytearray(whole)
        turned[place] ^= 1
        forged.append(base64.urlsafe_b64encode(bytes(turned)).rstrip(b"=").decode())
    other = client(bot, Mode("keys"))
    for wrong in [*forged, "", "x", "\xff", value + "AAAA", "A" * 2000]:
        header = f"{session.COOKIE}={wrong}".encode("latin-1")
        assert other.get("/api/v1/collection", headers={"cookie": header}).status_code == 401, wrong
    right = f"{session.COOKIE}={value}"
    assert other.get("/api/v1/collection", headers={"cookie": right}).status_code == 200
    assert len(forged) > 10


def test_who_guesses_is_slowed_down_and_nobody_else(bot, secrets, monkeypatch) -> None:
    checked = []
    monkeypatch.setattr(password.Password, "is_it", lambda _, given: checked.append(given))
    closed = client(bot, Mode("password"))
    told = [closed.post("/sign-in", data={"secret": f"guess number {n}"}) for n in range(BURST + 2)]
    assert [one.status_code for one in told] == [401] * BURST + [429] * 2
    assert int(told[-1].headers["retry-after"]) > 10 and len(checked) == BURST
    other = TestClient(closed.app, client=("203.0.113.7", 1), follow_redirects=False)
    assert other.post("/sign-in", data={"secret": secrets["page"]}).status_code == 303


def from_peer(app: Any, peer: str) -> TestClient:
    """A client whose connection comes from an address."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        scope[PEER] = peer
        await app(scope, receive, send)

    return TestClient(wrapped)


def test_a_name_is_believed_from_the_proxy_only_and_dropped_from_anybody_else(bot, monkeypatch) -> None:
    app = api.app(bot, mode=Mode.of("header:X-Remote-User", ["10.0.0.1"], local=False))
    seen = []
    told = api.Metrics.requested
    monkeypatch.setattr(api.Metrics, "requested", lambda self, *of: (seen.append(of), told(self, *of)))
    named = {"x-remote-user": "ann"}

    def read(peer: str, headers: Any) -> int:
        return from_peer(app, peer).get("/api/v1/collection", headers=headers).status_code

    assert read("10.0.0.1", named) == 200 and read("::ffff:10.0.0.1", named) == 200
    assert read("10.0.0.2", named) == 401 and read("", named) == 401
    assert read("10.0.0.1", {}) == 401 and read("10.0.0.1", {"x-remote-user": " "}) == 401
    assert read("10.0.0.1", {"x-remote-user": "a\x07b"}) == 401
    # Of the client and of the proxy: which is whose cannot be told.
    assert read("10.0.0.1", [("x-remote-user", "root"), ("x-remote-user", "ann")]) == 401
    # What a client says of its address is not where it comes from.
    assert TestClient(app).get("/api/v1/collection", headers=named).status_code == 401
    assert from_peer(app, "10.0.0.1").get("/metrics", headers=named).status_code == 403
    scope: dict[str, Any] = {
        "headers": [(b"x-remote-user", b"ann"), (b"host", b"testserver")],
        PEER: "10.0.0.2",
    }
    recognition.Recognition(bot.collection.folder, Mode("header", "x-remote-user", ("10.0.0.1",)))(scope)
    assert scope["headers"] == [(b"host", b"testserver")] and seen


def test_a_mode_in_which_nobody_could_sign_in_is_refused_at_the_start(tmp_path) -> None:
    one = small_bot(tmp_path)
    for access, told in (("password", "cuttings keys password"), ("keys", "cuttings keys add")):
        with pytest.raises(CuttingsError, match=told):
            Mode.of(access, [], local=True).check(one.collection.folder)
    with pytest.raises(CuttingsError, match="--trusted-proxy"):
        Mode.of("header:X-Remote-User", [], local=True)
    OPEN.check(one.collection.folder)


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.slow
def test_questions_are_counted_for_each_address_and_for_each_key(tmp_path) -> None:
    one = small_bot(tmp_path)
    secret = Keys(one.collection.folder).add("phone", (ASK, READ))
    one = one.having(Settings(reader="none", questions_per_minute=3, key_questions_per_minute=5))
    app = api.app(one, mode=OPEN)

    def asked(times: int, address: str, headers: dict[str, str] | None = None) -> list[int]:
        its = TestClient(app, client=(address, 1))
        return [its.get("/api/v1/search?q=bridge", headers=headers).status_code for _ in range(times)]

    assert asked(5, "203.0.113.1") == [200] * 3 + [429] * 2
    refused = TestClient(app, client=("203.0.113.1", 1)).post("/api/v1/ask", json={"question": "Who?"})
    assert refused.status_code == 429 and 0 < int(refused.headers["retry-after"]) <= 20
    assert asked(1, "203.0.113.2") == [200]
    # One household has a whole network of IPv6 addresses.
    assert asked(3, "2001:db8::1") == [200] * 3 and asked(1, "2001:db8::2") == [429]
    # A key is counted by itself, wherever it is used.
    assert asked(4, "203.0.113.1", bearer(secret)) == [200] * 4
    assert asked(2, "203.0.113.3", bearer(secret)) == [200, 429]
    # What takes no model is not counted, nor is anything where nobody else can come.
    assert TestClient(app, client=("203.0.113.1", 1)).get("/api/v1/collection").status_code == 200
    here = client(one, Mode(local=True))
    assert {here.get("/api/v1/search?q=bridge").status_code for _ in range(8)} == {200}


def test_only_the_latest_are_counted() -> None:
    buckets = Buckets(1.0, 1, Clock())
    assert buckets.take("first") == 0 and buckets.take("first") == 1
    for number in range(KEPT):
        buckets.take(str(number))
    assert len(buckets._held) == KEPT and buckets.take("first") == 0
    assert address_of({"client": ("::ffff:192.0.2.1", 1)}) == "192.0.2.1" and address_of({}) == ""


def test_too_many_at_once_who_sign_in_are_told_to_come_back(bot, secrets, monkeypatch) -> None:
    monkeypatch.setattr(sign_in.Gate, "__aenter__", _full)
    answer = client(bot, Mode("password")).post("/sign-in", data={"secret": "whatever it may be"})
    assert answer.status_code == 503


async def _full(self: Any) -> None:
    raise sign_in.QueueFull("full")
