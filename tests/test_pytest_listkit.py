"""The pytest plugin, from outside: as somebody uses it who has listkit installed and tests a sync of their own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import listkit

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["pytester"]

PAGE = Path(listkit.__file__).with_name("server") / "README.md"


def run(pytester: pytest.Pytester, code: str) -> pytest.RunResult:
    """Run tests in a process of their own, where warnings are errors and marks are known."""
    pytester.makepyfile(code)
    return pytester.runpytest_subprocess(
        "-W", "error", "--strict-markers", "-p", "no:cacheprovider", "-p", "no:randomly"
    )


def test_the_pages_example_runs(pytester: pytest.Pytester) -> None:
    """The test that the server's page shows passes as it stands there."""
    (example,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), flags=re.DOTALL | re.MULTILINE)
    run(pytester, example).assert_outcomes(passed=1)


def test_a_sandbox_has_a_home_and_an_environment_of_its_own(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`lk.connect` leads to the sandbox and no account of the user's is reached; afterwards all is as before."""
    before = {
        "LISTKIT_TEXTMAGIC_USERNAME": "mine",
        "LISTKIT_EXOTEL_NORTH_KEY": "mine",
        "LISTKIT_HOME": str(pytester.path),
    }
    for name, text in before.items():
        monkeypatch.setenv(name, text)
    code = f"""
        import os, threading
        import listkit as lk
        import pytest

        before = {before!r}
        boxes = []

        @pytest.mark.parametrize("listkit_sandbox", [{{}}, {{"faults": lk.Faults(0.1, seed=1)}}], indirect=True)
        def test_one(listkit_sandbox):
            boxes.append(listkit_sandbox)
            assert lk.connect("textmagic").provider.host in listkit_sandbox.url
            assert "LISTKIT_EXOTEL_NORTH_KEY" not in os.environ
            assert os.environ["LISTKIT_HOME"] != before["LISTKIT_HOME"]
            assert listkit_sandbox.faults.rate == (0.1 if len(boxes) == 2 else 0)

        def test_two():
            assert {{name: os.environ[name] for name in before}} == before
            assert len({{box.url for box in boxes}}) == 2
            assert not [thread for thread in threading.enumerate() if thread.name == "listkit-server"]
    """
    pytester.makeini("[pytest]")
    run(pytester, code).assert_outcomes(passed=3)


def test_a_run_that_does_not_ask_for_it_imports_nothing(pytester: pytest.Pytester) -> None:
    """Where no test wants a sandbox, nothing of listkit is loaded, and pandas is not either."""
    code = """
        import sys

        def test_nothing_is_loaded(pytestconfig):
            assert pytestconfig.pluginmanager.has_plugin("listkit")
            assert not {"listkit", "pandas", "uvicorn", "sqlalchemy"} & set(sys.modules)
    """
    run(pytester, code).assert_outcomes(passed=1)
