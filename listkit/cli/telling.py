"""What a command says: tables for people, JSON for machines, and what is only of the moment to standard error."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from listkit.wire.text import plain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    import pandas as pd


STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of writing; an end of line is none."""

WORDS: dict[str, str | Callable[[re.Match[str]], str]] = {
    r"run\.resume\(\), or later (?=lk\.resume)": "",
    r"lk\.resume\('([^']+)'\)": r"listkit resume \1",
    r"lk\.runs\(\) lists": "`listkit runs` lists",
    r"df\.listkit\.clean\(mapping=\{'([^']+)': '([^']+)'\}\)": r"--mapping '\1=\2'",
    r"df\.listkit\.clean\(region=…\)": "--region",
    r"\b(allow_destroy|split_over_cap)=True\b": lambda found: f"--{found[1].replace('_', '-')}",
    r"\bunsupported='drop'": "--drop-unsupported",
    r"\bcreate=False\b": "--no-create",
    r"\b(max_remove|max_reject|list_id|region_from|region|mapping|park)= ?": lambda found: (
        f"--{found[1].replace('_', '-')} "
    ),
}
"""What the library's sentences say to do, and how that is done from a shell."""


def add_json(command: argparse.ArgumentParser) -> None:
    """Give a command its `--json`."""
    command.add_argument("--json", action="store_true", help="print JSON, for a program to read")


def note(text: str) -> None:
    """Say something beside the result, so that what is piped on holds the result alone."""
    print(text, file=sys.stderr)


def say(text: object) -> None:
    """Print the result; what could steer a terminal, as a name that somebody else chose, is taken out of it."""
    print(STEERING.sub(" ", in_shell(str(text))))


def in_shell(sentence: str) -> str:
    """Put what a sentence says to do in Python into the words of the shell.

    >>> in_shell("max_remove=0.05 allows 1; allow_destroy=True deletes them; run.resume(), or later lk.resume('7')")
    '--max-remove 0.05 allows 1; --allow-destroy deletes them; listkit resume 7'
    >>> in_shell("did you mean 'Mobile'? Then df.listkit.clean(mapping={'Mobile': 'phone'})")
    "did you mean 'Mobile'? Then --mapping 'Mobile=phone'"
    """
    for pattern, words in WORDS.items():
        sentence = re.sub(pattern, words, sentence)
    return sentence


def as_json(value: Any) -> None:
    """Print one JSON document; times are ISO 8601, and what is missing is null."""
    print(json.dumps(value, ensure_ascii=False, default=str))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Make of each row of a frame a thing that JSON can write."""
    table: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", date_format="iso", force_ascii=False))
    return table


def table(frame: pd.DataFrame) -> None:
    """Print a frame in columns, whole, whether into a terminal or into a pipe; numbers to the right.

    A cell is somebody else's text: what could steer a terminal is taken out of it.
    """
    columns = [_column(str(name), frame[name]) for name in frame.columns]
    for line in zip(*columns, strict=True):
        print("  ".join(line).rstrip())


def _column(name: str, cells: pd.Series[Any]) -> list[str]:
    if cells.dtype.kind == "M":
        texts = cells.dt.strftime("%Y-%m-%d %H:%M").fillna("")
    elif cells.dtype.kind in "iuf":
        texts = cells.map(lambda number: f"{number:,}", na_action="ignore").astype("str").fillna("")
    else:
        texts = cells.astype("str").fillna("").map(plain)
    lines = [name, *texts]
    width = max(map(len, lines))
    is_number = cells.dtype.kind in "iuf"
    return [line.rjust(width) if is_number else line.ljust(width) for line in lines]
