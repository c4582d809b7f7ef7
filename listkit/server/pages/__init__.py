"""The pages that a person reads: drawn here whole, without a script, and without a request to any other host."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from listkit.errors import MissingExtraError
from listkit.wire.message import Answer

try:
    import jinja2
    from markupsafe import Markup
except ModuleNotFoundError as missing:
    raise MissingExtraError("server") from missing

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(__file__).parent


def draw(template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any) -> Answer:
    """Draw a page; every value is text, whatever stands in it. `again` is after how many seconds it is asked anew."""
    page = _templates().get_template(f"{template}.html").render({"account": None, "again": None, "here": "", **values})
    return Answer(
        status=status,
        headers={"content-type": "text/html; charset=utf-8", **_policy(), **(headers or {})},
        body=page.encode(errors="replace"),
    )


@cache
def _templates() -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["style"] = Markup(_style())  # noqa: S704 - our own file, and no value goes into it
    templates.filters["number"] = "{:,}".format
    return templates


@cache
def _style() -> str:
    return (_HERE / "style.css").read_text(encoding="utf-8")


@cache
def _policy() -> Mapping[str, str]:
    """Allow our own style and nothing else: no script, no frame, no other host."""
    style = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    allowed = (
        f"default-src 'none'; style-src 'sha256-{style}'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "content-security-policy": allowed,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }
