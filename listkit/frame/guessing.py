"""How well each column fits each meaning, and which of them is best for all together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from listkit.frame import vocabulary
from listkit.frame.contents import Content
from listkit.frame.vocabulary import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

THRESHOLD = 0.5
"""What fits less well is not proposed."""
MARGIN = 0.05
"""What fits less well by no more than this fits as well."""


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


def fits(frame: pd.DataFrame) -> list[Fit]:
    """Look at each column of a frame."""
    found = []
    for at, label in enumerate(frame.columns):
        content = Content(frame.iloc[:, at])
        guesses = {meaning: _guess(str(label), content, meaning) for meaning in MEANINGS}
        found.append(Fit(label, content, guesses))
    return found


def assign(fits: Sequence[Fit]) -> list[str | None]:
    """Give each meaning to at most one column so that the sum of the scores is the greatest possible."""
    if not fits:
        return []
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - heavy, and only needed where columns are asked for

    scores = np.array([[fit.score(meaning) for meaning in MEANINGS] for fit in fits])
    fitting = np.where(scores >= THRESHOLD, scores, 0.0)
    chosen: list[str | None] = [None] * len(fits)
    for at, meaning in zip(*linear_sum_assignment(fitting, maximize=True), strict=True):
        if fitting[at, meaning]:
            chosen[at] = MEANINGS[meaning]
    return chosen


def rivals(fits: Sequence[Fit], chosen: Sequence[str | None], at: int) -> list[int]:
    """Find the columns without a meaning that fit as well as the chosen one; a name that is canonical has none."""
    meaning = chosen[at]
    if meaning is None or np.isclose(fits[at].score(meaning), 1.0):
        return []
    own = fits[at].score(meaning)
    return [
        other
        for other, fit in enumerate(fits)
        if chosen[other] is None and fit.score(meaning) >= max(THRESHOLD, own - MARGIN)
    ]


# ---- one column -----------------------------------------------------------------------


def _guess(label: str, content: Content, meaning: str) -> Guess:
    """Score one column for one meaning: words of the header first, then what its cells look like."""
    if label == meaning:
        return Guess(1.0, (f"is called {meaning!r}",))
    wording = vocabulary.read(label, meaning)
    if wording.barred:
        return Guess(0.0, (f"header says {wording.barred!r}",))
    share = content.share(meaning)
    is_told = share is not None and (meaning != "company" or content.are_firms)
    told = f"{share:.0%} of its cells read like {_READ_LIKE[meaning]}" if is_told else ""
    if not wording.word:
        lone = _alone(label, content, meaning)
        return Guess(lone, (told,)) if lone else Guess(0.0)
    score = wording.weight * _agreement(content, meaning, share) * _fullness(content)
    return Guess(score, tuple(filter(None, (f"header says {wording.word!r}", told))))


_READ_LIKE = {
    "phone": "phone numbers",
    "email": "email addresses",
    "country": "countries",
    "company": "names of companies",
    "full_name": "names of several words",
    "first_name": "one name",
    "last_name": "one name",
}
_LONE = {"phone": 0.65, "email": 0.8, "country": 0.6, "company": 0.6}
"""How sure a column can be whose header says nothing."""
_WORDED = {"full_name", "first_name", "last_name", "company"}


def _agreement(content: Content, meaning: str, share: float | None) -> float:
    """Say how far the cells bear out what the header says; of few cells little is believed."""
    if meaning in {"tag", *_WORDED} and content.cells and content.are_numbers:
        return 0.3
    if meaning == "full_name" and content.are_firms:
        return 0.5
    if share is None or meaning == "company":  # a company may be called anything
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
    if meaning == "company":
        share = float(content.are_firms)
    return _LONE[meaning] * share


_CODE = 3
"""Two letters, or three, are also those of a state, a size, a grade."""
