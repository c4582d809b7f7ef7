"""Run the benchmarks and print one table: `make bench`, or `make bench ARGS="--rows 7,10"`."""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import Measured, Row, measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEAD = ("row", "what", "peer", "ratio", "goal", "equal", "ours ms", "peer ms")
WIDTHS = (3, 48, 40, 8, 10, 5, 9, 9)


def main() -> int:
    """Print a line for each comparison as it is done; 1 when answers differ, for a wrong answer has no speed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", default="", metavar="7,10", help="only these")
    wanted = {int(number) for number in parser.parse_args().rows.split(",") if number.strip()}

    print(_line(HEAD))
    print(_line(["-" * width for width in WIDTHS]))
    is_right = True
    for number, row in _rows(wanted):
        measured = measure(row)
        is_right &= measured.is_equal
        print(_line(_cells(number, measured)), flush=True)
    return 0 if is_right else 1


def _rows(wanted: set[int]) -> Iterator[tuple[int, Row]]:
    """Yield each benchmark's rows with the number in its file's name."""
    for path in sorted(Path(__file__).parent.glob("row_*.py")):
        number = int(re.findall(r"\d+", path.stem)[0])
        if wanted and number not in wanted:
            continue
        made = importlib.import_module(f"tests.bench.{path.stem}").bench()
        for row in [made] if isinstance(made, Row) else made:
            yield number, row


def _cells(number: int, measured: Measured) -> list[str]:
    row = measured.row
    if not measured.is_equal:
        return [str(number), row.what, row.peer, "-", str(row.goal), "no", "-", "-"]
    met = "✓" if row.goal.is_met(measured.ratio) else "✗"
    seen = (measured.ours, measured.theirs)
    told = [f"{size / 1e6:,.0f} MB" if row.is_weighed else f"{size * 1000:,.1f}" for size in seen]
    equal = "-" if row.is_weighed else "yes"
    return [str(number), row.what, row.peer, f"{measured.ratio:,.2f}×", f"{row.goal} {met}", equal, *told]


def _line(cells: Sequence[str]) -> str:
    words = [cell.ljust(width) for cell, width in zip(cells[:3], WIDTHS[:3], strict=True)]
    figures = [cell.rjust(width) for cell, width in zip(cells[3:], WIDTHS[3:], strict=True)]
    return "  ".join(words + figures).rstrip()


if __name__ == "__main__":
    sys.exit(main())
