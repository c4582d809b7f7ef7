"""Take in what each step of a run proved: when its answer arrives, and again from the journal.

It is the same function both times, so that a run that is resumed stands where it stood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from listkit.change import Outcome
from listkit.sync.journals.steps import DONE, EXISTS, JOINED, NOTHING, READING, REFUSED
from listkit.sync.journals.steps import GONE as WAS_GONE
from listkit.sync.runs.tallying import (
    ABSENT,
    FAILED,
    GONE,
    IN_FILE,
    NOT_FOUND,
    NOT_TOLD,
    REMOVED,
    ROUNDS,
    RUNNING,
    UNSURE,
    Tally,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from listkit.sync.journals.steps import Rows, Step
    from listkit.sync.plans.planning import Plan

LEAVING = frozenset({"remove_members", "park", "delete_list"})
"""The operations whose rows are those of the plan's leavers."""


def replay(plan: Plan, steps: Iterable[Step]) -> Tally:
    """Work out from a plan and the steps of its run how things stand."""
    tally = Tally(plan)
    for step in steps:
        take(tally, step)
    return tally


def take(tally: Tally, step: Step) -> None:
    """Take in what a step proved, or that it proved nothing."""
    if step.operation == "resume":
        _begin_again(tally)
    elif step.state in {"split", "stopped"}:
        return
    elif step.state in {"rejected", "failed"}:
        _refuse(tally, step)
    elif step.state == "done":
        _DONE.get(step.operation, _nothing)(tally, step)
    else:
        _doubt(tally, step)


def _begin_again(tally: Tally) -> None:
    """Allow what was tried as often as it may be to be tried anew."""
    tally.rounds.clear()
    failed = tally.having(Outcome.FAILED)
    tally.set(failed[tally.code[failed] == ABSENT], Outcome.UNSENT)


def _refuse(tally: Tally, step: Step) -> None:
    if step.operation in LEAVING:
        tally.left[step.rows] = FAILED
        return
    if step.operation in READING or step.operation in {"create_list", "rename_list"}:
        return
    outcome = Outcome.REJECTED if step.state == "rejected" else Outcome.FAILED
    joined = [row for row in np.asarray(step.rows).tolist() if row in tally.befores]
    for row in joined:
        _not_updated(tally, row, step.code, step.reason)
    tally.set(
        [row for row in np.asarray(step.rows).tolist() if row not in set(joined)], outcome, step.code, step.reason
    )


def _doubt(tally: Tally, step: Step) -> None:
    """Hold for unknown what a request without a readable answer was about."""
    if step.operation in READING:
        return
    tally.doubted_at, tally.was_in_doubt = max(tally.doubted_at, step.at), True
    code = step.code or "interrupted"
    reason = step.reason or "was being sent when the push was cut off"
    if step.operation == "create_list":
        tally.lists_in_doubt.add(step.target)
    elif step.operation in LEAVING:
        tally.left[step.rows] = UNSURE
        _count(tally, -1 - np.asarray(step.rows, np.int64))
    elif step.operation == "rename_list":
        return
    else:
        _count(tally, step.rows)
        _unsure(tally, step.rows, step.operation, code, reason)


def _unsure(tally: Tally, rows: Rows, operation: str, code: str, reason: str) -> None:
    at = np.asarray(rows, np.int64)
    tally.set(at[~np.isin(at, [*tally.befores])], Outcome.UNKNOWN, code, reason, doubt=operation)


def _count(tally: Tally, rows: Rows) -> None:
    for row in np.asarray(rows, np.int64).tolist():
        tally.rounds[row] = tally.rounds.get(row, 0) + 1


def _nothing(tally: Tally, step: Step) -> None:
    """Learn nothing: it only read."""


def _listed(tally: Tally, step: Step) -> None:
    tally.lists_in_doubt.discard(step.target)
    if step.target == len(tally.list_ids):
        tally.holding_id = step.proof.named
    else:
        tally.list_ids[step.target] = step.proof.named


def _deleted(tally: Tally, step: Step) -> None:
    tally.left[step.rows] = REMOVED
    tally.deleted.add(step.target)


def _renamed(tally: Tally, step: Step) -> None:
    tally.renamed.add(step.target)


def _made(tally: Tally, step: Step) -> None:
    """Take in what became of contacts that were to be made."""
    rows, told, ids = _lines(step)
    seen = (told == DONE) | (told == JOINED)
    exists = told == EXISTS
    tally.remade.update(row for row in rows[seen].tolist() if row in tally.rounds and not tally.joins)
    tally.contact_id[rows[seen | exists]] = ids[seen | exists]
    tally.created[rows[seen]] = 1
    again = np.array([row in tally.rounds for row in rows.tolist()], dtype=bool)
    tally.created[rows[exists]] = np.where(again[exists], -1, 0)
    tally.set(rows[(told == DONE) | exists], Outcome.UNSENT)
    tally.set(rows[told == JOINED], Outcome.ADDED)
    tally.is_named[rows[exists]] = pd.isna(ids[exists])
    _odd(tally, step, rows, told)


def _found(tally: Tally, step: Step) -> None:
    (row,) = np.asarray(step.rows).tolist()
    tally.contact_id[row] = step.proof.ids[0] if step.proof.ids else None
    tally.is_named[row] = False
    if tally.contact_id[row] is None:
        tally.set([row], Outcome.FAILED, "contact_not_found", "exists already, and is not found by its number")


def _joined(tally: Tally, step: Step) -> None:
    rows, told, _ = _lines(step)
    again = np.array([row in tally.rounds for row in rows.tolist()], dtype=bool)
    tally.set(rows[(told == DONE) | (told == JOINED) | ((told == EXISTS) & again)], Outcome.ADDED)
    tally.set(rows[(told == EXISTS) & ~again], Outcome.ALREADY, "member", "is in the list already")
    _odd(tally, step, rows, told)


def _odd(tally: Tally, step: Step, rows: np.ndarray[Any, Any], told: np.ndarray[Any, Any]) -> None:
    """Take in the rows of an answer that were refused, and those that it does not name."""
    for place in np.flatnonzero(told == REFUSED).tolist():
        tally.set([rows[place]], Outcome.REJECTED, *step.proof.odd.get(place, ("refused", "")))
    silent = rows[told == NOTHING]
    if len(silent):
        _count(tally, silent)
        _unsure(tally, silent, step.operation, *NOT_TOLD)


def _compared(tally: Tally, step: Step) -> None:
    lines, _, ids = _lines(step)
    known = pd.notna(ids)
    tally.contact_id[lines[known]] = ids[known]
    rows = lines.tolist()
    tally.looked_at.update(rows)
    told = {rows[place]: fields for place, fields in step.proof.before.items()}
    tally.befores |= told
    tally.adopted |= told


def _updated(tally: Tally, step: Step) -> None:
    rows, told, _ = _lines(step)
    fine = rows[(told == DONE) | (told == JOINED) | (told == EXISTS)].tolist()
    tally.set([row for row in fine if tally.updates[row]], Outcome.UPDATED)
    for row in fine:
        tally.befores.pop(row, None)
    for place in np.flatnonzero(told == REFUSED).tolist():
        row, (code, reason) = int(rows[place]), step.proof.odd.get(place, ("refused", ""))
        if row in tally.befores:
            _not_updated(tally, row, code, reason)
        else:
            tally.set([row], Outcome.REJECTED, code, reason)
    silent = rows[told == NOTHING]
    _count(tally, silent)
    _unsure(tally, silent, step.operation, *NOT_TOLD)


def _not_updated(tally: Tally, row: int, code: str, reason: str) -> None:
    """Say of a row that is in the list that its fields are not what they should be."""
    tally.befores.pop(row)
    tally.code[row], tally.reason[row] = code, f"is in the list, and its fields were refused: {reason}"


def _removed(tally: Tally, step: Step) -> None:
    told = step.proof.told or DONE * len(step.rows)
    for at, letter in zip(np.asarray(step.rows).tolist(), told, strict=True):
        tally.left[at] = {WAS_GONE: GONE, REFUSED: FAILED, NOTHING: UNSURE}.get(letter, REMOVED)
        if letter == NOTHING:
            _count(tally, [-1 - at])


def _parked(tally: Tally, step: Step) -> None:
    told = step.proof.told or DONE * len(step.rows)
    held = np.array([letter not in {REFUSED, NOTHING} for letter in told])
    tally.parked[np.asarray(step.rows)[held]] = True
    tally.left[np.asarray(step.rows)[~held]] = FAILED


def _uploaded(tally: Tally, step: Step) -> None:
    tally.uploads[str(step.proof.named)] = step
    reason = f"upload {step.proof.named} was still being taken in when it was last asked about"
    _unsure(tally, step.rows, "upload", RUNNING, reason)


def _taken_in(tally: Tally, step: Step) -> None:
    if step.proof.told == "running":
        return
    tally.uploads.pop(str(step.proof.named), None)
    rows = np.asarray(step.rows, np.int64)
    held = rows[tally.doubts[rows] != ""]
    reason = f"went in upload {step.proof.named}, and the list was not read back"
    _unsure(tally, held, "upload", IN_FILE, reason)
    if step.proof.added == len(step.rows):
        tally.is_counted[held] = True
    else:
        tally.was_in_doubt = True


def _counted(tally: Tally, step: Step) -> None:
    """Take in that a list which was empty holds as many as were in its files."""
    tally.set(step.rows, Outcome.ADDED)


def _read_back(tally: Tally, step: Step) -> None:
    """Take in what two equal looks at the list showed of rows that were in doubt, or were promised."""
    rows, _, ids = _lines(step)
    found = pd.notna(ids)
    tally.contact_id[rows[found]] = ids[found]
    unsure = tally.doubts[rows] != ""
    tally.set(rows[found & unsure], Outcome.ADDED, "", "")
    for row in rows[~found & unsure].tolist():
        _is_absent(tally, row)
    missing = rows[~found & ~unsure]
    tally.set(missing, Outcome.UNKNOWN, NOT_FOUND, "the provider said yes, and the list does not hold it")


def _is_absent(tally: Tally, row: int) -> None:
    if tally.code[row] == RUNNING:
        return
    if tally.code[row] == IN_FILE:
        reason = "was in the file and is not in the list; no reason was given"
        tally.set([row], Outcome.REJECTED, "dropped", reason)
    elif tally.may_try(row):
        tally.set([row], Outcome.UNSENT)
    else:
        tally.set([row], Outcome.FAILED, ABSENT, f"was sent {ROUNDS} times and is not in the list")


def _lines(step: Step) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the rows of a step, what is told of each and the id of each."""
    rows = np.asarray(step.rows, np.int64)
    told = np.array(list(step.proof.told or NOTHING * len(rows)))
    ids = np.array([*(step.proof.ids or [None] * len(rows)), None], dtype=object)[:-1]
    return rows, told, ids


_DONE: dict[str, Callable[[Tally, Step], None]] = {
    "create_list": _listed,
    "find_list": _listed,
    "rename_list": _renamed,
    "create_contacts": _made,
    "find_contact": _found,
    "add_members": _joined,
    "compare": _compared,
    "update_contacts": _updated,
    "remove_members": _removed,
    "delete_list": _deleted,
    "park": _parked,
    "upload": _uploaded,
    "upload_status": _taken_in,
    "count": _counted,
    "read_back": _read_back,
}
"""How a step is taken in whose answer could be read, by its operation."""
