"""The command line says what happened in its exit code and in one sentence."""

import sys
from pathlib import Path

import pandas as pd
import pytest

import listkit as lk
from listkit import cli, demo
from listkit.server.store import open_store


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder of one's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_demo_ends_with_both_lists_proven(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`listkit demo` pushes to both APIs, reads both back, and its ledger adds up."""
    assert cli.main(["demo"]) == cli.DONE
    told = capsys.readouterr().out
    assert "from exotel: the frame's numbers, each once" in told
    assert "from textmagic: the frame's numbers, each once" in told
    assert "every one of" in told
    assert 'run = people.listkit.push("Demo calls", to=account)' in told


def test_the_demo_writes_what_did_not_get_in(elsewhere: Path) -> None:
    """The rejected rows lie in the folder the user stands in, each with its reason, and read back."""
    demo.run()
    kept = lk.read_file(elsewhere / "contacts_damaged.rejected.xlsx")
    assert len(kept) > 0
    assert kept["reason"].str.len().gt(0).all()


def test_the_demo_takes_ones_own_file(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`listkit demo FILE --region US` does the same to any file."""
    pd.DataFrame({"Name": ["Ann", "Bo"], "Phone Number": ["(202) 555-0123", "202"]}).to_csv("mine.csv", index=False)
    assert cli.main(["demo", "mine.csv", "--region", "US"]) == cli.DONE
    assert (elsewhere / "mine.rejected.xlsx").exists()
    assert "region='US'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (b"", cli.FAILED, "empty"),
        (b"\x00\x01\x02\xff" * 100, cli.FAILED, "bad.csv"),
        (b"City,Pin\nPune,411001\n", cli.WRONG_USAGE, "'City'"),
    ],
)
def test_a_bad_file_is_one_sentence(
    content: bytes, code: int, sentence: str, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty file, a file that is none, a file without a phone column: a sentence, an exit code, no traceback."""
    Path("bad.csv").write_bytes(content)
    assert cli.main(["demo", "bad.csv"]) == code
    told = capsys.readouterr().err
    assert told.startswith("listkit: ")
    assert sentence in told
    assert "Traceback" not in told


def test_a_file_that_is_not_there_is_one_sentence(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file is named."""
    assert cli.main(["demo", "gone.xlsx"]) == cli.FAILED
    assert "gone.xlsx" in capsys.readouterr().err


def test_without_the_server_extra_the_pip_line_is_said(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the server's packages are missing, the demo says the one line that installs them."""
    for name in [
        name for name in sys.modules if name.startswith(("listkit.server", "listkit.testing", "listkit.demo"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("uvicorn", "sqlalchemy", "python_multipart"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delattr(lk, "demo", raising=False)
    monkeypatch.delattr(lk, "testing", raising=False)
    assert cli.main(["demo"]) == cli.FAILED
    assert "pip install 'listkit[server]'" in capsys.readouterr().err


def test_ctrl_c_is_an_exit_code(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends with 130 and a sentence."""

    def stop(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "run", stop)
    assert cli.main(["demo"]) == cli.INTERRUPTED
    assert "Stopped by hand" in capsys.readouterr().err


def test_an_account_is_added_and_its_secrets_shown_once(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`accounts add` makes up what is left out, shows it, and the server knows it; the name is then taken."""
    assert cli.main(["accounts", "add", "north", "--store", "kept.sqlite", "--sid", "acme1"]) == cli.DONE
    told = capsys.readouterr().out
    assert "LISTKIT_EXOTEL_SID=acme1" in told
    token = told.partition("LISTKIT_EXOTEL_TOKEN=")[2].split()[0]
    assert len(token) >= 22
    assert cli.main(["accounts", "add", "north", "--store", "kept.sqlite"]) == cli.FAILED
    assert "north" in capsys.readouterr().err


def test_keys_are_made_listed_and_revoked(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key of scope `read` is made beside the others, listed without its secret, and revoked by its number."""
    assert cli.main(["accounts", "add", "north", "--store", "kept.sqlite", "--token", "short"]) == cli.DONE
    capsys.readouterr()
    assert cli.main(["accounts", "key", "north", "--scope", "read", "--store", "kept.sqlite"]) == cli.DONE
    told = capsys.readouterr().out
    login, token, api_key = (
        told.partition(f"LISTKIT_{name}=")[2].split()[0] for name in ("EXOTEL_KEY", "EXOTEL_TOKEN", "TEXTMAGIC_KEY")
    )
    store = open_store("kept.sqlite")
    for api, name, secret in (("exotel", login, token), ("textmagic", "north", api_key)):
        assert store.authenticate(api, name, secret).scope == "read"
    assert cli.main(["accounts", "keys", "north", "--store", "kept.sqlite"]) == cli.DONE
    listed = capsys.readouterr().out
    assert listed.count("\n") == 5
    assert listed.count("could be guessed") == 1
    assert login in listed
    assert not any(secret in listed for secret in (token, api_key))
    assert cli.main(["accounts", "revoke", "north", "3", "--store", "kept.sqlite"]) == cli.DONE
    assert store.authenticate("exotel", login, token) is None
    assert store.authenticate("textmagic", "north", api_key) is not None
    for words in (["revoke", "north", "3"], ["revoke", "south", "1"], ["key", "south"]):
        assert cli.main(["accounts", *words, "--store", "kept.sqlite"]) == cli.FAILED
    store.close()


def test_a_sub_account_is_added(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`accounts user add` shows the key of a user with lists of its own; what is unknown or taken is refused."""
    assert cli.main(["accounts", "add", "north", "--store", "kept.sqlite", "--country", "in"]) == cli.DONE
    words = ["accounts", "user", "add", "north", "asha", "--store", "kept.sqlite"]
    assert cli.main(words) == cli.DONE
    key = capsys.readouterr().out.rpartition("LISTKIT_TEXTMAGIC_KEY=")[2].split()[0]
    store = open_store("kept.sqlite")
    caller = store.authenticate("textmagic", "asha", key)
    assert caller is not None
    assert (caller.account.name, caller.account.country, caller.user_id) == ("north", "IN", 2)
    store.close()
    assert cli.main(words) == cli.FAILED
    assert cli.main([*words[:3], "south", *words[4:]]) == cli.FAILED
    assert "'south'" in capsys.readouterr().err


def test_a_forgotten_region_is_said(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of national numbers without --region ends in order: what to add is said, and every row is written down."""
    pd.DataFrame({"Phone": ["0987654321", "98765 43210"]}).to_csv(elsewhere / "mine.csv", index=False)
    assert cli.main(["demo", "mine.csv"]) == cli.DONE
    told = capsys.readouterr().out
    assert "add --region" in told
    assert "no list was made on exotel" in told
    assert len(lk.read_file("mine.rejected.xlsx")) == 2


def test_the_rejected_file_can_go_round_again(elsewhere: Path) -> None:
    """The demo's own file of rejected rows is a file like any other, and is not written over."""
    demo.run()
    first = (elsewhere / "contacts_damaged.rejected.xlsx").read_bytes()
    assert cli.main(["demo", "contacts_damaged.rejected.xlsx", "--region", "IN"]) == cli.DONE
    demo.run()
    assert (elsewhere / "contacts_damaged.rejected.xlsx").read_bytes() == first
    assert (elsewhere / "contacts_damaged.rejected-2.xlsx").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--port", "99999"],
        ["accounts", "add", ""],
        ["accounts", "add", "a/b"],
        ["accounts", "add", "x", "--country", "India"],
    ],
)
def test_what_cannot_be_is_refused_at_once(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is none and a name that cannot stand in an address are wrong usage."""
    with pytest.raises(SystemExit) as left:
        cli.main(words)
    assert left.value.code == cli.WRONG_USAGE
    assert "listkit" in capsys.readouterr().err


def test_a_wrong_command_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown command is wrong usage."""
    with pytest.raises(SystemExit) as left:
        cli.main(["nonsense"])
    assert left.value.code == cli.WRONG_USAGE
    assert "nonsense" in capsys.readouterr().err


def test_faults_that_make_no_sense_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """`serve --faults` with what is none exits with 2, says what there is, and starts nothing."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["serve", "--faults", "rate=0.05,tornado"])
    assert ended.value.code == cli.WRONG_USAGE
    assert "'tornado' is no fault" in capsys.readouterr().err
