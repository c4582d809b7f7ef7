"""A store with something of everything that a page may show, and an account that has nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.contact import Contact, ContactList
from listkit.server.store.jobs import Job

if TYPE_CHECKING:
    from listkit.server.store.base import Account, Store

HOSTILE = '<img src=x onerror="window.flag=1">'
NAMES = ["VIP", HOSTILE, "</style><script>window.flag=1</script>", "عملاء", "{{ 7 * 7 }}", "a" * 255]
KEY, EMPTY_KEY = ("key", "token"), ("empty", "token")


def fill(store: Store, *, lists: int = 60) -> Account:
    """Make an account with lists, contacts and uploads, and another one without anything; both have cheap keys."""
    account = store.create_account("north", sid="north1", username="north.user", secrets={"exotel": KEY})
    store.create_account("south", sid="south1", username="south.user", secrets={"exotel": EMPTY_KEY})
    names = [*NAMES, *(f"Ward {number:03}" for number in range(lists - len(NAMES)))]
    made = store.create_lists(account, [ContactList(name=name, tag=HOSTILE) for name in names])
    kept = store.create_contacts(account, [Contact(phone=f"+1202555{number:04}") for number in range(100, 140)])
    first = made[0]
    assert isinstance(first, ContactList)
    store.add_members(account, str(first.list_id), [one.record.contact_id for one in kept])
    for number, state in enumerate(["done", "failed"], 1):
        job = Job(
            upload_id="",
            account_id=account.account_id,
            api="exotel",
            list_id=str(number),
            path="gone.csv",
            layout={0: "phone"},
            state=state,  # type: ignore[arg-type]
            total=1234,
            added=1200,
            duplicate=4,
            failed=30,
        )
        store.create_job(job)
    return account


def start_upload(store: Store, account: Account) -> None:
    """Record an upload that is half through its file."""
    (store.folder).mkdir(exist_ok=True)
    (store.folder / "half.csv").write_bytes(b"x" * 1000)
    job = Job(
        upload_id="",
        account_id=account.account_id,
        api="textmagic",
        list_id="1",
        path="half.csv",
        layout={0: "phone"},
        state="running",
        at=500,
    )
    store.create_job(job)
