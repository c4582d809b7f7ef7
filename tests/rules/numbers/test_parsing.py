"""What is read by the atlas is what the library reads, of one number and of a column, whatever its version."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import phonenumbers
import pyarrow as pa
import pytest

from listkit.rules.numbers import parsing, walking
from listkit.rules.verdict import column
from tests.bench.library import patterns_kept
from tests.rules.numbers import chance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conftest import Figure


Answer = tuple[str | None, str | None, str | None]
Cells = list[tuple[str, str | None]]


@pytest.fixture
def seed() -> int:
    """Choose the cells; a test that fails names it."""
    return random.getrandbits(32)


def library(text: str, region: str | None) -> Answer:
    """Ask the library for the number in E.164, its country and its kind."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None, None, None
    country = phonenumbers.region_code_for_number(number)
    kind = phonenumbers.number_type(number)
    if country is None or kind == phonenumbers.PhoneNumberType.UNKNOWN:
        return None, None, None
    national = phonenumbers.national_significant_number(number)
    named = phonenumbers.PhoneNumberType.to_string(kind).lower()
    return f"+{number.country_code}{national}", country, named


def parsed(cells: Cells) -> Sequence[Answer]:
    """Read a column, and see that a reason is told exactly where there is no number."""
    told = parsing.parse(column(text for text, _ in cells), region=column(region for _, region in cells))
    found = told.value.to_pylist()
    for value, code, reason in zip(found, told.code.to_pylist(), told.reason.to_pylist(), strict=True):
        assert bool(code) == bool(reason) == (value is None)
    return list(zip(found, told.country.to_pylist(), told.kind.to_pylist(), strict=True))


def unequal(cells: Cells) -> list[object]:
    """Return the cells that are read otherwise than by the library."""
    with patterns_kept():
        wanted = [library(*cell) for cell in cells]
    pairs = zip(cells, parsed(cells), wanted, strict=True)
    return [(cell, ours, theirs) for cell, ours, theirs in pairs if ours != theirs]


def test_two_hundred_thousand_cells_are_read_as_the_library_reads_them(seed: int) -> None:
    """All regions and calling codes, examples, what is near them, and everything that may be in a cell."""
    assert unequal([*chance.cells(200_000, seed)]) == [], f"seed {seed}"


@pytest.mark.torture
def test_a_million_cells_are_read_as_the_library_reads_them(seed: int, figure: Figure) -> None:
    """A million inputs over all regions: none is read otherwise."""
    found = [one for part in range(10) for one in unequal([*chance.cells(100_000, seed + part)])]
    figure("cells read otherwise than by the library", f"{len(found)} of 1,000,000", promised="0 of 1,000,000")
    assert found == [], f"seed {seed}"


def test_a_column_is_read_as_its_values_are(seed: int) -> None:
    """Every field of the verdict on a value alone is that of the verdict in a column, and hardly one is asked about."""
    cells = [*chance.cells(10_000, seed)]
    told = parsing.parse(column(text for text, _ in cells), region=column(region for _, region in cells))
    names = ("value", "code", "reason", "suggestion", "country", "kind")
    rows = zip(*(getattr(told, name).to_pylist() for name in names), strict=True)
    alone = [parsing.parse_one(*cell) for cell in cells]
    assert [tuple(getattr(one, name) for name in names) for one in alone] == [*rows], f"seed {seed}"


def test_the_reasons_are_those_of_asking_the_library(seed: int) -> None:
    """What is told of a number that is none is the same, whether the atlas was walked or the library asked."""
    cells = [*chance.cells(3_000, seed)]
    assert [parsing.parse_one(*cell) for cell in cells] == [parsing._ask(*cell) for cell in cells], f"seed {seed}"


@pytest.mark.parametrize("digits", [5, 12, 20, 21, 30, 249, 251, 5_000])
def test_long_and_short_runs_of_digits(digits: int) -> None:
    """Each length, with all that may stand before it, in countries that dial differently."""
    texts = [
        before + (run * digits)[:digits] for before in ("", "+", "0", "00", "+54", "011") for run in ("9", "10", "0")
    ]
    cells: Cells = [(text, region) for text in texts for region in ("IN", "AR", "US", "DE", None)]
    assert unequal(cells) == []


def test_a_column_of_any_shape() -> None:
    """Empty, all missing, in chunks, sliced, with bytes behind a missing value: an answer a row."""
    assert len(parsing.parse(column([]), region="IN")) == 0
    assert len(parsing.read(column([]), "IN").value) == len(walking.holders(column([]))) == 0
    missing = parsing.parse(column([None] * 100), region="IN")
    assert missing.code.unique().to_pylist() == ["empty"]
    numbers = column(["98765 43210", None, "x"] * 50)
    whole = parsing.parse(numbers, region="IN")
    pieces = pa.chunked_array([numbers[:70], numbers[70:]])
    assert parsing.parse(pieces, region="IN").value.equals(whole.value)
    assert parsing.parse(numbers[3:], region="IN").value.equals(whole.value[3:])
    hidden = pa.StringArray.from_buffers(100, numbers[:100].buffers()[1], numbers.buffers()[2], pa.py_buffer(bytes(13)))
    assert parsing.parse(hidden, region="IN").value.null_count == 100


def test_hardly_a_cell_needs_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Extensions, letters, other scripts' digits and `tel:` are read without it."""
    monkeypatch.setattr(parsing, "_ask", None)
    cells = [
        *("tel:+91-98765-43210", "Phone: 98765 43210", "+91\u00a098765\u201343210", "٩٨٧٦٥٤٣٢١٠", "1-800-FLOWERS"),
        *("020 26123415 ext 12", "+91 20 2612 3415 x12", "call the desk", "9.87654E+11", "+999 12345"),
    ]
    told = parsing.parse(column(cells * 10), region="IN")
    assert told.value.to_pylist()[: len(cells)] == [library(text, "IN")[0] for text in cells]


@pytest.mark.parametrize("seed", ["9", "+", "(", " x1", "ext ", ", ", "1,", "0 ", "é", "٣", "A1", "/ x"])
def test_a_cell_twice_as_long_does_not_take_three_times_as_long(seed: str) -> None:
    """No cell runs away, however long it is and whatever stands in it."""
    text = seed * (100_000 // len(seed))
    parsing.parse(column([text] * 33), region="IN")
    start = time.process_time()
    parsing.parse(column([text] * 33), region="IN")
    parsing.parse_one(text, "IN")
    assert time.process_time() - start < 34 * 0.05


@pytest.mark.parametrize("text", ["x3092 123 4567", "\n97(3_96", "tel:.+59 8-21/23-1)2.3.4"])
def test_what_stands_among_digits_leads_nowhere(text: str) -> None:
    """What is no digit is no step of a walk, in a column that is long enough to be walked."""
    assert unequal([(text, "UY")] * parsing.FEW) == []
