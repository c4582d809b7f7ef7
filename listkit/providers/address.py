"""Where a key may be sent: over https, or to this very computer."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from listkit.errors import CredentialsError


def checked_base(base_url: str) -> str:
    """Return a base address without its last slash, or say why no key may be sent there.

    >>> checked_base("https://api.in.exotel.com/")
    'https://api.in.exotel.com'
    >>> checked_base("http://127.0.0.1:8765")
    'http://127.0.0.1:8765'
    """
    try:
        parts = urlsplit(base_url.strip())
        readable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        readable = False
    # The address is not repeated before it is known that it holds no key.
    if not readable or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        raise CredentialsError("base_url= must be an address like https://api.exotel.com, without a question mark.")
    if "@" in parts.netloc:
        raise CredentialsError("base_url= holds a key before its @; give the key by its own name instead.")
    base = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    if parts.scheme == "http" and not is_loopback(base):
        raise CredentialsError(
            f"{base} would carry the key in the open; use https:// (http:// is only for this computer itself)."
        )
    return base


def is_loopback(url: str) -> bool:
    """Tell whether an address is this computer itself.

    >>> is_loopback("http://[::1]:8765"), is_loopback("https://localhost.example")
    (True, False)
    """
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
