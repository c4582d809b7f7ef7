"""An account whose whole state can be compared, field by field, before a push and after its undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from listkit.contact import CUSTOM_PREFIX, ContactList
from listkit.sync.pages import pulling
from listkit.sync.plans import planning
from tests.sync.served import Served

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from listkit.server.store.base import Api
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.run import Run

Person = dict[str, "str | None"]
State = dict[str, Any]

PHONES = [f"+1202555{number:04}" for number in range(100, 110)]


class Accounts:
    """Makes accounts with lists that people are in."""

    def __init__(self, folder: Path) -> None:
        self.served = Served(folder)

    def open(self, api: Api, lists: Mapping[str, Sequence[Person]]) -> Seen:
        """Make an account with these lists; whoever is in several is one contact, as first described."""
        return Seen(self.served, api, lists)

    def close(self) -> None:
        """Let go of it."""
        self.served.close()


class Seen:
    """One account: push to it, and look at all that is in it."""

    def __init__(self, served: Served, api: Api, lists: Mapping[str, Sequence[Person]]) -> None:
        self.provider = served.open(api)
        known: dict[str, str] = {}
        for name, people in lists.items():
            list_id = self.make(name)
            for person in people:
                phone = str(person["phone"])
                if phone in known:
                    self.provider.add_members(list_id, [known[phone]])
                    continue
                (made,) = self.provider.create_contacts(_table(self.provider.carries, person), list_id=list_id)
                assert made is not None
                known[phone] = str(made.contact_id)
                if not made.joined:
                    self.provider.add_members(list_id, [known[phone]])

    def make(self, name: str) -> str:
        """Make a list, and return its id."""
        return str(self.provider.create_list(ContactList(name=name)).list_id)

    def plan(self, frame: pd.DataFrame, name: str = "VIP", **how: Any) -> Plan:
        """Plan a push."""
        return planning.plan(frame, name, self.provider, unsupported="drop", **how)

    def push(self, people: Sequence[Person], name: str = "VIP", **how: Any) -> Run:
        """Push people to a list."""
        frame = pd.DataFrame([*people], columns=[*dict.fromkeys(key for each in people for key in each)] or ["phone"])
        return self.plan(frame, name, **how).apply()

    def state(self) -> State:
        """Return the lists with their members by number, and the address-book, each contact with all its fields."""
        return {
            "lists": {kept.name: self._list(kept) for kept in pulling.lists(self.provider)},
            "address-book": self._people(pulling.address_book(self.provider).table),
        }

    def _list(self, kept: ContactList) -> tuple[Any, ...]:
        members = pulling.pull(self.provider, str(kept.list_id)).table
        return kept.list_id, kept.tag, kept.description, self._people(members)

    def _people(self, table: pa.Table) -> dict[str, Any]:
        return {line["phone"]: {**line, "custom": dict(line["custom"] or ())} for line in table.to_pylist()}


def without_ids(state: State, phones: Sequence[str]) -> State:
    """Return a state in which some contacts have no id, because they were made anew."""

    def blur(people: Mapping[str, Any]) -> dict[str, Any]:
        return {phone: {**one, "contact_id": None} if phone in phones else one for phone, one in people.items()}

    lists = {name: (*told, blur(people)) for name, (*told, people) in state["lists"].items()}
    return {"lists": lists, "address-book": blur(state["address-book"])}


def without(state: State, phones: Sequence[str]) -> State:
    """Return a state without some contacts in the address-book."""
    book = {phone: one for phone, one in state["address-book"].items() if phone not in phones}
    return {**state, "address-book": book}


def _table(carries: frozenset[str], person: Person) -> pa.Table:
    table = pa.table({name: pa.array([value], pa.string()) for name, value in person.items()})
    return table.select([name for name in table.column_names if name in carries or name.startswith(CUSTOM_PREFIX)])
