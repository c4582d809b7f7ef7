"""What no page of a provider's says, found out on a real account with one list and three throw-away contacts.

Nothing is sent to anybody: the numbers are of ranges kept free for fiction, the list has a name
of its own, and both are taken away again, also when something goes wrong on the way.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from listkit.contact import FIELDS, ContactList
from listkit.errors import (
    DuplicateError,
    ForbiddenError,
    ListkitError,
    NotFoundError,
    NotReachedError,
    PaymentRequiredError,
    ProviderError,
    RateLimitedError,
    UnauthorizedError,
)
from listkit.providers.base import Limit
from listkit.providers.base import value as limit
from listkit.providers.limits import LimitsProfile, Repeat
from listkit.sync.pages import pulling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from listkit.contact import Receipt
    from listkit.providers.base import Provider

    Say = Callable[[str], object]
    Effect = Literal["harmless", "refused", "unproven"]

CONTACTS = 3
TRIED = 30
"""How many numbers are tried at most, where some exist already: those are somebody's, and left alone."""
AREAS = (202, 206, 212, 213, 305, 312, 404, 415, 503, 512, 602, 617, 702, 713, 808, 907)
PATIENCE, PAUSE = 10.0, 0.5
"""Seconds for which new members are waited for, and between two looks."""

STOPPING = (NotReachedError, UnauthorizedError, ForbiddenError, PaymentRequiredError, RateLimitedError)
"""What the next question would meet too."""


def probe(provider: Provider, *, say: Say = lambda _text: None) -> LimitsProfile:
    """Find out what repeating each operation does, and what the provider grants; see `Account.probe`."""
    probing = _Probing(provider, say)
    try:
        probing.ask()
    finally:
        probing.clean_up()
    return LimitsProfile(
        provider=provider.name,
        host=provider.host,
        seen_at=datetime.now(UTC).replace(microsecond=0),
        limits=probing.limits,
        operations=probing.operations,
        findings=probing.findings,
    )


def fictional() -> Iterator[str]:
    """Give out numbers that belong to nobody: +1 area code 555 0100 to 0199, in no order."""
    given: set[str] = set()
    while len(given) < TRIED:
        phone = f"+1{secrets.choice(AREAS)}55501{secrets.randbelow(100):02}"
        if phone not in given:
            given.add(phone)
            yield phone


class _Probing:
    """One probe: what was made for it, and what was seen."""

    def __init__(self, provider: Provider, say: Say) -> None:
        self.provider, self.say = provider, say
        self.limits: dict[str, Limit] = {}
        self.operations: dict[str, Repeat] = {}
        self.findings: dict[str, str] = {}
        self.today = f"seen by listkit probe on {datetime.now(UTC):%Y-%m-%d}"
        self.name = f"listkit probe {secrets.token_hex(4)}"
        self.list_ids: list[str] = []
        self.phones: dict[str, str] = {}
        self.extra: list[str] = []
        self.doubtful: set[str] = set()
        self._numbers = fictional()

    def ask(self) -> None:
        """Ask every question in turn; one that cannot be answered is told, and the next one asked."""
        self.say(f"making the list {self.name!r}, twice")
        self._lists()
        self.say("making contacts that belong to nobody, twice")
        self._contacts()
        for text, question in (
            ("making one contact twice in one request", self._twins),
            ("joining contacts that are members", self._members),
            ("changing a contact twice to the same", self._updates),
            ("asking for long pages", self._told),
            ("taking a member off twice", self._leaving),
        ):
            self.say(text)
            try:
                question()
            except STOPPING:
                raise
            except ProviderError as error:
                self.findings[text] = f"not seen: {error}"

    def clean_up(self) -> None:
        """Take away what was made, each twice; what could not be is a finding, by its name and number."""
        self.say("taking everything away again")
        left = [phone for phone in self.doubtful if phone not in self.phones]
        for contact_id in (*self.phones.values(), *self.extra):
            if not self._delete("delete_contact", partial(self.provider.delete_contact, contact_id)):
                left += [phone for phone, its_id in self.phones.items() if its_id == contact_id]
        with suppress(ProviderError):  # one of which the answer was lost is found by its name
            self.list_ids += [str(kept.list_id) for kept in pulling.find_lists(self.provider, self.name)]
        for list_id in dict.fromkeys(self.list_ids):
            if not self._delete("delete_list", partial(self.provider.delete_list, list_id)):
                left.append(f"the list {self.name!r}")
        if left:
            self.findings["left behind"] = f"please take away by hand: {', '.join(left)}"
            self.say(self.findings["left behind"])

    # questions -----------------------------------------------------------------------------
    def _lists(self) -> None:
        made = self.provider.create_list(ContactList(name=self.name))
        self.list_ids.append(str(made.list_id))
        try:
            again = self.provider.create_list(ContactList(name=self.name))
        except DuplicateError:
            self._saw("create_lists", "refused", "the same name again is refused")
            return
        if again.list_id == made.list_id:
            self._saw("create_lists", "harmless", "the same name again gives the same list")
        else:
            self.list_ids.append(str(again.list_id))
            self._saw("create_lists", "unproven", "the same name again makes a second list")

    def _contacts(self) -> None:
        for phone in self._numbers:
            if len(self.phones) == CONTACTS - 1:
                break
            self._make(phone)
        if not self.phones:
            raise ListkitError(f"None of {TRIED} made-up numbers could be made a contact; nothing more is tried.")
        wanted = list(self.phones)
        self._judge_repeat(self._create(wanted), wanted)

    def _make(self, phone: str) -> None:
        """Make a contact, unless the number is somebody's: that one is left alone."""
        if self.provider.find_contact(phone) is not None:
            return
        self.doubtful.add(phone)
        (receipt,) = self._create([phone])
        if receipt is not None and (receipt.status != "done" or receipt.contact_id):
            self.doubtful.discard(phone)
        if receipt is not None and receipt.status == "done" and receipt.contact_id:
            self.phones[phone] = receipt.contact_id

    def _judge_repeat(self, receipts: Sequence[Receipt | None], phones: Sequence[str]) -> None:
        pairs = [(receipt, self.phones[phone]) for receipt, phone in zip(receipts, phones, strict=True) if receipt]
        ids = [receipt.contact_id for receipt, _ in pairs]
        if not pairs:
            self.findings["create_contacts"] = "not seen: the answer names no contact"
        elif all(receipt.status == "exists" for receipt, _ in pairs):
            how = "and the refusal names the contact" if all(ids) else "and the refusal does not name the contact"
            self._saw("create_contacts", "refused", f"the same number again is refused, {how}")
        elif all(receipt.contact_id == kept for receipt, kept in pairs):
            self._saw("create_contacts", "harmless", "the same number again gives the same contact")
        elif any(receipt.status == "done" and receipt.contact_id not in {None, kept} for receipt, kept in pairs):
            self.extra += [str(each) for each in ids if each and each not in self.phones.values()]
            self._saw("create_contacts", "unproven", "the same number again makes a second contact")
        else:
            self.findings["create_contacts"] = "not seen: the same number again is answered in more than one way"

    def _twins(self) -> None:
        """Send one new number twice in one request, where a request takes two."""
        question, phone = "the same number twice in one request", next(self._numbers, None)
        if phone is None:
            self.findings[question] = "not seen: the made-up numbers ran out"
            return
        if limit(self.provider.limits, "contacts_per_request") == 1:
            self.findings[question] = "one request takes one contact"
            self._make(phone)
            return
        self.doubtful.add(phone)
        first, second = self._create([phone, phone])
        if first is None or first.status != "done" or first.contact_id is None:
            self.findings[question] = "not seen: the first of them was not made"
            return
        self.phones[phone] = first.contact_id
        if second is None or second.contact_id is None:
            self.findings[question] = "one contact; the second is not named in the answer"
        elif second.contact_id == first.contact_id:
            self.findings[question] = f"one contact; the second is told to be {second.status}"
        else:
            self.extra.append(second.contact_id)
            self.findings[question] = "two contacts"

    def _members(self) -> None:
        list_id, ids = self.list_ids[0], list(self.phones.values())
        if not self.provider.joins_on_create:
            self.provider.add_members(list_id, ids)
        clock = self.provider.clock
        began, there = clock.now(), self._read(list_id)
        while not set(ids) <= set(there) and clock.now() - began < PATIENCE:
            clock.sleep(PAUSE)
            there = self._read(list_id)
        self.findings["members are seen"] = (
            f"within {max(1, round(clock.now() - began))} s"
            if set(ids) <= set(there)
            else f"not within {PATIENCE:g} s: {len(set(ids) & set(there))} of {len(ids)}"
        )
        receipts = [receipt for receipt in self.provider.add_members(list_id, ids) if receipt]
        again = self._read(list_id)
        counted = self.provider.list(list_id).members
        if len(again) > len(there) or (counted is not None and counted > len(ids)):
            self._saw("add_members", "unproven", "a member that is added again is in the list twice")
        elif any(receipt.status == "exists" for receipt in receipts):
            self._saw("add_members", "refused", "a member that is added again is refused, and stays one member")
        elif receipts:
            self._saw("add_members", "harmless", "a member that is added again stays one member")

    def _updates(self) -> None:
        contact_id = next(iter(self.phones.values()))
        for _ in range(2):
            (receipt,) = self.provider.update_contacts([(contact_id, {"first_name": "Probe"})])
            if receipt is None or receipt.status == "refused":
                self.findings["changing a contact"] = "not seen: it was refused" if receipt else "not seen"
                return
        if self.provider.contact(contact_id).first_name == "Probe":
            self._saw("update_contacts", "harmless", "the same values again change nothing")
        else:
            self.findings["changing a contact"] = "it was accepted, and is not seen when read at once"

    def _told(self) -> None:
        for name, (number, unit) in self.provider.told_limits(self.list_ids[0]).items():
            self.limits[name] = Limit(number, unit, f"the provider's own answers, {self.today}")

    def _leaving(self) -> None:
        """Take the last contact off its only list, twice, and see whether it is still there."""
        phone, contact_id = next(reversed(self.phones.items()))
        self.provider.remove_members(self.list_ids[0], [contact_id])
        with suppress(NotFoundError):
            self.provider.remove_members(self.list_ids[0], [contact_id])
        try:
            self.provider.contact(contact_id)
        except NotFoundError:
            del self.phones[phone]
            fate, is_lost = "a contact that leaves its last list is deleted", True
        else:
            fate, is_lost = "a contact that leaves its last list stays", False
        self.findings["leaving the last list"] = fate
        self._saw("remove_members", "harmless", f"taking off again changes nothing; {fate}", destroys=is_lost)

    # small things ----------------------------------------------------------------------------
    def _saw(self, name: str, repeat: Effect, words: str, *, destroys: bool = False) -> None:
        """Note what was seen; that something destroys is believed when it was seen or is documented."""
        documented = self.provider.operations.get(name)
        is_destroying = destroys or (documented is not None and documented.destroys)
        self.operations[name] = Repeat(repeat, destroys=is_destroying, why=f"{words} ({self.today})".capitalize())
        self.findings[name] = words

    def _create(self, phones: Sequence[str]) -> list[Receipt | None]:
        """Make contacts, as many in a request as it takes."""
        size = int(min(limit(self.provider.limits, "contacts_per_request"), len(phones)))
        receipts: list[Receipt | None] = []
        for start in range(0, len(phones), size):
            part = phones[start : start + size]
            columns = {name: pa.array(part if name == "phone" else [None] * len(part), pa.string()) for name in FIELDS}
            receipts += self.provider.create_contacts(pa.table(columns), list_id=self.list_ids[0])
        return receipts

    def _read(self, list_id: str) -> list[str]:
        """Read the list's members, each as often as it is in it."""
        page = self.provider.members(list_id)
        return [str(contact_id) for contact_id in page.items["contact_id"].to_pylist()]

    def _delete(self, name: str, delete: Callable[[], object]) -> bool:
        """Delete something twice; say whether it is gone."""
        try:
            delete()
        except NotFoundError:
            return True
        except ProviderError:
            return False
        try:
            with suppress(NotFoundError):
                delete()
        except ProviderError as error:
            self.findings[name] = f"not seen: {error}"
        else:
            self._saw(name, "harmless", "deleting again finds nothing")
        return True
