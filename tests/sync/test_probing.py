"""A probe finds out what a provider does, whatever that is, and leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from listkit import providers
from listkit.contact import Contact, ContactList
from listkit.errors import ListkitError, ServerFailedError, UnauthorizedError
from listkit.providers.base import Limit
from listkit.providers.limits import LimitsProfile, Repeat
from listkit.server.answering import Service
from listkit.server.dialects import Settings
from listkit.server.limits import Limits
from listkit.server.store import credentials, open_store
from listkit.sync import probing
from listkit.wire.message import Answer, Request
from tests.providers.scripted import authorized
from tests.server.dialects.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from listkit.providers.base import Provider
    from listkit.server.store.base import Account, Api, Store
    from listkit.wire.message import Send


class Asked:
    """An account in this process, whose requests can be looked at and bent on their way."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.account: Account = store.create_account(
            "acme", sid="acme", username="acme", secrets={"exotel": ("acme", "secret"), "textmagic": ("acme", "acme")}
        )
        self.requests: list[Request] = []
        self.bend: Callable[[Request, Send], Answer] = lambda request, send: send(request)

    def provider(self, api: Api, **options: object) -> Provider:
        """Return the account's provider, over a server with these options."""
        service = Service(self.store, Shelf(self.store), **options)
        settings = {"sid": "acme", "username": "acme", "key": "acme", "token": "secret"}
        vendor = providers.vendor(api)

        def send(request: Request) -> Answer:
            self.requests.append(request)
            return self.bend(request, service.answer)

        return vendor.make(authorized(send, vendor.headers(settings)), account="acme", host="127.0.0.1")

    def counts(self) -> tuple[int, int]:
        """Count the lists and the contacts that are there."""
        return self.store.lists(self.account).total, self.store.contacts(self.account).total


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """Make an account with a list and a contact that are somebody's, and see afterwards that they still are."""
    monkeypatch.setattr(credentials, "COST", 2)
    store = open_store(tmp_path / "store.sqlite")
    made = Asked(store)
    store.create_lists(made.account, [ContactList(name="VIP")])
    store.create_contacts(made.account, [Contact(phone="+12025550123", first_name="Asha")])
    yield made
    assert [kept.name for kept in store.lists(made.account).items][:1] == ["VIP"]
    assert store.contacts(made.account).items[0].first_name == "Asha"
    store.close()


def test_the_documented_exotel_is_found_as_it_is(asked: Asked) -> None:
    """Where repeats are 409s with the sid: refused by name and number, and everything else harmless."""
    profile = probing.probe(asked.provider("exotel"))
    assert {name: seen.repeat for name, seen in profile.operations.items()} == {
        "create_lists": "refused",
        "create_contacts": "refused",
        "add_members": "refused",
        "update_contacts": "harmless",
        "remove_members": "harmless",
        "delete_contact": "harmless",
        "delete_list": "harmless",
    }
    assert profile.findings["create_contacts"].endswith("and the refusal names the contact")
    assert profile.findings["the same number twice in one request"] == "one contact; the second is told to be exists"
    assert profile.findings["leaving the last list"] == "a contact that leaves its last list stays"
    sizes = {name: told.value for name, told in profile.limits.items()}
    assert sizes == {"lists_per_page": 500, "members_per_page": 500, "contacts_per_page": 20}
    assert asked.counts() == (1, 1)


def test_an_exotel_that_takes_repeats_is_found_out(asked: Asked) -> None:
    """Where a repeat is answered like a first time, and changes nothing, it is harmless."""
    profile = probing.probe(asked.provider("exotel", settings=Settings(are_repeats_fine=True)))
    seen = {name: profile.operations[name].repeat for name in ("create_lists", "create_contacts", "add_members")}
    assert seen == {"create_lists": "refused", "create_contacts": "harmless", "add_members": "harmless"}
    assert profile.findings["the same number twice in one request"] == "one contact; the second is told to be done"
    assert asked.counts() == (1, 1)


def test_an_exotel_that_doubles_is_found_out_and_left_clean(asked: Asked) -> None:
    """Where the same number makes a second contact, both are taken away, and sending again is never safe."""
    numbers: dict[str, str] = {}
    heard: dict[str, int] = {}

    def second_record(request: Request, send: Send) -> Answer:
        body = request.body
        if request.operation == "create_contacts":
            for phone in {found.decode() for found in body.split(b'"') if found.startswith(b"+1")}:
                heard[phone] = heard.get(phone, 0) + 1
                if heard[phone] > 1:
                    numbers[f"+1999{heard[phone]:03}{phone[-4:]}"] = phone
                    body = body.replace(phone.encode(), f"+1999{heard[phone]:03}{phone[-4:]}".encode())
        answer = send(
            Request(**{name: getattr(request, name) for name in Request.__struct_fields__ if name != "body"}, body=body)
        )
        told = answer.body
        for stand_in, phone in numbers.items():
            told = told.replace(stand_in.encode(), phone.encode())
        return Answer(status=answer.status, headers=answer.headers, body=told)

    asked.bend = second_record
    profile = probing.probe(asked.provider("exotel"))
    assert profile.operations["create_contacts"].repeat == "unproven"
    assert profile.findings["create_contacts"] == "the same number again makes a second contact"
    assert asked.counts() == (1, 1)


def test_textmagic_is_found_as_it_is(asked: Asked) -> None:
    """A refusal that names nobody, members that stay one, and a contact that its last list takes along."""
    profile = probing.probe(asked.provider("textmagic"))
    seen = {name: (one.repeat, one.destroys) for name, one in profile.operations.items()}
    assert seen == {
        "create_lists": ("refused", False),
        "create_contacts": ("refused", False),
        "update_contacts": ("harmless", False),
        "add_members": ("harmless", False),
        "remove_members": ("harmless", True),
        "delete_contact": ("harmless", True),
        "delete_list": ("harmless", True),
    }
    assert profile.findings["create_contacts"].endswith("does not name the contact")
    assert profile.limits["members_per_page"].value == 100
    assert asked.counts() == (1, 1)


def test_the_rate_is_read_from_the_answers(asked: Asked) -> None:
    """Where the provider says what an account may ask in a minute, that is the rate of the profile."""
    profile = probing.probe(asked.provider("exotel", limits=Limits(exotel=90)))
    assert profile.limits["requests_per_second"].value == 1.5


@pytest.mark.parametrize("at", range(1, 30, 4))
def test_whatever_goes_wrong_nothing_stays(asked: Asked, at: int) -> None:
    """A provider that fails once, or a key that is refused from then on: what was made is gone, or named."""
    provider, said = asked.provider("exotel"), list[str]()

    def fail(request: Request, send: Send) -> Answer:
        if len(asked.requests) == at:
            raise ServerFailedError("out of order")
        return send(request)

    asked.bend = fail
    try:
        told = " ".join(probing.probe(provider, say=said.append).findings.values())
    except ServerFailedError:
        told = " ".join(said)
    lists, contacts = asked.counts()
    assert (lists == 1) or "listkit probe" in told
    assert contacts == 1 or "+1" in told


def test_a_refused_key_ends_it_at_once(asked: Asked) -> None:
    """Nothing more is tried than taking away what was made."""

    def refuse(request: Request, send: Send) -> Answer:
        raise UnauthorizedError("The key was refused.")

    asked.bend = refuse
    with pytest.raises(UnauthorizedError):
        probing.probe(asked.provider("exotel"))
    assert [request.operation for request in asked.requests] == ["create_lists", "lists"]


def test_only_numbers_of_nobody_are_used(asked: Asked) -> None:
    """Every number that leaves is one of 555 0100 to 0199, and one that is somebody's is left alone."""
    store, account = asked.store, asked.account
    taken = [f"+1{area}55501{number:02}" for area in probing.AREAS[8:] for number in range(100)]
    store.create_contacts(account, [Contact(phone=phone) for phone in taken])
    before = store.contacts(account).total
    probing.probe(asked.provider("exotel"))
    assert store.contacts(account).total == before
    sent = b" ".join(request.body for request in asked.requests if request.operation == "create_contacts").decode()
    phones = [part for part in sent.split('"') if part.startswith("+")]
    assert phones
    assert all(phone[5:10] == "55501" and phone[2:5].isdigit() for phone in phones)


def test_what_was_found_is_kept_to(asked: Asked, tmp_path: Path) -> None:
    """The profile of a probe, saved and loaded, stands over the provider's own table."""
    profile = probing.probe(asked.provider("exotel"))
    loaded = LimitsProfile.load(profile.save(tmp_path / "exotel.json"))
    assert loaded == profile
    vendor = loaded.over("exotel", providers.vendor("exotel"))
    assert vendor.operations["create_contacts"].repeat == "refused"
    assert vendor.operations["upload"] == providers.vendor("exotel").operations["upload"]
    assert vendor.limits["upload_bytes"] == providers.vendor("exotel").limits["upload_bytes"]


@pytest.mark.parametrize(
    ("profile", "sentence"),
    [
        (LimitsProfile(provider="textmagic"), "is textmagic's, and the account is at exotel"),
        (LimitsProfile(provider="exotel", limits={"list_per_page": Limit(1, "", "")}), "did you mean 'lists_per_page'"),
        (LimitsProfile(provider="exotel", operations={"x": Repeat("harmless")}), "which is no operation"),
    ],
)
def test_a_profile_of_something_else_is_refused(profile: LimitsProfile, sentence: str) -> None:
    """Another provider's, or one that names what there is not, is one sentence."""
    with pytest.raises(ListkitError, match=sentence):
        profile.over("exotel", providers.vendor("exotel"))


def test_a_file_that_is_no_profile_is_one_sentence(tmp_path: Path) -> None:
    """A missing file, another kind of file, and a word that is none: what and where."""
    path = tmp_path / "profile.json"
    with pytest.raises(ListkitError, match=r"profile\.json cannot be opened"):
        LimitsProfile.load(path)
    for text, sentence in (
        ("a,b", "is no limits profile"),
        (
            '{"provider": "exotel", "operations": {"add_members": {"repeat": "safe"}}}',
            r"\$\.operations\[\.\.\.\]\.repeat",
        ),
    ):
        path.write_text(text)
        with pytest.raises(ListkitError, match=sentence):
            LimitsProfile.load(path)
    with pytest.raises(ListkitError, match="cannot be written"):
        LimitsProfile(provider="exotel").save(tmp_path / "nowhere" / "x.json")
