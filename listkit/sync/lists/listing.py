"""What pushing a frame of lists back would do, as a value: which are made, renamed, tagged. Nothing is written."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import pandas as pd

from listkit.change import Outcome
from listkit.counting import counted
from listkit.errors import AccountMismatchError
from listkit.frame import lists
from listkit.providers.base import value as limit
from listkit.sync.pages import pulling
from listkit.sync.plans import showing
from listkit.sync.plans.comparing import ADD, UPDATE
from listkit.sync.plans.costing import duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike

    from listkit.contact import ContactList
    from listkit.providers.base import Provider
    from listkit.sync.lists.relisted import ListsRun
    from listkit.sync.runs.applying import Verify
    from listkit.sync.runs.progress import Progress

REMOVE = "remove"
OPS = (ADD, UPDATE, Outcome.UNCHANGED.value, Outcome.ALREADY.value, Outcome.DUPLICATE.value, Outcome.INVALID.value)
LONGEST_NAME = 255


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A list and what is to be done with it.

    `after` holds the fields that are sent, of a list to be made all that it has, and `before` what
    is there of those that change.
    """

    name: str
    op: str
    code: str = ""
    reason: str = ""
    list_id: str | None = None
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}


@dataclass(frozen=True, kw_only=True)
class ListsPlan:
    """What `apply` will do with an account's lists; safe to look at, to compare and to throw away.

    `lines` has one line a row of the frame, and `leaving` one for each list that an undo deletes.
    """

    provider: Provider = field(repr=False)
    profile: str | None = None
    mode: Literal["lists", "undo"] = "lists"
    frame: pd.DataFrame = field(repr=False)
    lines: tuple[Line, ...] = field(repr=False)
    leaving: tuple[Line, ...] = field(default=(), repr=False)
    read_at: datetime
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each operation has; they add up to the rows of the frame."""
        found = Counter(line.op for line in self.lines)
        return {op: found[op] for op in OPS}

    @property
    def list_name(self) -> str:
        """How many lists it is about: they are many, and each has its name."""
        return counted(len(self.lines), "list")

    @property
    def changes(self) -> pd.DataFrame:
        """What would be otherwise: `op, key, field, before, after, reason, row`; the key is the name of the list."""
        told: list[tuple[Any, ...]] = [
            (
                line.op,
                line.name,
                name or None,
                _text(line.before.get(name)),
                _text(line.after.get(name)),
                line.reason,
                row,
            )
            for row, line in enumerate(self.lines)
            for name in (line.after or [""])
        ]
        told += [(REMOVE, line.name, None, None, None, line.reason, None) for line in self.leaving]
        frame = pd.DataFrame(told, columns=["op", "key", "field", "before", "after", "reason", "row"])
        return frame.astype({name: "Int64" if name == "row" else "str" for name in frame})

    @property
    def cost(self) -> pd.DataFrame:
        """What it would take: `strategy, requests, seconds, bound_by`."""
        most = limit(self.provider.limits, "lists_per_request")
        edits = self.provider.operations.get("update_lists")
        counts = self.counts
        requests = math.ceil(counts[ADD] / most) + 2 * len(self.leaving)
        requests += math.ceil(counts[UPDATE] / most)
        requests += counts[UPDATE] if edits and edits.reads_first == "always" else 0
        seconds = requests / limit(self.provider.limits, "requests_per_second")
        bound = f"lists_per_request = {most:,.0f}" if counts[ADD] + counts[UPDATE] else ""
        told = {"strategy": "batches", "requests": requests, "seconds": seconds, "bound_by": bound}
        return pd.DataFrame([told])

    def drift(self) -> list[str]:
        """Read the lists again, and return the names of those that are otherwise now than when it was planned."""
        known = {kept.list_id: kept for kept in pulling.lists(self.provider)}
        names = {kept.name for kept in known.values()}
        changed = [
            line.name
            for line in self.lines
            if (line.op == ADD and line.name in names)
            or (line.op == UPDATE and not is_as(known.get(line.list_id), line.before))
        ]
        return changed + [line.name for line in self.leaving if line.list_id in known and known[line.list_id].members]

    def apply(self, *, progress: Progress = None, verify: Verify = "auto", settle: float | None = None) -> ListsRun:
        """Do it, and tell what became of every row; see `sync.lists.relisting.apply`."""
        from listkit.sync.lists.relisting import apply  # noqa: PLC0415 - applying needs plans; a plan only opens the door

        return apply(self, progress=progress, verify=verify, settle=settle)

    def save(self, path: str | PathLike[str]) -> None:
        """Write it to a file, as JSON, that `lk.load_plan` reads; readable by its owner only, and it holds no key.

        ListkitError where it cannot be written.
        """
        from listkit.sync.lists import saving  # noqa: PLC0415 - saving makes plans; a plan only opens the door

        saving.save(self, path)

    def __str__(self) -> str:
        told = [f"{count:,} {op}" for op, count in self._counts.items()]
        lines = [self._headline, f"  {' · '.join(told) or 'no lists'}", f"  {self._way}"]
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return showing.page(
            headline=self._headline,
            way=self._way,
            counts=self._counts,
            changes=self.changes,
            cost=self.cost,
            notes=self.notes,
            key="list",
        )

    @property
    def _headline(self) -> str:
        return f"Plan to {self.mode.replace('lists', 'push')} {self.list_name} to {self.provider.name}"

    @property
    def _way(self) -> str:
        cost = self.cost.iloc[0]
        pace = f", about {duration(cost['seconds'])} at the provider's rate" if cost["seconds"] else ""
        return f"{counted(cost['requests'], 'request')}{pace}"

    @property
    def _counts(self) -> dict[str, int]:
        found = {op: count for op, count in self.counts.items() if count}
        return found | ({"to delete": len(self.leaving)} if self.leaving else {})


def plan(frame: pd.DataFrame, provider: Provider, *, profile: str | None = None) -> ListsPlan:
    """Compare a frame of lists with an account's, matched by `list_id`, and say what pushing it back would do.

    A row without `list_id` is a list to be made. Of the others `list_name`, `list_tag`, `description` and
    `shared` are compared, as far as the frame has these columns and the provider keeps them; an
    emptied cell empties. Lists that the frame does not name are left alone.

    Raises ColumnsError where the frame has no `list_name`, and AccountMismatchError where a row is
    of another provider.
    """
    return _Listing(frame, provider).plan(profile)


class _Listing:
    """A plan for lists while it is made."""

    def __init__(self, frame: pd.DataFrame, provider: Provider) -> None:
        self.frame, self.provider = frame, provider
        self.read_at = datetime.now(UTC)
        kept = pulling.lists(provider)
        self.known = {str(each.list_id): each for each in kept}
        self.by_name = {each.name: str(each.list_id) for each in kept}
        self.seen: dict[str, int] = {}
        self.lost: Counter[str] = Counter()

    def plan(self, profile: str | None) -> ListsPlan:
        lines = [self._line(row, wish) for row, wish in enumerate(lists.wishes(self.frame))]
        lines = _without_clashes(lines, self.known)
        return ListsPlan(
            provider=self.provider,
            profile=profile,
            frame=self.frame.copy(),
            lines=tuple(lines),
            read_at=self.read_at,
            notes=tuple(
                f"{self.provider.name} keeps no {name} of a list: left behind ({counted(count, 'row')})"
                for name, count in self.lost.items()
            ),
        )

    def _line(self, row: int, wish: dict[str, Any]) -> Line:
        list_id, name = wish.pop("list_id"), wish["name"]
        if wish["provider"] not in {None, self.provider.name}:
            told = f"The list {name!r} is kept by {wish['provider']}, not by {self.provider.name}"
            raise AccountMismatchError(f"{told}: push it there, or take its row out.")
        wish = {
            field: value for field, value in wish.items() if field != "provider" and (value, field) != (None, "shared")
        }
        kept = self.known.get(list_id or "")
        called = name or (kept.name if kept else "")
        key = f"id {list_id}" if list_id else f"name {name}"
        if (first := self.seen.setdefault(key, row)) != row:
            return Line(name=called, op=Outcome.DUPLICATE, code="duplicate", reason=f"the same list as row {first}")
        if not name or len(name) > LONGEST_NAME:
            reason = f"a list needs a name, of {LONGEST_NAME} characters at most"
            return Line(name=called, op=Outcome.INVALID, code="missing_field", reason=reason, list_id=list_id)
        if list_id is None:
            return self._new(name, wish)
        if kept is None:
            reason = "no list has this id; empty the cell to make a new one"
            return Line(name=name, op=Outcome.INVALID, code="not_found", reason=reason, list_id=list_id)
        return self._known(kept, wish)

    def _new(self, name: str, wish: dict[str, Any]) -> Line:
        if there := self.by_name.get(name):
            return Line(
                name=name, op=Outcome.ALREADY, code="exists", reason="a list of this name is there", list_id=there
            )
        after = {field: value for field, value in wish.items() if value is not None and self._is_kept(field)}
        return Line(name=name, op=ADD, after=after)

    def _known(self, kept: ContactList, wish: dict[str, Any]) -> Line:
        has = {field: plain(getattr(kept, field)) for field in wish}
        changed = {field: value for field, value in wish.items() if value != has[field] and self._is_kept(field)}
        if not changed:
            told = "is as it is wanted"
            return Line(name=kept.name, op=Outcome.UNCHANGED, reason=told, list_id=kept.list_id)
        before = {field: has[field] for field in changed}
        reason = f"changes {', '.join(changed)}"
        return Line(name=kept.name, op=UPDATE, reason=reason, list_id=kept.list_id, before=before, after=changed)

    def _is_kept(self, field: str) -> bool:
        if field in self.provider.list_carries:
            return True
        self.lost[field] += 1
        return False


def _without_clashes(lines: Sequence[Line], known: dict[str, ContactList]) -> list[Line]:
    """Refuse a new name that another list has or gets, or that goes round in a circle."""
    found = list(lines)
    while refused := _taken(found, known):
        for row in refused:
            told = f"another list is called {found[row].after['name']!r}"
            found[row] = _refused(found[row], told)
    moving = {line.list_id for line in in_order(found)}
    told = "these names go round in a circle: give one of them a third name first"
    return [_refused(line, told) if line.op == UPDATE and line.list_id not in moving else line for line in found]


def _taken(lines: Sequence[Line], known: dict[str, ContactList]) -> list[int]:
    """Return the rows whose new name is one that stays with another list, or that an earlier row gets."""
    renamed = {line.list_id for line in lines if "name" in line.before}
    taken = {kept.name for list_id, kept in known.items() if list_id not in renamed}
    refused = []
    for row, line in enumerate(lines):
        if line.op in {ADD, UPDATE} and "name" in line.after:
            if line.after["name"] in taken:
                refused.append(row)
            taken.add(line.after["name"])
    return refused


def _refused(line: Line, reason: str) -> Line:
    return Line(name=line.name, op=Outcome.INVALID, code="name_taken", reason=reason, list_id=line.list_id)


def in_order(lines: Sequence[Line]) -> Iterator[Line]:
    """Walk those that are to be changed so that a name is given away before another list takes it."""
    waiting = [line for line in lines if line.op == UPDATE]
    while waiting:
        given_away = {line.before["name"] for line in waiting if "name" in line.before}
        free = [line for line in waiting if line.after.get("name") not in given_away]
        if not free:
            return
        yield from free
        waiting = [line for line in waiting if line not in free]


def is_as(kept: ContactList | None, fields: dict[str, Any]) -> bool:
    """Say whether a list is there and has these fields."""
    return kept is not None and all(plain(getattr(kept, name)) == value for name, value in fields.items())


def plain(value: Any) -> Any:
    """Return a field of a list as a frame has it: an empty text is none."""
    return None if value == "" else value


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
