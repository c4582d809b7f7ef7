"""What every test stands on: a home of its own, no account of the user's, and the long random tests apart."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from pathlib import Path

TORTURE = os.environ.get("LISTKIT_TORTURE") == "1"
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
    """Keep the torture tests for `make torture`."""
    if TORTURE:
        return
    spared = [item for item in items if item.get_closest_marker("torture")]
    items[:] = [item for item in items if not item.get_closest_marker("torture")]
    if spared:
        config.hook.pytest_deselected(items=spared)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home."""
    path = tmp_path / "home"
    monkeypatch.setenv("LISTKIT_HOME", str(path))
    return path
