"""Secrets as they may be kept: salted, slow to guess, and quick to know again within one process."""

from __future__ import annotations

import hashlib
import hmac
import secrets

COST = 2**14
_BLOCK, _LANES, _SALT_BYTES, _DIGEST_BYTES = 8, 1, 16, 64
_MOST_MEMORY = 2**28
_REMEMBERED = 4096


def hash_secret(secret: str) -> str:
    """Hash a secret with scrypt and a new salt; the text says how, so that the cost can be raised later."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return _written(salt, _scrypt(secret, salt, COST))


def is_secret(secret: str, hashed: str) -> bool:
    """Say whether this is the secret that was hashed, in a time that does not depend on where they differ."""
    _, cost, salt, wanted = hashed.split("$")
    return hmac.compare_digest(_scrypt(secret, bytes.fromhex(salt), int(cost)), bytes.fromhex(wanted))


def _written(salt: bytes, digest: bytes) -> str:
    return f"scrypt${COST}${salt.hex()}${digest.hex()}"


def _scrypt(secret: str, salt: bytes, cost: int) -> bytes:
    text = secret.encode(errors="surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=cost, r=_BLOCK, p=_LANES, maxmem=_MOST_MEMORY, dklen=_DIGEST_BYTES)


class Proofs:
    """What was proven already, so that a request does not cost a slow hash.

    A proof is remembered by a keyed hash of hash and secret together: it holds no secret,
    and a changed secret is another proof.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._proven: set[bytes] = set()
        self._nobody = _written(secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_DIGEST_BYTES))

    def holds(self, secret: str, hashed: str | None) -> bool:
        """Say whether the secret is right; takes as long where there is nothing to compare with."""
        text = f"{hashed}${secret}".encode(errors="surrogatepass")
        proof = hmac.digest(self._key, text, "sha256")
        if proof in self._proven:
            return True
        if not is_secret(secret, hashed or self._nobody) or hashed is None:
            return False
        if len(self._proven) >= _REMEMBERED:
            self._proven.clear()
        self._proven.add(proof)
        return True
