"""The pages at /openapi: the documents of both APIs as a person reads them, with a line to try each call by."""

from __future__ import annotations

import json
import shlex
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from listkit.server.openapi import example_of, resolve
from listkit.server.pages import draw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listkit.server.store.base import Account
    from listkit.wire.message import Answer

_DEEPEST = 4
_FIRST_REFUSAL = 400
_KEYS = {
    "exotel": "$LISTKIT_EXOTEL_KEY:$LISTKIT_EXOTEL_TOKEN",
    "textmagic": "$LISTKIT_TEXTMAGIC_USERNAME:$LISTKIT_TEXTMAGIC_KEY",
}


def show_contents(documents: Mapping[str, Mapping[str, Any]], account: Account) -> Answer:
    """Show every call of both APIs in a line."""
    apis = [
        {
            "api": api,
            "title": document["info"]["title"],
            "operations": [
                {"method": method, "path": path, "summary": told["summary"], "id": told["operationId"]}
                for path, method, told in operations_of(document)
            ],
        }
        for api, document in documents.items()
    ]
    return draw("contents", title="APIs", here="/openapi", account=account, apis=apis)


def show_reference(api: str, document: Mapping[str, Any], account: Account) -> Answer:
    """Show every call of an API whole."""
    groups = groupby(operations_of(document), key=lambda call: call[2]["tags"][0])
    return draw(
        "reference",
        title=document["info"]["title"],
        here=f"/openapi/{api}",
        account=account,
        api=api,
        about=document["info"]["description"],
        keys=" or ".join(_key(document, names) for names in document["security"]),
        groups=[(name, [_shown(api, document, *call) for call in calls]) for name, calls in groups],
    )


def operations_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Walk an API's calls, those about one kind of thing together: path, method, and what is told of it."""
    calls = [(path, verb.upper(), told) for path, verbs in document["paths"].items() for verb, told in verbs.items()]
    groups = list(dict.fromkeys(told["tags"][0] for _, _, told in calls))
    yield from sorted(calls, key=lambda call: groups.index(call[2]["tags"][0]))


def curl(api: str, document: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]) -> str:
    """Write the line that makes a call, with the example of its body and the variables that hold address and key."""
    variable = f"$LISTKIT_{api.upper()}"
    places = {each["name"]: str(example_of(each["schema"], {})) for each in told["parameters"] if each["in"] == "path"}
    below = path.format(**{**places, "account": f"{variable}_SID"})
    asked = {
        each["name"]: str(example_of(each["schema"], {}))
        for each in told["parameters"]
        if each["in"] == "query" and each["required"]
    }
    below += f"?{urlencode(asked)}" if asked else ""
    words = ["curl", f'-u "{_KEYS[api]}"', *([] if method == "GET" else [f"-X {method}"])]
    for media, content in list(told.get("requestBody", {"content": {}})["content"].items())[:1]:
        example = content["example"]
        if media.startswith("multipart/"):
            fields = resolve(document, content["schema"])["properties"]
            files = {name: "@contacts.csv" for name, field in fields.items() if field.get("format") == "binary"}
            words += [f"-F {shlex.quote(f'{name}={value}')}" for name, value in {**example, **files}.items()]
        else:
            body = json.dumps(example, ensure_ascii=False)
            words += [f"-H 'content-type: {media}'", f"-d {shlex.quote(body)}"]
    return " ".join([*words, f'"{variable}_BASE_URL{below}"'])


def _shown(api: str, document: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]) -> dict[str, Any]:
    body = told.get("requestBody", {}).get("content", {})
    return {
        "id": told["operationId"],
        "method": method,
        "path": path,
        "summary": told["summary"],
        "description": told.get("description"),
        "curl": curl(api, document, path, method, told),
        "parameters": [
            _field(parameter["name"], parameter["schema"], parameter, is_needed=parameter["required"])
            for parameter in told["parameters"]
        ],
        "media": " or ".join(body),
        "fields": list(_fields(document, next(iter(body.values()))["schema"])) if body else [],
        "answers": [_answer(document, status, answer) for status, answer in sorted(told["responses"].items())],
    }


def _answer(document: Mapping[str, Any], status: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    described = resolve(document, answer)
    examples: list[Any] = []
    for media in described.get("content", {}).values():
        examples += [each["value"] for each in media.get("examples", {}).values()]
        examples += [media["example"]] if "example" in media else []
    return {
        "status": status,
        "about": described["description"],
        "is_refusal": int(status) >= _FIRST_REFUSAL,
        "examples": [json.dumps(example, indent=2, ensure_ascii=False) for example in examples],
    }


def _fields(
    document: Mapping[str, Any], schema: Mapping[str, Any], before: str = "", depth: int = 0
) -> Iterator[dict[str, Any]]:
    """Walk the fields of a body, those within others under their whole name, as lists[].name."""
    whole = resolve(document, schema)
    for name, field in whole.get("properties", {}).items():
        told = _choice(document, field)
        yield _field(f"{before}{name}", told, {**told, **field}, is_needed=name in whole.get("required", ()))
        inner, mark = (told.get("items", {}), "[].") if told.get("type") == "array" else (told, ".")
        if depth < _DEEPEST:
            yield from _fields(document, inner, f"{before}{name}{mark}", depth + 1)


def _choice(document: Mapping[str, Any], field: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a field is where it is not null."""
    choices = [each for each in field.get("anyOf", [field]) if each.get("type") != "null"]
    return resolve(document, choices[0]) if choices else field


def _field(name: str, schema: Mapping[str, Any], told: Mapping[str, Any], *, is_needed: bool) -> dict[str, Any]:
    return {"name": name, "kind": _kind(schema), "about": told.get("description"), "is_needed": is_needed}


def _kind(schema: Mapping[str, Any]) -> str:
    """Say what a value has to be, in words."""
    kinds = schema.get("type") or "any"
    names = {"string": "text", "integer": "whole number", "boolean": "true or false", "null": "nothing"}
    words = [" or ".join(names.get(kind, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds))]
    if schema.get("format") == "binary":
        words = ["file"]
    if "enum" in schema:
        words = [" or ".join(str(each) for each in schema["enum"])]
    if schema.get("minimum") is not None:
        words.append(f"from {schema['minimum']:,}")
    if schema.get("maxLength") is not None:
        words.append(f"{schema['maxLength']:,} characters at most")
    if schema.get("default") not in (None, [], ""):
        words.append(f"{schema['default']} where it is absent")
    return ", ".join(words)


def _key(document: Mapping[str, Any], names: Sequence[str]) -> str:
    schemes = [document["components"]["securitySchemes"][name] for name in names]
    return " and ".join(
        f"HTTP Basic ({scheme['description'].rstrip('.')})"
        if scheme["type"] == "http"
        else f"the header {scheme['name']}"
        for scheme in schemes
    )
