"""Every error listkit raises, in one tree.

- ListkitError
    - CredentialsError          a key is missing, and where it was looked for
    - MissingExtraError         an optional part is not installed: the pip line
    - ReadError                 a file cannot be read as a contact list
    - ColumnsError              a column is missing or undecided: the best guess
    - AmbiguousListError        two lists have this name: their ids
    - AccountMismatchError      a plan or a run belongs to another account
    - PlanRefused               the plan would do harm: its reasons
    - DriftError                the list changed since it was planned: the keys
    - JournalError              the journal cannot be written, so nothing is sent
    - ProviderError             the provider said no, or said nothing
        - InvalidError          400  a value is not acceptable
            - MissingFieldError      a mandatory value is not there
            - UnreadableBodyError    the body cannot be parsed
            - TooManyError           more items than one request may carry
            - ListFullError          the list would grow past its cap
        - UnauthorizedError     401  the key was refused
        - PaymentRequiredError  402
        - ForbiddenError        403
        - NotFoundError         404
        - MethodNotAllowedError 405
        - DuplicateError        409  the name, number or membership is taken
        - TooLargeError         413
        - MediaTypeError        415
        - RateLimitedError      429  with the seconds to wait
        - ServerFailedError     5xx  whether it was applied is not known
            - UnavailableError  503  with the seconds to wait
        - NotReachedError       the request never arrived: nothing was applied
        - AnswerLostError       it was sent and the answer is missing: may be applied

Beside the tree stand `Interrupted`, a KeyboardInterrupt that carries the run,
`IncompleteWarning`, for a read that could not be completed, and `UncomparedWarning`, for rows
that could not be looked for in another list.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class ListkitError(Exception):
    """Any error that listkit raises on purpose; its text is one sentence for a person."""


class CredentialsError(ListkitError):
    """A key is missing; the text says which one and where it was looked for."""


class MissingExtraError(ListkitError, ImportError):
    """An optional part of listkit is not installed; the text is the pip line that installs it."""

    def __init__(self, extra: str) -> None:
        self.extra = extra
        super().__init__(f"This needs listkit's {extra!r} extra: pip install 'listkit[{extra}]'")


class ReadError(ListkitError):
    """A file cannot be read as a contact list."""


class ColumnsError(ListkitError):
    """A column that is needed is missing, or what it means is undecided."""

    def __init__(self, message: str, *, columns: Sequence[str] = (), guess: str | None = None) -> None:
        self.columns = list(columns)
        self.guess = guess
        super().__init__(message)

    @classmethod
    def missing(cls, wanted: str, columns: Iterable[object], *, guess: str | None = None) -> Self:
        """Say which column is missing, which ones there are, and the line to type."""
        names = [str(name) for name in columns]
        near = get_close_matches(wanted.lower(), [name.lower() for name in names], n=1)
        if guess is None and near:
            guess = next(name for name in names if name.lower() == near[0])
        there = ", ".join(repr(name) for name in names) or "none"
        hint = (
            f"did you mean {guess!r}? Then df.listkit.clean(mapping={{{guess!r}: {wanted!r}}})"
            if guess
            else f"name it with df.listkit.clean(mapping={{'your column': {wanted!r}}})"
        )
        return cls(f"There is no {wanted!r} column among {there}; {hint}.", columns=names, guess=guess)


class AmbiguousListError(ListkitError):
    """Two lists have the same name; pass one of the ids as `list_id=`."""

    def __init__(self, message: str, *, list_ids: Sequence[str]) -> None:
        self.list_ids = list(list_ids)
        super().__init__(message)


class AccountMismatchError(ListkitError):
    """A plan or a run belongs to another account than the one it was given."""


class PlanRefused(ListkitError):  # noqa: N818 - the name that users type; a refusal is not a fault
    """The plan is refused before anything is sent; `reasons` holds one sentence each."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


class DriftError(ListkitError):
    """The list was changed since it was planned; `keys` are the ones found otherwise."""

    def __init__(self, message: str, *, keys: Sequence[str]) -> None:
        self.keys = list(keys)
        super().__init__(message)


class JournalError(ListkitError):
    """The journal cannot be written; nothing more is sent."""


class ProviderError(ListkitError):
    """The provider refused, failed, or was not heard; `code` is ours, `http_status` the wire's."""

    code: ClassVar[str] = "provider_error"
    http_status: int | None = 500

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        http_status: int | None = None,
        retry_after: float | None = None,
        limit: int | None = None,
    ) -> None:
        self.field = field
        self.retry_after = retry_after
        self.limit = limit
        if http_status is not None:
            self.http_status = http_status
        super().__init__(message)


class InvalidError(ProviderError):
    """A value is not acceptable; `field` names it."""

    code = "invalid"
    http_status = 400


class MissingFieldError(InvalidError):
    """A mandatory value is not there; `field` names it."""

    code = "missing_field"


class UnreadableBodyError(InvalidError):
    """The body of a request cannot be parsed."""

    code = "unreadable_body"


class TooManyError(InvalidError):
    """One request carries more items than `limit`."""

    code = "too_many"


class ListFullError(InvalidError):
    """The list would grow past `limit` members."""

    code = "list_full"


class UnauthorizedError(ProviderError):
    """The key was refused."""

    code = "unauthorized"
    http_status = 401


class PaymentRequiredError(ProviderError):
    """The account has to be paid for first."""

    code = "payment_required"
    http_status = 402


class ForbiddenError(ProviderError):
    """The key is good, and may not do this."""

    code = "forbidden"
    http_status = 403


class NotFoundError(ProviderError):
    """There is no such list, contact, upload or address."""

    code = "not_found"
    http_status = 404


class MethodNotAllowedError(ProviderError):
    """The address exists, and does not take this method; `allow` are those it takes."""

    code = "method_not_allowed"
    http_status = 405

    def __init__(self, message: str, *, allow: Sequence[str] = ()) -> None:
        self.allow = list(allow)
        super().__init__(message)


class DuplicateError(ProviderError):
    """The name, number or membership exists already; `field` names which."""

    code = "duplicate"
    http_status = 409


class TooLargeError(ProviderError):
    """The request has more bytes than the provider takes."""

    code = "too_large"
    http_status = 413


class MediaTypeError(ProviderError):
    """The body is of a type that the provider does not read here."""

    code = "media_type"
    http_status = 415


class RateLimitedError(ProviderError):
    """The provider asks to wait `retry_after` seconds; nothing was applied."""

    code = "rate_limited"
    http_status = 429


class ServerFailedError(ProviderError):
    """The provider failed; whether the request was applied is not known."""

    code = "server_failed"
    http_status = 500


class UnavailableError(ServerFailedError):
    """The provider is down for now; `retry_after` seconds if it said so."""

    code = "unavailable"
    http_status = 503


class NotReachedError(ProviderError):
    """The request never reached the provider: nothing was applied."""

    code = "not_reached"
    http_status = None


class AnswerLostError(ProviderError):
    """The request was sent and no readable answer came back: it may have been applied."""

    code = "answer_lost"
    http_status = None


class IncompleteWarning(UserWarning):
    """A list changed while it was read, and the frame may not hold all of it."""


class UncomparedWarning(UserWarning):
    """Some rows could not be compared with another list, because nothing in them says for sure who is meant."""
