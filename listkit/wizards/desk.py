"""What choices come to: the file read, its cells edited, cleaned and merged; made when it is asked for, and kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from listkit.errors import ListkitError
from listkit.frame import cleaning, columns, editing, reading
from listkit.frame.duplicates import finding, merging, remembering
from listkit.frame.duplicates.deciding import NOT_THE_SAME
from listkit.frame.recipe import Recipe, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from listkit.frame.cleaning import Cleaning
    from listkit.wizards.choices import Choices

T = TypeVar("T")

KEPT = 6
"""How many outcomes of each kind are kept, so that going back costs nothing."""


class Desk:
    """Makes everything that is shown of a list from the choices; two equal choices come to the same."""

    def __init__(self, frame: pd.DataFrame | None = None) -> None:
        self.given = frame
        self._kept: dict[str, dict[Hashable, Any]] = {}

    def reading(self, choices: Choices) -> reading.Reading:
        """Read the file, or take the frame that was given."""
        if choices.path is None:
            if self.given is None:
                raise ListkitError("Choose a file first.")
            return reading.Reading(frame=self.given, header_row=0)
        return self._once("reading", _source(choices), lambda: reading.reading(str(choices.path), **choices.reading()))

    def raw(self, choices: Choices) -> pd.DataFrame:
        """Return the frame before anything was done to it."""
        return self.reading(choices).frame

    def proposal(self, choices: Choices) -> pd.DataFrame:
        """Propose what each column is: `column, meaning, score, reasons`."""
        return self._once("proposal", _source(choices), lambda: columns.columns(self.raw(choices)))

    def samples(self, choices: Choices, most: int = 3) -> dict[str, list[str]]:
        """Show a few different filled cells of each column."""
        raw = self.raw(choices).head(1_000)
        different = {str(label): raw.iloc[:, at].dropna().unique() for at, label in enumerate(raw.columns)}
        return {label: [str(cell)[:40] for cell in cells[:most]] for label, cells in different.items()}

    def mapping(self, choices: Choices) -> dict[str, str | None]:
        """Say what each column is taken for: as proposed, but for what was chosen."""
        proposal = self.proposal(choices)
        pairs = zip(proposal["column"], proposal["meaning"], strict=True)
        proposed = {str(label): None if pd.isna(meaning) else str(meaning) for label, meaning in pairs}
        return proposed | {label: meaning for label, meaning in choices.meanings if label in proposed}

    def edited(self, choices: Choices) -> pd.DataFrame:
        """Return the frame with the cells that were set by hand."""
        key = _source(choices), choices.edits
        return self._once("edited", key, lambda: editing.edit(self.raw(choices), choices.edits))

    def cleaning(self, choices: Choices) -> Cleaning:
        """Clean the frame; of edits only the rows that they touch are cleaned anew."""
        said, key = {**choices.cleaning(), "mapping": self.mapping(choices)}, self._cleaned(choices)
        whole = self._once("cleaning", key, lambda: cleaning.cleaning(self.raw(choices), **said))
        if not choices.edits:
            return whole
        return self._once("patched", (key, choices.edits), lambda: self._patched(whole, choices, said))

    def clusters(self, choices: Choices) -> pd.DataFrame:
        """Find the rows that are one person, with what was decided about them."""
        key = (*self._cleaned(choices), choices.edits, choices.is_fuzzy)
        frame = self.cleaning(choices).frame
        found = self._once("clusters", key, lambda: finding.duplicates(frame, fuzzy=choices.is_fuzzy))
        return found.assign(decision=found["decision"].mask(found["row"].isin(choices.apart), NOT_THE_SAME))

    def merged(self, choices: Choices) -> pd.DataFrame:
        """Return the rows that would be pushed: cleaned, and one for each person where that was chosen."""
        cleaned = self.cleaning(choices).frame
        if not choices.merges:
            return cleaned
        key = (*self._cleaned(choices), choices.edits, choices.is_fuzzy, choices.apart)
        return self._once("merged", key, lambda: merging.merge_duplicates(cleaned, self.clusters(choices)))

    def recipe(self, choices: Choices) -> Recipe:
        """Write down what is done to the frame, so that it can be done again."""
        steps = [Step("read", choices.reading())] if choices.path and choices.reading() else []
        steps += [Step("edit", {"cells": [list(one) for one in choices.edits]})] if choices.edits else []
        cleaned = Recipe(tuple(steps)) + self.cleaning(choices.but(edits=())).recipe
        return cleaned + self._merging(choices) if choices.merges else cleaned

    def _merging(self, choices: Choices) -> Recipe:
        """Write down who became one; what was decided is kept by keys in which no number is to be read."""
        decided = remembering.decisions(self.cleaning(choices).frame, self.clusters(choices)) if choices.apart else []
        said = {"fuzzy": choices.is_fuzzy, "decisions": decided}
        return Recipe((Step("merge_duplicates", {name: value for name, value in said.items() if value}),))

    def _cleaned(self, choices: Choices) -> tuple[Hashable, ...]:
        """Name the frame that was cleaned before anything was edited."""
        return _source(choices), repr(self.mapping(choices)), repr(choices.cleaning())

    def _patched(self, whole: Cleaning, choices: Choices, said: dict[str, Any]) -> Cleaning:
        """Clean the rows that were edited, and put them in the place of what they were."""
        edited = self.edited(choices)
        at = edited.index.get_indexer(pd.Index([one.line for one in choices.edits]))
        rows = [int(row) for row in np.unique(at[at >= 0])]
        part = cleaning.cleaning(edited.iloc[rows], **said)
        return _put(whole, rows, part)

    def _once(self, kind: str, key: Hashable, make: Callable[[], T]) -> T:
        kept = self._kept.setdefault(kind, {})
        if key not in kept:
            kept[key] = make()
            while len(kept) > KEPT:
                del kept[next(iter(kept))]
        value: T = kept[key]
        return value


def _source(choices: Choices) -> Hashable:
    """Name the frame that everything is made of."""
    return choices.path, *choices.reading().items()


def _put(whole: Cleaning, rows: list[int], part: Cleaning) -> Cleaning:
    """Put rows that were cleaned anew in the place of what they were, with their changes and problems."""
    frame = whole.frame.copy()
    for name in part.frame.columns:
        column = frame[name].copy()
        column.iloc[rows] = part.frame[name].array
        frame[name] = column
    told = {}
    for name in ("changes", "problems"):
        before, after = getattr(whole, name), getattr(part, name)
        after = after.assign(row=np.array(rows, np.int64)[after["row"].to_numpy()])
        told[name] = pd.concat([before[~before["row"].isin(rows)], after]).sort_values("row", kind="stable")
    return replace(whole, frame=frame, **told)
