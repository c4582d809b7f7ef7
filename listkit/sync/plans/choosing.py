"""Which way a push goes: what each way cannot carry, and the first that loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from listkit.contact import CUSTOM_PREFIX, FIELDS
from listkit.counting import counted
from listkit.sync.plans import costing
from listkit.sync.plans.comparing import ADD

if TYPE_CHECKING:
    import pyarrow as pa

    from listkit.providers.base import Provider
    from listkit.sync.plans.comparing import Compared
    from listkit.sync.plans.options import AnyMode, Options, Strategy

EXISTING = "fields of contacts that the address-book has already"
WHY_NOT = "the reason why a row is refused"
NEW_ID = "the list's id, which changes"


def carries(provider: Provider, way: Strategy, field: str) -> bool:
    """Say whether a way can send a field; a swap sends as batches do."""
    is_file = way == "file"
    if field.startswith(CUSTOM_PREFIX):
        return provider.upload_carries_custom if is_file else provider.carries_custom
    return field in (provider.upload_carries if is_file else provider.carries)


def lost(provider: Provider, way: Strategy, contacts: pa.Table, compared: Compared) -> dict[str, int]:
    """Count, field by field, the rows whose values a way would not send; fields are updated by batches in any case."""
    adds = contacts.filter(pc.equal(compared.decisions["op"], ADD))
    edited = {line["values"]: line["counts"] for line in pc.value_counts(compared.edits["field"]).to_pylist()}
    found = {}
    for field in contacts.column_names:
        added = 0 if carries(provider, way, field) else adds.num_rows - adds[field].null_count
        updated = 0 if carries(provider, "batches", field) else edited.get(field, 0)
        if added + updated:
            found[field] = added + updated
    return found


def choose(
    provider: Provider, contacts: pa.Table, compared: Compared, options: Options, *, members: int
) -> tuple[Strategy, dict[str, int]]:
    """Take the way that is asked for, or else one that loses nothing; and say what it loses.

    Batches say most of each row, so they are taken where a provider takes many contacts in
    one. Where it takes them in files, or the list is empty and counts prove a file, the way of
    fewer requests is. Where each way loses something, it is batches.
    """
    ways: list[Strategy] = ["file", "batches"] if provider.bulk == "file" else ["batches", "file"]
    ways = ways if options.strategy == "auto" else [options.strategy]
    left = {way: lost(provider, way, contacts, compared) for way in ways}
    whole = [way for way in ways if not left[way] and not _overlooks(way, options.mode)]
    chosen = (whole or [way for way in ways if way != "file"] or ways)[0]
    if len(whole) > 1 and (provider.bulk == "file" or costing.is_counted(provider, members)):
        sent = contacts.filter(pc.equal(compared.decisions["op"], ADD))
        chosen = min(whole, key=lambda way: costing.adding(provider, way, sent, members))
    return chosen, left[chosen]


def refusals(provider: Provider, way: Strategy, left: dict[str, int], options: Options, *, adds: int) -> list[str]:
    """Say what a way cannot do that is asked of it."""
    found = []
    if left and options.unsupported == "error":
        told = told_lost(left)
        found.append(f"{provider.name} by {way} cannot carry {told}; unsupported='drop' leaves that behind.")
    if adds and _overlooks(way, options.mode) and options.unsupported == "error":
        found.append(
            f"A file leaves the fields of contacts that {provider.name} has already outside this list as they are, and "
            f"mode={options.mode!r} is to update them; take strategy='batches', or unsupported='drop' to accept it."
        )
    if way == "swap" and options.mode != "mirror":
        found.append(
            "A swap puts a fresh list of the frame's rows in the place of the old one, so it goes with mode='mirror', "
            f"not with {options.mode!r}."
        )
    if way == "swap" and options.split_over_cap:
        found.append("A list that is split over several cannot be swapped: take one of the two options.")
    return found


def told_lost(left: dict[str, int]) -> str:
    """Name the fields that are left behind, each with its rows."""
    return ", ".join(f"{name} ({counted(count, 'row')})" for name, count in left.items())


def cannot_carry(provider: Provider, way: Strategy, mode: AnyMode) -> str:
    """Say in words all that a way leaves out, used or not."""
    left = [field for field in FIELDS if not carries(provider, way, field)]
    if not carries(provider, way, CUSTOM_PREFIX):
        left.append("custom fields")
    left += [WHY_NOT] if way == "file" else []
    left += [EXISTING] if _overlooks(way, mode) else []
    left += [NEW_ID] if way == "swap" else []
    return ", ".join(left)


def _overlooks(way: Strategy, mode: AnyMode) -> bool:
    """Say whether a way passes over contacts that exist, though they are to be updated."""
    return way == "file" and mode in {"upsert", "mirror"}
