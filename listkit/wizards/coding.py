"""The lines of Python that do what was clicked; run in a fresh kernel they give the same rows and the same plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from listkit.account import Account
    from listkit.wizards.choices import Choices
    from listkit.wizards.desk import Desk

IMPORT = "import listkit as lk"
GIVEN = "# people is the frame that the wizard was given, account the account."
WIDE = 100
"""A call that is longer has its arguments in lines of their own."""


def preparing(desk: Desk, choices: Choices) -> Iterator[str]:
    """Write what is done to the rows, a line each."""
    yield IMPORT
    yield ""
    if choices.path is None:
        yield "# people is the frame that the wizard was given."
    else:
        yield f"people = {_call('lk.read_file', repr(choices.path), **choices.reading())}"
    if choices.edits:
        cells = ", ".join(repr(tuple(one)) for one in choices.edits)
        yield f"people = {_call('people.listkit.edit', f'[{cells}]')}"
    yield f"people = {_call('people.listkit.clean', mapping=desk.mapping(choices), **choices.cleaning())}"
    if choices.merges:
        yield f"clusters = people.listkit.duplicates({'fuzzy=True' if choices.is_fuzzy else ''})"
        if choices.apart:
            rows = list(choices.apart)
            yield f'clusters.loc[clusters["row"].isin({rows}), "decision"] = "not the same"'
        yield "people = people.listkit.merge_duplicates(clusters)"


def planning(choices: Choices) -> dict[str, Any]:
    """Say how it is planned, where that is not as it would be anyway."""
    said = {
        "mode": choices.mode if choices.mode != "append" else None,
        "suppress": list(choices.suppress),
        "allow_destroy": choices.allow_destroy,
    }
    return {name: value for name, value in said.items() if value}


def pushing(choices: Choices, account: Account, *, is_pushed: bool) -> Iterator[str]:
    """Write how the rows are planned and pushed."""
    name = account.provider.name
    profile = {"profile": account.profile} if account.profile else {}
    yield f"account = {_call('lk.connect', repr(name), **profile)}"
    yield f"plan = {_call('people.listkit.plan', repr(choices.list_name), to=_Word('account'), **planning(choices))}"
    if is_pushed:
        yield "run = plan.apply()"


class _Word(str):
    """A name in the code, which is written as it is."""

    __slots__ = ()
    __repr__ = str.__str__


def _call(verb: str, *arguments: str, **said: Any) -> str:
    """Write a call, in one line if it has room there."""
    told = [*arguments, *(f"{name}={value!r}" for name, value in said.items())]
    line = f"{verb}({', '.join(told)})"
    if len(line) <= WIDE:
        return line
    lines = [*arguments, *(f"{name}={_value(value)}" for name, value in said.items())]
    return "\n".join([f"{verb}(", *(f"    {one}," for one in lines), ")"])


def _value(value: Any) -> str:
    """Write a mapping with a line for each of its pairs, and anything else in one."""
    if not isinstance(value, dict) or len(repr(value)) <= WIDE:
        return repr(value)
    pairs: Mapping[Any, Any] = value
    return "\n".join(["{", *(f"        {name!r}: {one!r}," for name, one in pairs.items()), "    }"])
