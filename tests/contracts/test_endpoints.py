"""No endpoint of the contracts is missing: each is served, asked by the test that it names, and on the page."""

from __future__ import annotations

import ast
import re

from listkit.server.answering import DIALECTS
from tests.contracts.endpoints import ENDPOINTS, ROOT, page


def _nameless(method: str, path: str) -> tuple[str, str]:
    """Leave out what each calls the ids in a path."""
    return method, re.sub(r"{\w+}", "{}", path)


def test_routes_are_the_contracts() -> None:
    """Each endpoint of the contracts is served, and nothing is served that is not in the list."""
    listed = [_nameless(endpoint.method, endpoint.path) for endpoint in ENDPOINTS]
    served = [_nameless(route.method, route.path) for dialect in DIALECTS for route in dialect.ROUTES]
    assert sorted(listed) == sorted(served)


def test_named_tests_are_there() -> None:
    """Each endpoint names a test of those that prove, as they end, that they asked for it (see their conftest.py)."""
    named = {endpoint.test.partition("[")[0] for endpoint in ENDPOINTS}
    there = {
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in (ROOT / "tests/server/seeds").glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    assert sorted(named - there) == []


def test_page_tells_all() -> None:
    """The tables of the server's page are those that `make fix` makes of the list."""
    written, wanted = page()
    assert written == wanted
