"""What the OpenAPI documents describe is what is answered, whatever is asked of either API by them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import psutil
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from listkit.contact import Contact, ContactList
from listkit.server import openapi
from listkit.server.answering import DIALECTS
from listkit.server.dialects.exotel import sids
from listkit.server.store import credentials, open_store
from listkit.wire.message import Answer, Request
from tests.server.test_anything import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from schemathesis import BaseSchema, Case

    from tests.conftest import Figure

PATIENCE = 5
"""Seconds in which anything is answered."""
MB = 1024 * 1024
GROWTH = 50 * MB
"""Bytes by which a server may grow, however much it is asked."""
load_all_checks()
HELD = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
]
SCHEMAS = {dialect.NAME: schemathesis.openapi.from_dict(openapi.describe(dialect)) for dialect in DIALECTS}
MANY = 60
"""Of lists and of contacts; what is asked for is often one of these."""


class Described(NamedTuple):
    """A server in a process of its own, what it was described to be, and what in a request may be something it has."""

    url: str
    process: psutil.Process
    known: Mapping[str, Mapping[str, st.SearchStrategy[Any]]]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    """Run `listkit serve` over an account that has something of everything."""
    path = tmp_path_factory.mktemp("described") / "lists.sqlite"
    known = _fill(path)
    command = [sys.executable, "-m", "listkit.cli", "serve", "--store", str(path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = next(word for word in process.stdout.readline().split() if word.startswith("http"))
        try:
            yield Described(url, psutil.Process(process.pid), known)
        finally:
            process.terminate()


def _fill(path: Path) -> dict[str, dict[str, st.SearchStrategy[Any]]]:
    """Fill a store, and say which words of a request name what is in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "COST", 2)
        store = open_store(path)
        account = store.create_account(
            "acme", sid="acme1", username="acme", secrets={"exotel": ("acme", "key"), "textmagic": ("acme", "key")}
        )
    store.create_lists(account, [ContactList(name=f"Ward {number}") for number in range(MANY)])
    kept = store.create_contacts(account, [Contact(phone=f"+12025550{number}") for number in range(100, 100 + MANY)])
    for number in range(1, MANY):
        store.add_members(account, str(number), [one.record.contact_id for one in kept[:number]])
    store.close()

    ids = st.integers(1, MANY)
    several = st.lists(ids, min_size=1, max_size=4).map(lambda some: ",".join(map(str, some)))
    phones = st.integers(100, 100 + 2 * MANY).map("+12025550{}".format)
    names = st.integers(1, 2 * MANY).map("Ward {}".format)
    lists, contacts = (
        ids.map(lambda number, kind=kind: sids.encode(account, kind, str(number))) for kind in ("list", "contact")
    )
    named = st.fixed_dictionaries({}, optional={"sid": lists, "name": names, "tag": names})
    fields = {"number": phones, "first_name": names, "email": st.sampled_from([None, "a@example.com", "no address"])}
    return {
        "exotel": {
            "list_id": lists,
            "contact_id": contacts,
            "lists": st.lists(named, max_size=3),
            "contacts": st.lists(st.fixed_dictionaries({}, optional={"sid": contacts, **fields}), max_size=3),
            "contact_references": st.lists(st.fixed_dictionaries({"contact_sid": contacts}), max_size=3),
            "list_sids": lists,
            **fields,
        },
        "textmagic": {
            "id": ids,
            "phone": phones,
            "contacts": several,
            "ids": several,
            "lists": several,
            "listId": ids,
            "contactId": ids,
            "name": names,
        },
    }


@st.composite
def cases(draw: st.DrawFn, schema: BaseSchema, known: Mapping[str, st.SearchStrategy[Any]]) -> Case:
    """Draw a request by a document, or against it, in which many a word names something that is there."""
    mode = draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
    case = draw(schema.as_strategy(mode, path_parameters={"account": "acme1"}))
    case.headers = type(case.headers)()  # whose key it is, is not drawn
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            for word in sorted(known.keys() & part.keys() if part or part is not case.body else known.keys()):
                if draw(st.integers(0, 3)):
                    part[word] = draw(known[word])
    return case


def expect_as_described(described: Described, case: Case) -> None:
    """Ask, and hold the answer against the document and against the vendor's shape."""
    told = case.call(base_url=described.url, auth=("acme", "key"), timeout=PATIENCE)
    request = Request(method=case.method, path=told.request.path_url)
    headers = {name.lower(): values[0] for name, values in told.headers.items()}
    check(request, Answer(status=told.status_code, headers=headers, body=told.content))
    case.validate_response(told, checks=HELD)


@pytest.fixture(params=SCHEMAS)
def drawn(request: pytest.FixtureRequest, described: Described, figure: Figure) -> Iterator[st.SearchStrategy[Case]]:
    """Draw requests to one of the APIs; when they were answered, the server has not grown much."""
    before = described.process.memory_info().rss
    yield cases(SCHEMAS[request.param], described.known[request.param])
    grown = described.process.memory_info().rss - before
    figure(f"memory after the requests to {request.param}", f"{grown / MB:+.1f} MB", promised="< +50 MB")
    assert grown < GROWTH


# The drawn requests of one test are answered by one server, as in life.
@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_answers_are_as_described(described: Described, drawn: st.SearchStrategy[Case], data: st.DataObject) -> None:
    """Five hundred requests to each API: no 5xx, nothing late, each status, header and body as the document says."""
    expect_as_described(described, data.draw(drawn))


@pytest.mark.torture
@settings(max_examples=10_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_answers_are_as_described_for_long(
    described: Described, drawn: st.SearchStrategy[Case], data: st.DataObject
) -> None:
    """Ten thousand requests to each API: no 5xx, nothing late, each answer as the document says, under 50 MB more."""
    expect_as_described(described, data.draw(drawn))
