"""Who may hear what goes to a server: certificates, and the sentences where something is wrong with one."""

from __future__ import annotations

import socket
import ssl
import urllib.request
from typing import TYPE_CHECKING

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

import listkit as lk
from listkit import cli
from listkit.errors import ListkitError
from listkit.server.listening import TLS, is_open_to_readers, listen
from listkit.server.running import Running
from listkit.server.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "a token of more than enough bits"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Make somebody who vouches for certificates."""
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


def issue(authority: trustme.CA, folder: Path, name: str = "server") -> TLS:
    """Have a certificate made for this computer, and write it down with its key."""
    made = authority.issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA)
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    made.cert_chain_pems[0].write_to_path(certificate)
    made.private_key_pem.write_to_path(key)
    return TLS(certificate, key)


def test_a_server_with_a_certificate_is_reached_by_who_trusts_it(authority: trustme.CA, tmp_path: Path) -> None:
    """`lk.connect(ca=…)` works over https; who does not know the authority, and who speaks http, gets nothing."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with Running(tls=issue(authority, tmp_path)) as server:
        server.store.create_account("acme", sid="acme1", username="acme", secrets={"exotel": ("key", TOKEN)})
        assert server.url.startswith("https://127.0.0.1:")
        settings = {"sid": "acme1", "key": "key", "token": TOKEN, "base_url": server.url}
        account = lk.connect("exotel", **settings, ca=tmp_path / "ca.pem")  # type: ignore[arg-type]
        account.create_list("VIP")
        assert list(account.lists()["list_name"]) == ["VIP"]
        with pytest.raises(lk.ListkitError):
            lk.connect("exotel", **settings).lists()  # type: ignore[arg-type]
        with socket.create_connection(server.listening.getsockname()[:2], timeout=5) as plain:
            plain.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
            assert plain.recv(100) == b""
        old = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with urllib.request.urlopen(f"{server.url}/health", context=old, timeout=5) as answer:  # noqa: S310 - our own
            assert answer.status == 200


def test_a_wrong_pair_is_one_sentence(authority: trustme.CA, tmp_path: Path) -> None:
    """Another's key, a key with a password, a file that is none or is not there: each is said with its name."""
    first, second = issue(authority, tmp_path), issue(authority, tmp_path, "other")
    rubbish, locked = tmp_path / "rubbish", tmp_path / "locked.key"
    rubbish.write_bytes(b"\0not PEM")
    key = serialization.load_pem_private_key(first.key.read_bytes(), None)
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"password"),
        )
    )
    for certificate, private, sentence in (
        (first.certificate, second.key, "other.key' is not that of the certificate"),
        (first.certificate, locked, "wants a password"),
        (rubbish, first.key, "no certificate and key in PEM"),
        (first.certificate, rubbish, "no certificate and key in PEM"),
        (tmp_path / "gone", first.key, "certificate .*gone' cannot be read: No such file"),
        (first.certificate, tmp_path, "key .* cannot be read: Is a directory"),
    ):
        with pytest.raises(ListkitError, match=sentence):
            TLS(certificate, private)


def test_plain_http_off_this_computer_is_known_for_what_it_is(authority: trustme.CA, tmp_path: Path) -> None:
    """Without a certificate an address that others reach is open to whoever is on the way."""
    tls = issue(authority, tmp_path)
    for host, given, is_open in (("0.0.0.0", None, True), ("0.0.0.0", tls, False), ("127.0.0.1", None, False)):  # noqa: S104
        with socket.create_server((host, 0)) as listening:
            assert is_open_to_readers(listening, given) is is_open


def test_the_command_serves_over_tls_and_warns_without(
    authority: trustme.CA, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`serve` takes the pair; with half of it, or off this computer without it, it says what that means."""
    tls, store = issue(authority, tmp_path), str(tmp_path / "s.sqlite")

    def stop(_server: Running) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Running, "wait", stop)
    base = ["serve", "--port", "0", "--store", store]
    assert cli.main([*base, "--tls-cert", str(tls.certificate)]) == cli.FAILED
    assert "give both --tls-cert and --tls-key" in capfd.readouterr().err
    assert cli.main(["accounts", "add", "acme", "--store", store]) == cli.DONE
    pair = ["--tls-cert", str(tls.certificate), "--tls-key", str(tls.key)]
    for host, more, scheme, is_warned in (
        ("0.0.0.0", [], "http", True),  # noqa: S104 - this is what is warned of
        ("0.0.0.0", pair, "https", False),  # noqa: S104 - this is what is not
        ("127.0.0.1", [], "http", False),
    ):
        assert cli.main([*base, "--host", host, *more]) == cli.DONE
        said, told = capfd.readouterr()
        assert f"at {scheme}://{host}:" in said
        assert ("keys and numbers included" in told) is is_warned


def test_a_secret_that_could_be_guessed_is_not_served_to_others(tmp_path: Path) -> None:
    """Beyond this computer every secret has 128 bits; a chosen word is refused there, with what to type."""
    store = open_store(tmp_path / "s.sqlite")
    account = store.create_account("acme", sid="a", username="a", secrets={"exotel": ("k", "0123456789abcdef" * 2)})
    with listen("0.0.0.0", 0, store):  # noqa: S104 - this is what is tried
        pass
    weak = store.add_key(account, "textmagic", "a", "secret")
    with pytest.raises(ListkitError, match=f"accounts revoke acme {weak.key_id}"):
        listen("0.0.0.0", 0, store)  # noqa: S104 - this is what is refused
    with listen("127.0.0.1", 0, store):
        pass
    store.close()
