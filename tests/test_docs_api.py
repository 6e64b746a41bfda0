"""The examples in docs/api.md, run as they stand with curl against a real server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.bot import Chatbot
from chatbot.server.gate import AT_ONCE, WAITING
from chatbot.server.limits import BODY, SITE_BURST, SITE_RATE
from chatbot.settings import Settings
from index.folder.collection import Collection
from tests.browsing import served

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="curl is not installed"),
]

DOCUMENT = (Path(__file__).parent.parent / "docs" / "api.md").read_text(encoding="utf-8")

# A command, what is said of the status, and what comes back.
EXAMPLES = re.findall(
    r"```bash\n(.*?)```\n(?:\nWith status (\d+):\n)?(?:\n```(json|text)\n(.*?)```)?", DOCUMENT, re.DOTALL
)


@pytest.fixture(scope="module")
def address(bundled_folder, encoder, tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("documented") / "collection"
    shutil.copytree(bundled_folder, folder)  # feedback is stored beside it
    bot = Chatbot(Collection.open(folder), encoder, Settings())
    bot.try_suggestions()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("gradio")))
        with served(bot, uploads=True) as address:
            curl(
                "curl -s --retry 60 --retry-delay 1 --retry-all-errors -f http://localhost:7860/readyz",
                address,
            )
            yield address


def curl(command: str, address: str) -> str:
    """What the commands print, the status of the last one on the last line."""
    told = command.replace("http://localhost:7860", address)
    script = "set -eo pipefail; curl() { command curl -w '\\n%{http_code}' \"$@\"; }\n" + told
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return done.stdout


def test_every_command_of_the_document_is_read() -> None:
    assert len(EXAMPLES) == DOCUMENT.count("```bash") > 10
    assert sum(bool(shown) for *_, shown in EXAMPLES) == len(EXAMPLES) - 1  # that of /metrics


@pytest.mark.parametrize(("command", "status", "kind", "shown"), EXAMPLES)
def test_an_example_gives_what_the_document_shows(
    address, command, status, kind, shown, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    *body, told = curl(command, address).splitlines()
    assert told == (status or "200")
    came = "\n".join(body)
    if kind == "json":
        assert missing(json.loads(shown), json.loads(came)) == []
    elif kind == "text":
        wanted, events = read_events(shown), read_events(came)
        assert list(dict.fromkeys(name for name, _ in events)) == [name for name, _ in wanted]
        for name, data in wanted:
            assert missing(data, dict(events)[name]) == []
    else:
        assert "cuttings_requests_total" in came


def read_events(text: str) -> list[tuple[str, Any]]:
    return [(name, json.loads(data)) for name, data in re.findall(r"event: (\w+)\ndata: (.*)", text)]


def missing(shown: Any, came: Any, where: str = "") -> list[str]:
    """The places of what is shown and did not come, or came as another kind of thing."""
    if isinstance(shown, dict) and isinstance(came, dict):
        lost = [f"{where}.{key}" for key in shown if key not in came]
        both = [key for key in shown if key in came]
        return lost + [place for key in both for place in missing(shown[key], came[key], f"{where}.{key}")]
    if isinstance(shown, list) and isinstance(came, list):
        return missing(shown[0], came[0], f"{where}[0]") if shown and came else [where] if shown else []
    return [] if isinstance(came, type(shown)) else [where]


def test_every_route_and_metric_is_in_the_document(address) -> None:
    document = httpx.get(f"{address}/api/v1/openapi.json").json()
    # Those of a collection by its name are those of the first, as the document says.
    paths = {
        path.replace("/collections/{collection}", ""): methods for path, methods in document["paths"].items()
    }
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert [route for route in sorted(routes) if f"[`{route}`](#" not in DOCUMENT] == []
    metrics = re.findall(r"^# TYPE (cuttings\w+)", httpx.get(f"{address}/metrics").text, re.MULTILINE)
    metrics = [name for name in metrics if not name.endswith("_created")]  # when each began to count
    assert [name for name in metrics if f"`{name}" not in DOCUMENT] == []


def test_what_is_missing_is_found() -> None:
    assert missing({"a": [{"b": 1}], "c": ""}, {"a": [{}], "c": 1}) == [".a[0].b", ".c"]
    assert missing({"a": [1]}, {"a": []}) == [".a"]


def test_the_numbers_of_the_document_are_those_of_the_code() -> None:
    flat = " ".join(DOCUMENT.split())
    assert AT_ONCE == 4 and f"Four questions are answered side by side and {WAITING} wait" in flat
    assert f"may send {SITE_BURST} requests at once and {SITE_RATE:g} a second" in flat
    assert f"the request is over {BODY // 1024} KB" in flat
