"""Carillon's server, as small as it can be: what it holds, and a `Send` of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from listkit.wire.message import Answer

if TYPE_CHECKING:
    from listkit.wire.message import Request

KEY = "a key"
PAGE = 50
ID = re.compile(r"[bp][0-9]+|[+].*")
NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")


class Desk:
    """Answers as Carillon would; `bells` are its lists, `people` its contacts."""

    def __init__(self) -> None:
        self.bells: dict[str, dict[str, Any]] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self._next = 0

    def answer(self, request: Request) -> Answer:
        """Answer a request: a `Send`."""
        if request.headers.get("x-carillon-key") != KEY:
            return self._say(401, error="this key is nobody's")
        parts = ["*" if ID.fullmatch(part) else part for part in request.path.split("/")[2:]]
        try:
            act = self._acts[f"{request.method} {'/'.join(parts)}"]
            body = msgspec.json.decode(request.body) if request.body else {}
            return act(self, request.path.split("/")[3:], body, dict(request.query))
        except LookupError as missing:
            return self._say(404, error=f"there is no {missing}")

    # lists ---------------------------------------------------------------------------------
    def _make_bell(self, _path: list[str], body: Any, _query: Any) -> Answer:
        if not body.get("title"):
            return self._say(400, error="a list needs a title")
        if any(bell["title"] == body["title"] for bell in self.bells.values()):
            return self._say(409, error="this title is taken")
        key = self._new("b")
        self.bells[key] = {"title": body["title"], "members": []}
        return self._bell(key)

    def _show_bells(self, _path: list[str], _body: Any, query: Any) -> Answer:
        keys = [key for key, bell in self.bells.items() if query.get("title") in {None, bell["title"]}]
        return self._page([self._shown(key) for key in keys], query)

    def _show_bell(self, path: list[str], _body: Any, _query: Any) -> Answer:
        return self._bell(path[0])

    def _rename(self, path: list[str], body: Any, _query: Any) -> Answer:
        if any(bell["title"] == body["title"] and key != path[0] for key, bell in self.bells.items()):
            return self._say(409, error="this title is taken")
        self.bells[path[0]]["title"] = body["title"]
        return self._bell(path[0])

    def _drop_bell(self, path: list[str], _body: Any, _query: Any) -> Answer:
        del self.bells[path[0]]
        return self._say(200)

    # members -------------------------------------------------------------------------------
    def _show_members(self, path: list[str], _body: Any, query: Any) -> Answer:
        return self._page([self.people[key] for key in self.bells[path[0]]["members"]], query)

    def _join(self, path: list[str], body: Any, _query: Any) -> Answer:
        members = self.bells[path[0]]["members"]
        results = []
        for key in body["ids"]:
            why = "no such person here" if key not in self.people else "there" if key in members else ""
            members += [] if why else [key]
            results.append({"id": key, "why": why})
        return self._say(200, results=results)

    def _leave(self, path: list[str], body: Any, _query: Any) -> Answer:
        members = self.bells[path[0]]["members"]
        results = [{"id": key, "why": "" if key in members else "not in it"} for key in body["ids"]]
        members[:] = [key for key in members if key not in body["ids"]]
        return self._say(200, results=results)

    # people --------------------------------------------------------------------------------
    def _make_people(self, _path: list[str], body: Any, _query: Any) -> Answer:
        if len(body["people"]) > 200:
            return self._say(400, error="200 people are the most")
        results = []
        for person in body["people"]:
            known = next((key for key, one in self.people.items() if one["number"] == person.get("number")), None)
            if not NUMBER.fullmatch(person.get("number", "")):
                results.append({"why": "not a number that anybody could be called at"})
            elif known:
                results.append({"id": known, "why": "taken"})
            else:
                key = self._new("p")
                self.people[key] = {"id": key, **person}
                results.append({"id": key})
        return self._say(200, results=results)

    def _change(self, _path: list[str], body: Any, _query: Any) -> Answer:
        results = []
        for change in body["people"]:
            if change["id"] in self.people:
                self.people[change["id"]].update(change)
            results.append({"id": change["id"], "why": "" if change["id"] in self.people else "no such person"})
        return self._say(200, results=results)

    def _show_people(self, _path: list[str], _body: Any, query: Any) -> Answer:
        return self._page(list(self.people.values()), query)

    def _show_person(self, path: list[str], _body: Any, _query: Any) -> Answer:
        return self._say(200, **self.people[path[0]])

    def _find(self, path: list[str], _body: Any, _query: Any) -> Answer:
        found = {person["number"]: person for person in self.people.values()}
        return self._say(200, **found[path[0]])

    def _drop_person(self, path: list[str], _body: Any, _query: Any) -> Answer:
        del self.people[path[0]]
        for bell in self.bells.values():
            bell["members"] = [key for key in bell["members"] if key != path[0]]
        return self._say(200, results=[{"id": path[0]}])

    # answering -----------------------------------------------------------------------------
    def _new(self, kind: str) -> str:
        self._next += 1
        return f"{kind}{self._next}"

    def _shown(self, key: str) -> dict[str, Any]:
        return {"id": key, "title": self.bells[key]["title"], "size": len(self.bells[key]["members"])}

    def _bell(self, key: str) -> Answer:
        return self._say(200, **self._shown(key))

    def _page(self, items: list[Any], query: Any) -> Answer:
        start = int(query.get("after", 0))
        more = start + PAGE if start + PAGE < len(items) else None
        return self._say(200, items=items[start : start + PAGE], total=len(items), next=more)

    @staticmethod
    def _say(status: int, **body: Any) -> Answer:
        return Answer(status=status, headers={"content-type": "application/json"}, body=msgspec.json.encode(body))

    _acts: ClassVar = {
        "POST bells": _make_bell,
        "GET bells": _show_bells,
        "GET bells/*": _show_bell,
        "PUT bells/*": _rename,
        "DELETE bells/*": _drop_bell,
        "GET bells/*/people": _show_members,
        "PUT bells/*/people": _join,
        "DELETE bells/*/people": _leave,
        "POST people": _make_people,
        "PATCH people": _change,
        "GET people": _show_people,
        "GET people/*": _show_person,
        "DELETE people/*": _drop_person,
        "GET numbers/*": _find,
    }
