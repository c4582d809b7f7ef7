"""A server takes in a large file with the memory that small ones take."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest

from listkit.server.store import open_store
from tests.contracts.engines import make_account
from tests.server import curl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Figure
    from tests.server.curl import Curl

MB = 1024 * 1024
LARGE, PARTS, MOST_MORE = 60 * MB, 10, 40.0
BLOCK = 1000
"""Rows that are written at once."""
BOUNDARY = "a-made-up-boundary"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the most that a process held is read from /proc")


class Served(NamedTuple):
    """A server in a process of its own, and a caller with a key."""

    process: subprocess.Popen[str]
    exotel: Curl

    def upload(self, name: str, path: Path) -> float:
        """Upload a file and wait until it is taken in; returns the megabytes that the server has held at most."""
        status = send(self.exotel, name, path)
        while status["status"] == "in-progress":
            time.sleep(0.2)
            status = self.exotel("GET", f"/csv-status/{status['upload_id']}").json["response"]["data"]
        assert status["status"] == "completed"
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found
        return int(found[1]) / 1024


def send(exotel: Curl, name: str, path: Path) -> dict[str, str]:
    """Send a file as it lies on disk."""
    parts = {"list_name": name, "type": "dynamic"}
    head = "".join(
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{field}"\r\n\r\n{text}\r\n'
        for field, text in parts.items()
    ) + (
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="file_name"; filename="people.csv"\r\n'
        "content-type: text/csv\r\n\r\n"
    )
    tail = f"\r\n--{BOUNDARY}--\r\n"
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    length = len(head) + path.stat().st_size + len(tail)
    line = http.client.HTTPConnection(urlsplit(exotel.url).netloc, timeout=curl.PATIENCE)
    with closing(line), path.open("rb") as file:
        headers = {**exotel.headers, "content-type": kind, "content-length": str(length)}
        line.putrequest("POST", f"{exotel.root}/contacts/csv-upload")
        for field, text in headers.items():
            line.putheader(field, text)
        line.endheaders(head.encode())
        while block := file.read(MB):
            line.send(block)
        line.send(tail.encode())
        return curl.Told(200, {}, line.getresponse().read()).json["response"]["data"]


def write_file(path: Path, size: int, *, first: int) -> Path:
    """Write a file of so many bytes, whose rows are new numbers with a name."""
    with path.open("w") as file:
        file.write("number,first_name\n")
        number = first
        while file.tell() < size - 40 * BLOCK:
            file.writelines(f"+91{number + each:010},Asha of the {each:03}rd ward\n" for each in range(BLOCK))
            number += BLOCK
    return path


@contextmanager
def served(path: Path) -> Iterator[Served]:
    """Run `listkit serve` over an empty store."""
    with closing(open_store(path)) as store:
        account = make_account(store, "acme")
    command = [sys.executable, "-m", "listkit.cli", "serve", "--store", str(path), "--port", "0", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = next(word for word in process.stdout.readline().split() if word.startswith("http"))
        try:
            yield Served(process, curl.exotel(url, account.sid, "acme-key", "acme-token"))
        finally:
            process.terminate()


@pytest.mark.torture
def test_a_large_file_takes_no_more_memory(tmp_path: Path, figure: Figure) -> None:
    """Two million rows in one file of 60 MB take hardly more memory than in ten files; 500,000 of them join."""
    held = {}
    for parts in (PARTS, 1):
        size = LARGE // parts
        with served(tmp_path / f"{parts}.sqlite") as server:
            for part in range(parts):
                path = write_file(tmp_path / "people.csv", size, first=7_000_000_000 + part * size)
                held[parts] = server.upload("Everyone", path)
    told = f"{held[PARTS]:.0f} MB with ten files of 6 MB, {held[1]:.0f} MB with one of 60 MB"
    figure("the most that the server held", told, promised=f"< {MOST_MORE:.0f} MB more")
    assert held[1] - held[PARTS] < MOST_MORE
