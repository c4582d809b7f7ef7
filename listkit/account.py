"""An account at a provider, with a pandas face: look at its lists, read and name them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from listkit.contact import ContactList
from listkit.counting import counted
from listkit.errors import (
    AccountMismatchError,
    AnswerLostError,
    IncompleteWarning,
    NotFoundError,
    PlanRefused,
)
from listkit.frame import lists, records
from listkit.providers import credentials
from listkit.sync import probing
from listkit.sync.pages import pulling
from listkit.sync.plans import suppressing
from listkit.sync.runs.progress import watching
from listkit.wire.tables import MEMBERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from listkit.providers.base import Provider
    from listkit.providers.limits import LimitsProfile
    from listkit.sync.plans.suppressing import Suppress
    from listkit.sync.runs.progress import Progress

GONE = 404
"""What a repeated deletion is answered when the first one, whose answer was lost, had been done."""

Lists = str | Iterable[str] | pd.DataFrame


@dataclass(frozen=True)
class Pulling:
    """A frame of contacts and how it was read.

    `expected` is the provider's own count, None where it has none. `complete` is False where
    a list would not hold still; the frame may then lack rows. `read_at` is when reading began.
    """

    frame: pd.DataFrame
    complete: bool
    expected: int | None
    read_at: datetime


class Account:
    """One account at one provider. A string is always a list's name; an id is always `list_id=`."""

    def __init__(self, provider: Provider, *, profile: str | None = None, suppress: Suppress = None) -> None:
        self.provider = provider
        self.profile = profile
        self.suppress = suppressing.sources(suppress)

    @property
    def name(self) -> str:
        """What the account is called: the provider, and the profile where it has one."""
        return credentials.called(self.provider.name, self.profile)

    def ping(self) -> None:
        """Try the key; an UnauthorizedError says that it is refused."""
        self.provider.ping()

    def lists(self, name: str | None = None) -> pd.DataFrame:
        """Return the account's lists as a frame, oldest first; `name` keeps those of exactly this name.

        Columns: `list_id, list_name, list_tag, description, type, shared, members, created_at,
        updated_at, provider`.
        """
        found = pulling.lists(self.provider) if name is None else pulling.find_lists(self.provider, name)
        return self._frame(found)

    def contacts(
        self, of: Lists | None = None, *, list_id: str | None = None, progress: Progress = None
    ) -> pd.DataFrame:
        """Return all contacts of a list, of several, or of a lists frame.

        Columns: `phone` (E.164), `first_name, last_name, company, email, tag, contact_id,
        list_id, list_name`, and the provider's own fields as `custom.<name>`. A contact that is
        in two of the lists has two rows. An IncompleteWarning tells when a list changed while
        it was read and could not be read as a whole. `progress` is as in `Plan.apply`: what takes
        long shows a bar; False shows none, and a function is called with the rows so far and in all.

        Raises NotFoundError, with names that are close, and AmbiguousListError, with the ids,
        where two lists have the name.
        """
        pulled = self.pulling(of, list_id=list_id, progress=progress)
        if not pulled.complete:
            warnings.warn(
                f"The list changed while it was read: {counted(len(pulled.frame), 'contact')} of "
                f"{'an unknown number' if pulled.expected is None else format(pulled.expected, ',')}.",
                IncompleteWarning,
                stacklevel=2,
            )
        return pulled.frame

    def pulling(self, of: Lists | None = None, *, list_id: str | None = None, progress: Progress = None) -> Pulling:
        """Read contacts as `contacts` does, and say whether they are all."""
        targets = self._targets(of, list_id)
        sizes = [target.members for target in targets]
        pulled: list[pulling.Pulled] = []
        with watching(progress, None if None in sizes else sum(filter(None, sizes)), name=f"Pull {self.name}") as told:
            for target in targets:
                before = sum(each.table.num_rows for each in pulled)
                tell = partial(_tell, told, before)
                pulled.append(pulling.pull(self.provider, str(target.list_id), progress=tell))
        nobody = _named_table(MEMBERS.empty_table(), ContactList(name=""))
        tables = [_named_table(each.table, target) for each, target in zip(pulled, targets, strict=True)]
        counts = [each.expected for each in pulled]
        return Pulling(
            records.from_table(pa.concat_tables([nobody, *tables])),
            complete=all(each.complete for each in pulled),
            expected=None if None in counts else sum(count or 0 for count in counts),
            read_at=min((each.read_at for each in pulled), default=datetime.now(UTC)),
        )

    def address_book(self, max_requests: int | None = None) -> pd.DataFrame:
        """Return every contact of the account, whatever lists it is in.

        Columns as those of `contacts`, without the list's. Pages of an address-book can be short
        (20 contacts at Exotel), so that the first one prices the rest: a warning tells of more
        than a minute, and with `max_requests` PlanRefused tells of more requests than that.
        """
        pulled = pulling.address_book(self.provider, max_requests=max_requests)
        if not pulled.complete:
            warnings.warn(
                f"The address-book changed while {counted(len(pulled.table), 'contact was', 'contacts were')} read.",
                IncompleteWarning,
                stacklevel=2,
            )
        return records.from_table(pulled.table)

    def unsubscribers(self) -> pd.DataFrame:
        """Return who opted out: `phone, first_name, last_name, unsubscribed_at`, oldest first.

        A frame like this is a stop list for any other account: `push(..., suppress=...)`. It is
        empty where the provider keeps none, as Exotel's lists do.
        """
        pulled = pulling.unsubscribers(self.provider)
        if not pulled.complete:
            told = f"{self.provider.name}'s unsubscribers kept changing while they were read: some may be missing."
            warnings.warn(told, IncompleteWarning, stacklevel=2)
        return records.from_table(pulled.table)

    def create_list(self, name: str, tag: str | None = None) -> pd.DataFrame:
        """Make a list and return it as a lists frame of one row; DuplicateError when the name is taken."""
        made = self.provider.create_list(ContactList(name=name.strip(), tag=tag))
        if tag and not made.tag:
            warnings.warn(f"{self.provider.name} keeps no tags: {tag!r} was left out.", stacklevel=2)
        return self._frame([made])

    def rename_list(self, name: str | None = None, new_name: str = "", *, list_id: str | None = None) -> pd.DataFrame:
        """Give a list another name and return it as a lists frame of one row; its tag stays."""
        if not new_name.strip():
            raise TypeError("rename_list needs the new name: rename_list('VIP', 'Gold')")
        target = self._target(name, list_id)
        return self._frame([self.provider.update_list(str(target.list_id), name=new_name.strip(), tag=target.tag)])

    def delete_list(self, name: str | None = None, *, list_id: str | None = None, allow_destroy: bool = False) -> None:
        """Delete a list.

        Where the provider deletes contacts that are in no other list along with it, a list
        that has members is only deleted with `allow_destroy=True`; PlanRefused says how many.
        """
        target = self._target(name, list_id)
        if self.provider.operations["delete_list"].destroys and target.members != 0 and not allow_destroy:
            members = "its members" if target.members is None else f"its members ({target.members:,})"
            raise PlanRefused(
                [
                    (
                        f"Deleting {target.name!r} makes {self.provider.name} delete for good those of {members} "
                        "that are in no other list; allow_destroy=True says that this is meant."
                    )
                ]
            )
        try:
            self.provider.delete_list(str(target.list_id))
        except AnswerLostError as error:
            if error.http_status != GONE:
                raise

    def probe(self, *, say: Callable[[str], object] = lambda _step: None) -> LimitsProfile:
        """Find out on this very account what repeating each operation does; `print(account.probe())` shows it.

        Makes a list of its own name and up to three contacts with numbers that belong to nobody,
        does each thing twice, and takes all of it away again. No message is sent to anyone, and
        nothing that is there is touched. `say` is told each step. What was found is a limits
        profile: `profile.save(path)`, then `connect(..., limits=path)` keeps to it.

        Raises a ProviderError where the account cannot be asked; what was made is gone then too.
        """
        return probing.probe(self.provider, say=say)

    @property
    def limits(self) -> pd.DataFrame:
        """Every number that listkit keeps to with this provider: `name, value, unit, source`."""
        lines = [(name, limit.value, limit.unit, limit.source) for name, limit in self.provider.limits.items()]
        frame = pd.DataFrame(lines, columns=["name", "value", "unit", "source"])
        return frame.astype({"name": "str", "value": "Float64", "unit": "str", "source": "str"})

    @property
    def operations(self) -> pd.DataFrame:
        """What sending each request twice does: `operation, repeat, destroys, limit, rate, why, source`.

        `repeat` is "harmless", "refused" or "unproven"; only what is harmless is ever sent again
        when its answer was lost. `destroys` says that contacts can be deleted by it. `limit` and
        `rate` are names in `account.limits`: how much one request carries, empty for one thing,
        and how often it goes.
        """
        lines = [
            (name, row.repeat, row.destroys, row.most, row.rate, row.why, row.source)
            for name, row in self.provider.operations.items()
        ]
        frame = pd.DataFrame(lines, columns=["operation", "repeat", "destroys", "limit", "rate", "why", "source"])
        return frame.astype({name: "bool" if name == "destroys" else "str" for name in frame})

    def _target(self, name: str | None, list_id: str | None) -> ContactList:
        (target,) = self._targets(name, list_id)
        return target

    def _targets(self, of: Lists | None, list_id: str | None) -> list[ContactList]:
        """Find the lists that are meant."""
        if (of is None) == (list_id is None):
            raise TypeError("Say which list: by its name, as 'VIP', or by its id, as list_id='...'")
        if list_id is not None:
            return [self.provider.list(str(list_id))]
        if isinstance(of, pd.DataFrame):
            return self._listed(of)
        if isinstance(of, str):
            return [self._named(of)]
        if isinstance(of, Iterable):
            return [self._named(name) for name in of]
        raise TypeError(f"A list is given by its name; {of!r} is none. An id goes into list_id=.")

    def _named(self, name: str) -> ContactList:
        try:
            return pulling.find_list(self.provider, name)
        except NotFoundError as error:
            there = {kept.name.lower(): kept.name for kept in pulling.lists(self.provider)}
            wanted = name.strip().lower()
            near = [known for known in there if wanted in known][:3] or get_close_matches(wanted, there)
            hint = f"Did you mean {' or '.join(repr(there[each]) for each in near)}?" if near else "No name is close."
            raise NotFoundError(f"{error} {hint}", field="name") from None

    def _listed(self, frame: pd.DataFrame) -> list[ContactList]:
        """Read a lists frame; one of another provider is refused, because its ids mean nothing here."""
        listed = lists.to_lists(frame)
        others = sorted({provider for provider, _ in listed} - {self.provider.name})
        if others:
            raise AccountMismatchError(f"These lists are kept by {', '.join(others)}, not by {self.provider.name}.")
        return [kept for _, kept in listed]

    def _frame(self, found: list[ContactList]) -> pd.DataFrame:
        return lists.from_lists(found, self.provider.name)

    def __repr__(self) -> str:
        return f"Account({self.name!r}, account={self.provider.account!r}, host={self.provider.host!r})"


def _named_table(table: pa.Table, kept: ContactList) -> pa.Table:
    """Say in every row which list it is of."""
    place = table.column_names.index("contact_id") + 1
    for column, text in (("list_name", kept.name), ("list_id", kept.list_id)):
        table = table.add_column(place, column, pa.repeat(pa.scalar(text, pa.string()), table.num_rows))
    return table


def probe(account: Account, *, say: Callable[[str], object] = lambda _step: None) -> LimitsProfile:
    """Find out on an account what no page of its provider says; see `Account.probe`."""
    return account.probe(say=say)


def load_lists(account: Account, name: str | None = None) -> pd.DataFrame:
    """Return an account's lists as a frame; see `Account.lists`."""
    return account.lists(name)


def _tell(told: Callable[[int], None], before: int, rows: int, _expected: int | None) -> None:
    told(before + rows)


def load_contacts(
    account: Account, of: Lists | None = None, *, list_id: str | None = None, progress: Progress = None
) -> pd.DataFrame:
    """Return the contacts of one list or several; see `Account.contacts`."""
    return account.contacts(of, list_id=list_id, progress=progress)


def members(frame: pd.DataFrame, account: Account) -> pd.DataFrame:
    """Return the contacts of all lists in a lists frame; see `Account.contacts`."""
    return account.contacts(frame)
