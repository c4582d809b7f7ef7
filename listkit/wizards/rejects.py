"""What did not get in, as a workbook to be mended and brought again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from listkit.errors import ListkitError
from listkit.frame import writing

if TYPE_CHECKING:
    from listkit.wizards.upload import UploadFlow

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rejects(flow: UploadFlow) -> tuple[str, str, bytes]:
    """Return the name of a workbook, what kind of file it is, and its bytes: each row with its code and reason."""
    if flow.run is None or not len(flow.run.rejected):
        raise ListkitError("Everybody got in: there is nothing to mend.")
    with tempfile.TemporaryDirectory(prefix="listkit-") as folder:
        path = Path(folder) / "rejects.xlsx"
        writing.to_file(flow.run.rejected, path)
        return path.name, KIND, path.read_bytes()
