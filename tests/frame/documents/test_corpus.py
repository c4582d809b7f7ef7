"""Every damaged file of the corpus comes to its outcome: all rows with what is told, or one clear sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from listkit.errors import ReadError
from listkit.frame.reading import read_file, reading
from tests.frame.documents import corpus, corpus_of_kinds

if TYPE_CHECKING:
    from pathlib import Path

CASES = [*corpus.cases(), *corpus_of_kinds.cases()]
MANY = 100


def _cells(frame: pd.DataFrame) -> list[tuple[str | None, ...]]:
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in frame.itertuples(index=False, name=None)]


def test_the_corpus_is_large_enough() -> None:
    """A hundred files and more, each damaged in a way of its own."""
    assert len({case.what for case in CASES}) == len(CASES) >= 150


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_the_outcome_is_right(tmp_path: Path, case: corpus.Case) -> None:
    """Read exactly, read with every oddity told, or refused in one sentence; in chunks as at once."""
    path = tmp_path / case.file
    path.write_bytes(case.content)
    if case.error:
        with pytest.raises(ReadError, match=case.error) as refused:
            reading(path, **case.options)
        assert "\n" not in str(refused.value)
        return
    found = reading(path, **case.options)
    assert _cells(found.frame) == [tuple(row) for row in case.rows]
    assert found.frame.columns.tolist() == list(case.names)
    assert [any(one.startswith(told) for told in case.told) for one in found.problems] == [True] * len(case.told)
    if case.lines is not None:
        assert found.frame.index.tolist() == list(case.lines)
    if len(case.names) > MANY:
        return
    parts = [found.frame.iloc[:0], *read_file(path, chunksize=3, **case.options)]
    assert pd.concat(parts).fillna("").to_numpy().tolist() == found.frame.fillna("").to_numpy().tolist()
