"""The patterns of numbering plans: what they take, as an automaton; where they end, as a list of ways.

The plans write them in a small part of the language of regular expressions: digits, classes,
groups, alternatives, counts, and an end. That part is read here, for an automaton knows what
`re` cannot say: which of a thousand patterns take some digits, in one look at each digit.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from listkit.rules.numbers.automaton import Automaton, Node


class UnreadablePatternError(ValueError):
    """A pattern that uses more of the language than is known here."""


class Digit(NamedTuple):
    """One digit of some."""

    among: frozenset[int]


class End(NamedTuple):
    """Nothing may follow."""


class Repeat(NamedTuple):
    """The same part so many times, rather more than fewer."""

    part: Part
    least: int
    most: int


class Group(NamedTuple):
    """A part whose digits are wanted; its number, from one."""

    part: Part
    number: int


class Chain(NamedTuple):
    """Parts, one after the other."""

    parts: tuple[Part, ...]


class Either(NamedTuple):
    """One of some parts, the first that fits."""

    parts: tuple[Part, ...]


Part: TypeAlias = "Digit | End | Repeat | Group | Chain | Either"


class Way(NamedTuple):
    """One way through a pattern: which digits, what they are wanted for, and whether nothing may follow them."""

    digits: tuple[frozenset[int], ...]
    groups: tuple[tuple[int, int, int], ...] = ()
    is_end: bool = False

    def then(self, after: Way) -> Way | None:
        """Go on by another way, or not at all where nothing may follow."""
        if self.is_end and after.digits:
            return None
        size = len(self.digits)
        moved = tuple((number, first + size, last + size) for number, first, last in after.groups)
        return Way(self.digits + after.digits, self.groups + moved, self.is_end or after.is_end)


def read(pattern: str) -> Part:
    """Read a pattern.

    >>> read("[13]5?")
    Chain(parts=(Digit(among=frozenset({1, 3})), Repeat(part=Digit(among=frozenset({5})), least=0, most=1)))
    """
    reader = _Reader(pattern)
    part = reader.either()
    if reader.marks:
        raise UnreadablePatternError(pattern)
    return part


def groups(pattern: str) -> int:
    """Count the groups of a pattern whose digits are wanted."""
    return re.compile(pattern).groups


def language(automaton: Automaton, part: Part, after: Node) -> Node:
    """Make the automaton of all digits that a part takes, followed by what `after` takes."""
    match part:
        case Digit(among):
            nothing = automaton.always(answer=False)
            return automaton.node(False, [after if digit in among else nothing for digit in range(10)])  # noqa: FBT003 - an answer
        case Repeat(inner, least, most):
            whole = after
            for count in range(most, 0, -1):
                longer = language(automaton, inner, whole)
                whole = longer if count <= least else automaton.combine(_or, after, longer)
            return whole
        case Group(inner, _):
            return language(automaton, inner, after)
        case Chain(parts):
            for inner in reversed(parts):
                after = language(automaton, inner, after)
            return after
        case Either(parts):
            return automaton.combine(_or, *(language(automaton, inner, after) for inner in parts))
        case End():
            return automaton.combine(_and, after, automaton.node(True, [automaton.always(answer=False)] * 10))  # noqa: FBT003 - an answer


def ways(part: Part) -> Iterator[Way]:
    """List the ways through a part, in the order in which `re` tries them."""
    match part:
        case Digit(among):
            yield Way((among,))
        case End():
            yield Way((), is_end=True)
        case Group(inner, number):
            for way in ways(inner):
                yield way._replace(groups=(*way.groups, (number, 0, len(way.digits))))
        case Repeat(inner, least, most):
            yield from _repeated(Way(()), list(ways(inner)), least, most)
        case Chain(parts):
            yield from _joined(parts)
        case Either(parts):
            for inner in parts:
                yield from ways(inner)


def _repeated(whole: Way, once: list[Way], least: int, most: int) -> Iterator[Way]:
    """Go on as long as may be, by each way, before stopping after this one."""
    for way in once if most else ():
        if longer := whole.then(way):
            yield from _repeated(longer, once, least - 1, most - 1)
    if least <= 0:
        yield whole


def _joined(parts: Iterable[Part]) -> Iterator[Way]:
    for chosen in product(*(list(ways(part)) for part in parts)):
        whole: Way | None = Way(())
        for way in chosen:
            whole = whole and whole.then(way)
        if whole is not None:
            yield whole


def _or(*answers: bool) -> bool:
    return any(answers)


def _and(*answers: bool) -> bool:
    return all(answers)


class _Reader:
    """Reads a pattern mark by mark; what is left of it is `marks`."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.marks = re.findall(r"\\d|\[[^]]*\]|\(\?:|\{\d+(?:,\d+)?\}|.", pattern, re.DOTALL)
        self.marks.reverse()
        self.count = 0

    def either(self) -> Part:
        parts = [self.chain()]
        while self.marks and self.marks[-1] == "|":
            self.marks.pop()
            parts.append(self.chain())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def chain(self) -> Part:
        parts: list[Part] = []
        while self.marks and self.marks[-1] not in {"|", ")"}:
            parts.append(self.counted(self.one()))
        return parts[0] if len(parts) == 1 else Chain(tuple(parts))

    def counted(self, part: Part) -> Part:
        mark = self.marks[-1] if self.marks else ""
        count = re.fullmatch(r"\{(\d+)(?:,(\d+))?\}", "{0,1}" if mark == "?" else mark)
        if not count:
            return part
        self.marks.pop()
        return Repeat(part, int(count[1]), int(count[2] or count[1]))

    def one(self) -> Part:
        mark = self.marks.pop()
        if mark in {"(", "(?:"}:
            return self.group(is_wanted=mark == "(")
        if mark == "$":
            return End()
        if mark == "\\d":
            return Digit(frozenset(range(10)))
        if mark.isdecimal() and mark.isascii():
            return Digit(frozenset({int(mark)}))
        if mark.startswith("["):
            return Digit(self.among(mark[1:-1]))
        raise UnreadablePatternError(self.pattern)

    def group(self, *, is_wanted: bool) -> Part:
        self.count += is_wanted
        number = self.count
        part = self.either()
        if not self.marks or self.marks.pop() != ")":
            raise UnreadablePatternError(self.pattern)
        return Group(part, number) if is_wanted else part

    def among(self, written: str) -> frozenset[int]:
        if not re.fullmatch(r"(?:[0-9](?:-[0-9])?)+", written):
            raise UnreadablePatternError(self.pattern)
        spans = re.findall(r"([0-9])(?:-([0-9]))?", written)
        return frozenset(digit for first, last in spans for digit in range(int(first), int(last or first) + 1))
