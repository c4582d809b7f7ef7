"""Connecting: where keys come from, where they may go, and that no text shows them."""

from __future__ import annotations

import importlib.metadata
import logging
import math
import pickle
import subprocess
import sys
import traceback
import warnings
from importlib.metadata import EntryPoint, EntryPoints
from typing import TYPE_CHECKING

import keyring
import keyring.errors
import pytest

from listkit import providers
from listkit.connecting import connect
from listkit.errors import CredentialsError, ListkitError, NotReachedError
from listkit.providers.base import Vendor
from tests.providers.scripted import FakeClock, Scripted, answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from listkit.account import Account
    from listkit.wire.message import Send


@pytest.fixture
def keep(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str], dict[str, str]], None]:
    """Set the environment, and put a keyring in memory in the place of the system's."""

    def kept_in(environment: dict[str, str], kept: dict[str, str]) -> None:
        for name, text in environment.items():
            monkeypatch.setenv(name, text)
        ring = {("listkit", name): text for name, text in kept.items()}
        monkeypatch.setattr(keyring, "get_password", lambda service, name: ring.get((service, name)))

    return kept_in


def sent_with(account: Account) -> dict[str, str]:
    """Look at the headers that an account would send."""
    return account.provider._send._key._Key__headers


PAIR = {"x-tm-username": "asha", "x-tm-key": "right"}


@pytest.mark.parametrize(
    ("profile", "given", "environment", "kept"),
    [
        (None, {"username": "asha", "key": "right"}, {"LISTKIT_TEXTMAGIC_KEY": "wrong"}, {}),
        (None, {}, {"LISTKIT_TEXTMAGIC_USERNAME": "asha", "LISTKIT_TEXTMAGIC_KEY": " right\n"}, {}),
        (None, {"username": "asha"}, {"LISTKIT_TEXTMAGIC_KEY": "right"}, {"textmagic/key": "wrong"}),
        (None, {"username": "asha"}, {"LISTKIT_TEXTMAGIC_KEY": ""}, {"textmagic/key": "right"}),
        (None, {}, {}, {"textmagic/username": "asha", "textmagic/key": "right"}),
        (
            "north",
            {},
            {"LISTKIT_TEXTMAGIC_NORTH_USERNAME": "asha", "LISTKIT_TEXTMAGIC_KEY": "wrong"},
            {"textmagic/north/key": "right", "textmagic/key": "wrong"},
        ),
        (
            "north-2",
            {},
            {"LISTKIT_TEXTMAGIC_NORTH_2_USERNAME": "asha", "LISTKIT_TEXTMAGIC_NORTH_2_KEY": "right"},
            {},
        ),
    ],
    ids=["given", "environment", "mixed", "empty is none", "keyring", "profile", "odd profile"],
)
def test_a_key_is_found_where_it_should_be(
    keep: Callable[[dict[str, str], dict[str, str]], None],
    profile: str | None,
    given: dict[str, str],
    environment: dict[str, str],
    kept: dict[str, str],
) -> None:
    """What is given comes first, then the environment, then the keyring, all of the same profile."""
    keep(environment, kept)
    assert sent_with(connect("textmagic", profile, **given)) == PAIR


def test_a_missing_key_says_where_it_was_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """One error names what is missing and every place, and shows no value."""
    monkeypatch.setenv("LISTKIT_EXOTEL_NORTH_SID", "s3ntinel")
    monkeypatch.setenv("LISTKIT_EXOTEL_KEY", "s3ntinel")
    with pytest.raises(CredentialsError) as caught:
        connect("exotel", "north")
    told = str(caught.value)
    assert told.startswith("No key and no token for exotel/north: not given (key=, token=)")
    assert "LISTKIT_EXOTEL_NORTH_KEY, LISTKIT_EXOTEL_NORTH_TOKEN" in told
    assert "exotel/north/key, exotel/north/token" in told
    assert "s3ntinel" not in told


def test_a_keyring_that_is_locked_or_absent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring that cannot be asked is a part of the sentence, not a traceback of its own."""

    def locked(service: str, name: str) -> str:
        raise keyring.errors.KeyringLocked("s3ntinel")

    monkeypatch.setattr(keyring, "get_password", locked)
    with pytest.raises(CredentialsError, match=r"keyring could not be opened \(KeyringLocked\)\.$"):
        connect("exotel")
    monkeypatch.setattr("listkit.providers.credentials.find_spec", lambda name: None)
    with pytest.raises(CredentialsError, match=r"pip install 'listkit\[keyring\]'"):
        connect("exotel")


@pytest.mark.parametrize("profile", ["", "a b", "../x", "-x"])
def test_a_profile_has_a_plain_name(profile: str) -> None:
    """A profile that could not be an environment variable is refused."""
    with pytest.raises(CredentialsError, match="named with letters"):
        connect("exotel", profile)


def test_another_providers_setting_is_refused() -> None:
    """`username=` means nothing to Exotel, and is not dropped in silence."""
    with pytest.raises(TypeError, match="exotel takes sid, key, token, not username="):
        connect("exotel", username="asha")


def test_the_address_may_hold_the_key() -> None:
    """Exotel's form of address is split, its percent signs undone, and warned of."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        account = connect("https://k%40y:t0ken@api.in.exotel.com/v2/accounts/acme1")
    assert repr(account) == "Account('exotel', account='acme1', host='api.in.exotel.com')"
    assert sent_with(account) == {"authorization": "Basic a0B5OnQwa2Vu"}
    assert len(told) == 1
    assert told[0].filename == __file__
    assert "LISTKIT_EXOTEL_KEY and LISTKIT_EXOTEL_TOKEN" in str(told[0].message)
    assert "t0ken" not in str(told[0].message)


@pytest.mark.parametrize(
    "url",
    [
        "https://k3y:t0kenapi.exotel.com/v2/accounts/acme1",
        "https://k3y:t0ken@api.exotel.com/v2/acme1",
        "https://k3y:t0ken@api.exotel.com/v2/accounts/",
        "https://t0ken@api.exotel.com/v2/accounts/acme1",
        "https://k3y:t0ken@/v2/accounts/acme1",
        "https://k3y:t0ken@[/v2/accounts/acme1",
        "http://k3y:t0ken@api.exotel.com/v2/accounts/acme1",
    ],
)
@pytest.mark.filterwarnings("ignore:The key is used from the address")
def test_an_address_that_cannot_be_read_is_not_repeated(url: str) -> None:
    """However the address is mistyped, no part of the key comes back in the error."""
    with pytest.raises(CredentialsError) as caught:
        connect(url)
    assert "t0ken" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("provider", "base", "expected"),
    [
        ("textmagic", "http://127.0.0.1:8765/api/v2/", "http://127.0.0.1:8765"),
        ("textmagic", "https://proxy.example/tm/api/v2", "https://proxy.example/tm"),
        ("exotel", "http://127.0.0.1:8765/v2/accounts", "http://127.0.0.1:8765"),
        ("exotel", "https://api.in.exotel.com", "https://api.in.exotel.com"),
    ],
)
def test_a_base_address_may_end_in_the_apis_own_root(
    monkeypatch: pytest.MonkeyPatch, provider: str, base: str, expected: str
) -> None:
    """The vendors' pages print their addresses with it; both ways mean the same, given or in the environment."""
    settings = dict.fromkeys(providers.vendor(provider).settings, "x")
    assert connect(provider, base_url=base, **settings).provider._send._base == expected
    monkeypatch.setenv(f"LISTKIT_{provider.upper()}_BASE_URL", base)
    assert connect(provider, **settings).provider._send._base == expected


def test_the_documented_rate_is_kept_unless_told_otherwise() -> None:
    """Left out, the rate is the provider's; infinity lifts it; nonsense is refused."""
    settings = {"username": "asha", "key": "right"}
    gap = connect("textmagic", **settings).provider._send._pace._gap
    assert gap == pytest.approx(1 / providers.vendor("textmagic").rate, rel=0.05)
    assert connect("textmagic", rate=math.inf, **settings).provider._send._pace._gap == 0
    for rate in (0, -1, math.nan):
        with pytest.raises(ListkitError, match="requests per second"):
            connect("textmagic", rate=rate, **settings)


def test_an_unknown_provider_names_those_there_are() -> None:
    """A slip of the pen is pointed out."""
    with pytest.raises(
        ListkitError, match=r"no provider 'Exotell'; there are exotel, textmagic\. Did you mean 'exotel'"
    ):
        connect("Exotell")


def test_another_package_may_bring_a_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point adds a provider by name; one that names something else is told."""
    points = EntryPoints(
        [
            EntryPoint("carrier", "tests.test_connecting:CARRIER", providers.GROUP),
            EntryPoint("broken", "math:pi", providers.GROUP),
        ]
    )
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points.select(group=group))
    assert repr(connect("carrier", key="k")) == "Account('carrier', account='k', host='carrier.example')"
    with pytest.raises(ListkitError, match=r"'broken' of listkit\.providers does not name"):
        connect("broken")
    with pytest.raises(ListkitError, match="there are broken, carrier, exotel, textmagic"):
        connect("nobody")


class Carrier:
    """A provider of another package."""

    name = "carrier"

    def __init__(self, send: Send, *, account: str, host: str) -> None:
        self.account, self.host = account, host


CARRIER = Vendor(
    title="Carrier",
    make=Carrier,
    settings=("key",),
    headers=lambda settings: {"x-key": settings["key"]},
    base_url="https://carrier.example",
    root="",
    limits={},
    operations={},
)


def test_connecting_sends_nothing_and_loads_requests_late() -> None:
    """`import listkit.account` leaves requests unloaded; connecting opens no connection."""
    program = "import sys, listkit.account; print('requests' in sys.modules, 'keyring' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert told.stdout.split() == ["False", "False"]
    with Scripted(answer(200)) as server:
        connect("exotel", sid="acme1", key="k", token="t", base_url=server.url)
    assert server.heard == []


def test_no_text_shows_a_key(caplog: pytest.LogCaptureFixture) -> None:
    """Neither repr, nor a failed call's traceback, nor the log at DEBUG, nor a pickle holds the key."""
    caplog.set_level(logging.DEBUG)
    with Scripted(answer(401, b"no"), answer(302, Location="https://elsewhere.example")) as server:
        account = connect(
            "exotel", "north", sid="acme1", key="s3ntinel", token="s3ntinel", base_url=server.url, rate=math.inf
        )
        account.provider._send._clock = FakeClock()
        seen = [repr(account), repr(account.provider), repr(vars(account)), repr(vars(account.provider))]
        for _ in range(3):
            with pytest.raises(ListkitError) as caught:
                account.ping()
            seen += traceback.format_exception(caught.value)
    with pytest.raises(TypeError, match="holds a key"):
        pickle.dumps(account)
    seen.append(caplog.text)
    assert isinstance(caught.value, NotReachedError)
    assert repr(account) == f"Account('exotel/north', account='acme1', host='127.0.0.1:{server.port}')"
    assert not [text for text in seen if "s3ntinel" in text or "czNudGluZWw" in text]
