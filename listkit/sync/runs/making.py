"""The lists of a run: made where they are missing, adopted where their making was not answered, renamed in a swap."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from listkit.contact import ContactList
from listkit.errors import DriftError, DuplicateError, ProviderError
from listkit.sync.runs.dispatching import Asked, Stopped
from listkit.sync.runs.tallying import ROUNDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.sync.journals.steps import Step
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.dispatching import Course, Dispatch
    from listkit.sync.runs.settling import Settling
    from listkit.sync.runs.tallying import Tally


def make_lists(plan: Plan, tally: Tally, dispatch: Dispatch, settling: Settling, *, may_drift: bool) -> None:
    """Make the lists that are needed and missing.

    Raises DriftError, where `may_drift`, if somebody made one of the name since it was planned;
    it is not filled by surprise.
    """
    needed = set(tally.target[tally.to_create()].tolist()) | set(tally.target[tally.to_join()].tolist())
    numbers = [number for number, list_id in enumerate(tally.list_ids) if list_id is None and number in needed]
    if plan.holding and tally.holding_id is None and len(tally.to_remove()):
        numbers.append(len(tally.list_ids))
    for number in numbers:
        _make(plan, tally, dispatch, settling, number, may_drift=may_drift)


def swap_names(plan: Plan, tally: Tally, dispatch: Dispatch) -> None:
    """Let the fresh list take the name of the one that it replaces, once everybody is in it, or take a swap back."""
    if tally.is_open or len(tally.to_settle()):
        return
    for number, (list_id, name) in enumerate(_names(plan, tally)):
        if number not in tally.renamed:
            request = partial(plan.provider.update_list, str(list_id), name=name)
            failed: list[Step] = []
            dispatch.run([_ask(Asked(operation="rename_list", rows=[], target=number, request=request), failed)])
            if failed:
                raise Stopped(f"the list {list_id} could not be renamed to {name!r}: {failed[0].reason}")


def _names(plan: Plan, tally: Tally) -> Sequence[tuple[str | None, str]]:
    """Say which list is to have which name, in the order in which they are given."""
    if plan.options.undoes:
        return plan.options.undoes.renames
    if plan.replaces is None or tally.list_ids[0] is None:
        return ()
    return (plan.replaces.list_id, plan.replaces.name), (tally.list_ids[0], plan.list_name)


def _make(plan: Plan, tally: Tally, dispatch: Dispatch, settling: Settling, number: int, *, may_drift: bool) -> None:
    name = _name(plan, dispatch.run_id, number)
    request = partial(plan.provider.create_list, ContactList(name=name))
    was_in_doubt = False
    for _ in range(ROUNDS):
        if number in tally.lists_in_doubt:
            was_in_doubt = True
            _find(settling, name, number)
        if _is_made(tally, number):
            return
        failed: list[Step] = []
        dispatch.run([_ask(Asked(operation="create_list", rows=[], target=number, request=request), failed)])
        if failed and failed[0].code == DuplicateError.code and was_in_doubt:
            tally.lists_in_doubt.add(number)
        elif failed and failed[0].code == DuplicateError.code:
            message = (
                f"{plan.provider.name} says that a list named {name!r} exists, made since this was planned or spelled "
                "in other letters; look at the lists and plan again."
            )
            raise DriftError(message, keys=[]) if may_drift else Stopped(message)
        elif failed:
            raise Stopped(failed[0].reason)
    if number in tally.lists_in_doubt:
        _find(settling, name, number)
    if not _is_made(tally, number):
        raise Stopped(f"the list {name!r} could not be made: {ROUNDS} answers proved nothing")


def _find(settling: Settling, name: str, number: int) -> None:
    try:
        settling.find_list(name, number)
    except ProviderError as error:
        raise Stopped(f"whether the list {name!r} was made could not be found out: {error}") from error


def _ask(asked: Asked, failed: list[Step]) -> Course:
    step = yield asked
    if step.state in {"rejected", "failed"}:
        failed.append(step)


def _is_made(tally: Tally, number: int) -> bool:
    return (tally.holding_id if number == len(tally.list_ids) else tally.list_ids[number]) is not None


def _name(plan: Plan, run_id: str, number: int) -> str:
    """Say what a list is to be called at first: a fresh one that is to replace another, by a name of its own."""
    if plan.holding and number == len(plan.targets):
        return plan.holding.name
    return f"{plan.targets[number].name} (new {run_id})" if plan.replaces else plan.targets[number].name
