"""Secrets are kept so that whoever has the file does not have them."""

from __future__ import annotations

import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from listkit.errors import RateLimitedError
from listkit.server.store import credentials
from listkit.server.store.credentials import Proofs, hash_secret, is_guessable, is_secret

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_hash_is_salted_slow_and_says_so() -> None:
    """Two hashes of one secret differ, hold no secret, and name a cost that takes a guesser's time."""
    first, second = hash_secret("token"), hash_secret("token")
    assert first != second
    assert "token" not in first
    assert first.startswith("scrypt$16384$")
    assert is_secret("token", first)
    assert not is_secret("Token", first)


def test_a_hash_outlives_a_change_of_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that was hashed at another cost is still known."""
    monkeypatch.setattr(credentials, "COST", 4)
    hashed = hash_secret("token")
    monkeypatch.setattr(credentials, "COST", 2)
    assert is_secret("token", hashed)


def test_a_secret_of_128_bits_is_looked_at_in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody can guess is kept salted and hashed, and never costs a slow hash, right or wrong."""
    monkeypatch.setattr(credentials, "_scrypt", None)  # not once
    secret = secrets.token_urlsafe(24)
    first, second = hash_secret(secret), hash_secret(secret)
    assert first != second
    assert secret not in first
    proofs = Proofs()
    assert [proofs.knows(word, first) for word in (secret, secret[1:], "", "\ud800")] == [True, False, False, False]


@pytest.mark.parametrize(
    "make", [lambda: secrets.token_urlsafe(24), lambda: secrets.token_hex(16), lambda: uuid4().hex]
)
def test_secrets_made_by_chance_are_enough(make: Callable[[], str]) -> None:
    """A thousand secrets of 128 random bits and more, in the usual spellings, are all known as that."""
    assert not any(is_guessable(make()) for _ in range(1_000))


@pytest.mark.parametrize("secret", ["", "secret", "correct horse battery", "1" * 200, "ab" * 60, "20250101" * 4])
def test_what_a_person_made_up_is_not(secret: str) -> None:
    """Short ones, and long ones of few characters, could be guessed."""
    assert is_guessable(secret)


def test_a_proof_is_made_once_and_a_refusal_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """A right secret is hashed once; a wrong one, and one for nobody, is hashed every time."""
    monkeypatch.setattr(credentials, "COST", 2)
    hashed = hash_secret("token")
    proofs = Proofs()
    slow: list[str] = []
    monkeypatch.setattr(credentials, "is_secret", lambda secret, kept: slow.append(secret) or is_secret(secret, kept))

    def holds(secret: str, kept: str | None) -> bool:
        return proofs.knows(secret, kept) or proofs.proves(secret, kept)

    assert [holds("token", hashed) for _ in range(3)] == [True] * 3
    assert [holds("wrong", hashed) for _ in range(2)] == [False] * 2
    assert [holds("token", None) for _ in range(2)] == [False] * 2
    assert slow == ["token", "wrong", "wrong", "token", "token"]


def test_what_is_remembered_is_bounded_and_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many proofs are made, only the last so many are remembered, and none of them is a secret."""
    monkeypatch.setattr(credentials, "COST", 2)
    monkeypatch.setattr(credentials, "_REMEMBERED", 3)
    proofs = Proofs()
    kept = {f"token-{number}": hash_secret(f"token-{number}") for number in range(10)}
    assert all(proofs.proves(secret, hashed) for secret, hashed in kept.items())
    assert [proofs.knows(secret, hashed) for secret, hashed in kept.items()] == [False] * 7 + [True] * 3
    assert not any(b"token" in proof for proof in proofs._proven)


def test_slow_hashes_are_made_one_by_one_and_few_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twenty guesses at once three are looked at, in turns; a login that is there does not wait behind them."""
    monkeypatch.setattr(credentials, "COST", 2)
    hashed = hash_secret("token")
    proofs, go_on, at_once, most = Proofs(), threading.Event(), 0, 0

    def wait(secret: str, kept: str) -> bool:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        if secret.startswith("guess"):
            go_on.wait(10)
        at_once -= 1
        return is_secret(secret, kept)

    monkeypatch.setattr(credentials, "is_secret", wait)
    with ThreadPoolExecutor(20) as pool:
        guesses = [pool.submit(proofs.proves, f"guess {number}", None) for number in range(20)]
        until = time.monotonic() + 10
        while sum(guess.done() for guess in guesses) < 17:
            assert time.monotonic() < until
            time.sleep(0.001)
        assert proofs.proves("token", hashed)
        go_on.set()
    told = [guess.exception() for guess in guesses]
    assert sum(isinstance(error, RateLimitedError) for error in told) == 17
    assert most == 2


def test_the_same_secret_at_the_same_time_is_one_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of fifty clients that begin at once with one right key none is turned away, and one hash is made."""
    monkeypatch.setattr(credentials, "COST", 2)
    hashed = hash_secret("token")
    proofs, made = Proofs(), []

    def dawdle(secret: str, kept: str) -> bool:
        made.append(secret)
        time.sleep(0.1)
        return is_secret(secret, kept)

    monkeypatch.setattr(credentials, "is_secret", dawdle)
    with ThreadPoolExecutor(50) as pool:
        told = list(pool.map(lambda _: proofs.knows("token", hashed) or proofs.proves("token", hashed), range(50)))
    assert told == [True] * 50
    assert len(made) < 5
    assert proofs._attempts == {}
