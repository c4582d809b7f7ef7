"""Which column is what: proposed from the words of its header and from its cells, never applied in silence."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from listkit.contact import CUSTOM_PREFIX, FIELDS
from listkit.errors import ColumnsError
from listkit.frame import vocabulary
from listkit.frame.text import TEXT, read_column
from listkit.rules import damage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Meanings: TypeAlias = "Mapping[Any, str | None] | pd.DataFrame | None"

_THRESHOLD = 0.5
_MARGIN = 0.05
_SAMPLE = 300
_LONE_CONTENT = 0.65
_PHONE_DIGITS = (7, 15)


class Guess(NamedTuple):
    """How well a column fits a meaning, and why."""

    score: float
    reasons: tuple[str, ...] = ()


def columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Propose what each column means: `column, meaning, score, reasons`, one line a column.

    A meaning is given to one column at most, the best over all columns together. It stays
    empty where none fits, or where two columns fit it equally well: the reasons say so. Edit the
    meanings and give the frame back as `mapping=`.

    >>> columns(pd.DataFrame({"Mobile No.": ["98765 43210"], "City": ["Pune"]}))["meaning"].tolist()
    ['phone', nan]
    """
    labels = list(frame.columns)
    guesses = [{meaning: _guess(str(label), cells, meaning) for meaning in FIELDS} for label, cells in _samples(frame)]
    chosen = _assign([[guess[meaning].score for meaning in FIELDS] for guess in guesses])
    lines = []
    for at, guess in enumerate(guesses):
        meaning = chosen[at]
        best = guess[meaning] if meaning else max(guess.values(), key=lambda one: one.score)
        rivals = [str(labels[other]) for other in _rivals(guesses, chosen, at)]
        reasons = "; ".join(best.reasons)
        if rivals:
            meaning = None
            reasons = f"{reasons}; {', '.join(map(repr, rivals))} fits as well"
        lines.append((str(labels[at]), meaning, round(best.score, 2), reasons))
    proposed = pd.DataFrame(lines, columns=["column", "meaning", "score", "reasons"])
    return proposed.astype({"column": TEXT, "meaning": TEXT, "score": "float64", "reasons": TEXT})


def fitting(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """Say of each column what it could mean, the likeliest first, whatever the other columns are."""
    found = []
    for label, cells in _samples(frame):
        scores = {meaning: _guess(str(label), cells, meaning).score for meaning in FIELDS}
        likely = sorted((meaning for meaning in FIELDS if scores[meaning] >= _THRESHOLD), key=lambda one: -scores[one])
        found.append(tuple(likely))
    return found


def resolve(frame: pd.DataFrame, mapping: Meanings = None, *, need: Sequence[str] = ("phone",)) -> dict[object, str]:
    """Decide which column is what: what `mapping` says, and for the columns it does not name, the proposal.

    `mapping` is {column: meaning}, with None for a column that means nothing to a contact list,
    or the edited frame of `columns`, which is then the whole truth.

    Raises ColumnsError where a needed meaning is missing or undecided, a column named does not
    exist, or two columns would have one name.
    """
    _refuse_twins(frame)
    by_name: dict[object, object] = {str(label): label for label in frame.columns}
    said = _said(mapping)
    for label, meaning in said.items():
        if str(label) not in by_name:
            raise _not_there(str(label), [str(name) for name in by_name])
        if meaning is not None and meaning not in FIELDS and not meaning.startswith(CUSTOM_PREFIX):
            raise ColumnsError(f"{meaning!r} is no meaning; a column can be {', '.join(FIELDS)} or {CUSTOM_PREFIX}…")
    given = {str(label): meaning for label, meaning in said.items()}
    proposed = {} if isinstance(mapping, pd.DataFrame) else _proposed(frame, given)
    resolved = {by_name[label]: meaning for label, meaning in {**proposed, **given}.items() if meaning}
    _refuse_collisions(frame, resolved)
    for meaning in need:
        if meaning not in resolved.values():
            raise _missing(frame, meaning, given)
    return resolved


def _not_there(label: str, names: list[str]) -> ColumnsError:
    near = get_close_matches(label.lower(), [name.lower() for name in names], n=1)
    guess = next((name for name in names if name.lower() in near), None)
    hint = f"; did you mean {guess!r}?" if guess else "."
    message = f"mapping= names a column {label!r}, and there are {', '.join(map(repr, names))}{hint}"
    return ColumnsError(message, columns=names, guess=guess)


def _said(mapping: Meanings) -> dict[object, str | None]:
    if mapping is None:
        return {}
    if isinstance(mapping, pd.DataFrame):
        pairs = zip(mapping["column"], mapping["meaning"], strict=True)
        return {label: None if pd.isna(meaning) else str(meaning) for label, meaning in pairs}
    return dict(mapping)


def _proposed(frame: pd.DataFrame, given: Mapping[str, str | None]) -> dict[str, str]:
    """Propose for the columns that nobody spoke of, with the meanings that are left."""
    left = frame[[label for label in frame.columns if str(label) not in given]]
    proposal = columns(left).dropna(subset=["meaning"])
    pairs = zip(proposal["column"], proposal["meaning"], strict=True)
    return {label: meaning for label, meaning in pairs if meaning not in given.values()}


def _refuse_twins(frame: pd.DataFrame) -> None:
    names = pd.Index([str(label) for label in frame.columns])
    if not names.is_unique:
        twin = names[names.duplicated()][0]
        raise ColumnsError(f"Two columns are called {twin!r}: rename one first.", columns=list(names))


def _refuse_collisions(frame: pd.DataFrame, resolved: Mapping[object, str]) -> None:
    after = pd.Index([resolved.get(label, str(label)) for label in frame.columns])
    if not after.is_unique:
        twin = after[after.duplicated()][0]
        labels = [str(label) for label in frame.columns if resolved.get(label, str(label)) == twin]
        raise ColumnsError(
            f"{' and '.join(map(repr, labels))} would both be {twin!r}: give one of them another meaning in mapping=.",
            columns=[str(label) for label in frame.columns],
        )


def _missing(frame: pd.DataFrame, meaning: str, given: Mapping[str, str | None]) -> ColumnsError:
    """Say that a meaning is missing, or that several columns could have it, with the line to type."""
    scores = {str(label): _guess(str(label), cells, meaning).score for label, cells in _samples(frame)}
    open_ = {label: score for label, score in scores.items() if label not in given and score > 0}
    likely = sorted(open_, key=lambda label: -open_[label])
    fitting = [label for label in likely if open_[label] >= max(_THRESHOLD, open_[likely[0]] - _MARGIN)]
    if len(fitting) > 1:
        return ColumnsError(
            f"{' and '.join(map(repr, fitting))} could each be the {meaning!r} column; say which with "
            f"df.listkit.clean(mapping={{{fitting[0]!r}: {meaning!r}}}).",
            columns=[str(label) for label in frame.columns],
            guess=fitting[0],
        )
    return ColumnsError.missing(meaning, frame.columns, guess=likely[0] if likely else None)


def _samples(frame: pd.DataFrame) -> list[tuple[object, list[str]]]:
    """Take the first few hundred different filled cells of each column."""
    samples: list[tuple[object, list[str]]] = []
    for at, label in enumerate(frame.columns):
        different = pc.unique(read_column(frame.iloc[:, at]))[:_SAMPLE].to_pylist()
        cells = [cell.strip() for cell in different if cell]
        samples.append((label, [cell for cell in cells if cell and not damage.is_placeholder(cell)]))
    return samples


def _guess(label: str, cells: Sequence[str], meaning: str) -> Guess:
    """Score one column for one meaning: words of the header first, then what its cells look like."""
    if label == meaning:
        return Guess(1.0, (f"is called {meaning!r}",))
    wording = vocabulary.read(label, meaning)
    share = _share(cells, meaning)
    if wording.barred:
        return Guess(0.0, (f"header says {wording.barred!r}",))
    if not wording.word:
        told = f"{share:.0%} of its cells read like {meaning} values" if share else ""
        lone = share if share is not None and not vocabulary.is_other(label) else 0.0
        return Guess(_LONE_CONTENT * lone, (told,) if lone else ())
    said = f"header says {wording.word!r}"
    if share is None:
        return Guess(0.9 * wording.weight, (said,))
    return Guess(wording.weight * (0.6 + 0.35 * share), (said, f"{share:.0%} of its cells read like {meaning} values"))


def _share(cells: Sequence[str], meaning: str) -> float | None:
    """Return the share of cells that look like a meaning; None where looks tell nothing."""
    looks = {"phone": _is_like_phone, "email": _is_like_email}.get(meaning)
    if looks is None or not cells:
        return None
    return sum(map(looks, cells)) / len(cells)


def _is_like_phone(cell: str) -> bool:
    if re.fullmatch(r"-?[0-9]+[.,][0-9]*[1-9][0-9]*|[0-9]{4}-[0-9]{2}-[0-9]{2}.*", cell):
        return False
    if re.fullmatch(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]{2}", cell):
        return True
    fewest, most = _PHONE_DIGITS
    runs = [damage.digits(run) for run in re.split(r"[,;/|]", cell)]
    letters = len(damage.letters(cell))
    return letters <= len(cell) / 3 and any(fewest <= len(run) <= most for run in runs)


def _is_like_email(cell: str) -> bool:
    return bool(re.fullmatch(r"\S+@\S+\.\S+", cell))


def _assign(scores: Sequence[Sequence[float]]) -> list[str | None]:
    """Give each meaning to at most one column so that the sum of the scores is the greatest possible.

    Meanings are few, so every set of those already given is tried: best[set] is the greatest
    sum over the columns so far, with the choices that lead to it.
    """
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for row in scores:
        after: dict[int, tuple[float, tuple[int, ...]]] = {}
        for taken, (total, choices) in best.items():
            options = [(-1, 0.0), *((at, score) for at, score in enumerate(row) if score >= _THRESHOLD)]
            for at, score in options:
                if at >= 0 and taken >> at & 1:
                    continue
                now = taken if at < 0 else taken | 1 << at
                if now not in after or total + score > after[now][0]:
                    after[now] = (total + score, (*choices, at))
        best = after
    _, choices = max(best.values(), key=lambda one: one[0])
    return [FIELDS[at] if at >= 0 else None for at in choices]


def _rivals(guesses: Sequence[Mapping[str, Guess]], chosen: Sequence[str | None], at: int) -> list[int]:
    """Find the columns without a meaning that fit as well as the chosen one; a name that is canonical has none."""
    meaning = chosen[at]
    if meaning is None or np.isclose(guesses[at][meaning].score, 1.0):
        return []
    own = guesses[at][meaning].score
    return [
        other
        for other, guess in enumerate(guesses)
        if chosen[other] is None and guess[meaning].score >= max(_THRESHOLD, own - _MARGIN)
    ]
