"""A frame that can be shown: who is in it stays hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.compute as pc

from listkit.frame import columns, vocabulary
from listkit.frame.text import read_column, write_column
from listkit.rules import masking
from listkit.rules.verdict import column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _mask_cell(text: str) -> str:
    """Hide a cell that should be a number or an address, and whatever else stands in it."""
    return masking.mask_within(text) if "@" in text else masking.mask(text)


_MASKS: dict[str, Callable[[str], str]] = {
    "phone": _mask_cell,
    "email": _mask_cell,
    "first_name": masking.mask_name,
    "last_name": masking.mask_name,
    "full_name": masking.mask_name,
}


def redacted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy for showing, as on a screen or in a report: phones, addresses and names are masked.

    Same rows, columns and index. What is masked keeps enough to be known again by who knows it:
    `+91•••••••10`, `a•••@example.org`, `A••• R•••`. Every column that could be a phone, an
    address or a name is masked, also where `columns` chose another or cannot decide, and the names
    of fathers, owners and other people too; so are numbers and addresses inside other text, as in
    notes, and in the names of columns. Columns of numbers and times that mean none of these stay,
    and so does the index: `reset_index(drop=True)` takes one that names people off. Names under
    a header that does not say so look like cities, and stay: drop such a column first. This hides;
    it does not make anonymous.

    >>> redacted(pd.DataFrame({"Mobile": ["98765 43210"], "Notes": ["ask asha@example.com"]})).values.tolist()
    [['987••••••10', 'ask a•••@example.com']]
    """
    return mask(frame, columns.fitting(frame))


def mask(frame: pd.DataFrame, fitting: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    """Mask each column by the first thing that it could be, as `columns.fitting` tells it."""
    masked = [_masked(frame.iloc[:, at], meanings) for at, meanings in enumerate(fitting)]
    shown = pd.concat(masked, axis="columns") if masked else frame.copy()
    return shown.set_axis([_label(label) for label in frame.columns], axis="columns")


def _masked(series: pd.Series[Any], fitting: tuple[str, ...]) -> pd.Series[Any]:
    """Mask a column by the first thing it could be; where it could be none, what stands within its text."""
    by_meaning = next((_MASKS[meaning] for meaning in fitting if meaning in _MASKS), None)
    if by_meaning is None and vocabulary.is_of_person(str(series.name)):
        by_meaning = masking.mask_name
    if by_meaning is None and not _is_text(series):
        return series
    cells = pc.dictionary_encode(read_column(series))
    hidden = column(map(by_meaning or masking.mask_within, cells.dictionary.to_pylist()))
    return write_column(hidden.take(cells.indices), series.index, series.name)


def _is_text(series: pd.Series[Any]) -> bool:
    return series.dtype == object or isinstance(series.dtype, pd.StringDtype | pd.CategoricalDtype)


def _label(label: Any) -> Any:
    return masking.mask_within(label) if isinstance(label, str) else label
