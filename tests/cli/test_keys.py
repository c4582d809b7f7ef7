"""`listkit login` and `listkit logout`: a key in the system's keyring, and in no other place."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest

import listkit as lk
from listkit import cli
from listkit.cli import keys
from listkit.providers import keyrings

if TYPE_CHECKING:
    from listkit.testing import Sandbox
    from tests.cli.conftest import MemoryKeyring


@pytest.fixture
def typed(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Move the sandbox's key out of the environment and into standard input."""
    settings = [box.environment[f"LISTKIT_EXOTEL_{name}"] for name in ("SID", "KEY", "TOKEN")]
    for name in box.environment:
        monkeypatch.delenv(name)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(settings)))
    return settings


def test_a_key_is_kept_and_found_again(
    box: Sandbox, typed: list[str], ring: MemoryKeyring, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was typed is tried and kept, with its address; `connect` finds it there, and nothing shows it."""
    assert cli.main(["login", "exotel/north", "--base-url", box.url]) == cli.DONE
    told = capsys.readouterr()
    assert told.out == "The key of exotel/north was accepted and is kept in the system's keyring.\n"
    assert not any(text in told.out + told.err for text in typed[1:])
    assert ring.kept["listkit", "exotel/north/token"] == typed[2]
    account = lk.connect("exotel", "north")
    account.ping()
    assert (account.provider.account, account.provider.host) == (typed[0], box.url.removeprefix("http://"))


def test_a_key_that_is_refused_is_not_kept(
    box: Sandbox, typed: list[str], ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong token is told at once, and the keyring stays empty."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed[0]}\n{typed[1]}\nwr0ng\n"))
    assert cli.main(["login", "exotel", "--base-url", box.url]) == cli.FAILED
    assert ring.kept == {}


@pytest.mark.usefixtures("typed")
def test_a_key_that_cannot_be_tried_is_kept_and_told(
    box: Sandbox, ring: MemoryKeyring, capsys: pytest.CaptureFixture[str]
) -> None:
    """A provider that is not reached says nothing of the key; a new login takes the place of the old."""
    ring.set_password("listkit", "exotel/base_url", "https://elsewhere.example")
    box.close()
    assert cli.main(["login", "exotel", "--base-url", box.url]) == cli.DONE
    assert "The key was not tried: " in capsys.readouterr().err
    assert ring.kept["listkit", "exotel/base_url"] == box.url


def test_a_secret_is_typed_unseen(
    box: Sandbox, typed: list[str], ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a terminal key and token are asked for without an echo, and the sid with one."""
    unseen = iter(typed[1:])
    shown = io.StringIO(f"{typed[0]}\n")
    shown.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", shown)
    monkeypatch.setattr(keys, "getpass", lambda prompt: next(unseen))
    assert cli.main(["login", "exotel", "--base-url", box.url]) == cli.DONE
    assert [ring.kept["listkit", f"exotel/{name}"] for name in ("sid", "key", "token")] == typed


def test_nothing_typed_is_nothing_kept(
    ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty line, or none, ends it."""
    monkeypatch.setattr("sys.stdin", io.StringIO("acme1\n\n"))
    assert cli.main(["login", "exotel"]) == cli.FAILED
    assert capsys.readouterr().err == "listkit: No key was given; nothing is kept.\n"
    assert ring.kept == {}


def test_logout_forgets(
    box: Sandbox, typed: list[str], ring: MemoryKeyring, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that was kept of the account is gone, and of another nothing; a second time there is nothing to forget."""
    ring.set_password("listkit", "exotel/north/key", "another")
    assert cli.main(["login", "exotel", "--base-url", box.url]) == cli.DONE
    assert cli.main(["logout", "exotel"]) == cli.DONE
    assert ring.kept == {("listkit", "exotel/north/key"): "another"}
    assert cli.main(["logout", "exotel"]) == cli.FAILED
    assert "holds no key of exotel." in capsys.readouterr().err


@pytest.mark.parametrize("backend", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
@pytest.mark.usefixtures("ring")
def test_a_machine_without_a_keyring_is_one_sentence(
    box: Sandbox, typed: list[str], backend: type, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nothing can be kept, what to do instead is said, and the key is not."""
    keyring.set_keyring(backend())
    assert cli.main(["login", "exotel/north", "--base-url", box.url]) == cli.FAILED
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert not any(text in told for text in typed[1:])
    assert "set LISTKIT_EXOTEL_NORTH_SID, LISTKIT_EXOTEL_NORTH_KEY, LISTKIT_EXOTEL_NORTH_TOKEN" in told
    assert cli.main(["logout", "exotel/north"]) == cli.FAILED
    assert capsys.readouterr().err.count("\n") == 1


def test_without_the_keyring_extra_the_pip_line_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package is missing, the one line that installs it."""
    monkeypatch.setattr(keyrings, "find_spec", lambda name: None)
    with pytest.raises(lk.MissingExtraError, match=r"pip install 'listkit\[keyring\]'"):
        keyrings.keep("exotel", None, {"sid": "acme1"})
