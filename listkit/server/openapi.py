"""OpenAPI documents, made of the routes and structs that answer: what is not served is not in them."""

from __future__ import annotations

import re
from collections import defaultdict
from http import HTTPStatus
from importlib.metadata import version
from inspect import cleandoc
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec

from listkit import errors
from listkit.server.dialects import File
from listkit.server.visits import REQUEST_ID
from listkit.wire.message import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from listkit.errors import ProviderError
    from listkit.server.dialects import Dialect, Route

ANYWHERE: Sequence[type[ProviderError]] = (
    errors.MissingFieldError,
    errors.InvalidError,
    errors.UnreadableBodyError,
    errors.UnauthorizedError,
    errors.ForbiddenError,
    errors.NotFoundError,
    errors.MethodNotAllowedError,
    errors.TooLargeError,
    errors.RateLimitedError,
    errors.ServerFailedError,
    errors.UnavailableError,
)
"""The errors that any route may answer."""
JSON = "application/json"

_SCHEMAS = "#/components/schemas/"
_EXAMPLE_ID = "10a67da360d446378d5c2b66407b7f18"


def describe(dialect: Dialect) -> dict[str, Any]:
    """Describe a vendor's API as an OpenAPI 3.1 document."""
    shapes = _Shapes(dialect.ROUTES, dialect.REFUSAL)
    usual = _usual_refusals(dialect, shapes)
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    names: set[str] = set()
    for route in dialect.ROUTES:
        operation = _operation(dialect, route, shapes, usual)
        if operation["operationId"] in names:
            # Two addresses of one handler: the other one is named for the end of its path.
            operation["operationId"] += f"_{re.findall(r'[a-z]+', route.path)[-1]}"
        names.add(operation["operationId"])
        paths[route.path][route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": dialect.TITLE,
            "version": version("listkit"),
            "description": "As listkit serves it: generated from the code that answers.",
        },
        "servers": [{"url": "/"}],
        "security": [{name: [] for name in schemes} for schemes in dialect.KEYS],
        "paths": dict(paths),
        "components": {
            "securitySchemes": {name: scheme for schemes in dialect.KEYS for name, scheme in schemes.items()},
            "schemas": shapes.components,
            "responses": usual,
        },
    }


def example_of(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """Compose an example out of those of a schema's parts; of what may be left out, only what has one.

    >>> name, tag = {"type": "string", "examples": ["VIP"]}, {"type": "string"}
    >>> example_of({"properties": {"name": name, "tag": tag}, "type": "object"}, {})
    {'name': 'VIP'}
    """
    default = schema.get("default")
    known = [*schema.get("examples", ()), *([] if default is None else [default]), *schema.get("enum", ())]
    if known:
        return known[0]
    if "$ref" in schema or "anyOf" in schema:
        return example_of(_referred(_choice_of(schema), components), components)
    kind = schema.get("type")
    if kind == "object":
        parts, needed = schema.get("properties", {}), set(schema.get("required", ()))
        told = {name for name, part in parts.items() if name in needed or _has_example(part, components)}
        # What wraps several things stands alone: beside it a body would also be one thing without a wrapper.
        wrappers = set() if needed else {name for name in told if _choice_of(parts[name]).get("type") == "array"}
        return {name: example_of(parts[name], components) for name in parts if name in (wrappers or told)}
    if kind == "array":
        return [example_of(schema["items"], components)] if "items" in schema else []
    return {"integer": max(1, schema.get("minimum", 1)), "boolean": False, "string": "text", "number": 1}.get(str(kind))


def _choice_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a value is where it is not null."""
    choices: list[Mapping[str, Any]] = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return choices[0] if choices else schema


def _referred(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = components[schema["$ref"].removeprefix(_SCHEMAS)] if "$ref" in schema else schema
    return found


def _has_example(schema: Mapping[str, Any], components: Mapping[str, Any]) -> bool:
    told = _referred(_choice_of(schema), components)
    inner = [*told.get("properties", {}).values(), *([told["items"]] if "items" in told else [])]
    return bool(schema.get("examples") or told.get("examples")) or any(_has_example(one, components) for one in inner)


def resolve(document: Mapping[str, Any], told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a part of a document, or what it refers to."""
    if "$ref" not in told:
        return told
    found: Mapping[str, Any] = document
    for name in told["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


class _Shapes:
    """The schemas of all structs of an API, under names that other programs can take for names of classes."""

    def __init__(self, routes: Sequence[Route], refusal: Any) -> None:
        asked = {shape for route in routes for shape in (route.asks, route.takes) if shape is not None}
        given = {shape for route in routes for shape in route.gives.values() if not isinstance(shape, File | None)}
        self._places: dict[Any, dict[str, Any]] = {}
        self.components: dict[str, Any] = {}
        self._add(asked, are_given=False)
        self._add(given | {refusal}, are_given=True)
        self.components = dict(sorted(self.components.items()))

    def of(self, shape: Any) -> dict[str, Any]:
        """Return where a shape's schema is."""
        return self._places[shape]

    def fields(self, struct: Any) -> Iterable[tuple[str, dict[str, Any], bool]]:
        """Walk the fields of a struct whose values stand in an address: name, schema, whether it must be there."""
        (_,), described = msgspec.json.schema_components([struct])
        (schema,) = described.values()
        for name, field in schema["properties"].items():
            yield name, dict(field), name in schema["required"]

    def _add(self, shapes: Iterable[Any], *, are_given: bool) -> None:
        ordered = sorted(shapes, key=repr)
        places, described = msgspec.json.schema_components(ordered, ref_template=f"{_SCHEMAS}{{name}}")
        self._places |= {shape: _renamed(place) for shape, place in zip(ordered, places, strict=True)}
        for name, schema in described.items():
            self.components[_class_name(name)] = (_as_given if are_given else _as_asked)(_renamed(schema))


def _operation(dialect: Dialect, route: Route, shapes: _Shapes, usual: Mapping[str, Any]) -> dict[str, Any]:
    _, _, more = cleandoc(route.handler.__doc__ or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "summary": _first_line(route.handler).removesuffix("."),
        "tags": [route.handler.__module__.rpartition(".")[2]],
        "parameters": [*_parameters(dialect, route, shapes)],
        "responses": _answers(dialect, route, shapes, usual),
    }
    if more.strip():
        operation["description"] = more.strip()
    if route.takes is not None:
        schema = shapes.of(route.takes)
        content = {"schema": schema, "example": example_of(schema, shapes.components)}
        operation["requestBody"] = {
            "required": True,
            "content": dict.fromkeys(route.media or dialect.MEDIA, content),
        }
    return operation


def _parameters(dialect: Dialect, route: Route, shapes: _Shapes) -> Iterable[dict[str, Any]]:
    braces = set(re.findall(r"{(\w+)}", route.path))
    places = ((*field, "path") for field in shapes.fields(dialect.PLACES) if field[0] in braces)
    asked = ((*field, "query") for field in (shapes.fields(route.asks) if route.asks is not None else ()))
    for name, schema, is_needed, where in chain(places, asked):
        parameter = {"name": name, "in": where, "required": is_needed, "schema": schema}
        if description := schema.pop("description", None):
            parameter["description"] = description
        if any(choice.get("type") == "array" for choice in schema.get("anyOf", [schema])):
            parameter |= {"style": "form", "explode": False}  # both vendors separate by commas
        yield parameter


def _answers(dialect: Dialect, route: Route, shapes: _Shapes, usual: Mapping[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status, shape in route.gives.items():
        answers[str(status)] = {"description": HTTPStatus(status).phrase, "headers": _headers([REQUEST_ID])}
        if isinstance(shape, File):
            answers[str(status)]["content"] = {shape.media: {"schema": {"type": "string"}, "example": shape.example}}
        elif shape is not None:
            schema = shapes.of(shape)
            example = example_of(schema, shapes.components)
            answers[str(status)]["content"] = {JSON: {"schema": schema, "example": example}}
    for code, refusal in _refusals(dialect, (*ANYWHERE, *route.refuses), shapes).items():
        name = _refused(code)
        answers[code] = {"$ref": f"#/components/responses/{name}"} if usual.get(name) == refusal else refusal
    return answers


def _usual_refusals(dialect: Dialect, shapes: _Shapes) -> dict[str, Any]:
    return {_refused(status): refusal for status, refusal in _refusals(dialect, ANYWHERE, shapes).items()}


def _refused(status: str) -> str:
    return HTTPStatus(int(status)).name.title().replace("_", "")


def _refusals(dialect: Dialect, kinds: Iterable[type[ProviderError]], shapes: _Shapes) -> dict[str, Any]:
    """Have the dialect itself say every error, and describe what it says by its status."""
    request = Request(method="GET", path=dialect.PREFIX, headers={REQUEST_ID: _EXAMPLE_ID})
    said = defaultdict(list)
    for kind in kinds:
        error = kind(_first_line(kind))
        error.retry_after = 1
        answer = dialect.encode_error(error, request)
        said[answer.status].append((kind, answer))
    return {
        str(status): {
            "description": " ".join(_first_line(kind) for kind, _ in refusals),
            "headers": _headers({REQUEST_ID, *chain.from_iterable(answer.headers for _, answer in refusals)}),
            "content": {
                JSON: {
                    "schema": shapes.of(dialect.REFUSAL),
                    "examples": {kind.code: {"value": msgspec.json.decode(answer.body)} for kind, answer in refusals},
                }
            },
        }
        for status, refusals in sorted(said.items())
    }


def _first_line(told: object) -> str:
    return cleandoc(told.__doc__ or "").partition("\n")[0]


def _headers(names: Iterable[str]) -> dict[str, Any]:
    return {name.title(): {"schema": {"type": "string"}} for name in sorted(names) if name != "content-type"}


def _as_given(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe a struct as it goes out: what has a default when it is read is always there when it is written."""
    properties = schema.get("properties", {})
    always = [name for name, field in properties.items() if "default" in field or name in schema["required"]]
    bare = {name: {key: told for key, told in field.items() if key != "default"} for name, field in properties.items()}
    return {**schema, "properties": bare, "required": always} if properties else schema


def _as_asked(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe a struct as it comes in: several things of which there must be one must be there."""
    properties = schema.get("properties", {})
    needed = {name: {**_choice_of(field), "minItems": 1} for name, field in properties.items() if "minItems" in field}
    return (
        {**schema, "properties": properties | needed, "required": [*schema["required"], *needed]} if needed else schema
    )


def _renamed(schema: Any) -> Any:
    """Spell every reference within a schema, and every title, as `_class_name` does."""
    if isinstance(schema, dict):
        return {
            key: f"{_SCHEMAS}{_class_name(told.removeprefix(_SCHEMAS))}"
            if key == "$ref"
            else _class_name(told)
            if key == "title" and isinstance(told, str)
            else _renamed(told)
            for key, told in schema.items()
        }
    return [_renamed(each) for each in schema] if isinstance(schema, list) else schema


def _class_name(name: str) -> str:
    """Make a generic class's name one word.

    >>> _class_name("OneBody_ListData_")
    'OneBodyListData'
    """
    return re.sub(r"[^0-9A-Za-z]+", "", name)
