"""What a recipe does to a frame, with its paperwork."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from listkit.frame import recipe as recipes
from listkit.frame.checking import PROBLEMS
from listkit.frame.cleaning import CHANGES, cleaning

if TYPE_CHECKING:
    from listkit.frame.recipe import Recipe


@dataclass(frozen=True)
class Replaying:
    """What a recipe made of a frame.

    `changes` are those of all its cleanings, `problems` what the last of them left, both as
    `cleaning` tells them; of rows that a later step took away neither speaks.
    """

    frame: pd.DataFrame = field(repr=False)
    changes: pd.DataFrame = field(repr=False)
    problems: pd.DataFrame = field(repr=False)
    recipe: Recipe


def replaying(frame: pd.DataFrame, recipe: Recipe) -> Replaying:
    """Do to this frame what the recipe says, and keep what changed and what is wrong; nothing is ever sent.

    The frame is that of `replay`, and so are the errors.
    """
    recipes.refuse_another(recipe)
    # Under way rows are known by their place in the frame that came in, for an index may say two of them by one name.
    left = frame.set_axis(pd.RangeIndex(len(frame)), axis="index")
    changes, problems = [pd.DataFrame(columns=list(CHANGES))], pd.DataFrame(columns=list(PROBLEMS))
    for step in recipe.steps:
        if step.verb == "clean":
            done = cleaning(left, **recipes.arguments(left, step))
            left, problems = done.frame, done.problems
            changes.append(done.changes)
        else:
            left = recipes.do(left, step)
    rows = left.index
    return Replaying(
        frame=left.set_axis(frame.index[rows], axis="index"),
        changes=_seated(pd.concat(changes[1:] or changes), rows, frame.index),
        problems=_seated(problems, rows, frame.index),
        recipe=recipe,
    )


def _seated(told: pd.DataFrame, rows: pd.Index[Any], index: pd.Index[Any]) -> pd.DataFrame:
    """Speak of rows by their place in the frame that came out, in its order."""
    places = rows.get_indexer(told.index)
    seated = told.assign(row=places)[places >= 0].sort_values("row", kind="stable")
    return seated.set_axis(index[rows[seated["row"].to_numpy()]], axis="index")
