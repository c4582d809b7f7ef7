"""A plan of a million rows against a million members stays within memory that a laptop has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Figure

MOST = 4 * 2**30
PROGRAM = """
import resource
from datetime import UTC, datetime
from listkit.frame import records, streams
from listkit.sync.plans import drafting, hashing, targeting
from listkit.sync.plans.options import Options
from tests.bench.row_08_plan import desired, existing
from tests.sync.rehearsal import Rehearsal

size = int({size!r})
wanted, frame = streams.take(desired(size))
members = existing(size)
target = targeting.Target(name="VIP", list_id="L1", members=members.num_rows)
found = targeting.Found((target,), members, datetime.now(UTC))
options = Options(mode="mirror", max_remove=1.0)
provider = Rehearsal()
provider.carries = frozenset(wanted.contacts.column_names)
drafted = drafting.draft(provider, wanted, records.verdicts(wanted.contacts), found, options)
hashing.of_tables(wanted.contacts, members)
assert drafted.compared.edits.num_rows == 3 * size // 10
assert drafted.compared.leaving.num_rows == size // 10
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@pytest.mark.torture
def test_a_million_against_a_million_fit(figure: Figure) -> None:
    """Planning a mirror with every edit, frame and members held, takes at most 4 GiB in all."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(size="1_000_000")],
        capture_output=True, check=False, cwd=Path(__file__).parents[3], text=True,
    )  # fmt: skip
    assert told.stderr == ""
    figure("plan of 1M x 1M", f"{int(told.stdout) / 2**30:.2f} GiB", promised=f"{MOST / 2**30:.0f} GiB")
    assert int(told.stdout) <= MOST
