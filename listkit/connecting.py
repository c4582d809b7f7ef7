"""From a provider's name and its keys to an account: where each setting is found, and what is refused."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

from listkit import providers
from listkit.account import Account
from listkit.errors import ListkitError
from listkit.providers import credentials, pacing
from listkit.providers.address import is_loopback
from listkit.providers.base import Limit
from listkit.providers.credentials import BASE_URL
from listkit.providers.limits import LimitsProfile
from listkit.providers.retrying import SETTLE, SETTLE_NEARBY

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from listkit.providers.retrying import Clock
    from listkit.sync.plans.suppressing import Suppress

URL_FORM = "exotel"
"""The provider whose document writes the key into the address."""


def connect(
    provider: str,
    profile: str | None = None,
    *,
    sid: str | None = None,
    key: str | None = None,
    token: str | None = None,
    username: str | None = None,
    base_url: str | None = None,
    rate: float | None = None,
    limits: str | PathLike[str] | LimitsProfile | None = None,
    suppress: Suppress = None,
    ca: str | Path | None = None,
    clock: Clock | None = None,
    **settings: str,
) -> Account:
    """Open an account at a provider; nothing is sent, and `account.ping()` tries the key.

    What is not given comes from the environment (`LISTKIT_EXOTEL_SID`, with the profile
    "north" `LISTKIT_EXOTEL_NORTH_SID`), else from the system's keyring. A named profile never
    falls back to the unnamed one. `rate` is in requests per second: what the provider documents
    where it is left out, `math.inf` for no pacing. `limits` is a limits profile, or the file of one
    that `listkit probe` wrote, also from `LISTKIT_EXOTEL_LIMITS`: what was seen takes the place of
    what the provider documents. `suppress` are stop lists that hold for every plan of the
    account, as `plan` takes them; files are read anew for each. `ca` names a file of
    certificates to trust. `settings` are what a provider of another package asks for by other
    names. `clock` is what waits go by, the computer's where it is left out; a sandbox has its own.

    Exotel's own form `https://key:token@host/v2/accounts/sid` is taken too; the key is split
    off at once, and a warning says that the cell still shows it.

    Raises CredentialsError where a setting is nowhere to be found or the key would travel in
    the open.

    >>> connect("exotel", sid="acme1", key="a key", token="a token")
    Account('exotel', account='acme1', host='api.exotel.com')
    """
    from listkit.providers.session import Session  # noqa: PLC0415 - requests is loaded by the first account

    given: dict[str, str | None] = {"sid": sid, "key": key, "token": token, "username": username, **settings}
    if "://" in provider:
        found_url, in_url = credentials.from_url(provider, providers.vendor(URL_FORM).root)
        given |= {name: text for name, text in in_url.items() if given[name] is None}
        provider, base_url = URL_FORM, base_url or found_url
        places = " and ".join(credentials.variable(provider, profile, name) for name in ("key", "token"))
        warnings.warn(
            f"The key is used from the address, and this cell still shows it: put it into {places} and clear the cell.",
            stacklevel=2,
        )
    vendor = providers.vendor(provider)
    limits = limits or credentials.from_environment(provider, profile, "limits")
    if limits is not None:
        seen = limits if isinstance(limits, LimitsProfile) else LimitsProfile.load(limits)
        vendor = seen.over(provider, vendor)
    foreign = [f"{name}=" for name, text in given.items() if text is not None and name not in vendor.settings]
    if foreign:
        raise TypeError(f"{provider} takes {', '.join(vendor.settings)}, not {', '.join(foreign)}")
    if rate is not None and not rate > 0:
        raise ListkitError(f"rate= is in requests per second, above 0 (math.inf: no pacing); {rate} is not.")
    found = credentials.find(provider, profile, vendor.settings, given)
    kept_base = found.pop(BASE_URL, None)
    base = base_url or credentials.from_environment(provider, profile, BASE_URL) or kept_base or vendor.base_url
    account = found[vendor.settings[0]]
    session = Session(
        base.rstrip("/").removesuffix(vendor.root),
        vendor.headers(found),
        title=vendor.title,
        operations=vendor.operations,
        rate=rate or vendor.rate,
        rates={} if rate == math.inf else vendor.rates,
        turn=None if clock or rate == math.inf else pacing.SharedTurn(pacing.place(base, account)),
        ca=ca,
        clock=clock,
    )
    made = vendor.make(session, account=account, host=session.host)
    made.limits, made.operations = vendor.limits, vendor.operations
    made.clock = session.clock
    made.settle = SETTLE_NEARBY if is_loopback(base) else SETTLE
    if rate is not None:
        made.limits = {**vendor.limits, "requests_per_second": Limit(rate, "requests", "rate= of connect")}
    return Account(made, profile=profile, suppress=suppress)
