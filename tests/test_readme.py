"""The README's code runs, and prints what it says."""

import doctest
import re
import subprocess
from pathlib import Path

import pytest

from listkit.cli.codes import MEANINGS
from tests.contracts import operations

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SERVER = (ROOT / "listkit" / "server" / "README.md").read_text(encoding="utf-8")


def _blocks(page: str) -> list[tuple[str, str]]:
    """Find the blocks of code of a page that name their language."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)


BLOCKS = _blocks(README)
COMMANDS = [
    line
    for kind, code in (*BLOCKS, *_blocks(SERVER))
    if kind == "console"
    for line in code.splitlines()
    if line.startswith(("$ listkit ", "$ make "))
]


def test_every_block_of_code_is_of_a_kind_that_is_run() -> None:
    """A block that names a language is a session or a console, so that none goes untested."""
    assert {kind for kind, _ in BLOCKS} == {"pycon", "console"}


def test_the_session_prints_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's Python, from first to last line in one session, gives the output printed there."""
    monkeypatch.chdir(ROOT)
    text = "\n".join(code for kind, code in BLOCKS if kind == "pycon")
    session = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE, verbose=False)
    runner.run(session, out=told.append)
    assert session.examples
    assert runner.summarize(verbose=False).failed == 0, "".join(told)


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_exists(line: str) -> None:
    """A `make` line names a target that make knows; a `listkit` line is one the parser takes."""
    command = line.removeprefix("$ ").partition("#")[0].split()
    if command[0] == "make":
        known = subprocess.run(["make", "-n", *command[1:]], cwd=ROOT, capture_output=True, check=False)
        assert known.returncode == 0, known.stderr
    else:
        from listkit import cli  # noqa: PLC0415 - the import that a console line stands for

        assert command[0] == "listkit"
        assert cli.parser().parse_args(command[1:]).run


def test_the_table_of_operations_is_the_one_that_the_code_obeys() -> None:
    """The README says of each operation what `providers/` says, as `make fix` writes it."""
    written, wanted = operations.page()
    assert operations.table() in written
    assert written == wanted


def test_the_table_of_exit_codes_is_the_one_that_the_commands_return() -> None:
    """The README says of each exit code what `listkit/cli/codes.py` says."""
    assert "".join(f"| {code} | {meaning} |\n" for code, meaning in MEANINGS.items()) in README
