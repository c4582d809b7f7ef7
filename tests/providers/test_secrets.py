"""A key goes to its provider and nowhere else: not along a redirect, not in the open, not into any text."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback

import pytest

from listkit.errors import CredentialsError, ListkitError, NotReachedError, ProviderError
from listkit.providers.address import checked_base
from listkit.providers.session import Key, Session
from tests.providers.scripted import (
    CERTIFICATE,
    CREATE,
    GET,
    SECRET,
    FakeClock,
    Scripted,
    answer,
    closed_port,
    connected,
    cut,
)


@pytest.mark.parametrize(
    ("location", "named"),
    [
        ("https://elsewhere.example/login?key=abc", "elsewhere.example"),
        ("/other", "127.0.0.1"),
        ("http://[", "cannot be read"),
    ],
)
def test_a_redirect_is_an_error_that_names_the_host(location: str, named: str) -> None:
    """A 3xx is never followed; the error names the host it points to and nothing more of the address."""
    with Scripted(answer(302, Location=location), answer(200)) as server, pytest.raises(ProviderError) as caught:
        connected(server.url)(CREATE)
    assert named in str(caught.value)
    assert "abc" not in str(caught.value)
    assert caught.value.http_status == 302
    assert len(server.heard) == 1


@pytest.mark.parametrize(
    "base",
    [
        "http://api.exotel.com",
        "http://127.0.0.1.evil.example",
        "ftp://api.exotel.com",
        "api.exotel.com",
        "",
        "https://",
        "https://host:port",
        "https://k3y:t0ken@api.exotel.com",
        "https://k3y:t0kenapi.exotel.com/v2",
        "https://api.exotel.com/?key=t0ken",
    ],
)
def test_a_key_travels_over_https_or_not_at_all(base: str) -> None:
    """Other addresses are refused before anything is sent, and without repeating a key in them."""
    with pytest.raises(CredentialsError) as caught:
        connected(base)
    assert "t0ken" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "base", ["http://localhost:1", "http://127.0.0.1", "http://[::1]:80/a", "https://api.exotel.com"]
)
def test_this_computer_may_be_reached_in_the_open(base: str) -> None:
    """Loopback needs no TLS."""
    assert checked_base(base + "/") == base


def test_an_untrusted_certificate_stops_at_once() -> None:
    """A certificate of nobody we know: no second try, no key sent, and no advice to look away."""
    clock = FakeClock()
    not_trusted = pytest.raises(NotReachedError, match=r"certificate is not trusted; connect\(ca=")
    with Scripted(answer(200), tls=True) as server, not_trusted as caught:
        connected(server.url, clock)(GET)
    assert (clock.slept, server.heard) == ([], [])
    assert "verify" not in str(caught.value)


def test_ones_own_certificate_is_trusted_when_named() -> None:
    """With ca= the same server is reached, over TLS."""
    with Scripted(answer(200, b"hidden"), tls=True) as server:
        assert connected(server.url, ca=CERTIFICATE)(GET).body == b"hidden"


def test_a_missing_file_of_certificates_is_named() -> None:
    """A wrong ca= is found when connecting, not with the first request."""
    with pytest.raises(CredentialsError, match=r"no file of certificates at 'nowhere\.pem'"):
        connected("https://api.exotel.com", ca="nowhere.pem")


def test_the_environment_steers_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory) -> None:
    """Neither netrc nor a proxy variable touches a request to this computer."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with Scripted(answer(200)) as server:
        assert connected(server.url)(GET).status == 200
    assert server.heard[0].lower().count(b"authorization:") == 1
    assert SECRET.encode() in server.heard[0]


def test_a_proxy_that_is_not_there_is_proven_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another host is reached through the proxy of the environment; a dead proxy means not sent."""
    monkeypatch.setenv("HTTPS_PROXY", closed_port().replace("http://", "http://user:pr0xy@"))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(NotReachedError, match="the proxy let nothing through") as caught:
        connected("https://api.exotel.com")(CREATE)
    assert "pr0xy" not in "".join(traceback.format_exception(caught.value))


# secrets -----------------------------------------------------------------------------------
def test_a_key_is_nowhere_to_be_seen(caplog: pytest.LogCaptureFixture) -> None:
    """No repr, traceback, chained error or log line at DEBUG holds the key."""
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    with Scripted(answer(200), cut, answer(302, Location="https://x.example")) as server:
        session = connected(server.url)
        seen += [repr(session), str(session), repr(session._key), repr(vars(session))]
        session(GET)
        for request in (CREATE, CREATE):
            with pytest.raises(ListkitError) as caught:
                session(request)
            assert caught.value.__context__ is None
            seen += traceback.format_exception(caught.value)
    with pytest.raises(NotReachedError) as caught:
        connected(closed_port())(GET)
    assert caught.value.__context__ is None
    seen += [*traceback.format_exception(caught.value), caplog.text]
    assert "urllib3" in caplog.text
    assert not [text for text in seen if SECRET in text or SECRET.split()[1] in text]


@pytest.mark.parametrize("keep", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_session_is_neither_pickled_nor_copied(keep: object) -> None:
    """Pickling refuses with a sentence that says what to do."""
    with pytest.raises(TypeError, match=r"holds a key and is not pickled; call listkit\.connect\(\)"):
        keep(connected("https://api.exotel.com"))
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Key({"authorization": SECRET}))


@pytest.mark.parametrize("value", ["line\nbreak", "bell\x07", "schlüssel", "\x00"])
def test_a_key_that_cannot_be_sent_is_not_repeated(value: str) -> None:
    """A key with a line break or a foreign letter is refused without showing it."""
    with pytest.raises(CredentialsError) as caught:
        Session("https://api.exotel.com", {"x-tm-key": value}, title="TextMagic", operations={})
    assert value not in str(caught.value)
