"""The automaton of all numbering plans, ready to be walked: made ahead for one version of libphonenumber.

Laying the plans out takes some seconds, so the outcome is a file. The one for the version that
listkit is tested with comes with it; for any other version that is installed, one is made at
first use and kept in listkit's home. A file says in its name for which version it was made,
and is never used for another.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from listkit.home import home
from listkit.rules.numbers.automaton import DIGITS, Edit
from listkit.rules.numbers.digits import ZERO
from listkit.rules.numbers.outcome import Outcome

if TYPE_CHECKING:
    from listkit.rules.numbers.automaton import Node
    from listkit.rules.numbers.digits import Ints

PAST = len(DIGITS)
"""What stands after the last digit of a number: a step that stays where it is."""

WIDTH = PAST + 1
FORM = 2
"""To be counted up when the file or what stands in it is written otherwise."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """All numbering plans of one version, as two tables.

    A node is the place of its row in `steps`: `steps[node + digit]` is the node after a digit.
    `told[node // WIDTH]` is the number of the outcome there, in `outcomes`; below `abroad` it
    is how many digits are dialled before a country code, and below `anywhere` the number of the
    countries in `holders` of which the digits are a national number.
    """

    version: str
    steps: Ints
    told: Ints
    outcomes: tuple[Outcome, ...]
    international: Node
    national: dict[str, Node]
    abroad: dict[str, Node]
    anywhere: Node
    holders: tuple[tuple[str, ...], ...]

    def walk(self, node: Node, digits: str) -> Node:
        """Walk some digits."""
        steps = self._quick
        for digit in digits.encode():
            node = steps[node + digit - ZERO]
        return node

    def outcome(self, node: Node) -> Outcome:
        """Say what the digits are that end here."""
        return self.outcomes[int(self.told[node // WIDTH])]

    def dialled_abroad(self, region: str, digits: str) -> int:
        """Count the digits that are dialled in a country before a country code."""
        return int(self.told[self.walk(self.abroad[region], digits) // WIDTH])

    def holding(self, digits: str) -> tuple[str, ...]:
        """Name some countries of which the digits are a national number, the well-known first."""
        return self.holders[int(self.told[self.walk(self.anywhere, digits) // WIDTH])]

    @cached_property
    def _quick(self) -> memoryview:
        """The steps as Python reads them soonest, one by one."""
        return self.steps.data


@cache
def of(version: str) -> Atlas:
    """Return the atlas for a version of `phonenumbers`: the one that came along, one from the home, or a new one."""
    name = _name(version)
    shipped = resources.files("listkit.rules.numbers").joinpath(name)
    if shipped.is_file():
        with shipped.open("rb") as file:
            return load(file)
    kept = home() / "cache" / name
    try:
        with kept.open("rb") as file:
            return load(file)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile):
        made = make()
        keep(made, kept)
        return made


def make() -> Atlas:
    """Lay out the plans of the version that is installed."""
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    from listkit.rules.numbers import layout  # noqa: PLC0415 - the same, and hardly ever

    store, roots = layout.lay_out()
    nodes = list(store.below([roots.international, *roots.national.values(), *roots.abroad.values(), roots.holders]))
    place = {node: WIDTH * row for row, node in enumerate(nodes)}
    outcomes: dict[Outcome, int] = {}
    holders: dict[tuple[str, ...], int] = {}
    steps = np.empty((len(nodes), WIDTH), np.int64)
    steps[:, :PAST] = [[place[branch] for branch in store.branches[node]] for node in nodes]
    steps[:, PAST] = np.arange(len(nodes)) * WIDTH
    answers = [store.answers[node] for node in nodes]
    told = [_number(answer, outcomes, holders) for answer in answers]
    return Atlas(
        version=phonenumbers.__version__,
        steps=steps.reshape(-1),
        told=np.array(told, np.int64),
        outcomes=tuple(outcomes),
        international=place[roots.international],
        national={region: place[node] for region, node in roots.national.items()},
        abroad={region: place[node] for region, node in roots.abroad.items()},
        anywhere=place[roots.holders],
        holders=tuple(holders),
    )


def _number(answer: Any, outcomes: dict[Outcome, int], holders: dict[tuple[str, ...], int]) -> int:
    """Give an answer its number among its like; a number is its own."""
    if isinstance(answer, int):
        return answer
    if isinstance(answer, Outcome):
        return outcomes.setdefault(answer, len(outcomes))
    return holders.setdefault(answer, len(holders))


def ship(folder: Path) -> None:
    """Make the atlas that comes along with listkit, for the version that is installed; that of another one goes."""
    import phonenumbers  # noqa: PLC0415 - heavy, and only needed where a number is judged

    path = folder / _name(phonenumbers.__version__)
    for other in {*folder.glob("atlas-*.npz")} - {path}:
        other.unlink()
    if not path.exists():
        keep(make(), path)
        path.chmod(0o644)


def _name(version: str) -> str:
    return f"atlas-{version}-{FORM}.npz"


def save(atlas: Atlas, file: IO[bytes]) -> None:
    """Write an atlas into a file."""
    words = {
        "version": atlas.version,
        "outcomes": atlas.outcomes,
        "international": atlas.international,
        "national": atlas.national,
        "abroad": atlas.abroad,
        "anywhere": atlas.anywhere,
        "holders": atlas.holders,
    }
    rows = (atlas.steps.reshape(-1, WIDTH)[:, :PAST] // WIDTH).astype(np.int32)
    written = np.frombuffer(json.dumps(words, separators=(",", ":")).encode(), np.uint8)
    np.savez_compressed(file, rows=rows, told=atlas.told.astype(np.uint16), words=written)


def load(file: IO[bytes]) -> Atlas:
    """Read an atlas from a file."""
    with np.load(file, allow_pickle=False) as saved:
        rows, told, words = saved["rows"], saved["told"], json.loads(saved["words"].tobytes())
    steps = np.empty((len(rows), WIDTH), np.int64)
    np.multiply(rows, WIDTH, out=steps[:, :PAST])
    steps[:, PAST] = np.arange(len(rows)) * WIDTH
    outcomes = (
        Outcome(name, code, Edit(tuple(first), rest), country, kind)
        for name, code, (first, rest), country, kind in words.pop("outcomes")
    )
    words |= {"outcomes": tuple(outcomes), "holders": tuple(map(tuple, words["holders"]))}
    return Atlas(steps=steps.reshape(-1), told=told.astype(np.int64), **words)


def keep(atlas: Atlas, path: Path) -> None:
    """Keep an atlas for the next time, whole or not at all; where nothing can be kept, it is made again then."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            save(atlas, file.file)
        Path(file.name).replace(path)
    except OSError:
        return


if __name__ == "__main__":
    ship(Path(__file__).parent)
