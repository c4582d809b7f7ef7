"""Who a caller is: keys are looked at, and failures braked, in one place for every address of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.errors import UnauthorizedError
from listkit.server.brake import Brake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.server.clock import Clock
    from listkit.server.noting import Notes
    from listkit.server.store.base import Api, Caller, Store


class Gate:
    """Lets in who has a key."""

    def __init__(self, store: Store, clock: Clock, notes: Notes | None = None) -> None:
        self._store = store
        self._brake = Brake(clock, notes)

    def identify(self, apis: Sequence[Api], login: tuple[str, str] | None, address: str) -> Caller:
        """Return whose key this is, of any of these APIs; `address` is where it came from.

        Raises UnauthorizedError, or RateLimitedError for who failed too often. Without an
        address nobody else is there who could guess, and nothing is braked.
        """
        if login is None:
            raise UnauthorizedError("A key is needed here: Exotel's key and token, or TextMagic's username and key.")
        is_braked = bool(address) and self._brake.is_on(address, login[0])
        for api in apis:
            if caller := self._store.authenticate(api, *login, at_once=is_braked):
                return caller
        raise self._brake.refuse(address, login[0]) if address else UnauthorizedError("The key was refused.")
