"""A JupyterLab of the tests' own, and a browser to look at it; nothing of the user's is read."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, Route

ROOT = Path(__file__).parents[1]
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
IS_IDLE = """() => {
    const widget = window.jupyterapp && window.jupyterapp.shell.currentWidget;
    const session = widget && widget.sessionContext && widget.sessionContext.session;
    return session && session.kernel && session.kernel.status === 'idle';
}"""
RUN_ALL = """() => {
    window.ran = null;
    const all = window.jupyterapp.commands.execute('notebook:run-all-cells');
    all.then(() => window.ran = 'yes', () => window.ran = 'no');
}"""
OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells
    .flatMap(cell => cell.outputs || [])"""


@dataclass
class Lab:
    """A running JupyterLab over a folder, and what its pages asked for outside this machine."""

    url: str
    token: str
    folder: Path
    context: BrowserContext
    outside: list[str] = field(default_factory=list)

    def run(self, name: str) -> tuple[Page, list[dict[str, object]]]:
        """Open a notebook, run all its cells, and return the page with their outputs."""
        page = self.context.new_page()
        page.goto(f"{self.url}/lab/tree/{name}?token={self.token}&reset")
        page.wait_for_function(IS_IDLE, timeout=90_000)
        page.evaluate(RUN_ALL)
        page.wait_for_function("() => window.ran", timeout=120_000)
        return page, page.evaluate(OUTPUTS)

    def write(self, name: str, *cells: str) -> str:
        """Write a notebook of code cells."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        )
        nbformat.write(notebook, self.folder / name)
        return name

    def guard(self, route: Route) -> None:
        """Let only this machine be asked."""
        if route.request.url.startswith((self.url, "blob:", "data:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Serve the tour, with the data beside it, to the browser."""
    folder = tmp_path_factory.mktemp("lab")
    for name in ("notebooks", "data"):
        shutil.copytree(ROOT / name, folder / name)
    with _serve(folder, tmp_path_factory.mktemp("settings")) as (url, token):
        context = browser.new_context(viewport={"width": 1300, "height": 1000})
        served = Lab(url, token, folder, context)
        context.route("**/*", served.guard)
        yield served
        context.close()


class _serve:  # noqa: N801 - reads as the verb it is
    """Run JupyterLab on a free port of loopback, with settings of its own."""

    def __init__(self, folder: Path, settings: Path) -> None:
        with socket.socket() as chosen:
            chosen.bind(("127.0.0.1", 0))
            port = chosen.getsockname()[1]
        self.url, self.token = f"http://127.0.0.1:{port}", secrets.token_hex(16)
        (settings / "labconfig").mkdir()
        (settings / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(SETTINGS))
        places = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "LISTKIT_HOME")
        places += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
        own = {name: str(settings if name == "JUPYTER_CONFIG_DIR" else settings / name.lower()) for name in places}
        self.log = (settings / "lab.log").open("wb")
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
        command += [f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={folder}"]
        command += ["--LabApp.expose_app_in_browser=True", "--allow-root"]
        environment = {**os.environ, **own, "JUPYTER_PREFER_ENV_PATH": "1"}
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=environment)

    def __enter__(self) -> tuple[str, str]:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/api/status?token={self.token}", timeout=1).close()  # noqa: S310 - our own address
            except OSError:
                time.sleep(0.1)
            else:
                return self.url, self.token
        raise TimeoutError(f"JupyterLab did not answer at {self.url} within 60 s")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.log.close()
