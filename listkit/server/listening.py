"""The address that a server listens on, and the certificate that keeps what goes over it from others' eyes."""

from __future__ import annotations

import socket
import ssl
from ipaddress import ip_address
from typing import TYPE_CHECKING, NoReturn

import msgspec

from listkit.errors import ListkitError
from listkit.server.store.credentials import ENOUGH_BITS

if TYPE_CHECKING:
    from pathlib import Path

    from listkit.server.store.base import Store


class TLS(msgspec.Struct, frozen=True):
    """A certificate, with those that vouch for it, and its key: two files in PEM.

    Raises ListkitError where they cannot be read, do not belong together, or the key wants a
    password, which nobody is there to type.
    """

    certificate: Path
    key: Path

    def __post_init__(self) -> None:
        for what, path in (("certificate", self.certificate), ("key", self.key)):
            try:
                path.read_bytes()
            except OSError as error:
                raise ListkitError(f"The {what} {str(path)!r} cannot be read: {error.strerror}.") from None
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key, _refuse_password)
        except ssl.SSLError as error:
            if error.reason == "KEY_VALUES_MISMATCH":
                sentence = f"The key {str(self.key)!r} is not that of the certificate {str(self.certificate)!r}."
            else:
                sentence = (
                    f"{str(self.certificate)!r} and {str(self.key)!r} are no certificate and key in PEM; "
                    "each opens with a line of -----BEGIN."
                )
            raise ListkitError(sentence) from None


def listen(host: str, port: int, store: Store) -> socket.socket:
    """Take the address; one that others can reach only where they need a key."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise ListkitError(f"The address {host!r} is not known: {error.strerror}.") from None
    if not ip_address(address[0]).is_loopback:
        _refuse_guessable(host, store)
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise ListkitError(f"Nothing can listen on {host} port {port}: {error.strerror}.") from None
    return listening


def _refuse_guessable(host: str, store: Store) -> None:
    if not store.accounts():
        message = (
            f"{host} can be reached by others, and this store has no account; add one with `listkit accounts add`."
        )
        raise ListkitError(message)
    for key in store.keys_of():
        if key.is_guessable:
            name = key.account.name
            message = (
                f"{host} can be reached by others, and key {key.key_id} of {name!r} ({key.api}, {key.login}) could be "
                f"guessed: its secret is not known to have {ENOUGH_BITS} bits. Make another with `listkit accounts key "
                f"{name}`, and revoke this one with `listkit accounts revoke {name} {key.key_id}`."
            )
            raise ListkitError(message)


def url_of(listening: socket.socket, tls: TLS | None = None) -> str:
    """Return the address as a client writes it."""
    host, port = listening.getsockname()[:2]
    scheme = "http" if tls is None else "https"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def is_open_to_readers(listening: socket.socket, tls: TLS | None) -> bool:
    """Whether keys and people's numbers leave this computer in the clear."""
    return tls is None and not ip_address(listening.getsockname()[0]).is_loopback


def _refuse_password() -> NoReturn:
    raise ListkitError("The key of the certificate wants a password; give one without, which only the server can read.")
