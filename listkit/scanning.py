"""Saved notebooks read through for what they should not tell: numbers, addresses, keys, kept uploads.

A notebook is written on as it is worked with: the answer of a cell is saved with it, and so is the
state of widgets where JupyterLab's *Save Widget State Automatically* is on, with passwords in
clear and whole files. Pictures are not looked at.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import os
import re
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from listkit.errors import ReadError
from listkit.rules import leaks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

ENDING = ".ipynb"
STATE = "application/vnd.jupyter.widget-state+json"

_KEYS = re.compile(r"LISTKIT_\w+_(?:KEY|TOKEN|SECRET|PASSWORD)")
_SHORTEST_KEY = 8
_MARKS = re.compile(r"<[^>]{0,500}>|\x1b\[[0-9;]{0,20}m")
_PICTURE = re.compile(r"image/(?!svg)|audio/|video/|application/pdf")


class Find(NamedTuple):
    """One thing in one place: the file, the cell or what else it stands in, its kind, and itself, masked."""

    path: Path
    place: str
    kind: str
    shown: str


class Kept(NamedTuple):
    """What a widget keeps and should not, whatever stands in it."""

    kind: str
    shown: str


UPLOAD = Kept("upload", "a file that was chosen is kept whole")
PASSWORD = Kept(leaks.SECRET, "a password is kept in clear")


def scan(
    paths: Iterable[str | os.PathLike[str]], *, regions: Collection[str] = (), allow: Collection[str] = ()
) -> Iterator[Find]:
    """Find what others should not read in notebooks, and in all those below a folder.

    Numbers are found where they begin with a plus or are whole without it, and with `regions`
    (ISO country codes) also as they are written there. Keys are found by what stands before
    them, and if they are those of this environment. `allow` are numbers, addresses and keys
    that may stand there. What is kept for stories, as 555-0100 and example.org, is nobody's.

    Raises ReadError where a path is not there or is no notebook.
    """
    secrets = [value for name, value in os.environ.items() if _KEYS.fullmatch(name) and len(value) >= _SHORTEST_KEY]
    for path in _notebooks(paths):
        for place, group in groupby(_texts(path, _read(path)), key=itemgetter(0)):
            parts = [part for _, part in group]
            yield from (Find(path, place, *part) for part in parts if isinstance(part, Kept))
            text = "\n".join(part for part in parts if isinstance(part, str))
            found = leaks.find(text, regions=regions, secrets=secrets)
            yield from (Find(path, place, leak.kind, leak.shown) for leak in found if leak.value not in allow)


def _notebooks(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(path.rglob(f"*{ENDING}"))
        elif path.exists():
            yield path
        else:
            raise ReadError(f"There is no file or folder {str(path)!r}.")


def _read(path: Path) -> dict[str, Any]:
    try:
        read: Any = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ReadError(f"{str(path)!r} is no notebook that can be read ({type(error).__name__}).") from None
    sheets = read.get("worksheets", [read]) if isinstance(read, dict) else [None]
    if not all(isinstance(sheet, dict) and isinstance(sheet.get("cells"), list) for sheet in sheets):
        raise ReadError(f"{str(path)!r} is no notebook: it has no cells.")
    notebook: dict[str, Any] = read
    return notebook


def _texts(path: Path, notebook: dict[str, Any]) -> Iterator[tuple[str, str | Kept]]:
    """Give out every text of a notebook with its place."""
    cells = [cell for sheet in notebook.get("worksheets", [notebook]) for cell in sheet["cells"]]
    for number, cell in enumerate(cells, start=1):
        for name, part in cell.items() if isinstance(cell, dict) else ():
            place = f"cell {number}" if name in {"source", "input"} else f"cell {number}, {name}"
            yield from ((place, text) for text in _within(part))
    yield "name of the file", path.name
    rest = {name: part for name, part in notebook.items() if name not in {"cells", "worksheets", "metadata"}}
    metadata = notebook.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, dict) else {"metadata": metadata}
    widgets = metadata.pop("widgets", None)
    yield from (("metadata", text) for text in _within([rest, metadata]))
    yield from (("widget state", text) for text in _within(widgets))


def _within(part: Any) -> Iterator[str | Kept]:
    """Give out the texts within what JSON holds."""
    if isinstance(part, dict):
        yield from _within_named(part)
    elif isinstance(part, list) and not all(isinstance(line, str) for line in part):
        for one in part:
            yield from _within(one)
    elif isinstance(part, str | list):
        yield _plain(_joined(part))
    elif isinstance(part, int) and not isinstance(part, bool):
        yield str(part)


def _within_named(parts: dict[str, Any]) -> Iterator[str | Kept]:
    """Give out the texts of a dictionary, with their names before them, and what a widget keeps."""
    if parts.get("encoding") == "base64":
        yield _decoded(parts.get("data"))
    elif parts.get("model_name") == "PasswordModel":
        yield from [PASSWORD] if "value" in parts.get("state", ()) else []
    else:
        for name, part in parts.items():
            if isinstance(part, str) and len(part) <= _LINE:
                yield f"{name}: {json.dumps(_plain(part), ensure_ascii=False)}"
            elif not _PICTURE.match(name):
                yield _plain(name)
                yield from _within(part)


def _decoded(data: object) -> str | Kept:
    """Read a buffer of a widget as text; what is none is a file."""
    try:
        return base64.b64decode(str(data), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return UPLOAD


_LINE = 300
"""How long a text may be to be told with its name, which tells of a key what it is."""


def _joined(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)


def _plain(text: str) -> str:
    """Take the marks of HTML and of colours off."""
    return html.unescape(_MARKS.sub(" ", text)) if "<" in text or "\x1b" in text else text
