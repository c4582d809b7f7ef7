"""Custom fields that contacts have already, read before others of theirs are sent, so that none is lost."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np

from listkit.contact import CUSTOM_PREFIX
from listkit.errors import ProviderError
from listkit.sync.pages import pulling
from listkit.sync.plans.costing import pages

if TYPE_CHECKING:
    from listkit.providers.base import CustomsAsOne
    from listkit.sync.plans.planning import Plan
    from listkit.sync.runs.settling import Settling
    from listkit.sync.runs.tallying import Tally

Customs: TypeAlias = Mapping[str, Mapping[str, Any]]
"""The custom fields of contacts by their ids; a value need be no text."""


def read(plan: Plan, tally: Tally, settling: Settling) -> Customs:
    """Read the custom fields of contacts of which some are to be sent, where all of them have to go along.

    A list is read as a whole where that takes fewer requests than to read these contacts one by one;
    whom this leaves out, or where it fails, the provider reads one by one, as they are sent.
    """
    operation = plan.provider.operations.get("update_contacts")
    if operation is None or operation.reads_first != "custom fields":
        return {}
    rows = np.array([row for row in tally.to_update().tolist() if _is_custom(tally, row)], np.int64)
    provider = cast("CustomsAsOne", plan.provider)
    found: dict[str, Mapping[str, Any]] = {}
    for target in np.unique(tally.target[rows]).tolist():
        ids, list_id = set(tally.contact_id[rows[tally.target[rows] == target]]), tally.list_ids[target]
        if list_id is None or len(ids) <= pages(provider, plan.targets[target].members):
            continue
        with suppress(ProviderError):
            kept = settling.quietly(partial(pulling.customs, provider, list_id))
            found |= {contact_id: own for contact_id, own in kept.items() if contact_id in ids}
    return found


def _is_custom(tally: Tally, row: int) -> bool:
    _, fields = tally.change(row)
    return any(name.startswith(CUSTOM_PREFIX) for name in fields)
