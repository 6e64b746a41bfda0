"""The arrows between the rooms, read from the imports themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
ROOMS = ("corpus", "index", "chatbot", "eval")
"""From the lowest to the highest; each may import itself and those before it."""

FILES = sorted(file.relative_to(ROOT).as_posix() for room in ROOMS for file in (ROOT / room).glob("**/*.py"))

OWNERS = {
    "torch": {
        "index/encoding/torch_model.py",
        "chatbot/reading/joint_network.py",
        "chatbot/reading/joint_export.py",
    },
    "sentence_transformers": {"index/encoding/torch_model.py", "chatbot/reading/cross_encoder.py"},
    "transformers": {"index/encoding/torch_model.py"},
    "onnxruntime": {
        "index/encoding/onnx_model.py",
        "chatbot/reading/joint.py",
        "chatbot/reading/joint_export.py",
    },
    "tokenizers": {
        "index/encoding/onnx_model.py",
        "chatbot/reading/joint_input.py",
    },
    "faiss": {"index/folder/dense.py"},
    "rank_bm25": {"index/bm25.py"},
    "sqlite3": {
        "index/folder/backup.py",
        "index/folder/collection.py",
        "index/folder/database.py",
        "index/folder/restore.py",
        "index/folder/rows.py",
        "index/folder/upgrade.py",
        "index/sync/memory.py",
    },
    "httpcore": {"corpus/web/client.py", "corpus/web/connection.py"},
    "protego": {"corpus/web/polite.py"},
    "watchfiles": {"chatbot/cli/keeping.py"},
    "pymilvus": {"index/milvus/engine.py"},
    "grpc": {"index/milvus/engine.py"},
    "gradio": {"chatbot/server/gradio_log.py", "chatbot/server/page.py", "chatbot/server/ui.py"},
    "mcp": {"chatbot/server/mcp_server.py"},
    "langchain_core": {"chatbot/integrations/langchain.py"},
    "llama_index": {"chatbot/integrations/llamaindex.py"},
    "haystack": {"chatbot/integrations/haystack.py"},
    "prometheus_client": {"chatbot/server/metrics.py"},
}
"""Who may import what is heavy or could be exchanged."""

INSTALLED_AS = {
    "langchain_core": ["langchain-core"],
    "llama_index": ["llama-index-core"],
    "haystack": ["haystack-ai"],
}
"""The packages of extras that are not installed for the tests, and whose they are."""

PARTS = {
    "eval/questions": {"eval.manifest", "eval.spans"},
    "eval/measures": {"eval.record"},
    "eval/report": {"eval.faults", "eval.manifest", "eval.measures", "eval.record", "eval.stored"},
    "eval/write": {"eval.questions", "eval.spans"},
}
"""What the folders of the evaluation know of the rest of it."""

WAYS_IN = ("chatbot.server", "chatbot.cli")
"""What people and programs come in by."""
CORE = [
    file
    for file in FILES
    if file.startswith("chatbot/") and not file[:-3].replace("/", ".").startswith(WAYS_IN)
]


@cache
def imports(file: str, top: bool = False) -> frozenset[str]:
    """Modules that a file imports, with what is imported from them; with `top`, only when it is loaded."""
    return frozenset(_imports(file, top))


@cache
def tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def _imports(file: str, top: bool) -> Iterator[str]:
    body: list[ast.AST] = [tree(file)]
    while body:
        node = body.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif top and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        elif top and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            body += node.orelse
        else:
            body += ast.iter_child_nodes(node)


def packages(file: str, top: bool = False) -> set[str]:
    return {name.split(".")[0] for name in imports(file, top)}


def test_imports_are_read_wherever_they_stand() -> None:
    assert "index.store" in imports("chatbot/bot.py", top=True)
    assert "index.store.Readable" in imports("chatbot/bot.py", top=True)
    assert "torch" in packages("index/encoding/torch_model.py")  # inside functions
    assert "torch" not in packages("index/encoding/torch_model.py", top=True)
    assert {"corpus/article.py", "index/search.py", "chatbot/bot.py", "eval/asking.py"} <= set(FILES)
    assert "chatbot/bot.py" in CORE and "chatbot/cli/chat.py" not in CORE


def test_imports_go_down_only() -> None:
    wrong = {}
    for file in FILES:
        room = file.split("/")[0]
        above = {*ROOMS[ROOMS.index(room) + 1 :], "tests"}
        # Its commands run the evaluation, and load it only then.
        wrong[file] = packages(file, top=file == "chatbot/cli/measuring.py") & above
    assert {file: names for file, names in wrong.items() if names} == {}


def test_neither_store_knows_the_other_and_nothing_above_knows_which_it_has() -> None:
    """Both are opened by `index/stores.py`; `index` without them is below them."""
    stores = ("index.folder", "index.milvus")
    inside = {store: {f for f in FILES if f.startswith(store.replace(".", "/"))} for store in stores}
    wrong = {
        file: {name for name in imports(file) if name.startswith(stores)}
        for file in FILES
        if file != "index/stores.py"
    }
    for store, files in inside.items():
        for file in files:
            wrong[file] = {name for name in wrong[file] if not name.startswith(store)}
    assert all(inside.values())
    assert {file: names for file, names in wrong.items() if names} == {}


def test_nobody_asks_what_kind_of_store_it_has() -> None:
    """But through `index/store.py`, whose questions both answer."""
    kinds = {"Collection", "MilvusStore", "Store", "LocalSearcher", "MilvusSearcher"}
    asking = {}
    for path in [file for room in (*ROOMS, "scripts", "tests") for file in (ROOT / room).glob("**/*.py")]:
        calls = (node for node in ast.walk(tree(str(path.relative_to(ROOT)))) if isinstance(node, ast.Call))
        named = [call for call in calls if getattr(call.func, "id", "") in ("isinstance", "issubclass")]
        asking[path.name] = [ast.unparse(call) for call in named if kinds & names_in(call)]
    assert {name: found for name, found in asking.items() if found} == {}


def names_in(call: ast.Call) -> set[str]:
    return {node.id for arg in call.args[1:] for node in ast.walk(arg) if isinstance(node, ast.Name)}


def test_the_folders_of_the_evaluation_know_only_what_is_below_them() -> None:
    wrong = {}
    for part, known in PARTS.items():
        own = part.replace("/", ".")
        for file in (file for file in FILES if file.startswith(f"{part}/")):
            of_eval = {name for name in imports(file) if name.startswith("eval.")}
            wrong[file] = {name for name in of_eval if not name.startswith((own, *known))}
    assert {file.rpartition("/")[0] for file in wrong} == set(PARTS)
    assert {file: names for file, names in wrong.items() if names} == {}


def test_every_folder_of_code_is_installed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    found = {str(Path(file).parent).replace("/", ".") for file in FILES}
    manual = {"chatbot.manual"}  # the pages of docs/, for `cuttings help`
    assert found | manual == set(listed["packages"])


TABLES = [("eval", "The evaluation"), ("index", "The index"), ("chatbot", "")]


@pytest.mark.parametrize(("room", "heading"), TABLES)
def test_every_file_is_in_the_table_of_its_room(room: str, heading: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.split(f"## {heading}")[1].split("\n## ")[0] if heading else page
    files = {Path(file).name for file in FILES if file.startswith(f"{room}/")} - {"__init__.py"}
    assert {file for file in files if f"`{file}`" not in table} == set()


def test_nothing_imports_the_command_line() -> None:
    assert [file for file in FILES if "chatbot.cli.main" in imports(file)] == []


def test_what_answers_does_not_know_the_ways_in() -> None:
    wrong = {file: [name for name in imports(file) if name.startswith(WAYS_IN)] for file in CORE}
    assert {file: names for file, names in wrong.items() if names} == {}


def test_each_engine_is_imported_by_its_owner_only() -> None:
    importing = {package: {file for file in FILES if package in packages(file)} for package in OWNERS}
    assert [package for package, files in importing.items() if not files] == []  # else it is a wrong name
    others = {package: files - OWNERS[package] for package, files in importing.items()}
    assert {package: files for package, files in others.items() if files} == {}


def test_engines_that_load_slowly_are_loaded_when_they_are_needed() -> None:
    slow = {"torch", "sentence_transformers", "transformers", "onnxruntime", "faiss", "gradio", "pymilvus"}
    # These are made of gradio or torch from top to bottom, and are themselves imported inside functions.
    whole = {"chatbot.server.page", "chatbot.reading.joint_export", "chatbot.reading.joint_network"}
    files = {f"{module.replace('.', '/')}.py" for module in whole}
    assert {file for file in FILES if packages(file, top=True) & slow} <= files
    assert [file for file in sorted({*FILES} - files) if whole & set(imports(file, top=True))] == []


def test_no_file_is_too_long_to_be_read() -> None:
    lines = {file: len((ROOT / file).read_text(encoding="utf-8").splitlines()) for file in FILES}
    del lines["corpus/vocabulary.py"]  # which is one table
    assert {file: number for file, number in lines.items() if number > 400} == {}


def test_nothing_leans_on_the_workplace() -> None:
    texts = {file: (ROOT / file).read_text(encoding="utf-8") for file in FILES}
    assert [file for file, text in texts.items() if "../shared" in text or "/work/" in text] == []


@pytest.mark.parametrize("module", ["chatbot.cli.main", "chatbot.settings", "corpus.read"])
def test_help_need_not_wait_for_the_engines(module: str) -> None:
    heavy = ["torch", "sentence_transformers", "transformers", "faiss", "gradio", "numpy"]
    script = f"import sys, {module}; print(*({heavy} & sys.modules.keys()))".replace(
        f"({heavy}", f"(set({heavy})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == []


def test_every_package_that_is_imported_is_declared() -> None:
    """And those that only the tests or measurements need are not needed by the application."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].items()
    wanted = [*project["dependencies"]]
    wanted += [one for name, those in extras if name not in ("test", "bench") for one in those]
    declared = {canonicalize_name(Requirement(one).name) for one in wanted}
    owners = {**INSTALLED_AS, **packages_distributions()}
    missing = {}
    for file in FILES:
        for package in packages(file) - {*ROOMS, *sys.stdlib_module_names}:
            owning = {canonicalize_name(owner) for owner in owners.get(package, [package])}
            if not owning & declared:
                missing[package] = file
    assert missing == {}


def test_nothing_is_unpickled() -> None:
    """But by Python, between processes of our own that read no file of anybody's (`eval.jobs`, workers)."""
    readers = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
    assert {file: names for file in FILES if (names := packages(file) & readers)} == {}
    calls = re.compile(r"allow_pickle\s*=\s*True|torch\.load\(|\.recv\(\)")
    assert [file for file in FILES if calls.search((ROOT / file).read_text(encoding="utf-8"))] == []
    assert calls.search("np.load(file, allow_pickle=True)") and packages("tests/test_architecture.py") >= {
        "re"
    }
