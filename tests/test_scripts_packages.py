"""The lock file, the bill of materials and the page of licences name what the project asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.packages import licences, packages, sbom, weights

ROOT = Path(__file__).parent.parent
WANTED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
DIRECT = {canonicalize_name(Requirement(one).name) for one in WANTED}


def test_the_lock_file_has_one_version_of_each_within_its_bounds_and_a_digest() -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8").strip())
    locked: dict[str, list[str]] = {}
    for block in blocks:
        found = re.match(r"(?P<name>[\w.-]+)==(?P<version>\S+)", block)
        assert found and re.search(r"--hash=sha256:[0-9a-f]{64}", block), block
        locked.setdefault(canonicalize_name(found["name"]), []).append(found["version"])
    assert locked.keys() >= DIRECT, "the lock file is out of date: make lock"
    for one in map(Requirement, WANTED):
        assert all(version in one.specifier for version in locked[canonicalize_name(one.name)]), one


def test_the_bill_of_materials_names_every_package_and_model_once() -> None:
    found, models = packages(WANTED), weights()
    bill = sbom("cuttings", "1", WANTED, found, models)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    refs = [one["bom-ref"] for one in bill["components"]]
    assert len(refs) == len({*refs}) > len(DIRECT)
    assert {one.name for one in found} >= DIRECT and {one.name for one in models} >= {"joint", "fast"}
    known = {*refs, bill["metadata"]["component"]["bom-ref"]}
    assert all({one["ref"], *one["dependsOn"]} <= known for one in bill["dependencies"])
    assert sbom("cuttings", "1", WANTED, found, models) == bill
    assert all(one["licenses"][0]["license"]["name"] for one in bill["components"])


def test_the_page_of_licences_is_of_today() -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    assert {name for name in DIRECT if f"| [{name}](" not in page} == set(), "make sbom"
    assert all(model.sha256 in page for model in weights()), "make sbom"
    assert "| [numpy](https://pypi.org/project/numpy/) |" in licences(packages(["numpy"]), [])
