"""Saved notebooks are read through: sources, answers, errors, widgets, and the names of files."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from listkit import scanning
from listkit.errors import ReadError

if TYPE_CHECKING:
    from pathlib import Path

NUMBER = "+919876543210"
TABLE = f"<table><tr><th>phone</th></tr><tr><td>{NUMBER}</td><td>&lt;asha&#64;hospital.in&gt;</td></tr></table>"


def notebook(path: Path, *cells: dict[str, Any], widgets: Any = None) -> Path:
    """Save a notebook."""
    metadata = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": widgets}}} if widgets else {}
    path.write_text(json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
    return path


def found(*paths: Path, **options: Any) -> list[tuple[str, str]]:
    """Scan, and tell places and kinds."""
    return [(one.place, one.kind) for one in scanning.scan(paths, **options)]


def answer(**data: Any) -> dict[str, Any]:
    """Make a cell that answered something."""
    return {"cell_type": "code", "source": ["x"], "outputs": [{"output_type": "display_data", "data": data}]}


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ({"source": ["call(", f'"{NUMBER}")']}, "cell 1"),
        ({"source": NUMBER}, "cell 1"),
        (answer(**{"text/plain": [f"0  {NUMBER}\n"]}), "cell 1, outputs"),
        (answer(**{"application/json": {"people": [{"phone": NUMBER}]}}), "cell 1, outputs"),
        (answer(**{"application/json": {"people": [919876543210]}}), "cell 1, outputs"),
        (answer(**{"image/svg+xml": f"<text>{NUMBER}</text>"}), "cell 1, outputs"),
        ({"source": [], "outputs": [{"traceback": [f"\x1b[31mKeyError\x1b[0m: '{NUMBER}'"]}]}, "cell 1, outputs"),
        ({"source": [], "outputs": [{"name": "stdout", "text": f"{NUMBER}"}]}, "cell 1, outputs"),
    ],
)
def test_a_number_is_found_wherever_it_was_saved(tmp_path: Path, cell: dict[str, Any], place: str) -> None:
    """In what was typed and in every kind of answer, once."""
    assert found(notebook(tmp_path / "a.ipynb", cell)) == [(place, "phone")]


def test_a_table_is_read_without_its_marks(tmp_path: Path) -> None:
    """The HTML of a frame: an address that was escaped is one."""
    saved = notebook(tmp_path / "a.ipynb", {"source": []}, answer(**{"text/html": TABLE}))
    assert found(saved) == [("cell 2, outputs", "phone"), ("cell 2, outputs", "email")]


def test_the_state_of_widgets_is_read(tmp_path: Path) -> None:
    """Texts, passwords of any length, and files: read where they are text, named where they are not."""
    sheet = {"encoding": "base64", "path": ["value"], "data": base64.b64encode(b"PK\x03\x04\xff").decode()}
    text = {"encoding": "base64", "path": ["value"], "data": base64.b64encode(NUMBER.encode()).decode()}
    widgets = {
        "1": {"model_name": "TextModel", "state": {"value": "asha@hospital.in", "description": "To"}},
        "2": {"model_name": "PasswordModel", "state": {"value": "abc"}},
        "3": {"model_name": "FileUploadModel", "state": {}, "buffers": [sheet, text]},
        "4": {"model_name": "PasswordModel", "state": {}},
    }
    saved = notebook(tmp_path / "a.ipynb", widgets=widgets)
    assert found(saved) == [("widget state", kind) for kind in ("secret", "upload", "phone", "email")]


def test_the_keys_of_this_environment_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever they stand; a very short one could be any word."""
    monkeypatch.setenv("LISTKIT_EXOTEL_NORTH_TOKEN", "opensesame")
    monkeypatch.setenv("LISTKIT_EXOTEL_KEY", "abc")
    assert found(notebook(tmp_path / "a.ipynb", {"source": "opensesame abc"})) == [("cell 1", "secret")]


def test_all_notebooks_below_a_folder_are_read(tmp_path: Path) -> None:
    """Checkpoints too, by name; what may stand there is let by."""
    (tmp_path / ".ipynb_checkpoints").mkdir()
    notebook(tmp_path / ".ipynb_checkpoints" / "a.ipynb", {"source": NUMBER})
    notebook(tmp_path / f"{NUMBER}.ipynb")
    (tmp_path / "list.csv").write_text(NUMBER)
    assert found(tmp_path) == [("name of the file", "phone"), ("cell 1", "phone")]
    assert found(tmp_path, allow=[NUMBER]) == []


def test_an_older_notebook_is_read(tmp_path: Path) -> None:
    """One of the third format, with its cells in worksheets."""
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"worksheets": [{"cells": [{"input": [f"'{NUMBER}'"], "outputs": []}]}]}))
    assert found(path) == [("cell 1", "phone")]


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"cells": 1}', '{"worksheets": [1]}', "[" * 100_000, "\x00"])
def test_what_is_no_notebook_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    """One sentence with the file's name."""
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(ReadError, match=r"a\.ipynb' is no notebook"):
        found(path)


@pytest.mark.parametrize(
    "text", ['{"cells": [1, {"source": 3}], "metadata": 7}', '{"cells": [{"outputs": {"data": 1}}]}']
)
def test_an_odd_notebook_is_read(tmp_path: Path, text: str) -> None:
    """What has cells is read as far as it can be."""
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    assert found(path) == []


def test_a_path_that_is_not_there_is_named() -> None:
    """A hook with a wrong path must not be green."""
    with pytest.raises(ReadError, match="no file or folder 'nowhere'"):
        list(scanning.scan(["nowhere"]))
