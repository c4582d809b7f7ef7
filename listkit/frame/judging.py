"""Rules of the user's own: functions of a column, and pandera schemas."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from listkit.errors import ListkitError

Rule: TypeAlias = "Callable[[pd.Series[Any]], Any] | Any"
Rules: TypeAlias = "Rule | Iterable[Any] | Mapping[str, Any]"


class Asked(NamedTuple):
    """A rule, and the column that was said beside it."""

    column: str | None
    rule: Any


class Broken(NamedTuple):
    """Where a rule is broken: the column, the rows by position, the rule's name, and what it says of each."""

    column: str
    rows: Any
    code: str
    messages: list[str]


def listed(rules: Rules) -> list[Asked]:
    """Take a user's rules apart: each with the column that was said beside it.

    A rule is one of three things. A *function of a column*: its one argument is called like the
    column, by its canonical name, `lambda phone: phone.str.startswith("+91")`; or the column
    is said beside it, `{"Loan No.": is_a_loan}`. It is given the column as cleaning leaves it, empty
    cells too, and returns a column or list of the same length: true and false, where false is a
    problem and missing is none; or messages, empty or missing where all is well. A *pandera
    schema* or model, of the frame, or of one column where that is said beside it; its coercions are
    not kept, and the index is not looked at. Or several of them.

    Raises ListkitError where something is no rule.
    """
    if isinstance(rules, Mapping):
        return [Asked(str(column), one.rule) for column, rule in rules.items() for one in listed(rule)]
    if callable(rules) or _is_schema(rules):
        return [Asked(None, rules)]
    if isinstance(rules, Iterable) and not isinstance(rules, str):
        return [one for rule in rules for one in listed(rule)]
    raise ListkitError(
        f"{rules!r} is no rule: a rule is a function of a column, {{column: function}}, or a pandera schema."
    )


def judge(frame: pd.DataFrame, rules: Iterable[Asked]) -> list[Broken]:
    """Ask a user's rules about a cleaned frame.

    Raises ListkitError where a rule cannot be asked, fails, or answers something else.
    """
    return [broken for column, rule in rules for broken in _asked(frame, column, rule)]


def _asked(frame: pd.DataFrame, column: str | None, rule: Any) -> list[Broken]:
    if _is_schema(rule):
        return _by_schema(frame, column, rule)
    label = _column(frame, column, rule)
    name = getattr(rule, "__name__", type(rule).__name__).replace("<lambda>", "rule")
    cells = frame[label].copy()
    try:
        answer = rule(cells)
    except Exception as failed:
        raise ListkitError(
            f"The rule {name!r} failed on the column {str(label)!r}: {type(failed).__name__}: {failed}"
        ) from failed
    doc = inspect.getdoc(rule) if inspect.isroutine(rule) else None
    rows, messages = _read(answer, frame, name, doc or f"your {name} says no")
    return [Broken(str(label), rows, name, messages)]


def _column(frame: pd.DataFrame, column: str | None, rule: Any) -> Any:
    """Find the column that a function judges: said beside it, or the name of its one argument."""
    wanted = column
    if wanted is None:
        try:
            needed = [one for one in inspect.signature(rule).parameters.values() if one.default is one.empty]
        except (TypeError, ValueError):
            needed = []
        wanted = needed[0].name if len(needed) == 1 else None
    for label in frame.columns:
        if str(label) == wanted:
            return label
    there = ", ".join(repr(str(label)) for label in frame.columns)
    asked = f"asks for {wanted!r}" if wanted else "does not name one column by its one argument"
    raise ListkitError(f"A rule {asked}, and there are {there}: say rules={{'your column': the rule}}.")


def _read(answer: Any, frame: pd.DataFrame, name: str, doc: str) -> tuple[Any, list[str]]:
    """Read what a function answers: the rows where something is wrong, and the message of each."""
    is_other = isinstance(answer, pd.Series) and not answer.index.equals(frame.index)
    if not pd.api.types.is_list_like(answer) or len(answer) != len(frame) or is_other:
        raise ListkitError(
            f"The rule {name!r} answered {_shape(answer)} to a column of {len(frame):,}: it returns as many trues and "
            "falses, or messages, with the same index."
        )
    told = pd.Series(np.asarray(answer, dtype=object))
    filled = told[told.notna()]
    if filled.map(lambda one: isinstance(one, bool | np.bool_)).all():
        rows = filled.index[~filled.astype("bool")].to_numpy()
        return rows, [doc.strip().splitlines()[0]] * len(rows)
    if filled.map(lambda one: isinstance(one, str)).all():
        said = filled[filled.str.strip() != ""]
        return said.index.to_numpy(), said.tolist()
    raise ListkitError(f"The rule {name!r} answered neither trues and falses nor messages, but {filled.iloc[0]!r}.")


def _shape(answer: Any) -> str:
    return f"{len(answer):,} values" if pd.api.types.is_list_like(answer) else repr(answer)


# ---- pandera ---------------------------------------------------------------------------


def _is_schema(rule: Any) -> bool:
    """Whether a rule is pandera's, without loading pandera where nobody uses it."""
    kinds = (rule if isinstance(rule, type) else type(rule)).__mro__
    return any(kind.__module__.partition(".")[0] == "pandera" for kind in kinds)


def _by_schema(frame: pd.DataFrame, column: str | None, schema: Any) -> list[Broken]:
    from pandera.errors import SchemaError, SchemaErrors  # noqa: PLC0415 - a guest, who is there if it made the schema

    plain = frame.reset_index(drop=True)
    judged = plain if column is None else plain[_column(plain, column, schema)]
    try:
        schema.validate(judged, lazy=True)
    except SchemaErrors as broken:
        return list(_cases(broken.failure_cases, column))
    except SchemaError as broken:
        raise ListkitError(f"The schema does not fit the frame: {broken}") from None
    return []


def _cases(cases: pd.DataFrame, column: str | None) -> Iterable[Broken]:
    """Read pandera's list of failures; one that is of no row is no finding but a frame that does not fit."""
    for (label, check), own in cases.assign(column=cases["column"].fillna(column)).groupby(
        ["column", "check"], dropna=False, sort=False
    ):
        if own["index"].isna().any():
            raise ListkitError(
                f"The schema does not fit the frame: {label}: {check}, and it has {own['failure_case'].iloc[0]!r}."
            )
        rows = np.unique(own["index"].to_numpy(dtype=np.int64))
        yield Broken(str(label), rows, str(check).partition("(")[0], [f"{check} is not so"] * len(rows))
