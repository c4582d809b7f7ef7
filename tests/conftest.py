"""What every test stands on: a home of its own, no account of the user's, and the long random tests apart."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.browsing import browser
from tests.lab import lab

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Protocol

    class Figure(Protocol):
        """What the fixture `figure` is."""

        def __call__(self, what: str, seen: object, *, promised: str = "") -> None:
            """Note a figure."""


__all__ = ["browser", "lab"]

TORTURE = os.environ.get("LISTKIT_TORTURE") == "1"
PROMISE = "promise"
HOME = pytest.StashKey[str]()

hypothesis.settings.register_profile(
    "listkit",
    deadline=None,  # a busy machine is not a fault
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # the same
    derandomize=False,  # pytest-randomly's seed is behind this chance too
    print_blob=True,
)
hypothesis.settings.register_profile("torture", hypothesis.settings.get_profile("listkit"), max_examples=10_000)
hypothesis.settings.load_profile("torture" if TORTURE else "listkit")


def pytest_configure(config: pytest.Config) -> None:
    """Shut the user's own accounts, keyring and home out, for notebooks and doctests too, which have no fixtures."""
    config.addinivalue_line("markers", "torture: long and random; runs by `make torture`")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's background; tests press Ctrl-C
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in [name for name in os.environ if name.startswith(("LISTKIT_EXOTEL_", "LISTKIT_TEXTMAGIC_"))]:
        del os.environ[name]
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    os.environ.setdefault("LISTKIT_ROWS", "20000")  # the notebook of ten million
    os.environ["LISTKIT_HOME"] = config.stash[HOME] = tempfile.mkdtemp(prefix="listkit-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    shutil.rmtree(config.stash[HOME], ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the torture tests for `make torture`; one seed is behind all chance, hypothesis's too."""
    hypothesis.core.global_force_seed = config.getoption("randomly_seed", None)
    if TORTURE:
        for item in items:
            doc = getattr(getattr(item, "obj", None), "__doc__", None) or item.name
            item.user_properties.append((PROMISE, doc.partition("\n")[0]))
        return
    spared = [item for item in items if item.get_closest_marker("torture")]
    items[:] = [item for item in items if not item.get_closest_marker("torture")]
    if spared:
        config.hook.pytest_deselected(items=spared)


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Note a figure that a torture test has found, beside what was promised, for the table at the end of the run.

    `figure("killed and resumed", "300 times, 0 doubled", promised="300 times, 0 doubled")` is a
    line of it; note a figure before it is asserted, so that the table shows it also where it is
    bad. The table opens with the seed that makes the same chance again.
    """

    def note(what: str, seen: object, *, promised: str = "") -> None:
        request.node.user_properties.append((what, [str(seen), promised]))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell of each torture test what it promised, how it went, and the figures that it noted."""
    if not TORTURE:
        return
    seed = config.getoption("randomly_seed", None)
    terminalreporter.section(f"what was promised, and what was seen (--randomly-seed={seed})")
    reports = [
        report for outcome in ("passed", "failed", "error", "") for report in terminalreporter.getreports(outcome)
    ]
    went = {report.nodeid: report for report in reports if report.when == "call"}
    for ended in (report for report in reports if report.when == "teardown" and report.nodeid in went):
        (_, promise), *noted = ended.user_properties
        call = went[ended.nodeid]
        outcome = "passed" if call.passed and ended.passed else "FAILED"
        terminalreporter.write_line(f"{outcome} in {call.duration:.0f} s: {promise}")
        for what, (seen, promised) in noted:
            terminalreporter.write_line(f"    {what:<40} {seen}{f'   [{promised}]' if promised else ''}")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home."""
    path = tmp_path / "home"
    monkeypatch.setenv("LISTKIT_HOME", str(path))
    return path
