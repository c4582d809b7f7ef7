"""Processes that share a server's work: each answers on the one address, and whoever dies is replaced.

The parent binds the address, takes in uploads, and answers nothing itself. Each worker hears
from it over its standard input, which says first what to do; when it ends, because the parent
wishes so or is no more, the worker stops in order. So no worker outlives its parent.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

import msgspec

from listkit.errors import ListkitError
from listkit.server.answering import SETTINGS
from listkit.server.dialects import Settings  # noqa: TC001 - msgspec reads the annotations at run time
from listkit.server.importing import Importer
from listkit.server.limits import Limits  # noqa: TC001 - the same
from listkit.server.listening import TLS, listen, url_of
from listkit.server.logs import logging_to
from listkit.server.memory import keep_for_good, leave_pandas_out, spare_memory
from listkit.server.metrics import SHARED
from listkit.server.noting import SharedNotes
from listkit.server.running import STOP_SECONDS, Running
from listkit.server.store import open_store

if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import NoReturn

    from listkit.server.store.base import Store

MOST_WORKERS = 64
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0
"""Seconds before a worker is replaced: twice as many each time that one dies young."""
YOUNG_SECONDS = 10.0
READY = b"ready\n"
START_SECONDS = 60.0
PATIENCE = STOP_SECONDS + 5
"""Seconds that a worker has for its last answers before it is killed."""


class Order(msgspec.Struct, frozen=True):
    """What a worker is told when it starts; it comes over a pipe, because an address of a store may hold a password."""

    store: str
    listening: int
    folder: str
    notes: str
    certificate: str = ""
    key: str = ""
    limits: Limits | None = None
    settings: Settings = SETTINGS
    log: str = ""
    level: str = "info"


class Crew:
    """A parent and its workers, from their first answer to their last, as a block."""

    def __init__(
        self,
        store_url: str | Path,
        count: int,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        folder: Path | None = None,
        tls: TLS | None = None,
        limits: Limits | None = None,
        settings: Settings = SETTINGS,
        log: Path | None = None,
        level: str = "info",
    ) -> None:
        """Start them; ListkitError where the store is not PostgreSQL's, or a worker cannot start."""
        if not str(store_url).startswith("postgresql"):
            raise ListkitError(
                "SQLite lets one process write at a time, so workers would only wait for each other: "
                "leave out --workers, or keep the store in PostgreSQL (--store postgresql://…)."
            )
        if not 1 <= count <= MOST_WORKERS:
            raise ListkitError(f"There can be 1 to {MOST_WORKERS} workers, not {count}.")
        with ExitStack() as opened:
            self.store: Store = open_store(store_url)
            opened.callback(self.store.close)
            self.listening = opened.enter_context(listen(host, port, self.store))
            self.url = url_of(self.listening, tls)
            folder = folder or self.store.folder
            self._uploads = Importer(self.store, folder)
            opened.callback(self._uploads.close)
            self._uploads.resume()
            self._uploads.watch()
            figures = opened.enter_context(TemporaryDirectory(prefix="listkit-figures-"))
            order = Order(
                store=str(store_url),
                listening=self.listening.fileno(),
                folder=str(folder.resolve()),
                notes=str(Path(opened.enter_context(TemporaryDirectory(prefix="listkit-notes-"))) / "notes"),
                certificate=str(tls.certificate.resolve()) if tls else "",
                key=str(tls.key.resolve()) if tls else "",
                limits=limits,
                settings=settings,
                log=str(log.resolve()) if log else "",
                level=level,
            )
            self._workers = [_Worker(order, Path(figures)) for _ in range(count)]
            opened.callback(self._stop)
            for worker in self._workers:
                worker.start()
            for worker in self._workers:
                worker.wait_until_ready()
            self._opened = opened.pop_all()

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that are there now."""
        return [worker.pid for worker in self._workers]

    def wait(self) -> NoReturn:
        """Wait until somebody interrupts it."""
        while True:
            signal.pause()

    def close(self) -> None:
        """Have the workers answer what was asked, stop uploads between two pieces, and let go of everything."""
        self._opened.close()

    def _stop(self) -> None:
        for worker in self._workers:
            worker.dismiss()
        until = time.monotonic() + PATIENCE
        for worker in self._workers:
            worker.see_off(until)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class _Worker(threading.Thread):
    """Watches over one place in the crew: whoever holds it and dies is replaced."""

    def __init__(self, order: Order, figures: Path) -> None:
        super().__init__(name="listkit-worker", daemon=True)
        self._order = order
        self._figures = figures
        self._dismissed = threading.Event()
        self._ready = threading.Event()
        self._turn = threading.Lock()
        self._process = self._hire()

    @property
    def pid(self) -> int:
        """The id of the process that holds the place now."""
        return self._process.pid

    def run(self) -> None:
        """Replace whoever dies, more and more slowly where they die young."""
        pause = FIRST_PAUSE
        while True:
            hired_at = time.monotonic()
            self._see_ready()
            self._process.wait()
            pause = FIRST_PAUSE if time.monotonic() - hired_at > YOUNG_SECONDS else min(2 * pause, LONGEST_PAUSE)
            if self._dismissed.wait(pause):
                return
            with self._turn:
                if self._dismissed.is_set():
                    return
                self._let_go()
                self._process = self._hire()

    def wait_until_ready(self) -> None:
        """Wait for the first one to answer; ListkitError where that does not come about."""
        until = time.monotonic() + START_SECONDS
        while not self._ready.wait(0.05):
            if self._process.poll() is not None or time.monotonic() > until:
                raise ListkitError("A worker could not start; what it said of that stands above.")

    def dismiss(self) -> None:
        """Ask for the end, in order."""
        with self._turn:
            self._dismissed.set()
            if self._process.stdin:
                with suppress(OSError):
                    self._process.stdin.close()

    def see_off(self, until: float) -> None:
        """Wait for the end, and bring it about where it does not come."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, until - time.monotonic()))
        self._process.kill()
        self._process.wait()
        if self.ident is not None:
            self.join()
        self._let_go()

    def _hire(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[self._order.listening],
            env={**os.environ, SHARED: str(self._figures)},
            process_group=0,  # Ctrl-C in a terminal goes to the parent alone, which decides
        )
        if process.stdin:
            with suppress(OSError):
                process.stdin.write(msgspec.json.encode(self._order) + b"\n")
                process.stdin.flush()
        return process

    def _see_ready(self) -> None:
        if self._process.stdout and self._process.stdout.readline() == READY:
            self._ready.set()

    def _let_go(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()


def work(order: Order) -> None:
    """Answer as one of the workers until standard input ends or a polite kill comes."""
    spare_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _interrupt)
    tls = TLS(Path(order.certificate), Path(order.key)) if order.certificate else None
    listening = socket.socket(fileno=order.listening)
    with (
        closing(SharedNotes(Path(order.notes))) as notes,
        logging_to(Path(order.log) if order.log else None, level=order.level),
        Running(
            order.store,
            listening=listening,
            folder=Path(order.folder),
            tls=tls,
            limits=order.limits,
            notes=notes,
            settings=order.settings,
            takes_in=False,
        ) as server,
    ):
        keep_for_good()
        sys.stdout.buffer.write(READY)
        sys.stdout.buffer.flush()
        threading.Thread(target=_leave_with, args=(server,), daemon=True).start()
        with suppress(KeyboardInterrupt):
            sys.stdin.buffer.read()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        # Whatever an answer still waits for: nobody is left who would end this process otherwise.
        late = threading.Timer(PATIENCE, os._exit, [1])
        late.daemon = True
        late.start()


def _leave_with(server: Running) -> None:
    server.wait()
    os.kill(os.getpid(), signal.SIGTERM)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    leave_pandas_out()
    try:
        work(msgspec.json.decode(sys.stdin.buffer.readline(), type=Order))
    except ListkitError as error:
        sys.exit(f"listkit: {error}")
