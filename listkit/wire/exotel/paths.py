"""Where things stand in Exotel's URLs."""

from __future__ import annotations

import re

from listkit.errors import NotFoundError

PREFIX = "/v2/accounts/"
_NAME = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z_.-]{0,127}")


def path(account: str, *names: str) -> str:
    """Join names below an account's path.

    Raises NotFoundError for an id that no thing of Exotel's can have, because a slash in it
    would make a request of another kind.

    >>> path("acme1", "lists", "e46c2fe202904d579ae592d108cf87a0")
    '/v2/accounts/acme1/lists/e46c2fe202904d579ae592d108cf87a0'
    """
    for name in (account, *names):
        if not _NAME.fullmatch(name):
            raise NotFoundError(f"Nothing at Exotel has the id {name[:64]!r}; look at the account's lists again.")
    return f"{PREFIX}{'/'.join((account, *names))}"
