"""A cross-encoder as the reader: loaded from a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import CuttingsError
from index.cross import CrossReader
from tests.cross_encoders import untrained


@pytest.mark.model
def test_a_folder_is_read_with_and_gives_a_score_each(tmp_path: Path) -> None:
    reader = CrossReader(str(untrained(tmp_path)))
    scores = reader.scores("Who closed the bridge?", ["The council closed it.", "Ferries run.", "It rains."])
    assert scores.shape == (3,) and np.isfinite(scores).all()
    assert len(set(scores.tolist())) == 3
    assert reader.scores("Who?", []).shape == (0,)


@pytest.mark.model
def test_a_reader_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CuttingsError, match=r"cannot load the reader .*set `reader` to 'trained'"):
        CrossReader(str(tmp_path)).scores("Who?", ["Ann did."])
