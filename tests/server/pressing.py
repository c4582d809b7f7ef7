"""Callers by the hundred, over a list of 100,000: what they ask for, how fast, and how each was answered."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from listkit.contact import Contact, ContactList
from listkit.server.dialects.exotel import sids
from listkit.server.store import open_store
from tests.server import curl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from listkit.server.store.base import Account

NAME, SECRET = "acme", "a made-up secret"
MANY, BLOCK = 100_000, 5_000
WRITES = 0.1
"""The share of requests that change something."""
CALLERS = 64
IDLE = 1.0
"""Seconds, well within the server's own patience, so that no request meets a connection that is being closed."""
CREATED = 201


class Scene(NamedTuple):
    """An account with a list of 100,000 and one of a few."""

    account: Account
    large: str
    small: str

    def sid(self, kind: sids.Kind, number: int | str) -> str:
        """Name something of the store's as Exotel does."""
        return sids.encode(self.account, kind, str(number))


def set_scene(store_url: str | Path) -> Scene:
    """Make the account and its lists in a store that nobody serves yet."""
    with closing(open_store(store_url)) as store:
        account = store.create_account(
            NAME, sid=NAME, username=NAME, secrets={"exotel": (NAME, SECRET), "textmagic": (NAME, SECRET)}
        )
        lists = store.create_lists(account, [ContactList(name="Everyone", type="dynamic"), ContactList(name="A few")])
        large, small = (str(kept.list_id) for kept in lists)
        for start in range(0, MANY, BLOCK):
            people = [Contact(phone=f"+9198{number:08}", first_name="Asha") for number in range(start, start + BLOCK)]
            made = store.create_contacts(account, people)
            store.add_members(account, large, [one.record.contact_id for one in made])
    return Scene(account, large, small)


class Wish(NamedTuple):
    """A request."""

    api: str
    method: str
    path: str
    body: Any = None


class Mix:
    """Draws one request after the other, of which nine in ten read; what is made is taken away again."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._chance = random.Random(random.getrandbits(32))  # noqa: S311 - the run prints the seed of all chance
        self._numbers = count()
        self._turn = threading.Lock()
        self._made: deque[int] = deque()

    def draw(self) -> Wish:
        """Say what is asked for next."""
        with self._turn:
            return self._write() if self._chance.random() < WRITES else self._read()

    def note_made(self, contact_id: int) -> None:
        """Remember a contact, to delete it later."""
        self._made.append(contact_id)

    def _read(self) -> Wish:
        scene, someone, at = self._scene, self._chance.randrange(MANY), self._chance.randrange(MANY - 100)
        everyone = scene.sid("list", scene.large)
        (wish,) = self._chance.choices(
            [
                Wish("exotel", "GET", f"/lists/{everyone}/contacts?offset={at}&limit=100"),
                Wish("textmagic", "GET", f"/lists/{scene.large}/contacts?page={at // 100 + 1}&limit=100"),
                Wish("exotel", "GET", f"/contacts/{scene.sid('contact', someone + 1)}"),
                Wish("textmagic", "GET", f"/contacts/phone/9198{someone:08}"),
                Wish("exotel", "GET", "/lists"),
            ],
            weights=[40, 30, 10, 10, 10],
        )
        return wish

    def _write(self) -> Wish:
        scene, someone, number = self._scene, self._chance.randrange(MANY) + 1, next(self._numbers)
        if self._made and self._chance.random() < len(self._made) / 100:
            return Wish("textmagic", "DELETE", f"/contacts/{self._made.popleft()}")
        new = {"phone": f"1202{5550000 + number % 9000}", "lists": scene.small, "firstName": "Ravi"}
        join = {"contact_references": [{"contact_sid": scene.sid("contact", someone)}]}
        return self._chance.choice(
            [
                Wish("textmagic", "POST", "/contacts", new),
                Wish("textmagic", "PUT", f"/lists/{scene.small}", {"name": f"A few, {number}"}),
                Wish("exotel", "PUT", f"/contacts/{scene.sid('contact', someone)}", {"first_name": f"Asha {number}"}),
                Wish("exotel", "POST", f"/lists/{scene.sid('list', scene.small)}/contacts", join),
            ]
        )


class Heard(NamedTuple):
    """How a request was answered: when it was due, how many seconds later it was over, and the status, 0 for none."""

    due: float
    seconds: float
    status: int
    wish: Wish

    @property
    def is_well(self) -> bool:
        """Whether it was done."""
        return 200 <= self.status < 300


class Crowd:
    """Callers, each with a connection for both APIs that stays open as long as the server lets it."""

    def __init__(self, url: str, mix: Mix) -> None:
        self._url, self._mix = url, mix
        self._mine = threading.local()
        self._lines: list[http.client.HTTPConnection] = []
        self._callers = {"exotel": curl.exotel(url, NAME, NAME, SECRET), "textmagic": curl.textmagic(url, NAME, SECRET)}

    def press(self, *, rate: int, seconds: float) -> list[Heard]:
        """Ask so many times a second, whether or not the answers keep up."""
        begun = time.monotonic()
        asked = []
        with self._pool(CALLERS) as pool:
            for number in range(int(rate * seconds)):
                due = begun + number / rate
                time.sleep(max(0.0, due - time.monotonic()))
                asked.append(pool.submit(self._ask, due))
            return [one.result() for one in asked]

    def swarm(self, *, callers: int, seconds: float) -> list[Heard]:
        """Let each of so many callers ask again as soon as it is answered."""
        until = time.monotonic() + seconds

        def ask_on() -> list[Heard]:
            heard = []
            while time.monotonic() < until:
                heard.append(self._ask(time.monotonic()))
            return heard

        with self._pool(callers) as pool:
            return [heard for one in [pool.submit(ask_on) for _ in range(callers)] for heard in one.result()]

    @contextmanager
    def _pool(self, callers: int) -> Iterator[ThreadPoolExecutor]:
        try:
            with ThreadPoolExecutor(callers) as pool:
                yield pool
        finally:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def _ask(self, due: float) -> Heard:
        wish = self._mix.draw()
        caller, line = self._callers[wish.api], self._line()
        body = None if wish.body is None else json.dumps(wish.body)
        headers = caller.headers if body is None else {**caller.headers, "Content-Type": curl.JSON}
        try:
            line.request(wish.method, caller.root + wish.path, body, headers)
            answer = line.getresponse()
            status, told = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            line.close()
            status, told = 0, b""
        if status == CREATED and wish.path == "/contacts":
            self._mix.note_made(json.loads(told)["id"])
        return Heard(due, time.monotonic() - due, status, wish)

    def _line(self) -> http.client.HTTPConnection:
        """Return this thread's connection, hung up where it was idle so long that the server may do the same."""
        line, now = getattr(self._mine, "line", None), time.monotonic()
        if line is not None and now - self._mine.used_at > IDLE:
            line.close()
        self._mine.used_at = now
        if line is None:
            self._mine.line = line = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=curl.PATIENCE)
            self._lines.append(line)
        return line


def percentile(heard: Sequence[Heard], share: float) -> float:
    """Return the seconds within which this share of the answers was there."""
    return sorted(one.seconds for one in heard)[min(len(heard) - 1, int(share * len(heard)))]
