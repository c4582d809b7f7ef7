"""The descriptions of both APIs are valid, whole, and true: they are held against what the server really answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from listkit.server.answering import DIALECTS
from tests.server.tour import DOCUMENTS, Tour

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPERATIONS = [
    pytest.param(api, path, method, id=f"{method} {path}")
    for api, document in DOCUMENTS.items()
    for path, methods in document["paths"].items()
    for method in methods
]


def _resolved(document: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return answer


@pytest.fixture
def exotel(tmp_path: Path) -> Iterator[Tour]:
    """Stand at the beginning of Exotel's API."""
    tour = Tour(tmp_path, "exotel", "/v2/accounts/acme1/")
    yield tour
    tour.store.close()


@pytest.mark.parametrize("api", DOCUMENTS)
def test_a_description_is_valid(api: str) -> None:
    """It is OpenAPI 3.1, every name of an operation is there once, and it is plain JSON."""
    document = json.loads(json.dumps(DOCUMENTS[api]))
    validate(document)
    assert document["openapi"].startswith("3.1")
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "dialect", [each for each in DIALECTS if each.NAME in DOCUMENTS], ids=lambda dialect: dialect.NAME
)
def test_every_route_is_described_and_nothing_else(dialect: Any) -> None:
    """The paths and methods are the routes that the server walks."""
    document = DOCUMENTS[dialect.NAME]
    told = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert told == {(route.method, route.path) for route in dialect.ROUTES}


@pytest.mark.parametrize(("api", "path", "method"), OPERATIONS)
def test_an_operation_is_told_whole(api: str, path: str, method: str) -> None:
    """Each has a summary, an answer of success and the usual refusals, and its examples fit its schemas."""
    document = DOCUMENTS[api]
    operation = document["paths"][path][method]
    assert operation["summary"]
    statuses = set(operation["responses"])
    assert any(status.startswith("2") for status in statuses)
    assert statuses >= {"400", "401", "403", "404", "429", "500", "503"}
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for part in [*bodies, *(_resolved(document, answer) for answer in operation["responses"].values())]:
        for media in part.get("content", {}).values():
            examples = (
                [media["example"]] if "example" in media else [one["value"] for one in media["examples"].values()]
            )
            assert examples
            for example in examples:
                Draft202012Validator({**media["schema"], "components": document["components"]}).validate(example)


def test_exotel_answers_as_described(exotel: Tour, monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk through all of Exotel's routes, good and bad, meets no answer that is not in the description."""
    exotel.note_reading(monkeypatch)
    ask = exotel.ask
    assert ask("POST", "lists", {"lists": [{"name": "VIP", "tag": "demo"}]})[0] == 200
    _, told = ask("POST", "lists", {"lists": [{"name": "Ward 4"}, {"name": "VIP"}, {}]})
    ward, people = told["response"][0]["data"]["sid"], [{"number": f"+1202555010{digit}"} for digit in range(9)]
    people[0] |= {"first_name": "Ann", "email": "ann@example.org", "custom_field": {"a": [1]}}  # type: ignore[dict-item]
    assert ask("POST", "contacts", {"contacts": [*people, people[0], {"number": "1"}]})[0] == 207
    _, told = ask(
        "GET", "contacts", limit=5, offset=2, name="0", sort_by="name:desc", list_sids="x", filter="show_list"
    )
    _, told = ask("GET", "contacts", filter="show_list")
    first, second = (item["data"]["sid"] for item in told["response"][:2])
    references = [{"contact_sid": sid} for sid in (first, second, first, "0" * 32)] + [{}]
    assert ask("POST", f"lists/{ward}/contacts", {"contact_references": references[:1]})[0] == 200
    assert ask("POST", f"lists/{ward}/contacts", {"contact_references": references})[0] == 207
    assert ask("GET", f"lists/{ward}/contacts")[1]["metadata"]["total"] == 2
    assert ask("GET", "contacts", filter="show_list")[1]["response"][0]["data"]["lists"]
    assert ask("GET", "lists", name="war", limit=1)[0] == 200
    assert ask("PUT", f"lists/{ward}", {"tag": None})[0] == 200
    assert ask("PUT", f"lists/{ward}", {"name": "VIP"})[0] == 409
    assert ask("PUT", "lists", {"lists": [{"sid": ward, "name": "Ward 5"}]})[0] == 200
    assert ask("PUT", "lists", {"lists": [{"sid": "x", "name": "Ward 5"}]})[0] == 207
    assert ask("PUT", f"contacts/{first}", {"first_name": "Bo", "custom": {}})[0] == 200
    assert ask("PUT", f"contacts/{first}", {"number": people[-1]["number"]})[0] == 409
    assert ask("PUT", "contacts", {"contacts": [{"sid": first, "tag": "x"}, {}]})[0] == 207
    _, told = exotel.upload("contacts/csv-upload", b"number\n+12025550199\n", list_name="Ward 5")
    status = f"csv-status/{told['response']['data']['upload_id']}"
    assert ask("GET", status)[0] == 200
    assert ask("GET", f"{status}/rejects")[0] == 200
    assert exotel.upload(f"contacts/csv-upload/{ward}", b"number\n+12025550199\n", method="PUT")[0] == 200
    assert ask("GET", f"contacts/csv-upload/{ward}", type="static")[0] == 200
    for method, path in (
        ("GET", f"lists/{ward}"),
        ("GET", f"contacts/{first}"),
        ("DELETE", f"lists/{ward}/contacts/{first}"),
        ("DELETE", f"contacts/{first}"),
        ("DELETE", f"lists/{ward}"),
    ):
        assert ask(method, path)[0] == 200
    _refused(exotel, {"account": "acme1", "list_id": ward, "contact_id": first, "upload_id": "0" * 32})
    _walked_whole(exotel)


def test_a_wrapper_that_is_needed_is_missed(exotel: Tour) -> None:
    """What the description needs of a body that wraps several things is refused with 1001 where there is none of it."""
    exotel.ask("POST", "lists", {"lists": [{"name": "VIP"}]})
    (ward,) = exotel.ask("GET", "lists")[1]["response"]
    places = {"list_id": ward["data"]["sid"], "contact_id": "x", "upload_id": "x"}
    missed = set()
    for path, methods in exotel.document["paths"].items():
        below = path.removeprefix("/v2/accounts/{account}/").format(**places)
        for method, operation in methods.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                schema = exotel.document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
                for name in schema.get("required", []):
                    if schema["properties"][name].get("minItems") == 1:
                        for body in ({}, {name: None}, {name: []}):
                            status, told = exotel.ask(method.upper(), below, body)
                            assert (status, told["response"]["error_data"]["code"]) == (400, 1001)
                        missed.add((method, below.partition("/")[0], name))
    assert missed == {
        ("put", "lists", "lists"),
        ("post", "lists", "contact_references"),
        ("post", "contacts", "contacts"),
        ("put", "contacts", "contacts"),
    }


def _refused(tour: Tour, places: dict[str, str]) -> None:
    """Ask every route for what is not there, without a key, and with what it cannot read."""
    for path, methods in tour.document["paths"].items():
        below = path.format(**places).removeprefix(tour.prefix)
        for method, operation in methods.items():
            tour.ask(method.upper(), below)
            tour.ask(method.upper(), below, key=False)
            tour.ask(method.upper(), below, limit="x", offset=-1, sort_by="x")
            for body, kind in ((b"{", "application/json"), (b"{}", "application/json"), (b"x", "text/plain")):
                status, _ = tour.ask(method.upper(), below, body, kind=kind)
                assert status < 500, (method, path)
                if "requestBody" not in operation:
                    assert status != 415, (method, path)


def _walked_whole(tour: Tour) -> None:
    """Every route was walked with success, and has read exactly the names that its description tells."""
    for path, methods in tour.document["paths"].items():
        for method, operation in methods.items():
            statuses = tour.walked[method.upper(), path]
            expected = {int(status) for status in operation["responses"] if status.startswith("2")}
            assert expected <= statuses, (method, path, statuses)
            told = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
            assert tour.read[method.upper(), path] == told, (method, path)
