"""A folder to stand in, a sandbox that the commands reach, and a keyring in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keyring
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from listkit.providers import session
from tests.providers.scripted import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.testing import Sandbox


class MemoryKeyring(KeyringBackend):
    """Keeps what it is given while a test runs."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError(username)


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    """Put a keyring in memory in the place of the system's."""
    before = keyring.get_keyring()
    kept = MemoryKeyring()
    keyring.set_keyring(kept)
    yield kept
    keyring.set_keyring(before)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def box(listkit_sandbox: Sandbox, here: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Stand in an empty folder, with both accounts of a sandbox in the environment, and wait for nothing."""
    monkeypatch.setattr(session, "SystemClock", FakeClock)
    return listkit_sandbox
