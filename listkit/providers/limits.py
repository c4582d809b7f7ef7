"""A limits profile: what an account's provider was seen to do, in the place of what its pages say."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads the annotations at run time
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import msgspec

from listkit.errors import ListkitError
from listkit.providers.base import Limit  # noqa: TC001 - the same

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from listkit.providers.base import Operation, Vendor


class Repeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What sending a request twice was seen to do; the words are those of `base.Operation`."""

    repeat: Literal["harmless", "refused", "unproven"]
    destroys: bool = False
    why: str = ""


class LimitsProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers and repeats of one provider that hold in the place of the documented ones.

    `limits` and `operations` are those of the provider's table that were seen to be otherwise,
    or to be so; what is left out stays as documented. `findings` are the questions that were
    asked and their answers, in words. `str()` of it is the JSON that a file of it holds.

    >>> told = Limit(0.5, "requests", "support, by mail")
    >>> print(LimitsProfile(provider="exotel", limits={"requests_per_second": told}))
    {
      "provider": "exotel",
      "limits": {
        "requests_per_second": {
          "value": 0.5,
          "unit": "requests",
          "source": "support, by mail"
        }
      },
      "operations": {},
      "findings": {}
    }
    """

    provider: str
    host: str | msgspec.UnsetType = msgspec.UNSET
    seen_at: datetime | msgspec.UnsetType = msgspec.UNSET
    limits: dict[str, Limit] = {}
    operations: dict[str, Repeat] = {}
    findings: dict[str, str] = {}

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Read one from a file; ListkitError, with the place, where it is none."""
        try:
            return msgspec.json.decode(Path(path).read_bytes(), type=cls)
        except OSError as refused:
            raise ListkitError(f"{path} cannot be opened: {refused.strerror or refused}.") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
            raise ListkitError(f"{path} is no limits profile: {wrong}.") from None

    def save(self, path: str | PathLike[str]) -> Path:
        """Write it to a file, which `connect(limits=...)` reads."""
        where = Path(path)
        try:
            where.write_text(f"{self}\n", encoding="utf-8")
        except OSError as refused:
            raise ListkitError(f"{path} cannot be written: {refused.strerror or refused}.") from None
        return where

    def over(self, name: str, vendor: Vendor) -> Vendor:
        """Put it over the table of a provider; ListkitError where it is another's, or names what that has not."""
        if self.provider != name:
            raise ListkitError(f"The limits profile is {self.provider}'s, and the account is at {name}.")
        _refuse_unknown("limit", self.limits, vendor.limits)
        _refuse_unknown("operation", self.operations, vendor.operations)
        return msgspec.structs.replace(
            vendor,
            limits={**vendor.limits, **self.limits},
            operations={
                **vendor.operations,
                **{name: _over(vendor.operations[name], seen) for name, seen in self.operations.items()},
            },
        )

    def __str__(self) -> str:
        return msgspec.json.format(msgspec.json.encode(self)).decode()


def _over(documented: Operation, seen: Repeat) -> Operation:
    return msgspec.structs.replace(
        documented, repeat=seen.repeat, destroys=seen.destroys, why=seen.why, source="a limits profile"
    )


def _refuse_unknown(kind: str, given: Mapping[str, object], known: Mapping[str, object]) -> None:
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}."
            raise ListkitError(f"The limits profile has {name!r}, which is no {kind} of this provider; {hint}")
