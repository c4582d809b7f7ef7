"""The upload wizard as a person meets it: in JupyterLab, by mouse and by keyboard, with a damaged file."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import listkit as lk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from tests.lab import Lab

EVIL = "<img src=x onerror='window.struck = true'>"
SIZE = 5_000
BEGIN = """
import listkit as lk
box = lk.sandbox()
wizard = lk.UploadWizard(to=box.exotel)
wizard
"""
ASK = """async (code) => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const future = kernel.requestExecute({ code, store_history: false });
    let told = '';
    future.onIOPub = (message) => {
        if (message.header.msg_type === 'stream') told += message.content.text;
        if (message.header.msg_type === 'error') told += message.content.ename + ': ' + message.content.evalue;
    };
    await future.done;
    return told.trim();
}"""
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"
SHOTS = os.environ.get("LISTKIT_SHOTS")
"""A folder for a picture of every step, to be looked at."""


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a list as people bring it: numbers in every habit, and some that no longer are any."""
    number = range(SIZE)
    habits = ["98765 {:05}", "0{:05}98765", "+91 98765 {:05}", "919876{:06}.0", "9.19877E+11", "98765O{:04}"]
    frame = pd.DataFrame(
        {
            "First Name": [EVIL if at == 3 else f"Guest {at}" for at in number],
            EVIL: ["x"] * SIZE,
            "Mobile No.": [habits[at % 6 if at % 49 == 0 else at % 3 and 2].format(at) for at in number],
            "Email": [f"guest{at}@example.com" for at in number],
        }
    )
    path = tmp_path_factory.mktemp("damaged") / "guests.xlsx"
    frame.to_excel(path, index=False)
    return path


class Wizard:
    """The wizard's page, and what a person does there."""

    def __init__(self, lab: Lab, name: str) -> None:
        self.errors: list[str] = []
        lab.context.on("page", self._watch)
        self.page, outputs = lab.run(lab.write(name, BEGIN))
        lab.context.remove_listener("page", self._watch)
        assert "error" not in [output["output_type"] for output in outputs], outputs
        self.lab, self.name, self.shots = lab, name, 0
        self.page.locator(".listkit-steps").wait_for()

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda told: self.errors.append(told.text) if told.type == "error" else None)

    def button(self, word: str) -> Locator:
        """Find a button by its word."""
        return self.page.locator(".listkit-wizard .jupyter-button", has_text=re.compile(f"^{word}$"))

    def ask(self, code: str) -> str:
        """Ask the kernel."""
        told: str = self.page.evaluate(ASK, code)
        return told

    def shoot(self, what: str) -> None:
        """Keep a picture, where that is wanted."""
        self.shots += 1
        if SHOTS:
            self.page.wait_for_timeout(400)
            self.page.screenshot(path=Path(SHOTS) / f"{Path(self.name).stem}-{self.shots}-{what}.png")

    def at(self, step: str) -> None:
        """Wait until a step is the one that is shown."""
        self.page.locator(f'.listkit-now [data-act="go:{step}"]').wait_for()
        self.shoot(step)

    def said(self, words: str) -> None:
        """Wait until something is said."""
        self.page.locator(".listkit-said", has_text=re.compile(words)).wait_for(timeout=60_000)


@pytest.fixture
def wizard(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Wizard]:
    """Open the wizard; in the end no error was told and nobody outside was asked."""
    opened = Wizard(lab, f"{request.node.name}.ipynb")
    yield opened
    opened.ask("box.close()")
    opened.page.close()
    assert opened.errors == []
    assert lab.outside == []


def test_a_damaged_file_is_pushed_by_mouse(wizard: Wizard, damaged: Path, tmp_path: Path) -> None:
    """Dropped, mapped, mended, planned, pushed, reported and taken back, with scripts for names that never run."""
    page = wizard.page
    page.locator(".listkit-drop-input").set_input_files(damaged)
    page.locator(".listkit-facts", has_text=f"{SIZE:,}").wait_for(timeout=30_000)
    wizard.shoot("file")
    wizard.button("Next").click()
    wizard.at("columns")
    country = page.get_by_label("Country of numbers without +:")
    country.fill("IN")
    country.press("Enter")
    wizard.button("Next").click()
    wizard.at("review")
    page.locator('.listkit-cell[data-row="5"]').first.wait_for()
    only = page.locator('[data-act="only:letter_for_digit"]')
    before = int(wizard.ask("print(wizard.frame['phone'].str.fullmatch(r'[+][0-9]+').sum())"))
    only.click()
    page.locator('[aria-pressed="true"][data-act="only:letter_for_digit"]').wait_for()
    page.locator('[data-act="accept:letter_for_digit"]').click()
    only.wait_for(state="detached")
    assert int(wizard.ask("print(wizard.frame['phone'].str.fullmatch(r'[+][0-9]+').sum())")) > before
    page.get_by_label("Find rows").fill("onerror")
    page.locator('.listkit-cell[data-row="0"]', has_text="onerror").first.wait_for()
    wizard.shoot("hostile")
    wizard.button("Next").click()
    wizard.at("duplicates")
    page.get_by_label("Make one row of those who are one person").click()
    wizard.button("Next").click()
    wizard.at("plan")
    page.get_by_label("List:").fill("Guests")
    page.get_by_label("List:").press("Enter")
    wizard.button("Make the plan").click()
    wizard.said("Nothing has been written yet")
    assert wizard.ask("print(len(box.exotel.lists()))") == "0"
    wizard.button("Next").click()
    wizard.at("push")
    wizard.button("Push").click()
    wizard.said("every row is accounted for")
    wizard.button("Next").click()
    wizard.at("report")
    pushed = json.loads(wizard.ask("print(wizard.run.counts['added'], end='')"))
    assert pushed == int(wizard.ask("print(len(box.exotel.contacts('Guests')))"))
    with page.expect_download() as download:
        wizard.button("Download what did not get in").click()
    download.value.save_as(tmp_path / "rejects.xlsx")
    rejected = lk.read_file(tmp_path / "rejects.xlsx")
    assert len(rejected) == int(wizard.ask("print(len(wizard.run.rejected))"))
    wizard.button("Undo this push").click()
    wizard.said("taken back")
    assert wizard.ask("print(len(box.exotel.lists()))") == "0"
    assert page.evaluate("() => window.struck") is None


def test_a_cell_is_mended_by_keyboard_alone(wizard: Wizard) -> None:
    """Every step is reached and done by keys; what is typed into a cell is in the frame, and undone again."""
    page = wizard.page
    wizard.ask("open('few.csv', 'w').write('Mobile,Name\\n98765O4321,Asha\\n9876504322,Ravi\\n')")
    path = page.get_by_label("Or a file that is here already:")
    path.focus()
    path.press_sequentially("few.csv")
    path.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".listkit-facts").wait_for()
    for step in ("columns", "review"):
        wizard.button("Next").focus()
        page.keyboard.press("Enter")
        wizard.at(step)
    table = page.get_by_role("grid")
    page.locator('.listkit-cell[data-row="0"]', has_text="98765O4321").wait_for()
    table.focus()
    page.keyboard.press("Enter")
    page.locator(".listkit-editor").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("+919876504321")
    page.keyboard.press("Enter")
    page.locator('.listkit-cell[data-row="0"]', has_text="+919876504321").wait_for()
    assert wizard.ask("print(wizard.frame['phone'].iloc[0])") == "+919876504321"
    table.focus()
    page.keyboard.press("Control+z")
    page.locator('.listkit-cell[data-row="0"]', has_text="98765O4321").wait_for()
    assert wizard.ask("print(wizard.frame['phone'].iloc[0])") == "98765O4321"


def test_a_saved_notebook_holds_no_cell_of_the_list(wizard: Wizard, damaged: Path) -> None:
    """With the widgets' state saved, as the setting has it, none of the people is in the file."""
    page = wizard.page
    page.locator(".listkit-drop-input").set_input_files(damaged)
    page.locator(".listkit-facts", has_text=f"{SIZE:,}").wait_for(timeout=30_000)
    for step in ("columns", "review"):
        wizard.button("Next").click()
        wizard.at(step)
    page.locator('.listkit-cell[data-row="5"]').first.wait_for()
    page.get_by_label("Find rows").fill("guest77")
    page.locator('.listkit-cell[data-row="0"]', has_text="guest77").first.wait_for()
    page.evaluate("() => window.jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState')")
    page.wait_for_timeout(500)
    page.evaluate(SAVE)
    page.wait_for_timeout(500)
    saved = (wizard.lab.folder / wizard.name).read_text()
    cells: Any = json.loads(saved)
    assert "application/vnd.jupyter.widget-state+json" in json.dumps(cells["metadata"])
    assert "guest77" not in saved.lower()
    assert "98765" not in saved
