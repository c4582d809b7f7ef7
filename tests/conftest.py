"""What every test stands on: a home of its own, no account of the user's, and the long random tests apart."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.browsing import browser

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["browser"]

TORTURE = os.environ.get("LISTKIT_TORTURE") == "1"
PROMISE = "promise"
HOME = pytest.StashKey[str]()

hypothesis.settings.register_profile(
    "listkit",
    deadline=None,  # a busy machine is not a fault
    suppress_health_check=[hypothesis.HealthCheck.too_slow],  # the same
    derandomize=False,  # on CI too, where hypothesis would try the same examples every time
    print_blob=True,
)
hypothesis.settings.register_profile("torture", hypothesis.settings.get_profile("listkit"), max_examples=10_000)
hypothesis.settings.load_profile("torture" if TORTURE else "listkit")


def pytest_configure(config: pytest.Config) -> None:
    """Shut the user's own accounts, keyring and home out, for notebooks and doctests too, which have no fixtures."""
    config.addinivalue_line("markers", "torture: long and random; runs by `make torture`")
    for name in [name for name in os.environ if name.startswith(("LISTKIT_EXOTEL_", "LISTKIT_TEXTMAGIC_"))]:
        del os.environ[name]
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    os.environ["LISTKIT_HOME"] = config.stash[HOME] = tempfile.mkdtemp(prefix="listkit-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    shutil.rmtree(config.stash[HOME], ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the torture tests for `make torture`, which tells what each of them promised."""
    if TORTURE:
        for item in items:
            doc = getattr(getattr(item, "obj", None), "__doc__", None) or item.name
            item.user_properties.append((PROMISE, doc.partition("\n")[0]))
        return
    spared = [item for item in items if item.get_closest_marker("torture")]
    items[:] = [item for item in items if not item.get_closest_marker("torture")]
    if spared:
        config.hook.pytest_deselected(items=spared)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell of each torture test what it promised, how it went, and the figures that it recorded."""
    if not TORTURE:
        return
    terminalreporter.section("what was promised, and what was seen")
    reports = [
        report for outcome in ("passed", "failed", "error", "") for report in terminalreporter.getreports(outcome)
    ]
    went = {report.nodeid: report for report in reports if report.when == "call"}
    for ended in (report for report in reports if report.when == "teardown" and report.nodeid in went):
        told, call = dict(ended.user_properties), went[ended.nodeid]
        outcome = "passed" if call.passed and ended.passed else "FAILED"
        terminalreporter.write_line(f"{outcome} in {call.duration:.0f} s: {told.pop(PROMISE)}")
        for what, figures in told.items():
            terminalreporter.write_line(f"    {what}: {figures}")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home."""
    path = tmp_path / "home"
    monkeypatch.setenv("LISTKIT_HOME", str(path))
    return path
