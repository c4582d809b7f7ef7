"""The verbs are on every frame, whichever was imported first."""

from __future__ import annotations

import subprocess
import sys

import pytest

ORDERS = {
    "listkit first": "import listkit; assert 'pandas' not in __import__('sys').modules; import pandas",
    "pandas first": "import pandas; import listkit",
    "only looked for": "import listkit, importlib.util; importlib.util.find_spec('pandas'); import pandas",
    "by another": "import listkit, pyarrow; pyarrow.table({'phone': ['1']}).to_pandas(); import pandas",
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_frames_and_columns_have_verbs(order: str) -> None:
    """`df.listkit` and `series.listkit` are there, and nothing stays on the way of later imports."""
    script = f"""
import sys
{order}
frame = pandas.DataFrame({{"phone": ["+12025550101"]}})
print(type(frame.listkit).__name__, type(frame["phone"].listkit).__name__)
assert not [finder for finder in sys.meta_path if type(finder).__module__.startswith("listkit")]
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (told.stdout, told.stderr) == ("FrameVerbs SeriesVerbs\n", "")
