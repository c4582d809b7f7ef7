"""Which item belongs to which row: by what it names, and by its place only where that is safe."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listkit.contact import Receipt
from listkit.errors import AnswerLostError
from listkit.wire import exotel as wire
from listkit.wire.message import Answer
from tests.wire.exotel_samples import PHONES

A, B, C = "+12025550123", "+12025550124", "+12025550125"


def _made(phone: str, *, code: int = 200) -> dict[str, Any]:
    return {"code": code, "status": "success", "data": {"sid": f"id of {phone}", "number": phone}}


def _failed(code: int) -> dict[str, Any]:
    return {"code": code, "status": "failure", "error_data": {"code": 1002}, "data": None}


def _receipts(items: list[dict[str, Any]], phones: list[str]) -> list[Receipt | None]:
    body = json.dumps({"response": items}).encode()
    return wire.decode_created_contacts(Answer(status=207, body=body), phones)


def _ids(receipts: list[Receipt | None]) -> list[str | None]:
    return [receipt and receipt.contact_id for receipt in receipts]


@given(st.lists(PHONES, min_size=1, max_size=6, unique=True), st.data())
def test_an_item_is_known_by_its_number(phones: list[str], data: st.DataObject) -> None:
    """Whatever the order and however many are missing, each receipt is that of its own number."""
    told = data.draw(st.permutations(phones))[: data.draw(st.integers(1, len(phones)))]
    receipts = _receipts([_made(phone) for phone in told], phones)
    assert _ids(receipts) == [f"id of {phone}" if phone in told else None for phone in phones]


def test_an_item_without_a_number_is_known_by_its_place() -> None:
    """A refusal that names nobody belongs to its place, when all others stand in theirs."""
    first, second, third = _receipts([_made(A), _failed(400), _made(C)], [A, B, C])
    assert first is not None
    assert second is not None
    assert third is not None
    assert [first.status, second.status, third.status] == ["done", "refused", "done"]


@pytest.mark.parametrize(
    "items",
    [
        [_made(C), _failed(400), _made(A)],
        [_made(A), _failed(400)],
        [_made(A), _failed(400), _made(C), _failed(400)],
        [_made(A), _failed(400), _made("+12025550199")],
    ],
)
def test_a_place_proves_nothing_where_the_answer_is_out_of_order(items: list[dict[str, Any]]) -> None:
    """Out of order, too few, too many, somebody else's: then only what names its number is proven."""
    first, second, _ = _receipts(items, [A, B, C])
    assert first is not None
    assert first.contact_id == f"id of {A}"
    assert second is None


def test_a_number_sent_twice_gets_both_its_items() -> None:
    """Two rows of one number: the first was made, the second found it there."""
    first, second = _receipts([_made(A), _made(A, code=409)], [A, A])
    assert first is not None
    assert second is not None
    assert (first.status, second.status) == ("done", "exists")
    assert _ids([first, second]) == [f"id of {A}"] * 2


@pytest.mark.parametrize("items", [[], [_failed(400)], [_made("+12025550199")]])
def test_an_answer_that_names_none_of_ours_is_lost(items: list[dict[str, Any]]) -> None:
    """Where no row at all is proven, the answer counts as lost."""
    with pytest.raises(AnswerLostError):
        _receipts(items, [A, B])


@pytest.mark.parametrize("code", [500, 502, 503])
def test_a_failure_of_one_item_proves_nothing(code: int) -> None:
    """An item that says 5xx may have been applied: no receipt."""
    assert _receipts([_made(A), _failed(code)], [A, B])[1] is None


def test_a_contact_without_an_id_is_not_proven() -> None:
    """A success that names no contact is of no use, and proves nothing."""
    assert _receipts([_made(A), {"code": 200, "data": {"number": B}}], [A, B])[1] is None


def test_a_number_in_another_form_is_the_same_number() -> None:
    """An answer that writes an Indian number without its plus means the one that was sent."""
    [receipt] = _receipts([_made("919876543210")], ["+919876543210"])
    assert receipt is not None
    assert receipt.phone == "+919876543210"


def test_a_409_without_a_contact_still_says_that_it_exists() -> None:
    """A duplicate whose contact is not shown is told as one, without an id."""
    first, second = _receipts([_made(A), _failed(409)], [A, B])
    assert second is not None
    assert (second.status, second.contact_id) == ("exists", None)
    assert first is not None


def test_joining_is_proven_by_place_too() -> None:
    """A success that names nobody, in its own place, joined the one that was sent there."""
    body = json.dumps({"response": [{"code": 200, "data": {"contact_sid": "a"}}, {"code": 200, "data": None}]}).encode()
    receipts = wire.decode_joined(Answer(status=200, body=body), ["a", "b"])
    assert [receipt and (receipt.joined, receipt.contact_id) for receipt in receipts] == [(True, "a"), (True, None)]


def test_changes_are_matched_by_id() -> None:
    """Of contacts that were to be changed, each gets what its own item says."""
    items = [
        _failed(404) | {"data": {"sid": "b"}},
        _failed(500) | {"data": {"sid": "d"}},
        {"code": 200, "data": {"sid": "a", "number": A}},
        {"code": 200, "data": {"sid": "z", "number": A}},
    ]
    answer = Answer(status=207, body=json.dumps({"response": items}).encode())
    changed, unknown, silent, unproven = wire.decode_updated_contacts(answer, ["a", "b", "c", "d"])
    assert changed == Receipt(status="done", contact_id="a")
    assert unknown is not None
    assert (unknown.status, unknown.contact_id, unknown.code) == ("refused", "b", "not_found")
    assert silent is unproven is None


@pytest.mark.parametrize("items", [[], [{"code": 200, "data": {"sid": "z"}}], [{"code": 200, "data": None}]])
def test_changes_of_which_nothing_is_told_are_lost(items: list[Any]) -> None:
    """An answer that names none of those that were sent, nor stands for all of them, proves nothing."""
    answer = Answer(status=207, body=json.dumps({"response": items}).encode())
    with pytest.raises(AnswerLostError):
        wire.decode_updated_contacts(answer, ["a", "b"])


def test_a_change_is_proven_by_its_place() -> None:
    """Where as many answer as were sent, one that names nobody stands for its own place."""
    items = [{"code": 200, "data": None}, _failed(409), {"code": 200, "data": {"sid": "c"}}]
    answer = Answer(status=207, body=json.dumps({"response": items}).encode())
    receipts = wire.decode_updated_contacts(answer, ["a", "b", "c"])
    assert [said and (said.status, said.contact_id) for said in receipts] == [
        ("done", "a"),
        ("refused", "b"),
        ("done", "c"),
    ]
