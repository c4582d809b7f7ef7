"""The verbs of a frame that lead to an account: what they refuse, whom they never send, and a plan that was saved."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import listkit as lk
from listkit.account import Account
from listkit.errors import (
    AccountMismatchError,
    AnswerLostError,
    ColumnsError,
    CredentialsError,
    ListkitError,
    PlanRefused,
)
from listkit.providers.base import Limit
from listkit.wire.message import Request
from tests.sync.rehearsal import Rehearsal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from listkit.testing import Sandbox

ASHA, BIRGIT, CHEN, DAWIT = (f"+1202555010{number}" for number in range(1, 5))


def people(*phones: str) -> pd.DataFrame:
    """Make a frame of contacts."""
    return pd.DataFrame({"phone": list(phones)})


def account(**options: Any) -> Account:
    """Make an account that asks nobody."""
    return Account(Rehearsal(), **options)


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        (None, {}, "A list is given by its name"),
        (pd.DataFrame(), {}, "A list is given by its name"),
        (" ", {}, "A list is given by its name"),
        ("VIP", {"to": "exotel"}, "to= takes an account"),
        ("VIP", {"mode": "sync"}, "mode= is 'append' or 'upsert' or 'mirror'; 'sync' is not"),
        ("VIP", {"mode": "undo"}, "'undo' is not"),
        ("VIP", {"strategy": "fast"}, "strategy= is 'auto' or 'batches' or 'file' or 'swap'"),
        ("VIP", {"unsupported": "ignore"}, "unsupported= is 'error' or 'drop'"),
        ("VIP", {"blanks": "keep"}, "blanks= is 'ignore' or 'erase' or 'error'"),
        ("VIP", {"fields": "email"}, r"fields= takes several columns, as fields=\['email'\]"),
        ("VIP", {"custom": "City"}, r"custom= takes several columns, as custom=\['City'\]"),
        ("VIP", {"max_remove": 5.0}, "max_remove= is a count, as 25, or a share up to 1.0, as 0.05; 5.0 is neither"),
        ("VIP", {"max_remove": True}, "True is neither"),
        ("VIP", {"max_reject": -1}, "max_reject= is a count"),
        ("VIP", {"max_reject": "5%"}, "'5%' is neither"),
        ("VIP", {"park": "Holding", "allow_destroy": True}, "take one of the two"),
        ("VIP", {"park": "VIP"}, "park='VIP' is the list itself"),
        ("VIP", {"verify": "none"}, "verify= is 'auto' or 'full' or 'no'"),
        ("VIP", {"problems": pd.DataFrame({"row": [1]})}, "problems= takes those of check or cleaning"),
        ("VIP", {"on": "email"}, "no 'email' column to send"),
        ("V" * 256, {}, "has 256 characters, and rehearsal takes 255"),
        ("V" * 250, {"mode": "mirror", "strategy": "swap", "max_remove": 1.0}, "has 283 characters"),
        ("VIP", {"suppress": 5}, "suppress= takes frames, columns, files or numbers"),
        ("VIP", {"suppress": {ASHA: True}}, "suppress= takes frames"),
        ("VIP", {"suppress": [ASHA, 12025550101]}, "12025550101 is none"),
    ],
)
def test_a_wrong_argument_is_one_sentence(name: object, options: dict[str, object], sentence: str) -> None:
    """What a push cannot take is refused by name, with what it does take, before anything is written."""
    to = account()
    to.provider.give("V" * 250)
    to.provider.limits["list_name_characters"] = Limit(255, "characters", "made up")
    with pytest.raises((TypeError, ListkitError), match=sentence):
        people(ASHA).listkit.push(name, **{"to": to, **options})


# stop lists --------------------------------------------------------------------------------
def digest(phone: str) -> str:
    """Hash a number as a stop list may hold it."""
    return sha256(phone.encode()).hexdigest()


def sources(folder: Path) -> dict[str, Any]:
    """Give the same stop list in every shape."""
    shapes = {
        "with a heading.csv": f"phone,why\n{BIRGIT},asked us to\n",
        "one a line.txt": f"{BIRGIT}\n{DAWIT}\n",
        "hashed.txt": f"{digest(BIRGIT)}\n{digest(DAWIT).upper()}\n",
        "hashed.csv": f"id,sha256,since\n1,{digest(BIRGIT)},2026\n2,{digest(DAWIT)},2026\n",
    }
    for name, text in shapes.items():
        (folder / name).write_text(text)
    shapes_of_file: dict[str, Any] = {name: folder / name for name in shapes}
    return shapes_of_file | {
        "a frame": people(BIRGIT),
        "a column": pd.Series([BIRGIT, None, ""], name="Do not call"),
        "a number": BIRGIT,
        "numbers": [BIRGIT, DAWIT],
        "a hash": [digest(BIRGIT)],
        "a path as text": str(folder / "one a line.txt"),
        "several": [people(DAWIT), folder / "hashed.txt", BIRGIT],
    }


def test_a_stop_list_may_have_any_shape(tmp_path: Path) -> None:
    """Frames, columns, files, numbers and digests of them stop the same person, and a note says how many."""
    for name, stops in sources(tmp_path).items():
        plan = people(ASHA, BIRGIT, CHEN).listkit.plan("VIP", to=account(), suppress=stops)
        assert plan.decisions["op"].to_pylist() == ["add", "suppressed", "add"], name
        assert any(note.startswith("suppressed by ") and note.endswith(": 1 row is not sent") for note in plan.notes)


@pytest.mark.parametrize(
    ("stops", "error", "sentence"),
    [
        (people(BIRGIT, "098765 43210", "12"), PlanRefused, "Of 3 entries of the stop list .*, 2 would stop nobody"),
        (pd.DataFrame({"Mobile": [BIRGIT], "Name": ["B"]}), ColumnsError, r"clean\(mapping=\{'Mobile': 'phone'\}\)"),
        ("no such file.csv", ListkitError, "cannot be opened"),
    ],
)
def test_a_stop_list_that_stops_nobody_is_refused(stops: Any, error: type[ListkitError], sentence: str) -> None:
    """A number that is not as it is sent would never be found, and so is said aloud."""
    with pytest.raises(error, match=sentence):
        people(ASHA).listkit.plan("VIP", to=account(), suppress=stops)


def test_a_stop_list_of_the_account_holds_for_every_plan() -> None:
    """What `connect` was given is added to what a plan is given."""
    to = account(suppress=people(ASHA))
    plan = people(ASHA, BIRGIT, CHEN).listkit.plan("VIP", to=to, suppress=people(BIRGIT))
    assert plan.decisions["op"].to_pylist() == ["suppressed", "suppressed", "add"]
    connected = lk.connect("exotel", sid="acme1", key="a key", token="a token", suppress=iter([ASHA]))
    assert connected.suppress == [ASHA]
    with pytest.raises(TypeError, match="7 is none"):
        lk.connect("exotel", sid="acme1", key="a key", token="a token", suppress=[7])


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """Run one server for the tests below; each has lists of its own."""
    with lk.sandbox() as running:
        yield running


def unsubscribe(box: Sandbox, phone: str) -> None:
    """Let a person opt out, as the person does."""
    body = b'{"phone":"' + phone.removeprefix("+").encode() + b'"}'
    headers = {"content-type": "application/json"}
    box.textmagic.provider._send(
        Request(method="POST", path="/api/v2/unsubscribers", headers=headers, body=body, operation="unsubscribers")
    )


@pytest.mark.parametrize("strategy", ["batches", "file"])
def test_an_upload_never_brings_back_who_unsubscribed(box: Sandbox, strategy: str) -> None:
    """TextMagic's own opt-outs are always read and never sent, and the plan says so."""
    gone = f"+120255502{len(strategy):02}"
    unsubscribe(box, gone)
    plan = people(ASHA, gone).listkit.plan(f"By {strategy}", to=box.textmagic, strategy=strategy)
    assert plan.decisions["op"].to_pylist() == ["add", "suppressed"]
    assert plan.decisions["reason"].to_pylist()[1] == "is among textmagic's own unsubscribers"
    assert any("textmagic's own unsubscribers" in note for note in plan.notes)
    run = plan.apply()
    assert list(run.rows["outcome"]) == ["added", "suppressed"]
    assert run.rejected.empty
    assert box.textmagic.contacts(f"By {strategy}")["phone"].to_list() == [ASHA]


@pytest.mark.parametrize("mode", ["append", "upsert", "mirror"])
def test_a_suppressed_member_stays_and_is_never_sent(mode: str) -> None:
    """No mode sends or removes a suppressed person; a mirror removes one who left the frame."""
    to = account()
    people(ASHA, BIRGIT).listkit.push("VIP", to=to)
    frame = people(ASHA, BIRGIT).assign(first_name="changed")
    plan = frame.listkit.plan("VIP", to=to, mode=mode, suppress=[ASHA], max_remove=1.0)
    assert plan.counts["suppressed"] == 1
    assert plan.leaving.num_rows == 0
    assert 0 not in plan.edits["row"].to_pylist()
    left = people(BIRGIT).listkit.plan("VIP", to=to, mode="mirror", suppress=[ASHA], max_remove=1.0)
    assert left.leaving["phone"].to_pylist() == [ASHA]


# what cleaning said, and what was saved ----------------------------------------------------
def test_an_invalid_row_has_the_reason_that_cleaning_told() -> None:
    """The region is known there, so its sentence says more; a row that was changed since keeps the plan's own."""
    frame = pd.DataFrame({"Mobile": ["98765 43210", "98765 4321", "12345678"]})
    cleaned = lk.of(frame).cleaning(region="IN")
    told = cleaned.problems.set_index("row")["message"]
    alone = cleaned.frame.listkit.plan("VIP", to=account())
    plan = cleaned.frame.listkit.plan("VIP", to=account(), problems=cleaned.problems)
    assert plan.decisions["reason"].to_pylist() == ["", told[1], told[2]]
    assert alone.decisions["reason"].to_pylist()[1] != told[1]
    cleaned.frame.loc[1, "phone"] = "1"
    changed = cleaned.frame.listkit.plan("VIP", to=account(), problems=cleaned.problems)
    assert changed.decisions["reason"].to_pylist()[1:] == [
        people("1").listkit.plan("VIP", to=account()).decisions["reason"][0].as_py(), told[2],
    ]  # fmt: skip


def test_a_saved_plan_is_loaded_and_applied(box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its account is given, or is connected by its profile; another is refused, and no key is in the file."""
    path = tmp_path / "plan.json"
    frame = people(ASHA, "12").assign(note="kept")
    frame.listkit.plan("Saved", to=box.exotel).save(path)
    text = path.read_text(encoding="utf-8")
    assert not any(secret in text for name, secret in box.environment.items() if name.endswith(("KEY", "TOKEN")))
    with pytest.raises(AccountMismatchError):
        lk.load_plan(path, to=box.textmagic)
    for name in box.environment:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CredentialsError):
        lk.load_plan(path)
    for name, value in box.environment.items():
        monkeypatch.setenv(name, value)
    run = lk.load_plan(path).apply()
    pd.testing.assert_frame_equal(run.rejected[["phone", "note"]], frame.iloc[[1]])
    assert box.exotel.contacts("Saved")["phone"].to_list() == [ASHA]


AWKWARD = {
    "first_name": ["Asha", " Bea ", "Çhen\u0301", "<b>", "NA", None],
    "last_name": ["O'Neil", "\u202eRTL", "😀", "x" * 200, "None", ""],
    "company": ["Acme, Inc.", "a\tb", "a\nb", "\u00a0", "0", "1.0"],
    "email": ["a@example.org", "B@Example.ORG", None, "", "x+y@example.org", "é@example.org"],
    "custom.city": ["Pune", "Goa", None, "", "5", "x"],
    "custom.Ward No.": ["1", "2", "3", None, "5", "6"],
}


@pytest.mark.parametrize("provider", ["exotel", "textmagic"])
def test_what_was_sent_is_found_unchanged(box: Sandbox, provider: str) -> None:
    """Whatever was sent comes back as it was, so that the same frame has nothing to update, on either vendor's wire."""
    frame = people(*(f"+1202555018{number}" for number in range(6))).assign(**AWKWARD)
    name = f"Sent to {provider}"
    if provider == "textmagic":
        frame["phone"] = frame["phone"].str.replace("018", "019")
    frame.listkit.push(name, to=box[provider], strategy="batches")
    plan = frame.listkit.plan(name, to=box[provider], mode="mirror")
    assert plan.counts["unchanged"] == len(frame)
    assert plan.edits.num_rows == plan.leaving.num_rows == 0
    changed = frame.assign(
        company=["New", *frame["company"][1:]], **{"custom.city": [lk.CLEAR, *frame["custom.city"][1:]]}
    )
    told = changed.listkit.plan(name, to=box[provider], mode="upsert").changes.query("op == 'update'")
    assert told[["field", "before"]].to_numpy().tolist() == [["company", "Acme, Inc."], ["custom.city", "Pune"]]
    assert told["after"].fillna("").to_list() == ["New", ""]


def test_an_answer_that_cannot_be_read_ends_planning() -> None:
    """A list of which a page is malformed is not planned on as if it had fewer members."""
    to = account()
    people(ASHA, BIRGIT).listkit.push("VIP", to=to)

    def malformed(*_: object, **__: object) -> None:
        raise AnswerLostError("the answer cannot be read")

    to.provider.members = malformed
    with pytest.raises(AnswerLostError):
        people(ASHA).listkit.plan("VIP", to=to, mode="mirror")
