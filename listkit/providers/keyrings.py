"""Keys into the system's keyring and out of it: `listkit login` and `logout`."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from listkit.errors import CredentialsError, MissingExtraError
from listkit.providers.credentials import BASE_URL, SERVICE, called, variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def keep(provider: str, profile: str | None, settings: Mapping[str, str], *, base_url: str | None = None) -> None:
    """Keep an account's settings in the system's keyring, in the place of what is kept of it there.

    Raises CredentialsError, with the variables to set instead, where this machine has no keyring
    that keeps anything; none of them is kept then.
    """
    with _keyring(provider, profile, settings) as keyring:
        _clear(keyring, provider, profile, settings)
        for name, text in {**settings, **({BASE_URL: base_url} if base_url else {})}.items():
            place = f"{called(provider, profile)}/{name}"
            keyring.set_password(SERVICE, place, text)
            if keyring.get_password(SERVICE, place) != text:
                raise _none(provider, profile, settings, "it forgets at once")


def forget(provider: str, profile: str | None, settings: Sequence[str]) -> bool:
    """Take an account's settings out of the system's keyring; False where it holds none of them."""
    with _keyring(provider, profile, settings) as keyring:
        return _clear(keyring, provider, profile, settings)


def _clear(keyring: Any, provider: str, profile: str | None, settings: Sequence[str] | Mapping[str, str]) -> bool:
    places = [f"{called(provider, profile)}/{name}" for name in (*settings, BASE_URL)]
    there = [place for place in places if keyring.get_password(SERVICE, place) is not None]
    for place in there:
        keyring.delete_password(SERVICE, place)
    return bool(there)


@contextmanager
def _keyring(provider: str, profile: str | None, settings: Sequence[str] | Mapping[str, str]) -> Iterator[Any]:
    """Open the system's keyring; what goes wrong with it is one sentence, without the text of its own error."""
    if find_spec("keyring") is None:
        raise MissingExtraError("keyring")
    import keyring  # noqa: PLC0415 - an optional guest, and slow to load
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        yield keyring
    except KeyringError as error:
        refused = _none(provider, profile, settings, type(error).__name__)
    else:
        return
    raise refused


def _none(
    provider: str, profile: str | None, settings: Sequence[str] | Mapping[str, str], why: str
) -> CredentialsError:
    places = ", ".join(variable(provider, profile, name) for name in settings)
    return CredentialsError(
        f"This machine has no keyring that can be used ({why}); nothing is kept: set {places} in the environment."
    )
