"""Secrets as they may be kept, and how they are known again.

A secret that cannot be guessed (128 bits or more, as all are that listkit makes) is kept as a
salted SHA-256: whoever has the hash gains nothing by trying, and looking at a login costs next
to nothing, so that no flood of wrong ones can keep a right one out
(https://pages.nist.gov/800-63-4/sp800-63b.html#lookupsecrets). One that a person chose is kept
as scrypt, slow to guess; what was proven once in this process is known again at once.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import string
import threading
from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from listkit.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Iterator

COST = 2**14
ENOUGH_BITS = 128
SLOW = "scrypt"
_QUICK = "sha256"
_BLOCK, _LANES, _SALT_BYTES, _DIGEST_BYTES = 8, 1, 16, 64
_MOST_MEMORY = 2**28
_REMEMBERED = 4096
_WAITING = 3
_FEWEST_DIFFERENT = 8
_TOO_MANY = "Too many logins are looked at already; try again in a second."
_ALPHABETS = (string.digits, string.digits + "abcdef", string.ascii_lowercase, string.ascii_uppercase)


def hash_secret(secret: str) -> str:
    """Hash a secret with a new salt; the text says how, so that the cost can be raised later."""
    salt = secrets.token_bytes(_SALT_BYTES)
    if is_guessable(secret):
        return _written(salt, _scrypt(secret, salt, COST))
    return f"{_QUICK}${salt.hex()}${_sha256(secret, salt).hex()}"


def is_secret(secret: str, hashed: str) -> bool:
    """Say whether this is the secret that was hashed, in a time that does not depend on where they differ."""
    if is_slow(hashed):
        _, cost, salt, wanted = hashed.split("$")
        return hmac.compare_digest(_scrypt(secret, bytes.fromhex(salt), int(cost)), bytes.fromhex(wanted))
    _, salt, wanted = hashed.split("$")
    return hmac.compare_digest(_sha256(secret, bytes.fromhex(salt)), bytes.fromhex(wanted))


def is_slow(hashed: str) -> bool:
    """Say whether a hash is of a secret that could be guessed, and costs time to compare with."""
    return hashed.startswith(SLOW)


def is_guessable(secret: str) -> bool:
    """Say whether a secret has fewer than 128 bits, were each of its characters drawn by chance.

    >>> is_guessable("secret"), is_guessable("0123456789abcdef" * 2), is_guessable("a" * 80)
    (True, False, True)
    """
    used = set(secret)
    size = next((len(alphabet) for alphabet in _ALPHABETS if used <= set(alphabet)), 64)
    return len(secret) * math.log2(size) < ENOUGH_BITS or len(used) < _FEWEST_DIFFERENT


def _written(salt: bytes, digest: bytes) -> str:
    return f"{SLOW}${COST}${salt.hex()}${digest.hex()}"


def _scrypt(secret: str, salt: bytes, cost: int) -> bytes:
    text = secret.encode(errors="surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=cost, r=_BLOCK, p=_LANES, maxmem=_MOST_MEMORY, dklen=_DIGEST_BYTES)


def _sha256(secret: str, salt: bytes) -> bytes:
    return hashlib.sha256(salt + secret.encode(errors="surrogatepass")).digest()


class Proofs:
    """What was proven already, so that a request does not cost a slow hash.

    A proof is remembered by a keyed hash of hash and secret together: it holds no secret,
    and a changed secret is another proof.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._proven: OrderedDict[bytes, None] = OrderedDict()
        self._attempts: dict[bytes, _Attempt] = {}
        self._turn = threading.Lock()
        self._nobody = _written(secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_DIGEST_BYTES))
        self._known, self._unknown = _Lane(), _Lane()

    def knows(self, secret: str, hashed: str | None) -> bool:
        """Say whether the secret is right as far as that can be told at once."""
        if hashed is not None and not is_slow(hashed):
            return is_secret(secret, hashed)
        proof = self._proof(secret, hashed)
        with self._turn:
            is_proven = proof in self._proven
            if is_proven:
                self._proven.move_to_end(proof)
        return is_proven

    def proves(self, secret: str, hashed: str | None) -> bool:
        """Say whether the secret is right by a slow hash; takes as long where there is nothing to compare with.

        Raises RateLimitedError where too many are waiting for that already. Logins that are
        there do not wait behind those that are not, and who shows the same secret at the same
        time waits for the same hash.
        """
        proof = self._proof(secret, hashed)
        with self._turn:
            attempt, is_first = self._attempts.get(proof), proof not in self._attempts
            if attempt is None:
                attempt = self._attempts[proof] = _Attempt()
        if is_first:
            try:
                attempt.is_right = self._hash(secret, hashed, proof)
            finally:
                with self._turn:
                    del self._attempts[proof]
                attempt.over.set()
        attempt.over.wait()
        if attempt.is_right is None:
            raise RateLimitedError(_TOO_MANY, retry_after=1)
        return attempt.is_right

    def _hash(self, secret: str, hashed: str | None, proof: bytes) -> bool:
        is_known = hashed is not None and is_slow(hashed)
        with (self._known if is_known else self._unknown).turn():
            is_right = is_secret(secret, hashed if hashed is not None and is_known else self._nobody) and is_known
        if is_right:
            with self._turn:
                self._proven[proof] = None
                if len(self._proven) > _REMEMBERED:
                    self._proven.popitem(last=False)
        return is_right

    def _proof(self, secret: str, hashed: str | None) -> bytes:
        return hmac.digest(self._key, f"{hashed}${secret}".encode(errors="surrogatepass"), "sha256")


class _Attempt:
    """A slow hash that is being made, for all who wait for it; `is_right` stays None where it was not."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.is_right: bool | None = None


class _Lane:
    """One slow hash at a time, and few that wait for it."""

    def __init__(self) -> None:
        self._room = threading.BoundedSemaphore(_WAITING)
        self._turn = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise RateLimitedError(_TOO_MANY, retry_after=1)
        try:
            with self._turn:
                yield
        finally:
            self._room.release()
