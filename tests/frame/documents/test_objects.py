"""JSON objects become rows, and every number is the text that stands in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from listkit.errors import ReadError
from listkit.frame.reading import read_file, reading

if TYPE_CHECKING:
    from pathlib import Path


def _file(folder: Path, content: str, name: str = "list.json") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [{name: cell for name, cell in row.items() if pd.notna(cell)} for row in frame.to_dict("records")]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (
            '[{"phone": 919876543210, "n": 1.50, "e": 9.1E+11}]',
            [{"phone": "919876543210", "n": "1.50", "e": "9.1E+11"}],
        ),
        ('[{"a": true, "b": false, "c": null, "d": ""}]', [{"a": "TRUE", "b": "FALSE"}]),
        ('[{"a": 1}, {"b": 2}]', [{"a": "1"}, {"b": "2"}]),
        ('[{"a": {"b": {"c": "x"}}}]', [{"a.b.c": "x"}]),
        ('[{"p": ["1", "2"], "q": [{"t": "x"}, {"t": "y"}]}]', [{"p": "1", "p_2": "2", "q.t": "x", "q.t_2": "y"}]),
        ('[{"a": 1, "a": 2}]', [{"a": "1", "a_2": "2"}]),
        ('{"meta": {"n": 1}, "data": [{"a": 1}]}', [{"a": "1"}]),
        ('{"response": {"contacts": [{"a": 1}]}}', [{"a": "1"}]),
        ('{"asha": {"a": 1}, "bo": {"a": 2}}', [{"a": "1"}, {"a": "2"}]),
        ('{"phone": "1", "name": "Asha"}', [{"phone": "1", "name": "Asha"}]),
        ('["+12025550123", "+12025550124"]', [{"value": "+12025550123"}, {"value": "+12025550124"}]),
        ('[["Name", "Mobile"], ["Asha", "1"]]', [{"Name": "Asha", "Mobile": "1"}]),
        ('[{"n": 123456789012345678901234567890}]', [{"n": "123456789012345678901234567890"}]),
    ],
)
def test_what_json_says_is_a_row(tmp_path: Path, content: str, rows: list[dict[str, str]]) -> None:
    """Lists of objects wherever they stand, one object, plain values and rows of cells."""
    assert _rows(read_file(_file(tmp_path, content))) == rows


def test_the_longest_list_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    """Each list goes by the name of its key, as a sheet."""
    path = _file(tmp_path, '{"lists": [{"l": 1}], "people": {"all": [{"a": 1}, {"a": 2}]}}')
    found = reading(path)
    assert (found.sheet, found.sheets) == ("people.all", ["lists", "people.all"])
    assert found.problems == ["The list 'people.all' is read; 'lists' is not: name it with sheet=."]
    assert _rows(read_file(path, sheet="lists")) == [{"l": "1"}]
    with pytest.raises(ReadError, match=r"no list 'x'; there are 'lists', 'people\.all'"):
        read_file(path, sheet="x")


def test_a_line_that_is_no_json_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    """A log that breaks off loses its last line only; rows keep the numbers of their lines."""
    path = _file(tmp_path, '{"a": 1}\n\n{"a": 2\n{"a": 3}\n{"a', "list.jsonl")
    found = reading(path)
    assert found.frame.index.tolist() == [1, 4]
    assert len(found.problems) == 1
    assert found.problems[0].startswith("2 of 4 rows are no JSON and left out: row 3 ")
    assert [part["a"].tolist() for part in read_file(path, chunksize=1)] == [["1"], ["3"]]


def test_lines_in_a_json_file_are_lines(tmp_path: Path) -> None:
    """Objects a line are read as such, whatever the ending says."""
    found = reading(_file(tmp_path, '{"a": 1}\n{"a": 2}\n'))
    assert found.frame["a"].tolist() == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ('[{"a": 1}, {"a"', "is no JSON: .* in object 2"),
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 100_000, "nested too deep"),
        ('[{"a":' + '{"a":' * 30 + "1" + "}" * 31 + "]", "nested more than 20 deep"),
        ("[]", "holds no list of objects"),
        ("7", "holds no list of objects"),
        ("[{" + ",".join(f'"c{n}": 1' for n in range(20_000)) + "}]", "more than 16,384 different names"),
    ],
)
def test_what_is_no_list_is_one_sentence(tmp_path: Path, content: str, words: str) -> None:
    """Cut files, other values, and objects without end."""
    with pytest.raises(ReadError, match=words):
        read_file(_file(tmp_path, content))
