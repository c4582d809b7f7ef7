"""What every provider keeps to when it says no, when things are sent twice, and when a frame is pushed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import listkit as lk
from listkit import providers
from listkit.account import Account
from listkit.contact import FIELDS, ContactList
from listkit.errors import (
    AnswerLostError,
    ForbiddenError,
    NotFoundError,
    PaymentRequiredError,
    PlanRefused,
    ProviderError,
    RateLimitedError,
    ServerFailedError,
    TooLargeError,
    UnauthorizedError,
    UnavailableError,
)
from listkit.sync import probing
from listkit.sync.pages import pulling
from listkit.wire.message import Answer
from tests.contracts.asking import ASHA, BO, CEM, NOBODY, contacts, make_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from listkit.providers.base import Provider
    from listkit.wire.message import Request, Send
    from tests.contracts.homes import Home


# errors --------------------------------------------------------------------------------------
def test_a_wrong_key_is_refused(home_of: Home) -> None:
    """Each call with it is an UnauthorizedError, whose text does not show it."""
    stranger = home_of.open(**{home_of.vendor.settings[-1]: "s3ntinel"})
    for ask in (stranger.ping, stranger.lists, lambda: make_list(stranger)):
        with pytest.raises(UnauthorizedError) as caught:
            ask()
        assert "s3ntinel" not in str(caught.value)


def test_what_is_not_there_is_not_found(home_of: Home, provider: Provider) -> None:
    """A list or a contact of an id that is nobody's."""
    nobody = NOBODY.get(provider.name, "b999")
    for ask in (
        lambda: provider.list(nobody),
        lambda: provider.members(nobody),
        lambda: provider.delete_list(nobody),
        lambda: provider.update_list(nobody, name="x"),
        lambda: provider.contact(nobody.replace("b", "p")),
    ):
        with pytest.raises(NotFoundError):
            ask()


REFUSALS = {
    401: UnauthorizedError,
    402: PaymentRequiredError,
    403: ForbiddenError,
    413: TooLargeError,
    429: RateLimitedError,
    500: ServerFailedError,
    502: ServerFailedError,
    503: UnavailableError,
}
BY_STATUS = {
    "TextMagic": {"add_members", "remove_members", "delete_contact"},
    "any": {"remove_members", "delete_contact"},
}
"""What a status may say alone: of TextMagic's whatever the body, of everybody's where there is none."""
BODIES = (b"", b"<html>no</html>", b"[]", b'{"response": 7}', b'{"error": null}', b"\xff\x00")


def asked_of(provider: Provider) -> dict[str, Callable[[], object]]:
    """Return one call of each kind."""
    list_id = NOBODY.get(provider.name, "b1")
    return {
        "lists": provider.lists,
        "list": lambda: provider.list(list_id),
        "create_list": lambda: provider.create_list(ContactList(name="VIP")),
        "update_list": lambda: provider.update_list(list_id, name="Gold"),
        "members": lambda: provider.members(list_id),
        "create_contacts": lambda: provider.create_contacts(contacts(ASHA), list_id=list_id),
        "add_members": lambda: provider.add_members(list_id, [list_id]),
        "remove_members": lambda: provider.remove_members(list_id, [list_id]),
        "update_contacts": lambda: provider.update_contacts([(list_id, {"first_name": "Asha"})]),
        "contact": lambda: provider.contact(list_id),
        "contacts": provider.contacts,
        "delete_contact": lambda: provider.delete_contact(list_id),
    }


def test_a_refusal_is_the_error_of_its_status(home_of: Home) -> None:
    """Whatever stands in the body, the status decides; 429 and 503 bring the seconds to wait along."""
    for status, kind in REFUSALS.items():
        for body in BODIES:
            said = Answer(status=status, headers={"retry-after": "7"}, body=body)
            for name, ask in asked_of(home_of.open(lambda request, send, said=said: said)).items():
                with pytest.raises(kind) as caught:
                    ask()
                assert caught.value.http_status == status, name
                assert kind not in {RateLimitedError, UnavailableError} or caught.value.retry_after == 7


def test_an_answer_that_is_not_understood_proves_nothing(home_of: Home) -> None:
    """A success that says nothing is never taken for one: an AnswerLostError, or a receipt that is None."""
    for body in BODIES:
        said = Answer(status=200, headers={"content-type": "text/html"}, body=body)
        for name, ask in asked_of(home_of.open(lambda request, send, said=said: said)).items():
            if name in BY_STATUS.get(home_of.vendor.title, set()) | (set() if body else BY_STATUS["any"]):
                continue
            try:
                told = ask()
            except AnswerLostError:
                continue
            assert told is not None, name
            assert set(told if isinstance(told, list) else [told]) <= {None}, (name, body, told)


# repeats -------------------------------------------------------------------------------------
def test_every_request_is_of_an_operation_of_the_table(home_of: Home) -> None:
    """What is sent says which row of the table it is, with its effect, its source and limits that exist."""
    asked: list[Request] = []

    def note(request: Request, send: Send) -> Answer:
        asked.append(request)
        return send(request)

    provider = home_of.open(note)
    account = Account(provider)
    pd.DataFrame({"phone": [ASHA, BO]}).listkit.push("VIP", to=account)
    account.delete_list("VIP", allow_destroy=True)
    assert {request.operation for request in asked if request.method != "GET"} <= set(provider.operations)
    for name, operation in provider.operations.items():
        assert operation.why, name
        assert operation.source, name
        assert {operation.rate, operation.most or operation.rate} <= set(provider.limits), name


def test_a_probe_finds_what_the_table_says(provider: Provider) -> None:
    """What is seen of each operation is what is documented, or more; and nothing is left behind."""
    found = probing.probe(provider)
    for name, seen in found.operations.items():
        documented = provider.operations[name]
        assert documented.repeat in {seen.repeat, "unproven"}, name
    assert {"create_lists", "create_contacts", "add_members", "remove_members", "delete_list"} <= set(found.operations)
    assert set(found.limits) <= set(provider.limits)
    assert pulling.lists(provider) == []
    assert provider.contacts().items.num_rows == 0


# a push --------------------------------------------------------------------------------------
def test_a_push_closes_its_ledger_and_is_undone(provider: Provider) -> None:
    """Added, duplicate and invalid add up, the list is the frame's numbers, a second time nothing is sent."""
    account = Account(provider)
    people = pd.DataFrame({"phone": [ASHA, BO, ASHA, "x"], "first_name": ["Asha", "Bo", "Asha", "Cem"]})
    run = people.listkit.push("VIP", to=account)
    assert {name: count for name, count in run.counts.items() if count} == {"added": 2, "duplicate": 1, "invalid": 1}
    assert run.ledger.adds_up
    assert sorted(account.contacts("VIP")["phone"]) == [ASHA, BO]
    assert people.listkit.push("VIP", to=account).counts["already"] == 2
    changed = people.iloc[:2].assign(first_name=["Usha", "Bo"])
    again = changed.listkit.push("VIP", to=account, mode="upsert")
    assert (again.counts["updated"], again.counts["unchanged"]) == (1, 1)
    again.undo()
    assert sorted(account.contacts("VIP")["first_name"]) == ["Asha", "Bo"]
    run.undo(allow_destroy=True)
    assert account.lists().empty


def test_a_mirror_takes_off_who_left(provider: Provider) -> None:
    """Who is not in the frame any more leaves the list, and nobody else does."""
    account = Account(provider)
    pd.DataFrame({"phone": [ASHA, BO]}).listkit.push("VIP", to=account)
    frame = pd.DataFrame({"phone": [BO, CEM]})
    run = frame.listkit.push("VIP", to=account, mode="mirror", max_remove=1, allow_destroy=True)
    assert run.ok
    assert sorted(account.contacts("VIP")["phone"]) == [BO, CEM]
    assert math.isfinite(run.plan.cost["requests"].iloc[0])


def test_what_it_cannot_carry_is_refused_by_name(provider: Provider) -> None:
    """A filled column that the provider has no place for refuses the plan, or stays behind where that is said."""
    left = [name for name in FIELDS if name not in provider.carries]
    if not left:
        return
    account = Account(provider)
    frame = pd.DataFrame({"phone": [ASHA], left[0]: ["x"]})
    with pytest.raises(PlanRefused, match=left[0]):
        frame.listkit.plan("VIP", to=account)
    assert frame.listkit.push("VIP", to=account, unsupported="drop").counts["added"] == 1


def test_an_error_is_always_ours(home_of: Home) -> None:
    """A server that closes at any request of a push leaves a run behind, and no error of another kind."""
    for at in range(1, 9):
        seen = 0

        def fail(request: Request, send: Send, at: int = at) -> Answer:
            nonlocal seen
            seen += 1
            if seen == at:
                raise AnswerLostError("no answer came back")
            return send(request)

        account = Account(home_of.open(fail))
        try:
            plan = pd.DataFrame({"phone": [ASHA, BO]}).listkit.plan(f"VIP {at}", to=account)
            run = plan.apply(settle=0)
        except ProviderError:
            continue
        assert run.ledger.adds_up


# a package of somebody else's ------------------------------------------------------------------
def test_an_installed_package_brings_a_provider(home_of: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """`lk.connect` finds it by its entry point, takes its settings by name or from the environment, and hides them."""
    name = home_of.open().name
    account = lk.connect(name, **home_of.settings)
    assert (account.provider.account, account.limits["name"].tolist()) == (
        home_of.settings[home_of.vendor.settings[0]],
        list(home_of.vendor.limits),
    )
    for setting, text in home_of.settings.items():
        monkeypatch.setenv(f"LISTKIT_{name}_{setting}".upper(), text)
    assert repr(lk.connect(name)) == repr(account)
    assert home_of.settings[home_of.vendor.settings[-1]] not in repr(account)
    with pytest.raises(TypeError, match="not colour="):
        lk.connect(name, colour="red")


def test_without_its_package_there_is_no_such_provider() -> None:
    """A provider is there while its package is, and the sentence says which there are."""
    with pytest.raises(lk.ListkitError, match="There is no provider 'carillon'; there are exotel, textmagic"):
        providers.vendor("carillon")
