"""Everything that a push loads when it is first needed, loaded: what processes are forked from."""

from __future__ import annotations

import os
import tempfile

import pandas as pd

from listkit.connecting import connect
from listkit.sync.plans import planning
from tests.sync import pushers
from tests.sync.rehearsal import Rehearsal

__all__ = ["pushers"]

with tempfile.TemporaryDirectory() as home:
    os.environ["LISTKIT_HOME"] = home
    planning.plan(pd.DataFrame({"phone": ["+12025550123"]}), "VIP", Rehearsal()).apply(progress=False)
    connect("exotel", sid="s", key="k", token="t")
