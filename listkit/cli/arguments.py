"""What stands behind an option, read or refused with a sentence."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Any, TypeVar

from listkit.errors import ListkitError

if TYPE_CHECKING:
    from collections.abc import Callable

    # What argparse gives for a group of commands has no public name.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

T = TypeVar("T")

STORE: dict[str, Any] = {"default": "listkit.sqlite", "metavar": "FILE_OR_URL"}
PORT = 8765


def port(text: str) -> int:
    """Read a port."""
    if text.isdecimal() and int(text) < 1 << 16:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 0 (any free one) to 65535")


def count(text: str) -> int:
    """Read a number of things, one at least."""
    if text.isdecimal() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of them: write 1 or more")


def name(text: str) -> str:
    """Read a name that can stand in an address."""
    if re.fullmatch(r"[\w.@+-]+", text, re.ASCII):
        return text
    raise argparse.ArgumentTypeError(f"{text!r} cannot stand in an address: letters, digits and . _ - @ + can")


def country(text: str) -> str:
    """Read a country of two letters."""
    if re.fullmatch("[A-Za-z]{2}", text):
        return text.upper()
    raise argparse.ArgumentTypeError(f"{text!r} is no country: two letters, as IN or US")


def told_by(read: Callable[[str], T]) -> Callable[[str], T]:
    """Have a reader's own sentence told as wrong usage."""

    def read_or_refuse(text: str) -> T:
        try:
            return read(text)
        except ListkitError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read_or_refuse
