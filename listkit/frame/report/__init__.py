"""One page about a list: how much of it can be sent, where its people are, what is wrong, who is in it twice."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from listkit.frame.report import counting, drawing
from listkit.frame.writing import write_whole

if TYPE_CHECKING:
    from os import PathLike

    from listkit.frame.columns import Meanings
    from listkit.frame.regions import Region


class Report:
    """A page about a list: a notebook shows it, and `save` writes it to a file.

    It is drawn whole, without a script and without a request to any host; numbers, addresses
    and names are masked, and whatever a cell says is shown as text.
    """

    def __init__(self, body: str, title: str) -> None:
        """Take what is drawn; see `report`."""
        self._body, self._title = body, title

    def __repr__(self) -> str:
        return f"Report({self._title!r})"

    def _repr_html_(self) -> str:
        return self._body

    @property
    def html(self) -> str:
        """The page, as a browser opens it."""
        return drawing.page(self._body, self._title)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page to a file that any browser opens, and that only its owner can read.

        Raises ListkitError where it cannot be written.
        """
        where = Path(path)
        write_whole(where, partial(_put, self.html))
        return where


def report(
    frame: pd.DataFrame,
    *,
    region: Region = None,
    region_from: str | None = None,
    mapping: Meanings = None,
    title: str = "A list of contacts",
) -> Report:
    """Draw one page about a list: countries, kinds of numbers, problems, duplicates, domains of addresses.

    It counts what `clean` would make of the list, and changes nothing; `region`, `region_from`
    and `mapping` are those of `clean`. What it shows of single rows is masked, so that it can be
    passed on.

    Raises ColumnsError where it cannot be told which column is the phone.

    >>> page = report(pd.DataFrame({"Mobile": ["98765 43210", "12"]}), region="IN", title="Guests")
    >>> page, "<svg" in page.html
    (Report('Guests'), True)
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(
            f"A report is drawn of a frame, not of a {type(frame).__name__}; "
            "of a Dask frame take some rows, as frame.head(100_000, npartitions=-1)."
        )
    counted = counting.count(frame, region=region, region_from=region_from, mapping=mapping)
    return Report(drawing.body(counted, title), title)


def _put(html: str, path: Path) -> None:
    path.write_text(html, encoding="utf-8", errors="replace")
