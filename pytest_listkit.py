"""The pytest plugin: `listkit_sandbox`, a provider of one's own for each test of one's own sync.

It stands beside the package because pytest loads it into every run where listkit is installed:
nothing of listkit, pandas or a server is imported before a test asks for the fixture.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from listkit.testing import Sandbox

MARK = "listkit_sandbox(store=None, faults=None, limits=False): how the fixture is made, as by lk.sandbox"
ACCOUNTS = ("LISTKIT_EXOTEL_", "LISTKIT_TEXTMAGIC_")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", MARK)


@pytest.fixture
def listkit_sandbox(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    """Give the test a sandbox of its own, and listkit a home of its own.

    `lk.connect("exotel")` and `lk.connect("textmagic")` lead to it while the test runs, and no
    account of the environment can be reached by mistake. `@pytest.mark.listkit_sandbox(...)`
    says how it is made; so do the values of an indirect parametrize, as dicts.
    """
    import listkit  # noqa: PLC0415 - see the top

    mark = request.node.get_closest_marker(MARK.partition("(")[0])
    arguments = {**(mark.kwargs if mark else {}), **getattr(request, "param", {})}
    for name in [name for name in os.environ if name.startswith(ACCOUNTS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LISTKIT_HOME", str(tmp_path_factory.mktemp("listkit")))
    with listkit.sandbox(*(mark.args if mark else ()), **arguments) as box:
        for name, text in box.environment.items():
            monkeypatch.setenv(name, text)
        yield box
