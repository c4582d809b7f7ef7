"""Which column is what: proposed from the words of its header and from its cells, never applied in silence."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from listkit.contact import CUSTOM_PREFIX
from listkit.errors import ColumnsError
from listkit.frame import guessing
from listkit.frame.text import TEXT
from listkit.frame.vocabulary import CONSENT, MEANINGS
from listkit.rules import numbering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from listkit.frame.contents import Content
    from listkit.frame.guessing import Fit

Meanings: TypeAlias = "Mapping[Any, str | None] | pd.DataFrame | None"


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
    fits = guessing.fits(frame)
    chosen = guessing.assign(fits)
    lines = [(str(fit.label), *_told(fits, chosen, at)) for at, fit in enumerate(fits)]
    proposed = pd.DataFrame(lines, columns=["column", "meaning", "score", "reasons"])
    return proposed.astype({"column": TEXT, "meaning": TEXT, "score": "float64", "reasons": TEXT})


def fitting(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """Say of each column what it could mean, the likeliest first, whatever the other columns are."""
    return [
        tuple(
            sorted((one for one in MEANINGS if fit.score(one) >= guessing.THRESHOLD), key=lambda one: -fit.score(one))
        )
        for fit in guessing.fits(frame)
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
    spoken = said(mapping)
    for label, meaning in spoken.items():
        if str(label) not in by_name:
            raise _not_there(str(label), [str(name) for name in by_name])
        if meaning is not None and meaning not in {*MEANINGS, CONSENT} and not meaning.startswith(CUSTOM_PREFIX):
            raise ColumnsError(
                f"{meaning!r} is no meaning; a column can be {', '.join((*MEANINGS, CONSENT))} or {CUSTOM_PREFIX}…"
            )
    given = {str(label): meaning for label, meaning in spoken.items()}
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


def said(mapping: Meanings) -> dict[object, str | None]:
    """Return what somebody says that columns are."""
    if mapping is None:
        return {}
    if isinstance(mapping, pd.DataFrame):
        pairs = zip(mapping["column"], mapping["meaning"], strict=True)
        return {label: None if pd.isna(meaning) else str(meaning) for label, meaning in pairs}
    return dict(mapping)


def _proposed(frame: pd.DataFrame, given: Mapping[str, str | None]) -> dict[str, str]:
    """Propose for the columns that nobody spoke of, with the meanings that are left; a country only a person says."""
    fits = guessing.fits(frame[[label for label in frame.columns if str(label) not in given]])
    chosen = guessing.assign(fits)
    taken = {None, "country", *given.values()}
    return {
        str(fit.label): str(meaning)
        for at, (fit, meaning) in enumerate(zip(fits, chosen, strict=True))
        if meaning not in taken and not guessing.rivals(fits, chosen, at)
    }


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
    scores = {str(fit.label): fit.score(meaning) for fit in guessing.fits(frame)}
    open_ = {label: score for label, score in scores.items() if label not in given and score > 0}
    likely = sorted(open_, key=lambda label: -open_[label])
    fitting = [label for label in likely if open_[label] >= max(guessing.THRESHOLD, open_[likely[0]] - guessing.MARGIN)]
    if len(fitting) > 1:
        return ColumnsError(
            f"{' and '.join(map(repr, fitting))} could each be the {meaning!r} column; say which with "
            f"df.listkit.clean(mapping={{{fitting[0]!r}: {meaning!r}}}).",
            columns=[str(label) for label in frame.columns],
            guess=fitting[0],
        )
    return ColumnsError.missing(meaning, frame.columns, guess=likely[0] if likely else None)


# ---- reasons ---------------------------------------------------------------------------


def _told(fits: Sequence[Fit], chosen: Sequence[str | None], at: int) -> tuple[str | None, float, str]:
    """Say what one column is proposed to mean, how well that fits, and why."""
    fit, meaning = fits[at], chosen[at]
    best = fit.guesses[meaning] if meaning else max(fit.guesses.values(), key=lambda one: one.score)
    reasons = list(best.reasons)
    if rivals := [str(fits[other].label) for other in guessing.rivals(fits, chosen, at)]:
        meaning = None
        reasons.append(f"{', '.join(map(repr, rivals))} fits as well")
    elif meaning is None:
        reasons += _second(fits, chosen, at)
    if chosen[at] == "phone":
        reasons += _home(fit.content)
    return meaning, round(best.score, 2), "; ".join(reasons)


def _second(fits: Sequence[Fit], chosen: Sequence[str | None], at: int) -> Iterator[str]:
    """Say of a column that could be what another one is, which one that is and how to keep both."""
    best = max(MEANINGS, key=fits[at].score)
    if fits[at].score(best) < guessing.THRESHOLD or best not in chosen:
        return
    better = chosen.index(best)
    if at in guessing.rivals(fits, chosen, better):
        yield f"{str(fits[better].label)!r} fits as well"
        return
    yield f"{str(fits[better].label)!r} is the better {best}"
    if best == "phone":
        label = str(fits[at].label)
        before = sum(fit.score("phone") >= guessing.THRESHOLD for fit in fits[:at])
        after = before + 1 + (better > at)
        yield f"mapping={{{label!r}: '{CUSTOM_PREFIX}phone_{after}'}} keeps it"


def _home(content: Content) -> Iterator[str]:
    """Propose a country for numbers without a country code."""
    home = content.home
    if home and home.share >= guessing.THRESHOLD:
        kind = f"{home.kind.replace('_', ' ')} numbers" if len(home.regions) == 1 else "numbers"
        named = numbering.named(home.regions)
        yield f"{home.share:.0%} of those without a country code read as {kind} of {named}: say region= if they are"
