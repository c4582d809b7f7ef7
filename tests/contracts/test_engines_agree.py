"""The same requests to both APIs over each engine: whatever is asked, in whatever order, the answers are the same."""

from __future__ import annotations

import json
import re
import time
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.contact import Contact, ContactList
from listkit.server.answering import DIALECTS, Service
from listkit.server.dialects.exotel import sids
from listkit.server.importing import Importer
from listkit.server.store import accounts, credentials, open_store
from listkit.wire import multipart
from listkit.wire.message import Request
from tests.contracts.engines import ENGINES
from tests.server.test_anything import requests
from tests.server.worlds import FORM, JSON, KEYS, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.server.store.base import Account
    from listkit.wire.message import Send

KINDS = ("list", "contact", "upload")
FEW = st.integers(1, 5)
IDS = {kind: FEW.map(lambda number, kind=kind: f"<{kind} {number}>") for kind in KINDS}
TEXTS = st.sampled_from(
    [
        "Asha",
        "asha",
        "ASHA",
        "Straße",
        "STRASSE",
        "Ä",
        "ä",
        "%",
        "_",
        "a_b",
        "\\",
        "'",
        "😀",
        "İ",
        "ﬁ",
        "a b",
        "",
        "z\n",
    ]
)
PHONES = st.integers(1, 8).map(lambda number: f"+1202555010{number}")
BARE = PHONES.map(lambda phone: phone[1:])
MANY_IDS = {kind: st.lists(ids, max_size=4).map(",".join) for kind, ids in IDS.items()}
EMAILS = st.sampled_from(["asha@example.com", "Bina@Example.com", "no address"])
CUSTOM = st.dictionaries(st.sampled_from(["ward", "Ä"]), TEXTS, max_size=2)

EXOTEL: dict[str, st.SearchStrategy[Any]] = {
    "lists": st.lists(
        st.fixed_dictionaries({"name": TEXTS}, optional={"sid": IDS["list"], "tag": TEXTS, "type": st.just("dynamic")}),
        min_size=1,
        max_size=3,
    ),
    "contacts": st.lists(
        st.fixed_dictionaries(
            {"number": PHONES},
            optional={
                "sid": IDS["contact"],
                "first_name": TEXTS,
                "email": EMAILS,
                "tag": TEXTS,
                "custom_field": CUSTOM,
            },
        ),
        min_size=1,
        max_size=4,
    ),
    "contact_references": st.lists(st.fixed_dictionaries({"contact_sid": IDS["contact"]}), min_size=1, max_size=4),
    "name": TEXTS,
    "tag": TEXTS,
    "number": PHONES,
    "first_name": TEXTS,
}
TEXTMAGIC: dict[str, st.SearchStrategy[Any]] = {
    "name": TEXTS,
    "phone": BARE,
    "lists": MANY_IDS["list"],
    "contacts": MANY_IDS["contact"],
    "ids": MANY_IDS["contact"] | MANY_IDS["list"],
    "all": st.sampled_from(["0", "1"]),
    "firstName": TEXTS,
    "lastName": TEXTS,
    "email": EMAILS,
    "shared": st.sampled_from(["0", "1"]),
}
QUERY: dict[str, st.SearchStrategy[str]] = {
    "page": st.sampled_from(["1", "2", "0", "999999999999"]),
    "limit": st.sampled_from(["1", "2", "3", "1000"]),
    "offset": st.sampled_from(["0", "1", "2"]),
    "sort_by": st.sampled_from(["name:asc", "name:desc", "date_created:desc", "first_name:asc", "number"]),
    "orderBy": st.sampled_from(["id", "name", "firstName", "lastName", "createdAt"]),
    "direction": st.sampled_from(["asc", "desc"]),
    "query": TEXTS,
    "name": TEXTS,
    "search": TEXTS,
    "ids": MANY_IDS["contact"],
    "listId": IDS["list"],
    "list_sids": MANY_IDS["list"],
    "exactMatch": st.sampled_from(["0", "1"]),
    "column": st.just("0:phone;1:firstName"),
}
ROWS = st.lists(st.tuples(PHONES | BARE, TEXTS), min_size=1, max_size=4)


@st.composite
def asked(draw: st.DrawFn) -> Request:
    """Draw a request to any route of both APIs, about few things, so that it meets what others made."""
    if draw(st.sampled_from([True, *[False] * 6])):
        return draw(requests())
    dialect = draw(st.sampled_from(DIALECTS))
    is_exotel = dialect.NAME == "exotel"
    # What makes something is asked for twice as often as the rest.
    makers = [route for route in dialect.ROUTES if route.method == "POST"]
    route = draw(st.sampled_from([*dialect.ROUTES, *makers]))
    path = route.path.replace("{account}", "<sid>").replace("{phone}", draw(BARE))
    path = path.replace("{id}", draw(IDS["contact"] | IDS["list"]))
    path = re.sub(r"\{(\w+)_id\}", lambda brace: draw(IDS.get(brace[1], IDS["list"])), path)
    bag = EXOTEL if is_exotel else TEXTMAGIC
    fields = draw(st.fixed_dictionaries({}, optional=bag) if draw(st.booleans()) else st.fixed_dictionaries(bag))
    kind, body = JSON, json.dumps(fields).encode()
    if "csv" in path or "import" in path:
        lines = "".join(f"{phone},{name!r}\n" for phone, name in draw(ROWS))
        part = multipart.FilePart(filename="x.csv", content=f"number,first_name\n{lines}".encode())
        texts = {"type": "dynamic", "list_name": draw(TEXTS), "column": "0:phone;1:firstName"}
        kind, body = multipart.encode([*texts.items(), ("file_name" if is_exotel else "file", part)])
    elif not is_exotel and draw(st.booleans()):
        kind, body = FORM, urlencode(fields).encode()
    query = draw(st.fixed_dictionaries({}, optional=QUERY)) if route.method in {"GET", "DELETE", "POST"} else {}
    return Request(
        method=route.method,
        path=path,
        query=tuple(query.items()),
        headers={**KEYS, "content-type": kind},
        body=body if route.method != "GET" else b"",
    )


class Side:
    """Both APIs over one engine, with an account for each sequence; uploads are taken in before the next request."""

    def __init__(self, engine: str, folder: Path) -> None:
        self.store = open_store(ENGINES[engine](folder))
        self._uploads = Importer(self.store, folder / f"{engine}.uploads")
        self.service = Service(self.store, self._uploads)

    def enter(self, name: str) -> Account:
        """Make an account with some lists and contacts, so that there is something to ask for."""
        made = self.store.create_account(
            name, sid=name, username=name, secrets={"exotel": (name, "secret"), "textmagic": (name, "secret")}
        )
        self.store.create_lists(made, [ContactList(name=name) for name in ("Ä", "asha", "z")])
        self.store.create_contacts(made, [Contact(phone=f"+1202555010{n}", first_name="Asha") for n in range(1, 6)])
        self.store.add_members(made, "1", ["3", "1", "2"])
        self.store.add_members(made, "2", ["2"])
        return made

    def answer(self, account: Account, request: Request, *, ask: Send | None = None) -> tuple[int, dict[str, str], str]:
        """Answer a request of an account; the number and the time of the answer are taken out of it."""
        answer = (ask or self.service.answer)(_meant(account, request))
        until = time.monotonic() + 10
        while self.store.unfinished_jobs():
            assert time.monotonic() < until
            time.sleep(0.001)
        headers = dict(answer.headers)
        body = answer.body.decode().replace(headers.pop("x-request-id"), "NUMBER")
        return answer.status, headers, re.sub(r"\d\d\d\d-\d\d-\d\d.\d\d:\d\d:\d\d[^\"]*", "TIME", body)

    def close(self) -> None:
        """Let go of everything."""
        self._uploads.close()
        self.store.close()


def _meant(account: Account, request: Request) -> Request:
    """Put the account's own names and ids in place of those that a request is drawn with."""
    is_exotel = request.path.startswith("/v2/accounts/")

    def spell(text: str) -> str:
        for kind in KINDS:
            for number in map(str, range(1, 6)):
                its = sids.encode(account, kind, number) if is_exotel else number
                text = text.replace(f"<{kind} {number}>", its).replace(f"%3C{kind}+{number}%3E", its)
        return text.replace("<sid>", account.sid).replace("/mallory/", f"/{account.sid}/")

    return msgspec.structs.replace(
        request,
        path=spell(request.path),
        query=tuple((name, spell(value)) for name, value in request.query),
        headers=request.headers | (keys_of(account.name) if "authorization" in request.headers else {}),
        body=spell(request.body.decode("latin-1")).encode("latin-1"),
    )


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Side]]:
    """Open a store on each engine, whose secrets are cheap to prove and whose sids come out alike."""
    with ExitStack() as opened:
        patch = opened.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(credentials, "COST", 2)
        patch.setattr(accounts.randomness, "randbits", lambda _: 1 << 100)
        sides = [Side(engine, tmp_path_factory.mktemp("agree")) for engine in ENGINES]
        for side in sides:
            opened.callback(side.close)
        yield sides


NUMBERS = count(1)


def compare(sides: list[Side], sent: list[Request]) -> None:
    """Send the same requests to every engine, each for an account that is new there."""
    name = f"a{next(NUMBERS)}"
    entered = [side.enter(name) for side in sides]
    for request in sent:
        first, *others = [side.answer(account, request) for side, account in zip(sides, entered, strict=True)]
        assert others == [first] * len(others), request
        assert first[0] < 500


@settings(max_examples=100)
@given(sent=st.lists(asked(), min_size=4, max_size=8))
def test_every_engine_says_the_same(sides: list[Side], sent: list[Request]) -> None:
    """A hundred random sequences of requests to both APIs are answered alike by SQLite and PostgreSQL."""
    compare(sides, sent)


@pytest.mark.torture
@settings(max_examples=2_000)
@given(sent=st.lists(asked(), min_size=4, max_size=8))
def test_every_engine_says_the_same_for_long(sides: list[Side], sent: list[Request]) -> None:
    """Two thousand random sequences of requests to both APIs are answered alike by SQLite and PostgreSQL."""
    compare(sides, sent)
