"""Four writers at once, through both APIs, each of which knows what it was promised and what it was just asking for."""

from __future__ import annotations

import http.client
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from listkit.contact import Contact, ContactList
from listkit.server.dialects.exotel import sids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from listkit.server.store.base import Account, Store
    from tests.server.curl import Curl, Told

AT_ONCE = 40
"""Items of one request."""
LISTS = ("Joined", "Twice joined", "First", "Second")
POOL = 2_000
"""Contacts who wait to be joined."""


class Step(NamedTuple):
    """A request, what is so before it, and what is so once it was answered."""

    ask: Callable[[], Told]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Writer(Thread):
    """Takes one step after the other until one is not answered, or refused; `promised` is what must be there then.

    `answered` counts the requests that were done. What the one without an answer would have
    changed may be as before or as after it, as a whole.
    """

    def __init__(self, steps: Iterator[Step]) -> None:
        super().__init__(daemon=True)
        self.promised: dict[str, Any] = {}
        self.open: Step | None = None
        self.answered = 0
        self.refused: Told | None = None
        self._steps = steps

    def run(self) -> None:
        """Write."""
        for step in self._steps:
            self.open = step
            try:
                told = step.ask()
            except (OSError, http.client.HTTPException):
                return
            if told.status >= 400 or b'"failure"' in told.body:
                self.refused = told
                return
            self.promised.update(step.after)
            self.open = None
            self.answered += 1

    def possible(self) -> list[dict[str, Any]]:
        """Return each state that its promises and its open request allow."""
        if self.open is None:
            return [self.promised]
        return [self.promised | dict(self.open.before), self.promised | dict(self.open.after)]


class Scene(NamedTuple):
    """What the writers start from: the sids of four lists, and those of contacts in none of them."""

    lists: list[str]
    contacts: list[str]


def set_scene(store: Store, account: Account) -> Scene:
    """Make it."""
    store.create_lists(account, [ContactList(name=name) for name in LISTS])
    kept = store.create_contacts(account, [Contact(phone=f"+1203{number:07}") for number in range(POOL)])
    return Scene(
        [sids.encode(account, "list", str(number + 1)) for number in range(len(LISTS))],
        [sids.encode(account, "contact", one.record.contact_id) for one in kept],
    )


def state_of(store: Store, account: Account) -> dict[str, Any]:
    """Read all that the writers may have changed, as they speak of it, and prove that each list counts its members."""
    state: dict[str, Any] = {}
    joined: dict[str, list[str]] = {}
    for kept in store.lists(account, limit=100_000).items:
        members = store.members(account, str(kept.list_id), limit=100_000)
        assert kept.members == members.total == len(members.items), kept
        state[f"list {kept.list_id}"] = (kept.name, kept.tag)
        for one in members.items:
            joined.setdefault(one.contact_id, []).append(str(kept.list_id))
    for one in store.contacts(account, limit=100_000).items:
        state[f"contact {one.phone}"] = (one.first_name, tuple(joined.get(one.contact_id, ())))
    return state


def create_contacts(exotel: Curl) -> Iterator[Step]:
    """Make contacts, many in a request."""
    for part in range(100_000):
        numbers = [f"+1204{number:07}" for number in range(part * AT_ONCE, (part + 1) * AT_ONCE)]
        body = {"contacts": [{"number": number, "first_name": f"Part {part}"} for number in numbers]}
        yield Step(
            lambda body=body: exotel("POST", "/contacts", body),
            {f"contact {number}": None for number in numbers},
            {f"contact {number}": (f"Part {part}", ()) for number in numbers},
        )


def join_contacts(exotel: Curl, scene: Scene) -> Iterator[Step]:
    """Join contacts to one list, and once all are in it, to another."""
    for into, before in ((0, ()), (1, ("1",))):
        for start in range(0, POOL, AT_ONCE):
            numbers = [f"contact +1203{number:07}" for number in range(start, start + AT_ONCE)]
            references = [{"contact_sid": sid} for sid in scene.contacts[start : start + AT_ONCE]]
            yield Step(
                lambda into=into, body={"contact_references": references}: exotel(
                    "POST", f"/lists/{scene.lists[into]}/contacts", body
                ),
                dict.fromkeys(numbers, (None, before)),
                dict.fromkeys(numbers, (None, (*before, str(into + 1)))),
            )


def edit_lists(exotel: Curl, scene: Scene) -> Iterator[Step]:
    """Rename and tag all four lists in one request."""
    before = {f"list {number}": (name, None) for number, name in enumerate(LISTS, 1)}
    for turn in range(100_000):
        wanted = [(f"{name} {turn}", f"turn {turn}") for name in LISTS]
        body = {
            "lists": [
                {"sid": sid, "name": name, "tag": tag} for sid, (name, tag) in zip(scene.lists, wanted, strict=True)
            ]
        }
        after = {f"list {number}": what for number, what in enumerate(wanted, 1)}
        yield Step(lambda body=body: exotel("PUT", "/lists", body), before, after)
        before = after


def create_and_move(textmagic: Curl) -> Iterator[Step]:
    """Make a contact in one list, and then rename it and set its lists, in one request each."""
    for number in range(100_000):
        phone = f"1205{number:07}"
        made: list[Told] = []
        name = f"contact +{phone}"

        def create(phone: str = phone, made: list[Told] = made) -> Told:
            told = textmagic.form("POST", "/contacts", phone=phone, firstName="New", lists="3")
            made.append(told)
            return told

        yield Step(create, {name: None}, {name: ("New", ("3",))})
        yield Step(
            lambda phone=phone, made=made: textmagic.form(
                "PUT", f"/contacts/{made[0].json['id']}", phone=phone, firstName="Moved", lists="3,4"
            ),
            {name: ("New", ("3",))},
            {name: ("Moved", ("3", "4"))},
        )
