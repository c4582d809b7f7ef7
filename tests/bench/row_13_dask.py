"""Clean a list that is many files on two Dask workers, against one process that is held to one thread."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import dask
import dask.dataframe as dd
import pyarrow as pa
import pyarrow.parquet as pq
from distributed import Client, LocalCluster

from tests.bench import Row, at_least
from tests.bench.row_11_clean import REGION, people

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = int(os.environ.get("LISTKIT_ROWS", "10_000_000"))
PART = 250_000
DIFFERENT = 1_000_000


def bench() -> Iterator[Row]:
    """Read Parquet, clean and write Parquet, by the same verb; the workers are started beforehand."""
    workers = LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0")
    with tempfile.TemporaryDirectory() as place, workers, Client(workers) as client:
        folder = Path(place)
        write(folder / "people", SIZE)
        client.run(pa.set_cpu_count, 1)
        pa.set_cpu_count(1)
        yield Row(
            what=f"Dask, two workers: clean {SIZE:,} rows, Parquet to Parquet",
            peer="one process held to one thread",
            goal=at_least(1.6),
            ours=lambda: clean(folder, "by two", client),
            theirs=lambda: clean(folder, "by one", "synchronous"),
            equal=are_equal,
        )


def write(folder: Path, size: int) -> None:
    """Write a list as files of equal size; what is more than a million rows of it is there again."""
    folder.mkdir()
    frame = people(min(size, DIFFERENT))
    for number, start in enumerate(range(0, size, PART)):
        at = start % len(frame)
        frame.iloc[at : at + min(PART, size - start)].to_parquet(folder / f"{number:03}.parquet", index=False)


def clean(folder: Path, name: str, scheduler: Client | str) -> Path:
    """Clean the list from one folder into another one."""
    with dask.config.set(scheduler=scheduler):
        dd.read_parquet(folder / "people").listkit.clean(region=REGION).to_parquet(folder / name, overwrite=True)
    return folder / name


def are_equal(ours: Path, theirs: Path) -> bool:
    """Whether both wrote the same text, file by file."""
    names = sorted(path.name for path in theirs.glob("*.parquet"))
    return len(names) > 0 and all(as_text(ours / name).equals(as_text(theirs / name)) for name in names)


def as_text(path: Path) -> pa.Table:
    """Read a file's columns as text."""
    table = pq.read_table(path)
    return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
