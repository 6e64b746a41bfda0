"""What is in deploy/ fits together: the files name each other, the server and the versions as they are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

from chatbot.cli.arguments import parse

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
LEFT_OUT = re.compile(r"(torch|triton|milvus-lite|pyarrow|requests)$|(nvidia|cuda)-")


def pinned(file: Path) -> dict[str, str]:
    """The versions that a lock file names."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", file.read_text(encoding="utf-8"), re.M))


def composed(name: str) -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def test_the_image_has_the_versions_of_the_lock_file_and_nothing_for_graphics_cards() -> None:
    whole, image = pinned(ROOT / "requirements.lock"), pinned(DEPLOY / "image.lock")
    assert {name for name in whole if not LEFT_OUT.match(name)} - set(image) == set()
    assert {name: image[name] for name in whole if name in image and image[name] != whole[name]} == {}
    assert not {"torch", "triton", "pyarrow"} & set(image) and "pymilvus" in image
    assert pinned(DEPLOY / "torch-cpu.lock") == {"torch": f"{whole['torch']}+cpu"}


def test_what_starts_the_server_is_what_can_be_typed() -> None:
    started = re.search(
        r"^ExecStart=\S+ (.*)$", (DEPLOY / "cuttings.service").read_text(encoding="utf-8"), re.M
    )
    assert started and parse(shlex.split(started[1])).port == 7860
    command = composed("compose.yml")["services"]["cuttings"]["command"]
    assert parse(command).host == "0.0.0.0"
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert parse(yaml.safe_load(image.rsplit("CMD ", 1)[1])).host == "0.0.0.0"


def test_a_container_is_reached_by_its_own_machine_and_may_write_nowhere_else() -> None:
    server = composed("compose.yml")["services"]["cuttings"]
    assert all(port.startswith("127.0.0.1:") for port in server["ports"])
    assert server["read_only"] and server["cap_drop"] == ["ALL"]
    (network,) = composed("compose.yml")["networks"]["server"]["ipam"]["config"]
    assert server["environment"]["FORWARDED_ALLOW_IPS"] == network["gateway"]
    milvus = composed("compose.milvus.yml")
    assert not [name for name, service in milvus["services"].items() if "ports" in service]
    assert milvus["networks"]["store"]["internal"]
    assert re.search(r"^USER 10001", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.M)


def test_what_the_image_copies_is_sent_to_who_builds_it() -> None:
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (deploy/.*) ", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.M)
    assert copied
    for file in copied[0].split():
        assert f"!{file}\n" in sent and (ROOT / file).is_file()


def test_the_proxies_replace_what_a_visitor_says_of_himself() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert "X-Forwarded-For $remote_addr;" in nginx and "$proxy_add_x_forwarded_for" not in nginx
    assert "proxy_buffering off;" in nginx
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert "X-Forwarded-For {remote_host}" in caddy and "flush_interval -1" in caddy
