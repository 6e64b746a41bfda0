"""The peers rank as they should, and a missing one is told in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bench.peers import PEERS, Peer

PASSAGES = [
    "The mayor opened the new bridge on Friday, and traffic was light.",
    "The council wants a tunnel under the river.",
    "The ferry runs on Sundays only.",
    "Nobody complained about the noise of the mill.",
    "Rain is expected for the summer market.",
]
QUESTIONS = {"Who opened the bridge?": 0, "the tunnel under the river": 1, "When does the ferry run?": 2}

ALL = [pytest.param(name, marks=pytest.mark.model if name == "txtai" else ()) for name in PEERS]


def made(name: str, folder: Path) -> Peer:
    kind, module = PEERS[name]
    pytest.importorskip(module)
    kind().build(PASSAGES, folder)
    peer = kind()
    peer.open(PASSAGES, folder)
    return peer


@pytest.mark.parametrize("name", ALL)
def test_the_passage_asked_for_is_first_and_each_is_listed_once(tmp_path, name):
    peer = made(name, tmp_path / name)
    for question, wanted in QUESTIONS.items():
        found = peer.search(question, 3)
        assert found[0] == wanted
        assert len(found) == len(set(found)) <= 3
        assert all(type(position) is int and 0 <= position < len(PASSAGES) for position in found)


@pytest.mark.parametrize("name", ALL)
def test_words_that_are_nowhere_and_more_than_there_is_are_no_trouble(tmp_path, name):
    peer = made(name, tmp_path / name)
    assert len(peer.search("xylophone", 3)) <= 3
    assert len(peer.search("the", 3)) <= 3
    assert sorted(peer.search("bridge", 50))[-1] < len(PASSAGES)


def test_rank_bm25_counts_every_word_of_lower_case(tmp_path):
    peer = made("rank-bm25", tmp_path)
    assert peer.search("FERRY", 1) == [2]
    assert peer.search("ferries", 1) != [2]  # plain: nothing is stemmed


def test_bm25s_stems(tmp_path):
    assert made("bm25s", tmp_path).search("ferries", 1) == [2]


@pytest.mark.slow
def test_a_missing_peer_is_told_with_what_to_install():
    script = (
        "import sys; sys.modules['bm25s'] = None; sys.modules['txtai'] = None\n"
        "from scripts.bench.command import main; sys.exit(main(['--peers', 'tests']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == "scripts.bench: bm25s and txtai cannot be found: pip install -e '.[bench]'\n"
