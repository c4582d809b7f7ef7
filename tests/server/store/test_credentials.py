"""Secrets are kept so that whoever has the file does not have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.server.store import credentials
from listkit.server.store.credentials import Proofs, hash_secret, is_secret

if TYPE_CHECKING:
    import pytest


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


def test_a_proof_is_made_once_and_a_refusal_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """A right secret is hashed once; a wrong one, and one for nobody, is hashed every time."""
    monkeypatch.setattr(credentials, "COST", 2)
    hashed = hash_secret("token")
    proofs = Proofs()
    slow: list[str] = []
    monkeypatch.setattr(credentials, "is_secret", lambda secret, kept: slow.append(secret) or is_secret(secret, kept))
    assert [proofs.holds("token", hashed) for _ in range(3)] == [True] * 3
    assert [proofs.holds("wrong", hashed) for _ in range(2)] == [False] * 2
    assert [proofs.holds("token", None) for _ in range(2)] == [False] * 2
    assert slow == ["token", "wrong", "wrong", "token", "token"]


def test_what_is_remembered_is_bounded_and_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many proofs are made, only so many are remembered, and none of them is a secret."""
    monkeypatch.setattr(credentials, "COST", 2)
    monkeypatch.setattr(credentials, "_REMEMBERED", 3)
    proofs = Proofs()
    for number in range(10):
        secret = f"token-{number}"
        assert proofs.holds(secret, hash_secret(secret))
    assert len(proofs._proven) <= 3
    assert not any(b"token" in proof for proof in proofs._proven)
