"""Exotel's bodies as printed, and contacts and lists of every kind."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from listkit.contact import Contact, ContactList, Record
from listkit.wire.message import Answer, Request

SAMPLES = Path(__file__).parent / "samples" / "exotel"

LIST = "e46c2fe202904d579ae592d108cf87a0"
CONTACT = "d49b7a4781ea45dcb702825ce30494ba"
OTHER = "68bc98cae5a24cc3b017258a73e8a809"
UPLOAD = "8f0c1d2e3a4b4c5d9e6f708192a3b4c5"
AT = datetime(2026, 1, 23, 9, 24, 59, tzinfo=UTC)

PHONES = st.from_regex(r"\+[1-9][0-9]{7,14}", fullmatch=True)
TEXTS = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
NAMES = TEXTS.map(lambda text: (text or "").strip()).filter(bool)
SIDS = st.from_regex(r"[0-9a-f]{32}", fullmatch=True)
MOMENTS = st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds are naive
    lambda moment: moment.replace(microsecond=0)
)
CUSTOM = st.none() | st.dictionaries(
    st.text(max_size=8), st.text(max_size=8) | st.integers() | st.booleans(), max_size=3
)
FIELDS = {"phone": PHONES, "first_name": TEXTS, "last_name": TEXTS, "company": TEXTS, "tag": TEXTS} | {
    "email": st.none() | st.sampled_from(["asha@example.org", "b.c+d@mail.example.co.in"])
}
CONTACTS = st.builds(Contact, **FIELDS)
RECORDS = st.builds(Record, contact_id=SIDS, custom=CUSTOM, created_at=MOMENTS, updated_at=MOMENTS, **FIELDS)
LISTS = st.builds(
    ContactList,
    name=NAMES,
    list_id=SIDS,
    tag=TEXTS,
    type=st.sampled_from(["static", "dynamic"]),
    members=st.integers(0, 500_000),
    created_at=MOMENTS,
    updated_at=MOMENTS,
)


def sample(name: str) -> bytes:
    """Return a body as printed."""
    return (SAMPLES / f"{name}.json").read_bytes()


def answered(name: str) -> Answer:
    """Return the answer that a printed body belongs to."""
    body = sample(name)
    status = json.loads(body).get("http_code", 200)
    return Answer(status=status, headers={"content-type": "application/json"}, body=body)


def asking(method: str, below: str, body: bytes = b"", **query: str) -> Request:
    """Return a request as a server gets it."""
    return Request(
        method=method,
        path=f"/v2/accounts/acme1/{below}",
        query=tuple(query.items()),
        headers={"content-type": "application/json"},
        body=body,
    )


def text_of(answer: Answer | bytes) -> str:
    """Return a body without its blanks and its id, the order of its keys kept."""
    told: dict[str, Any] = json.loads(answer.body if isinstance(answer, Answer) else answer)
    return json.dumps(told | {"request_id": None})
