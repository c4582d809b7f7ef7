"""`python -m listkit.cli`, where there is no script of that name."""

from __future__ import annotations

from listkit.cli import run

run()
