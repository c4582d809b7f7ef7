"""TextMagic's provider over answers that were prepared for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from listkit.providers.textmagic import TextMagic

if TYPE_CHECKING:
    from listkit.wire.message import Answer, Request


class Script:
    """A `Send` that gives prepared answers one by one and keeps what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        """Give the next answer."""
        self.asked.append(request)
        return self.answers.pop(0)


def textmagic(*answers: Answer) -> tuple[TextMagic, Script]:
    """Make a provider that hears these answers."""
    script = Script(*answers)
    return TextMagic(script, account="charles"), script


def asked(script: Script) -> list[tuple[str, str, dict[str, str], Any]]:
    """Return what was sent: method, path, query and JSON body."""
    return [(r.method, r.path, dict(r.query), json.loads(r.body) if r.body else None) for r in script.asked]
