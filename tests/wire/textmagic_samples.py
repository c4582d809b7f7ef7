"""TextMagic's bodies as it prints them, and contacts and lists of every kind."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from listkit.contact import ContactList, Record
from listkit.wire.message import Answer

SAMPLES = Path(__file__).parent / "samples" / "textmagic"

IDS = st.integers(1, 10**18 - 1).map(str)
TEXTS = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
PHONES = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
RECORDS = st.builds(Record, contact_id=IDS, phone=PHONES, first_name=TEXTS, last_name=TEXTS, company=TEXTS, email=TEXTS)
LISTS = st.builds(
    ContactList,
    list_id=IDS,
    name=st.text(st.characters(codec="utf-8"), min_size=1),
    description=TEXTS,
    shared=st.booleans(),
    members=st.integers(0, 10**9),
)


def sample(name: str, status: int = 200) -> Answer:
    """Return one of the vendor's own bodies as an answer."""
    return Answer(status=status, body=(SAMPLES / f"{name}.json").read_bytes())
