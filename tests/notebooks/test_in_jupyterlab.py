"""The notebooks, as a person sees them: in JupyterLab, in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.lab import Lab

HOSTILE = """
import pandas as pd, listkit as lk
name = "<img src=x onerror='window.struck = true'>"
hostile = pd.DataFrame({"phone": ["+12025550123", name], "first_name": [name, name], name: ["", ""]})
box = lk.sandbox()
"""
SHOWN = (
    "hostile",
    'hostile.listkit.check(region="IN")',
    "hostile.listkit.columns()",
    "plan = hostile.listkit.plan(name, to=box.exotel); plan",
    "plan.changes",
    "run = plan.apply(); run",
    "run.rows",
    "run.rejected",
    "box.exotel.lists()",
    "box.exotel.contacts(name)",
    "box.exotel",
    "box.requests",
)


def test_the_tour_runs_in_jupyterlab(lab: Lab) -> None:
    """The tour, run in JupyterLab, ends without an error, shows its plots, and asks no other machine for anything."""
    page, outputs = lab.run("notebooks/00_tour.ipynb")
    kinds = [output["output_type"] for output in outputs]
    assert "error" not in kinds
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2
    assert any("= 18 rows" in str(output) for output in outputs)
    assert lab.outside == []
    page.close()


def test_a_hostile_cell_stays_text(lab: Lab) -> None:
    """A script in every cell, header, list name and message is shown as text and never runs."""
    page, outputs = lab.run(lab.write("hostile.ipynb", HOSTILE, *SHOWN, "box.close()"))
    assert "error" not in [output["output_type"] for output in outputs]
    assert sum("onerror" in str(output) for output in outputs) >= len(SHOWN) - 3
    page.wait_for_timeout(500)
    assert page.evaluate("() => window.struck") is None
    page.close()
