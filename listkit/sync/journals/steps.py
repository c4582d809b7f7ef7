"""One request of a run, and what its answer proved: small enough to be written down each time."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np

from listkit.contact import ContactList, Receipt, Record, Upload

if TYPE_CHECKING:
    from collections.abc import Sequence

    Rows = Sequence[int] | np.ndarray[Any, np.dtype[np.int64]]

State = Literal["sending", "done", "split", "stopped", "rejected", "failed", "unknown"]
"""What became of a request.

`sending` is the intent; one that stays so was cut off and is as good as `unknown`. `split` was
refused as a whole and went again in parts, `stopped` was refused in a way that ends the push.
"""

DONE, JOINED, EXISTS, REFUSED, GONE, NOTHING = "djerg-"
"""What is proven of one row, a letter each; `JOINED` is done, and a member by the same request."""

READING = frozenset({"find_contact", "upload_status"})
"""The operations that change nothing: where one fails, nothing was learned."""

_LETTERS = {"done": DONE, "exists": EXISTS, "refused": REFUSED, "gone": GONE}


class Proof(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an answer proved: a letter for each row in `told`, ids where they are not known, and why rows were refused.

    `named` is the id of the list or upload that the answer is about. `added` is how many rows an
    upload added, where it says that it added them all. `before` holds what a contact had in the
    fields that are then changed, by its place among the rows.
    """

    told: str = ""
    ids: list[str | None] | None = None
    odd: dict[int, tuple[str, str]] = {}
    named: str | None = None
    added: int | None = None
    before: dict[int, dict[str, str | None]] = {}
    hexes: bytes = b""
    """The ids, as they are written where all of them are 32 hexadecimal digits: half as long."""


_PACK, _UNPACK = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Proof)
HEX = 32


@dataclass(kw_only=True, slots=True)
class Step:
    """One request: its rows are numbers of the plan's frame, or of its leavers where somebody leaves."""

    number: int
    operation: str
    rows: Rows
    target: int = 0
    state: State = "sending"
    proof: Proof = field(default_factory=Proof)
    code: str = ""
    reason: str = ""
    at: float = 0.0


def prove(answer: object) -> Proof:
    """Keep of an answer what it proves."""
    if isinstance(answer, ContactList):
        return Proof(named=answer.list_id)
    if isinstance(answer, Upload):
        is_whole = answer.state == "done" and answer.added == answer.total and not (answer.duplicate or answer.failed)
        return Proof(named=answer.upload_id, told=answer.state, added=answer.added if is_whole else None)
    if isinstance(answer, Record):
        return Proof(told=DONE, ids=[answer.contact_id])
    return _receipts(answer) if isinstance(answer, (list, tuple)) else Proof()


def _receipts(receipts: Sequence[Receipt | None]) -> Proof:
    told = "".join([NOTHING if each is None else JOINED if each.joined else _LETTERS[each.status] for each in receipts])
    ids = [each.contact_id if each else None for each in receipts]
    odd = {place: (each.code, each.reason) for place, each in enumerate(receipts) if each and each.status == "refused"}
    return Proof(told=told, ids=ids, odd=odd)


def pack(proof: Proof) -> bytes:
    """Write a proof as bytes."""
    ids = [each for each in proof.ids or () if each is not None and len(each) == HEX]
    if ids and proof.ids and len(ids) == len(proof.ids):
        text = "".join(ids)
        with suppress(ValueError):
            hexes = bytes.fromhex(text)
            if hexes.hex() == text:
                proof = msgspec.structs.replace(proof, ids=None, hexes=hexes)
    return _PACK.encode(proof)


def unpack(data: bytes) -> Proof:
    """Read a proof that `pack` wrote.

    >>> proof = Proof(told="d", ids=["68bc98cae5a24cc3b017258a73e8a809"])
    >>> unpack(pack(proof)) == proof
    True
    """
    proof = _UNPACK.decode(data)
    if not proof.hexes:
        return proof
    text = proof.hexes.hex()
    ids: list[str | None] = [text[at : at + HEX] for at in range(0, len(text), HEX)]
    return msgspec.structs.replace(proof, ids=ids, hexes=b"")


def write_rows(rows: Rows) -> str:
    """Write row numbers as ranges: a batch is a handful of characters.

    >>> write_rows([0, 1, 2, 7]), read_rows("0-2,7").tolist()
    ('0-2,7', [0, 1, 2, 7])
    """
    found = np.asarray(rows, np.int64)
    if not len(found):
        return ""
    ends = np.flatnonzero(np.diff(found) != 1)
    spans = zip(found[[0, *ends + 1]].tolist(), found[[*ends, -1]].tolist(), strict=True)
    return ",".join(f"{first}-{last}" if last > first else str(first) for first, last in spans)


def read_rows(text: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Read row numbers that `write_rows` has written."""
    spans = [span.partition("-") for span in text.split(",") if span]
    parts = [np.arange(int(first), int(last or first) + 1) for first, _, last in spans]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
