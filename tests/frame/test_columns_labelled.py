"""A labelled set of columns: single headers in many languages, and whole exports.

`labelled_headers.tsv` has headers of a meaning, or of none, with the maker that fills their
cells; `labelled_exports.tsv` the columns of what people export, in their order.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from listkit.frame.columns import columns
from tests.frame import labelled

if TYPE_CHECKING:
    import pandas as pd


def _lines(name: str) -> list[list[str]]:
    text = Path(__file__).with_name(name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


HEADERS = _lines("labelled_headers.tsv")
EXPORTS = {name: list(lines) for name, lines in groupby(_lines("labelled_exports.tsv"), key=lambda line: line[0])}


def _meanings(frame: pd.DataFrame) -> dict[str, str]:
    proposal = columns(frame).dropna(subset=["meaning"])
    return dict(zip(proposal["column"], proposal["meaning"], strict=True))


@pytest.mark.parametrize(("meaning", "maker", "labels"), HEADERS, ids=[f"{line[0]}-{line[1]}" for line in HEADERS])
def test_a_header_is_told_with_its_cells(meaning: str, maker: str, labels: str) -> None:
    """Whatever the language; and ids, amounts, post codes, days and facts about a phone are none of ours."""
    missed = {}
    for label in labels.split("|"):
        found = _meanings(labelled.frame([("Zone", "city"), (label, maker)]))
        if found != ({label: meaning} if meaning else {}):
            missed[label] = found
    assert missed == {}


@pytest.mark.parametrize("export", EXPORTS)
def test_an_export_is_told_whole(export: str) -> None:
    """Every column of it, among second phones, owners and ids; of two that are alike neither is taken; in any order."""
    expected = {label: meaning for _, label, _, meaning in EXPORTS[export] if meaning}
    frame = labelled.frame([(label, maker) for _, label, maker, _ in EXPORTS[export]])
    assert _meanings(frame) == expected
    assert _meanings(frame[sorted(frame.columns)]) == expected


def test_the_set_is_large_enough() -> None:
    """Several hundred headers in two dozen languages and more, each with cells of its own."""
    assert len({label for _, _, labels in HEADERS for label in labels.split("|")}) > 450
    assert len(EXPORTS) >= 18
