"""Where keys come from: what is given, the environment, the system's keyring; never a file of ours."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from listkit.errors import CredentialsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SERVICE = "listkit"
BASE_URL = "base_url"


def find(
    provider: str, profile: str | None, settings: Sequence[str], given: Mapping[str, str | None]
) -> dict[str, str]:
    """Return all of an account's settings, or say which are missing and where they were looked for.

    Each is taken from what is given, else from the environment, else from the system's keyring.
    With a profile only that profile's places are looked at. Where the keyring is asked and holds
    the address of the account too, that is `base_url` among them.
    """
    if profile is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", profile):
        raise CredentialsError(f"A profile is named with letters, digits, - and _ only; {profile!r} is not.")
    found = {name: (given.get(name) or from_environment(provider, profile, name) or "").strip() for name in settings}
    missing = [name for name in settings if not found[name]]
    searched = ""
    if missing:
        kept, searched = _from_keyring(provider, profile, missing)
        found |= kept
    still = [name for name in missing if not found[name]]
    if still:
        given_as = ", ".join(f"{name}=" for name in still)
        in_environment = ", ".join(variable(provider, profile, name) for name in still)
        raise CredentialsError(
            f"No {' and no '.join(still)} for {called(provider, profile)}: not given ({given_as}), "
            f"not in the environment ({in_environment}), and {searched}."
        )
    return found


def from_environment(provider: str, profile: str | None, setting: str) -> str | None:
    """Read one setting from the environment; an empty one counts as none."""
    return os.environ.get(variable(provider, profile, setting)) or None


def variable(provider: str, profile: str | None, setting: str) -> str:
    """Name the environment variable of a setting.

    >>> variable("exotel", "north", "base_url")
    'LISTKIT_EXOTEL_NORTH_BASE_URL'
    """
    parts = ("listkit", provider, *([profile] if profile else []), setting)
    return re.sub(r"\W", "_", "_".join(parts), flags=re.ASCII).upper()


def called(provider: str, profile: str | None) -> str:
    """Name an account as the command line does.

    >>> called("exotel", "north")
    'exotel/north'
    """
    return f"{provider}/{profile}" if profile else provider


def from_url(url: str, root: str) -> tuple[str, dict[str, str]]:
    """Split Exotel's form of address, `https://key:token@host/v2/accounts/sid`, into base address and settings.

    >>> from_url("https://kk:tt@api.exotel.com/v2/accounts/acme1", "/v2/accounts")
    ('https://api.exotel.com', {'sid': 'acme1', 'key': 'kk', 'token': 'tt'})
    """
    try:
        parts = urlsplit(url.strip())
        login, _, host = parts.netloc.rpartition("@")
        prefix, _, sid = parts.path.strip("/").rpartition("/")
        key, _, token = login.partition(":")
        readable = bool(parts.hostname and key and token and sid) and f"/{prefix}".endswith(root) and parts.port != 0
    except ValueError:
        readable = False
    # What cannot be read is not repeated: the key is somewhere in it.
    if not readable:
        raise CredentialsError(f"The address must have the form https://key:token@host{root}/sid.")
    base = f"{parts.scheme}://{host}{f'/{prefix}'.removesuffix(root)}"
    return base, {"sid": unquote(sid), "key": unquote(key), "token": unquote(token)}


def _from_keyring(provider: str, profile: str | None, settings: Sequence[str]) -> tuple[dict[str, str], str]:
    """Ask the system's keyring, and say in words what came of it."""
    account = called(provider, profile)
    if find_spec("keyring") is None:
        return {}, "the system keyring was not asked (pip install 'listkit[keyring]')"
    import keyring  # noqa: PLC0415 - an optional guest, and slow to load
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        kept = {name: (keyring.get_password(SERVICE, f"{account}/{name}") or "").strip() for name in settings}
        base_url = keyring.get_password(SERVICE, f"{account}/{BASE_URL}")
    except KeyringError as error:
        return {}, f"the system keyring could not be opened ({type(error).__name__})"
    places = ", ".join(f"{account}/{name}" for name in settings if not kept[name])
    return {
        **kept,
        **({BASE_URL: base_url} if base_url else {}),
    }, f"not in the system keyring (service {SERVICE!r}: {places})"
