"""The house as a whole: what the tree, the commands and the import promise."""

from __future__ import annotations

import ast
import fnmatch
import itertools
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
GUESTS = [
    "anywidget",
    "dask",
    "disposable_email_domains",
    "distributed",
    "email_validator",
    "fastexcel",
    "ftfy",
    "ipywidgets",
    "keyring",
    "matplotlib",
    "openpyxl",
    "pandas",
    "phonenumbers",
    "psycopg",
    "requests",
    "scipy",
    "sqlalchemy",
    "uvicorn",
    "xlrd",
    "xlsxwriter",
]
COMMANDS = {"help", "demo", "lab", "test", "check", "fix", "bench", "torture"}
MOST_LINES = 400
# Each pattern holds a bracket that keeps it from finding itself.
OUTSIDE = {
    "a path of some machine": r"(?<![\w.:/-])/(?:home|root|Users|work|opt/py[p]i)/\w",
    "a registry's host": r"py[p]i\.(?:org|python)|python[h]osted|np[m]js\.|deb\.[d]ebian|anaconda\.[o]rg",
    "a neighbour of the tree": r"\.\./[s]hared",
}


def files(pattern: str = "*") -> list[Path]:
    """Every file of the project, but for what .gitignore names."""
    ignored = [line for line in (ROOT / ".gitignore").read_text().splitlines() if line and not line.startswith("#")]
    found: list[Path] = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [name for name in inner if not _matches(name, [".git", *ignored])]
        found += [Path(folder, name) for name in names if not _matches(name, [".git", *ignored])]
    return [path for path in found if fnmatch.fnmatch(path.name, pattern)]


def _matches(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def _name(requirement: str) -> str:
    """Take a package's name out of a requirement, spelled as an index compares it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~!;]", requirement)[0].strip().lower())


def _relative(paths: list[Path]) -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in paths)


def test_import_loads_no_guest() -> None:
    """`import listkit` in a fresh process loads none of the heavy guests."""
    told = subprocess.run(
        [sys.executable, "-c", "import sys, listkit; print(*sys.modules)"],
        capture_output=True,
        check=False,
        cwd=ROOT,
        text=True,
    )
    assert told.stderr == ""
    loaded = set(told.stdout.split())
    assert "listkit" in loaded
    assert loaded.isdisjoint(GUESTS)


def test_no_file_is_long() -> None:
    """No Python file has more than 400 lines."""
    assert _relative([path for path in files("*.py") if len(path.read_text().splitlines()) > MOST_LINES]) == []


def test_nothing_points_outside() -> None:
    """No file names a machine's path, a package registry or a neighbour of the tree."""
    found = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture, a spreadsheet, or an encoding that a test needs
        found += [f"{path.relative_to(ROOT)}: {what}" for what, sign in OUTSIDE.items() if re.search(sign, text)]
    assert found == []


def test_constraints_are_names_and_versions() -> None:
    """The constraints file is `name==version` lines and holds no address."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.!+]+", line)] == []


def test_every_dependency_is_pinned() -> None:
    """Each dependency, of the core and of every extra, has its version in the constraints file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values())]
    pinned = (ROOT / "constraints.txt").read_text().splitlines()
    assert {_name(line) for line in wanted} - {_name(line) for line in pinned} == {"listkit"}


def test_every_module_says_what_it_is() -> None:
    """Every module of listkit opens with a docstring."""
    modules = [path for path in files("*.py") if path.is_relative_to(ROOT / "listkit")]
    assert modules
    assert _relative([path for path in modules if not ast.get_docstring(ast.parse(path.read_text()))]) == []


def test_every_test_says_what_it_proves() -> None:
    """Every test, in a class or not, has a docstring."""
    silent = [
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in files("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_make_has_the_commands_and_no_others() -> None:
    """The Makefile's targets are the project's commands, each told by `make help`."""
    targets = dict(re.findall(r"^([a-z]\w*):([^=].*)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(targets) == COMMANDS
    assert [name for name, told in targets.items() if " ## " not in told] == []
