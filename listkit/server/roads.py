"""Which route a path takes, and what stands in its braces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from listkit.errors import MethodNotAllowedError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listkit.server.dialects import Route


class Roads:
    """The routes of a dialect, found by the segments of a path; a literal segment goes before a {brace}."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._by_path: dict[tuple[str, ...], dict[str, Route]] = {}
        for route in sorted(routes, key=lambda route: route.path.count("{")):
            self._by_path.setdefault(_segments(route.path), {})[route.method] = route

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """Return the route and what stands in its braces; NotFoundError or MethodNotAllowedError."""
        asked = _segments(path)
        for pattern, by_method in self._by_path.items():
            params = _match(pattern, asked)
            if params is None:
                continue
            if method not in by_method:
                raise MethodNotAllowedError(f"{path} does not take {method}.", allow=sorted(by_method))
            return by_method[method], params
        raise NotFoundError(f"There is nothing at {path}.")


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.removesuffix("/").split("/"))


def _match(pattern: tuple[str, ...], asked: tuple[str, ...]) -> dict[str, str] | None:
    if len(pattern) != len(asked):
        return None
    params = {}
    for expected, found in zip(pattern, asked, strict=True):
        if expected.startswith("{"):
            if not found:
                return None
            params[expected[1:-1]] = found
        elif expected != found:
            return None
    return params
