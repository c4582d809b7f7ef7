"""What a plan must not do, found before anything is sent: each refusal is one sentence with its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from listkit.change import Outcome
from listkit.counting import counted
from listkit.frame.records import as_keys
from listkit.providers.base import value as limit
from listkit.sync.plans.comparing import ADD, column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from listkit.providers.base import Provider
    from listkit.sync.plans.comparing import Compared
    from listkit.sync.plans.options import Options
    from listkit.sync.plans.targeting import Target

DESTROYED, PARKED = "destroyed", "parked"
NEARLY_FULL = 0.9
"""The share of its cap from which a list is told to be filling up."""


def over_max_remove(leaving: int, members: int, options: Options) -> list[str]:
    """Refuse a removal of more members than `max_remove` allows."""
    most = _most(options.max_remove, members)
    if leaving <= most:
        return []
    share = f" ({leaving / members:.0%})" if members else ""
    told = f"The plan would remove {leaving:,} of {counted(members, 'member')}{share}"
    return [f"{told}, and max_remove={options.max_remove} allows {most:,}; raise it if they are meant to go."]


def over_max_reject(decisions: pa.Table, options: Options) -> list[str]:
    """Refuse a frame of which more rows are invalid than `max_reject` allows; a mirror allows none of itself."""
    wanted = options.max_reject
    if wanted is None:
        wanted = 0 if options.mode == "mirror" else decisions.num_rows
    invalid = _count(decisions, Outcome.INVALID)
    most = _most(wanted, decisions.num_rows)
    if invalid <= most:
        return []
    first = pc.index(decisions["op"], Outcome.INVALID.value).as_py()
    told = f"Of {counted(decisions.num_rows, 'row')}, {counted(invalid, 'is', 'are')} invalid"
    told = f"{told} (row {first}: {decisions['reason'][first]})"
    return [f"{told}, and max_reject={wanted} allows {most:,}; mend them, or raise it."]


def of_nothing(rows: int, options: Options) -> list[str]:
    """Refuse to make a list the mirror of nothing."""
    if rows or options.mode != "mirror":
        return []
    return ["The frame is empty, and a mirror of nothing would remove everybody; delete the list if this is meant."]


def blank(cells: Mapping[str, int], options: Options) -> list[str]:
    """Refuse blank cells where they are to be none."""
    found = {name: count for name, count in cells.items() if count}
    if options.blanks != "error" or not found:
        return []
    told = ", ".join(f"{name} ({counted(count, 'row')})" for name, count in found.items())
    return [f"blanks='error', and cells are blank in {told}; fill them, or take blanks='ignore' or 'erase'."]


def repeated(members: pa.Table, options: Options) -> list[str]:
    """Refuse a key that does not tell the members of the list apart."""
    if options.on == "phone" and options.mode == "append":
        return []
    known = pa.table({"key": as_keys(column(members, options.on), options.on), "contact_id": members["contact_id"]})
    people = known.filter(pc.is_valid(known["key"])).group_by(["key", "contact_id"]).aggregate([])
    twice = people.num_rows - pc.count_distinct(people["key"]).as_py()
    if not twice:
        return []
    told = f"Of {counted(people.num_rows, 'member')}, {counted(twice, 'has', 'have')} the {options.on} of another"
    return [f"{told}, so it does not say who is who; take another column for on=, or tidy the list first."]


def over_cap(provider: Provider, target: Target, adds: int, leaving: int) -> list[str]:
    """Refuse to fill a list past its cap."""
    cap = limit(provider.limits, f"members_per_{target.type}_list")
    after = target.members + adds - leaving
    if after <= cap:
        return []
    told = f"{target.name!r} would hold {counted(after, 'contact')}"
    told += f" and {provider.name} takes {cap:,.0f} in a {target.type} list"
    way_out = "split_over_cap=True shares the rows among several lists, or push a part of them"
    return [f"{told}: {after - cap:,.0f} too many; {way_out}."]


def too_long(provider: Provider, names: Iterable[str]) -> list[str]:
    """Refuse names of lists that the provider would not take, those that a plan makes up among them."""
    most = limit(provider.limits, "list_name_characters")
    return [
        f"The name {name[:20]!r}… has {len(name):,} characters, and {provider.name} takes {most:,.0f}; shorten it."
        for name in names
        if len(name) > most
    ]


def little_room(provider: Provider, target: Target, adds: int, leaving: int) -> list[str]:
    """Tell of a list that is nearly full afterwards."""
    cap = limit(provider.limits, f"members_per_{target.type}_list")
    after = target.members + adds - leaving
    if not NEARLY_FULL * cap < after <= cap:
        return []
    return [f"{target.name!r} then holds {after:,} of the {cap:,.0f} contacts that {provider.name} takes in it"]


def destruction(provider: Provider, fates: pa.Table, options: Options) -> list[str]:
    """Refuse to let contacts be deleted for good where that is not said to be meant."""
    count = pc.sum(pc.equal(fates["fate"], DESTROYED)).as_py() or 0
    if not count or options.allow_destroy:
        return []
    leaving = counted(fates.num_rows, "member that leaves", "members that leave")
    told = f"Of {leaving}, {counted(count, 'is', 'are')} in no other list"
    way_out = "park='a list' keeps them there, allow_destroy=True says that this is meant"
    return [f"{told}, and {provider.name} would DESTROY them for good; {way_out}."]


def destroys(provider: Provider) -> bool:
    """Say whether a provider deletes a contact that leaves its last list."""
    removal = provider.operations.get("remove_members")
    return removal is not None and removal.destroys


def removes_first(provider: Provider, targets: tuple[Target, ...], compared: Compared) -> bool:
    """Say whether those who leave must make room for those who come."""
    adds = pc.equal(compared.decisions["op"], ADD)
    for number, target in enumerate(targets):
        coming = pc.sum(pc.and_(adds, pc.equal(compared.decisions["target"], number))).as_py() or 0
        if target.members + coming > limit(provider.limits, f"members_per_{target.type}_list"):
            return True
    return False


def _most(allowed: float, of: int) -> int:
    """Read how many are allowed: a count, or as a fraction a share.

    >>> _most(0.05, 199), _most(3, 199), _most(1.0, 199)
    (9, 3, 199)
    """
    return allowed if isinstance(allowed, int) else int(allowed * of + 1e-9)


def _count(decisions: pa.Table, op: Outcome) -> int:
    return pc.sum(pc.equal(decisions["op"], op.value)).as_py() or 0
