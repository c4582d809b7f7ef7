"""The quick way through a regular file and the careful way give one frame."""

from __future__ import annotations

import csv
import io
from itertools import islice

from hypothesis import example, given, settings
from hypothesis import strategies as st

from listkit.frame.documents import delimited, header, quoting
from listkit.frame.documents.quoting import Marks

MARKS = Marks(",")
CELLS = st.text("ab 1é\"',;\n\r\t|+=", max_size=5)
NOISE = st.text('ab,"\n\r 1;', max_size=40)


def _both(text: str) -> tuple[dict[str, list[str]] | None, dict[str, list[str]]]:
    text = text.rstrip("\r\n")
    found = header.find(list(islice(quoting.records(text, MARKS, []), 50)), 1)
    piece = header.Told(found).square(quoting.records(text, MARKS, []))
    quotes = quoting.places(text.encode(), MARKS.quote)
    is_regular = quoting.is_well_quoted(text.encode(), quotes, MARKS.delimiter)
    quick = delimited.read_regular(text.encode(), MARKS, found.names, 1) if is_regular else None
    if quick is None:
        return None, piece.table.to_pydict()
    assert piece.numbers.tolist() == list(range(2, 2 + quick.num_rows))
    return quick.to_pydict(), piece.table.to_pydict()


@settings(max_examples=300)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6), quoting=st.sampled_from([0, 1]))
def test_what_a_program_wrote_reads_the_same_both_ways(rows: list[tuple[str, str, str]], quoting: int) -> None:
    """Any cells that csv can hold come back, by pyarrow and by the csv module."""
    file = io.StringIO(newline="")
    csv.writer(file, quoting=quoting).writerows([("A", "B", "C"), *rows])
    quick, careful = _both(file.getvalue())
    assert quick is None or quick == careful
    assert list(zip(*careful.values(), strict=True)) == [tuple(cell or None for cell in row) for row in rows]


@settings(max_examples=300)
@given(noise=NOISE)
@example(noise='1,"a"b\n')
@example(noise='a"",2\n3,4')
@example(noise='1,a"\n2,b"')
def test_where_the_quick_way_answers_it_is_the_careful_answer(noise: str) -> None:
    """On text that no program would write the quick way may decline, never differ."""
    quick, careful = _both(f"A,B\n{noise}")
    assert quick is None or quick == careful


def test_the_quick_way_is_taken() -> None:
    """A well-formed file with quotes and line breaks in cells does not fall back."""
    quick, careful = _both('A,B\r\n"x, ""y""\nz",1\r\n2,3\r\n')
    assert quick == careful == {"A": ['x, "y"\nz', "2"], "B": ["1", "3"]}
