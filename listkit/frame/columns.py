"""Which column is what: proposed from the words of its header and from its cells, never applied in silence."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from listkit.contact import CUSTOM_PREFIX
from listkit.errors import ColumnsError
from listkit.frame import vocabulary
from listkit.frame.contents import Content
from listkit.frame.text import TEXT
from listkit.frame.vocabulary import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Meanings: TypeAlias = "Mapping[Any, str | None] | pd.DataFrame | None"

_THRESHOLD = 0.5
_MARGIN = 0.05


class Guess(NamedTuple):
    """How well a column fits a meaning, and why."""

    score: float
    reasons: tuple[str, ...] = ()


class Fit(NamedTuple):
    """A column, what is in it, and how well it fits each meaning."""

    label: object
    content: Content
    guesses: dict[str, Guess]

    def score(self, meaning: str) -> float:
        """Say how well it fits a meaning."""
        return self.guesses[meaning].score


def columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Propose what each column means: `column, meaning, score, reasons`, one line a column.

    A meaning is one of `phone, email, first_name, last_name, full_name, company, tag, country`. It is
    given to one column at most, the best over all columns together. It stays empty where none
    fits, or where two columns fit it equally well: the reasons say so. Edit the meanings and
    give the frame back as `mapping=`.

    Of several phone columns the best is the `phone`: a mobile before a telephone, the first
    before the second, a person's own before that of his mother. The others keep their names and
    stay where they are, because a number that nobody asked for is not to be sent anywhere; their
    reasons say how to keep one as a custom field. Where cells have no country code, the reasons
    say of which country they read as numbers: only `region=` decides that, or `region_from=`,
    for which a `country` is proposed.

    It looks at some 1,500 rows from all over the frame, always the same ones.

    >>> columns(pd.DataFrame({"Mobile No.": ["98765 43210"], "City": ["Pune"]}))["meaning"].tolist()
    ['phone', nan]
    """
    fits = _fits(frame)
    chosen = _assign([[fit.score(meaning) for meaning in MEANINGS] for fit in fits])
    lines = [(str(fit.label), *_told(fits, chosen, at)) for at, fit in enumerate(fits)]
    proposed = pd.DataFrame(lines, columns=["column", "meaning", "score", "reasons"])
    return proposed.astype({"column": TEXT, "meaning": TEXT, "score": "float64", "reasons": TEXT})


def fitting(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """Say of each column what it could mean, the likeliest first, whatever the other columns are."""
    return [
        tuple(sorted((one for one in MEANINGS if fit.score(one) >= _THRESHOLD), key=lambda one: -fit.score(one)))
        for fit in _fits(frame)
    ]


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
        if meaning is not None and meaning not in MEANINGS and not meaning.startswith(CUSTOM_PREFIX):
            raise ColumnsError(f"{meaning!r} is no meaning; a column can be {', '.join(MEANINGS)} or {CUSTOM_PREFIX}…")
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
    """Propose for the columns that nobody spoke of, with the meanings that are left; a country only a person says."""
    left = frame[[label for label in frame.columns if str(label) not in given]]
    proposal = columns(left).dropna(subset=["meaning"])
    pairs = zip(proposal["column"], proposal["meaning"], strict=True)
    return {label: meaning for label, meaning in pairs if meaning not in {*given.values(), "country"}}


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
    scores = {str(fit.label): fit.score(meaning) for fit in _fits(frame)}
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


# ---- one column -----------------------------------------------------------------------


def _fits(frame: pd.DataFrame) -> list[Fit]:
    found = []
    for at, label in enumerate(frame.columns):
        content = Content(frame.iloc[:, at])
        guesses = {meaning: _guess(str(label), content, meaning) for meaning in MEANINGS}
        found.append(Fit(label, content, guesses))
    return found


def _guess(label: str, content: Content, meaning: str) -> Guess:
    """Score one column for one meaning: words of the header first, then what its cells look like."""
    if label == meaning:
        return Guess(1.0, (f"is called {meaning!r}",))
    wording = vocabulary.read(label, meaning)
    if wording.barred:
        return Guess(0.0, (f"header says {wording.barred!r}",))
    share = content.share(meaning)
    told = f"{share:.0%} of its cells read like {_READ_LIKE[meaning]}" if share is not None else ""
    if not wording.word:
        lone = _alone(label, content, meaning)
        return Guess(lone, (told,)) if lone else Guess(0.0)
    score = wording.weight * _agreement(content, meaning, share) * _fullness(content)
    return Guess(score, tuple(filter(None, (f"header says {wording.word!r}", told))))


_READ_LIKE = {
    "phone": "phone numbers",
    "email": "email addresses",
    "country": "countries",
    "full_name": "names of several words",
    "first_name": "one name",
    "last_name": "one name",
}
_LONE = {"phone": 0.65, "email": 0.8, "country": 0.6}
"""How sure a column can be whose header says nothing."""
_WORDED = {"full_name", "first_name", "last_name", "company", "tag"}


def _agreement(content: Content, meaning: str, share: float | None) -> float:
    """Say how far the cells bear out what the header says; of few cells little is believed."""
    if meaning in _WORDED and content.cells and content.are_numbers and meaning != "tag":
        return 0.3
    if meaning == "full_name" and content.are_firms:
        return 0.5
    if share is None:
        return 0.9
    believed = (share * len(content.cells) + 1) / (len(content.cells) + 1)
    return 0.6 + 0.35 * believed if meaning in _WORDED else 0.4 + 0.55 * believed


def _fullness(content: Content) -> float:
    """Say how much less a column with empty cells is worth; one that is all empty is the last to be taken."""
    if content.filled is None:
        return 1.0
    return 0.9 + 0.1 * content.filled if content.cells else 0.75


def _alone(label: str, content: Content, meaning: str) -> float:
    """Score a column by its cells alone."""
    share = content.share(meaning) if meaning in _LONE else None
    if not share or vocabulary.is_other(label):
        return 0.0
    if meaning == "phone":
        share *= 0.0 if content.is_other else content.validity
    if meaning == "country" and (content.are_numbers or max(map(len, content.cells)) <= _CODE):
        return 0.0
    return _LONE[meaning] * share


_CODE = 3
"""Two letters, or three, are also those of a state, a size, a grade."""


# ---- all columns ------------------------------------------------------------------------


def _assign(scores: Sequence[Sequence[float]]) -> list[str | None]:
    """Give each meaning to at most one column so that the sum of the scores is the greatest possible."""
    if not scores:
        return []
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - heavy, and only needed where columns are asked for

    fitting = np.where(np.array(scores) >= _THRESHOLD, scores, 0.0)
    chosen: list[str | None] = [None] * len(scores)
    for at, meaning in zip(*linear_sum_assignment(fitting, maximize=True), strict=True):
        if fitting[at, meaning]:
            chosen[at] = MEANINGS[meaning]
    return chosen


def _told(fits: Sequence[Fit], chosen: Sequence[str | None], at: int) -> tuple[str | None, float, str]:
    """Say what one column is proposed to mean, how well that fits, and why."""
    fit, meaning = fits[at], chosen[at]
    best = fit.guesses[meaning] if meaning else max(fit.guesses.values(), key=lambda one: one.score)
    reasons = list(best.reasons)
    if rivals := [str(fits[other].label) for other in _rivals(fits, chosen, at)]:
        meaning = None
        reasons.append(f"{', '.join(map(repr, rivals))} fits as well")
    elif meaning is None:
        reasons += _second(fits, chosen, at)
    if fit.score("phone") >= _THRESHOLD and best is fit.guesses["phone"]:
        reasons += _home(fit.content)
    return meaning, round(best.score, 2), "; ".join(reasons)


def _rivals(fits: Sequence[Fit], chosen: Sequence[str | None], at: int) -> list[int]:
    """Find the columns without a meaning that fit as well as the chosen one; a name that is canonical has none."""
    meaning = chosen[at]
    if meaning is None or np.isclose(fits[at].score(meaning), 1.0):
        return []
    own = fits[at].score(meaning)
    return [
        other
        for other, fit in enumerate(fits)
        if chosen[other] is None and fit.score(meaning) >= max(_THRESHOLD, own - _MARGIN)
    ]


def _second(fits: Sequence[Fit], chosen: Sequence[str | None], at: int) -> Iterator[str]:
    """Say of a column that could be what another one is, which one that is and how to keep both."""
    best = max(MEANINGS, key=fits[at].score)
    if fits[at].score(best) < _THRESHOLD or best not in chosen:
        return
    better = chosen.index(best)
    if at in _rivals(fits, chosen, better):
        yield f"{str(fits[better].label)!r} fits as well"
        return
    yield f"{str(fits[better].label)!r} is the better {best}"
    if best == "phone":
        label = str(fits[at].label)
        before = sum(fit.score("phone") >= _THRESHOLD for fit in fits[:at])
        after = before + 1 + (better > at)
        yield f"mapping={{{label!r}: '{CUSTOM_PREFIX}phone_{after}'}} keeps it"


def _home(content: Content) -> Iterator[str]:
    """Propose a country for numbers without a country code."""
    home = content.home
    if home and home.share >= _THRESHOLD:
        kind = home.kind.replace("_", " ")
        yield f"{home.share:.0%} of those without a country code read as {kind} numbers with region={home.region!r}"
