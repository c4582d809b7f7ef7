"""The verbs are on every frame, whichever was imported first."""

from __future__ import annotations

import subprocess
import sys

import pytest

ORDERS = {
    "listkit first": "import listkit; assert 'pandas' not in __import__('sys').modules; import pandas",
    "pandas first": "import pandas; import listkit",
    "only looked for": "import listkit, importlib.util; importlib.util.find_spec('pandas'); import pandas",
    "dask first": "import dask.dataframe; import listkit, pandas",
    "by another": "import listkit, pyarrow; pyarrow.table({'phone': ['1']}).to_pandas(); import pandas",
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_frames_and_columns_have_verbs(order: str) -> None:
    """`df.listkit` and `series.listkit` are there, Dask is not, and nothing stays on the way of later imports."""
    script = f"""
import sys
{order}
frame = pandas.DataFrame({{"phone": ["+12025550101"]}})
print(type(frame.listkit).__name__, type(frame["phone"].listkit).__name__)
assert "dask.dataframe" in {order!r} or not [name for name in sys.modules if name.startswith(("dask", "distributed"))]
import dask.dataframe
lazy = dask.dataframe.from_pandas(frame)
print(type(lazy.listkit).__name__, type(lazy["phone"].listkit).__name__)
assert not [finder for finder in sys.meta_path if type(finder).__module__.startswith("listkit")]
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (told.stdout, told.stderr) == (f"FrameVerbs SeriesVerbs\n{PARTITIONED}\n", "")


PARTITIONED = "PartitionedVerbs PartitionedSeriesVerbs"
