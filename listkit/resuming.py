"""Runs of earlier, from the journal: look at one, go on with it, or let them be forgotten."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from listkit import providers
from listkit.connecting import connect
from listkit.errors import CredentialsError
from listkit.sync.journals.journal import Journal
from listkit.sync.lists import relisted, relisting
from listkit.sync.plans import keeping
from listkit.sync.runs import applying

if TYPE_CHECKING:
    from listkit.account import Account
    from listkit.providers.base import Provider
    from listkit.sync.journals.journal import Kept
    from listkit.sync.lists.relisted import ListsRun
    from listkit.sync.runs.run import Run
    from listkit.wire.message import Answer, Request


def load_run(run_id: str) -> Run | ListsRun:
    """Return how a push of earlier stands, as `lk.runs()` names it.

    Nothing is sent. Its account is connected by the profile that it had; where the key for
    that is missing, the run can be looked at all the same, and resuming it says what is missing.
    Raises NotFoundError where the journal has no such run.
    """
    kept, data = _kept(run_id)
    try:
        provider = connect(kept.provider, kept.profile).provider
        keeping.refuse_another(kept, provider)
    except CredentialsError as missing:
        provider = _without_key(kept, missing)
    if kept.strategy == relisted.LISTS:
        return relisting.load(relisted.unpack(data, provider), run_id)
    return applying.load(keeping.unpack(data, provider), run_id)


def resume(run_id: str, to: Account | None = None, **how: Any) -> Run | ListsRun:
    """Go on with a push of earlier where it stopped, whatever stopped it, and return how it stands then.

    What is in doubt is settled by a look at the list, and only what is proven not to have arrived
    is sent. The account is `to`, or is connected again by the profile that it had. The
    keywords are those of `plan.apply`.

    Raises AccountMismatchError where the account is another than the push went to, NotFoundError
    where the journal has no such run, and PlanRefused where it still goes on elsewhere.
    """
    kept, data = _kept(run_id)
    account = to or connect(kept.provider, kept.profile)
    keeping.refuse_another(kept, account.provider)
    if kept.strategy == relisted.LISTS:
        return relisting.resume(relisted.unpack(data, account.provider), run_id, **how)
    return applying.resume(keeping.unpack(data, account.provider), run_id, **how)


def _kept(run_id: str) -> tuple[Kept, bytes]:
    with closing(Journal()) as journal:
        return journal.run(run_id), journal.plan(run_id)


def _without_key(kept: Kept, missing: CredentialsError) -> Provider:
    """Stand for a provider that cannot be asked, because the key is missing."""

    def send(_request: Request) -> Answer:
        raise missing

    return providers.vendor(kept.provider).make(send, account=kept.account, host=kept.host)
