"""The README's table of what sending each request twice does, made of the one that the code obeys.

`python -m tests.contracts.operations` writes it anew.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listkit.providers import PROVIDERS, vendor
from tests.contracts.endpoints import ROOT

if TYPE_CHECKING:
    from listkit.providers.base import Operation, Vendor

PAGE = ROOT / "README.md"
HEADING = "| provider | operation | sent twice | in one request | |"
TABLE = re.compile(rf"^{re.escape(HEADING)}\n(\|.*\n)+", re.MULTILINE)
ONLY_READS = "It only reads."


def table() -> str:
    """Draw the table of all operations that write."""
    lines = [HEADING, "|---|---|---|---|---|"]
    for name in PROVIDERS:
        kept = vendor(name)
        for operation, what in kept.operations.items():
            if what.why != ONLY_READS:
                word = f"{what.repeat}, destroys contacts" if what.destroys else what.repeat
                lines.append(f"| {name} | `{operation}` | {word} | {_most(kept, what)} | {what.why} |")
    return "\n".join(lines) + "\n"


def page() -> tuple[str, str]:
    """Return the README as it is, and as it must be: the table alone is made here."""
    text = PAGE.read_text(encoding="utf-8")
    return text, TABLE.sub(lambda _: table(), text, count=1)


def _most(kept: Vendor, what: Operation) -> str:
    limit = kept.limits.get(what.most)
    return f"{limit.value:,.0f} {limit.unit}" if limit and limit.value and limit.value > 1 else "1"


if __name__ == "__main__":
    PAGE.write_text(page()[1], encoding="utf-8")
