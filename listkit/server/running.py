"""The server, running: in a thread that stops with its block."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple, Self

from listkit.errors import ListkitError, MissingExtraError
from listkit.server.answering import SETTINGS, Service
from listkit.server.app import Edge
from listkit.server.clock import Clock
from listkit.server.connections import LONGEST_HEAD, Connection
from listkit.server.dial import Dial
from listkit.server.importing import Importer, Inbox
from listkit.server.listening import listen, url_of
from listkit.server.store import open_store

try:
    import uvicorn
except ModuleNotFoundError as missing:
    raise MissingExtraError("server") from missing

if TYPE_CHECKING:
    import socket
    from types import TracebackType

    from listkit.server.dial import Met
    from listkit.server.dialects import Settings
    from listkit.server.faults import Faults
    from listkit.server.limits import Limits
    from listkit.server.listening import TLS
    from listkit.server.noting import Notes
    from listkit.server.store.base import Store
    from listkit.wire.message import Request

REMEMBERED = 10_000
STOP_SECONDS = 10
_POLL_SECONDS = 0.005


class Asked(NamedTuple):
    """A request and how it ended: when, what, the status, how many bytes went back, and the fault it met.

    `status` is None where the connection was cut, `fault` empty where all was well.
    """

    at: float
    method: str
    path: str
    status: int | None
    size: int
    fault: str = ""


class Running:
    """A server on a free port of this computer, over a store of its own or one that is given.

    It answers from the moment it is made until `close`, or until its block ends. Without a
    store it keeps everything in a temporary folder, which goes with it. What waits goes by
    `clock`, `dial.faults` says which requests go wrong, and without `limits` nobody is counted.
    With `tls` it answers over https. One of several processes is given what they all listen on,
    and where it does not take uploads in, it only keeps them for the one that does.

    >>> with Running() as server:
    ...     server.url
    'http://127.0.0.1:...'
    """

    def __init__(
        self,
        store_url: str | Path | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        folder: Path | None = None,
        tls: TLS | None = None,
        limits: Limits | None = None,
        notes: Notes | None = None,
        settings: Settings = SETTINGS,
        faults: Faults | None = None,
        clock: Clock | None = None,
        listening: socket.socket | None = None,
        takes_in: bool = True,
    ) -> None:
        """Start it; ListkitError if the address is taken, or open to others before there is an account."""
        self.clock = clock or Clock()
        self.dial = Dial(faults, self.clock)
        self.requests: deque[Asked] = deque(maxlen=REMEMBERED)
        with ExitStack() as opened:
            if store_url is None:
                store_url = Path(opened.enter_context(TemporaryDirectory(prefix="listkit-"))) / "store.sqlite"
            self.store: Store = open_store(store_url)
            opened.callback(self.store.close)
            self.listening = opened.enter_context(listening or listen(host, port, self.store))
            folder = folder or self.store.folder
            self.uploads = Inbox(self.store, folder)
            if takes_in:
                self.uploads = importer = Importer(self.store, folder)
                opened.callback(importer.close)
                importer.resume()
            seen = self.dial.tearing(self.store)
            scheme = "http" if tls is None else "https"
            self.service = Service(
                seen, self.uploads, limits=limits, notes=notes, settings=settings, clock=self.clock, scheme=scheme
            )
            edge = Edge(self.service, folder, dial=self.dial, note=self._note)
            self._thread = opened.enter_context(_Thread(edge, self.listening, tls))
            opened.callback(self.clock.wake)
            self.url = url_of(self.listening, tls)
            self._opened = opened.pop_all()

    def wait(self) -> None:
        """Wait until the server stops."""
        self._thread.over.wait()

    def close(self) -> None:
        """Answer what was asked already, stop uploads between two pieces, and let go of everything."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _note(self, head: Request, met: Met) -> None:
        self.requests.append(Asked(self.clock.now(), head.method, head.path, *met.told, met.fault))


class _Thread(threading.Thread):
    """Uvicorn in a thread, from its first answer to its last, as a block."""

    def __init__(self, edge: Edge, listening: socket.socket, tls: TLS | None) -> None:
        super().__init__(name="listkit-server", daemon=True)
        # A join that Ctrl-C interrupts takes the thread for finished while it runs; an event does not.
        self.over = threading.Event()
        self._listening = listening
        self._server = uvicorn.Server(
            uvicorn.Config(
                edge,
                http=Connection,
                h11_max_incomplete_event_size=LONGEST_HEAD,
                proxy_headers=False,
                lifespan="off",
                ws="none",
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=STOP_SECONDS,
                ssl_certfile=tls.certificate if tls else None,
                ssl_keyfile=tls.key if tls else None,
            )
        )

    def run(self) -> None:
        """Serve until told to stop."""
        try:
            self._server.run(sockets=[self._listening])
        finally:
            self.over.set()

    def __enter__(self) -> Self:
        self.start()
        while not self._server.started:
            if not self.is_alive():
                raise ListkitError("The server stopped before it could answer; its log says why.")
            time.sleep(_POLL_SECONDS)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.should_exit = True
        self.over.wait()
        self.join()
