"""What a person has decided so far: one value, of which everything else on the screen is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from listkit.frame.editing import Edit


class Choices(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every decision; what is left out is as it was found, or as it is proposed."""

    path: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    meanings: tuple[tuple[str, str | None], ...] = ()
    """Columns with another meaning than the proposed one; None means nothing to a contact list."""
    region: str | None = None
    region_from: str | None = None
    edits: tuple[Edit, ...] = ()
    accept: tuple[str, ...] = ()
    """The kinds of problem whose suggestion is taken."""
    merges: bool = False
    """Whether rows that are one person become one."""
    is_fuzzy: bool = False
    """Whether that are also those who are only likely to be the same."""
    apart: tuple[int, ...] = ()
    """Rows, by position, that are another person than the rest of their cluster."""
    list_name: str = ""
    mode: str = "append"
    suppress: tuple[str, ...] = ()
    """Files of those who are never sent."""
    allow_destroy: bool = False

    def but(self, **changes: Any) -> Choices:
        """Return these with some of them otherwise."""
        return msgspec.structs.replace(self, **changes)

    def reading(self) -> dict[str, Any]:
        """Say how the file is read, where that is not as it is found."""
        said = {name: getattr(self, name) for name in ("sheet", "encoding", "delimiter", "header_row")}
        return {name: value for name, value in said.items() if value is not None}

    def cleaning(self) -> dict[str, Any]:
        """Say how the frame is cleaned, but for the meanings of its columns."""
        said = {"region": self.region, "region_from": self.region_from, "accept": list(self.accept)}
        return {name: value for name, value in said.items() if value}
