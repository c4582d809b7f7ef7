"""The vendors' APIs as plain functions; what a dialect is, and what each call is given."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from listkit.wire.rejects import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from listkit.contact import ContactList
    from listkit.errors import ProviderError
    from listkit.server.limits import Limits, Quota, Standing
    from listkit.server.store.base import Account, Api, Caller, Store
    from listkit.server.store.jobs import Job
    from listkit.wire.message import Answer, Request
    from listkit.wire.multipart import FilePart


class Uploads(Protocol):
    """Takes files in, after the answer has gone out."""

    def start(
        self, account: Account, *, api: Api, to: ContactList, file: FilePart, layout: Mapping[int, str], cap: int | None
    ) -> Job:
        """Keep the file, record the job, and begin; `layout` is as in `store.base.Job`."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator chooses where a vendor leaves it open.

    With `is_unassign_empty` TextMagic's DELETE of members answers 204 and nothing, as some clients
    wait for. `campaign_lists` are the names of lists that Exotel does not delete, because a campaign uses them.
    With `are_repeats_fine` Exotel answers a contact or a membership that is there already as if it were
    new, in the place of a 409.
    """

    is_unassign_empty: bool = False
    campaign_lists: frozenset[str] = frozenset()
    are_repeats_fine: bool = False


class Call(msgspec.Struct, frozen=True):
    """One authenticated request and what it may use; `params` are the braces of its route."""

    request: Request
    caller: Caller
    params: Mapping[str, str]
    store: Store
    uploads: Uploads
    settings: Settings = Settings()

    @property
    def account(self) -> Account:
        """Whose data it is about."""
        return self.caller.account


class File(msgspec.Struct, frozen=True):
    """An answer that is no JSON: the type of its text, and an example of it."""

    media: str
    example: str


REJECTS = File("text/csv", EXAMPLE)


class Route(msgspec.Struct, frozen=True):
    """A method and a path with {braces}, the function that answers it, and the shapes of what goes in and comes out.

    `asks` is the shape of its query, `takes` of its body, `media` the types that a body may
    have where they are not the dialect's own. `gives` has a shape for each status of success,
    a `File` for what is no JSON, and None for an answer without a body. `refuses` are the errors
    that not every route may answer. `file` names the field of a form that is a file, of
    `largest` bytes at most; a route without takes no files. `is_passing` says of what is read
    that it tells more than the account keeps, as the time.
    """

    method: str
    path: str
    handler: Callable[[Call], Answer]
    asks: Any = None
    takes: Any = None
    gives: Mapping[int, Any] = {}
    refuses: Sequence[type[ProviderError]] = ()
    media: Sequence[str] = ()
    file: str = ""
    largest: int = 0
    is_passing: bool = False

    @property
    def is_lasting(self) -> bool:
        """Whether its answer stays the same until somebody writes to the account."""
        return not (self.is_write or self.is_passing)

    @property
    def is_write(self) -> bool:
        """Whether it may change anything."""
        return self.method != "GET"


def basic_login(request: Request) -> tuple[str, str] | None:
    """Return the two halves of a request's Basic authorization, or None."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        login, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:  # no base64, or no UTF-8 in it
        return None
    return (login, secret) if colon else None


class Dialect(Protocol):
    """A vendor's API as a module: its routes, how its callers prove who they are, how it says no.

    For its description: what it is called, the shape of what stands in the braces of its
    paths, the types of its bodies, the shape of its refusals, and how a key is shown, as
    OpenAPI's security schemes by name.
    """

    NAME: Api
    PREFIX: str
    ROUTES: Sequence[Route]
    TITLE: str
    PLACES: Any
    MEDIA: Sequence[str]
    REFUSAL: Any
    KEYS: Sequence[Mapping[str, Mapping[str, str]]]

    def login_of(self, request: Request) -> tuple[str, str] | None:
        """Return the login and secret that a request carries, or None."""

    def authorize(self, request: Request, account: Account) -> None:
        """Raise ForbiddenError where the path names another account than the key's."""

    def quota(self, caller: Caller, limits: Limits, route: Route | None = None) -> Quota | None:
        """Return what a caller may ask for, of everything, or of one route beside that."""

    def encode_standing(self, standing: Standing) -> Mapping[str, str]:
        """Say in headers how a caller stands."""

    def renumber(self, answer: Answer, request: Request) -> Answer:
        """Give an answer to an earlier request the number of this one, where it shows one."""

    def encode_error(self, error: ProviderError, request: Request) -> Answer:
        """Say an error as the vendor would."""
