"""What only an undo sends: contacts and lists that a push made, deleted again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from listkit.counting import counted
from listkit.errors import InvalidError, NotFoundError, ProviderError
from listkit.sync.plans import guarding
from listkit.sync.runs.dispatching import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.providers.base import Provider
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.dispatching import Course
    from listkit.sync.runs.tallying import Tally

    Marks = np.ndarray[Any, np.dtype[np.bool_]]


def is_forgotten(plan: Plan) -> Marks:
    """Say of each leaver whether the contact itself is to be deleted, which its leaving does not do."""
    fates = np.array(plan.leaving["fate"].to_pylist(), dtype=object)
    is_lost: Marks = np.logical_and(fates == guarding.DESTROYED, not guarding.destroys(plan.provider))
    return is_lost


def goes_with_its_list(plan: Plan) -> Marks:
    """Say of each leaver whether the list is deleted that it leaves."""
    undoes = plan.options.undoes
    return np.isin(plan.leaving["target"].to_numpy(), undoes.deletes if undoes else ())


def contacts(plan: Plan, tally: Tally) -> Iterator[Course]:
    """Delete the contacts that a push made, where leaving its list does not."""
    rows = tally.to_remove()
    for row in rows[is_forgotten(plan)[rows]].tolist():
        yield _delete_contact(plan, row)


def lists(plan: Plan, tally: Tally) -> Iterator[Course]:
    """Delete the lists that a push made, with those who are in them by it."""
    if plan.options.undoes is None:
        return
    targets, rows = plan.leaving["target"].to_numpy(), tally.to_remove()
    for target in plan.options.undoes.deletes:
        if target not in tally.deleted:
            yield _delete_list(plan, rows[targets[rows] == target], target)


def _delete_contact(plan: Plan, row: int) -> Course:
    contact_id, target = str(plan.leaving["contact_id"][row]), plan.leaving["target"][row].as_py()
    request = partial(_deleted, plan.provider, contact_id)
    yield Asked(operation="remove_members", rows=[row], target=target, request=request)


def _deleted(provider: Provider, contact_id: str) -> list[object]:
    return [provider.delete_contact(contact_id)]


def _delete_list(plan: Plan, rows: np.ndarray[Any, np.dtype[np.int64]], target: int) -> Course:
    list_id = str(plan.targets[target].list_id)
    request = partial(_emptied, plan.provider, list_id, len(rows))
    yield Asked(operation="delete_list", rows=rows, target=target, request=request)


def _emptied(provider: Provider, list_id: str, members: int) -> None:
    """Delete a list, unless somebody else is in it by now; one that is gone already is no matter."""
    try:
        kept = provider.list(list_id)
        if kept.members is not None and kept.members > members:
            raise InvalidError(
                f"{kept.name!r} has {counted(kept.members - members, 'member')} by now not of this push, so it stays."
            )
        provider.delete_list(list_id)
    except ProviderError as error:
        if error.http_status != NotFoundError.http_status:
            raise
