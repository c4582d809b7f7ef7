"""An automaton over digits: one step a digit, and at every step an answer for a number that ends there.

Picture a tree that is walked from its root, taking at each digit of a number the branch of
that digit; where the digits end, the node says what the number is. Written out, such a tree
would have a node for every number on earth. But most of its branches look alike: whatever the
last six digits of a Delhi number are, the answer is the same. Here a node is made only once
for each pair of *answer here* and *ten branches*; two branches that look alike are one node.
What is left of all numbering plans of the world are some ten thousand nodes, and a number
takes as many look-ups as it has digits.

Nodes are only ever made from nodes that are there already, so every automaton is as small as
it can be from the start, and any number of them can be laid over each other by `combine`:
that is how *the patterns of one kind* become *what the library would say*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

Node: TypeAlias = int
DIGITS = range(10)


class Edit(NamedTuple):
    """How one text of digits is made of another: some single digits, then all from a place to the end.

    A single digit is a place in the old text, or, written as text, a new digit.

    >>> Edit(("9", 1, 2), 5).on("011154444")
    '9114444'
    """

    first: tuple[int | str, ...]
    rest: int

    @classmethod
    def of(cls, first: Iterable[int | str], rest: int) -> Edit:
        """Make an edit that is written as short as it can be, so that equal ones are equal."""
        kept = list(first)
        while kept and rest and kept[-1] == rest - 1:
            rest -= 1
            kept.pop()
        return cls(tuple(kept), rest)

    def on(self, digits: str) -> str:
        """Make the new text."""
        return "".join(one if isinstance(one, str) else digits[one] for one in self.first) + digits[self.rest :]

    def after(self, earlier: Edit) -> Edit:
        """Make one edit of an earlier one and this."""
        size = len(earlier.first)

        def place(here: int | str) -> int | str:
            if isinstance(here, str):
                return here
            return earlier.first[here] if here < size else earlier.rest + here - size

        first = [place(here) for here in self.first]
        if self.rest <= size:
            return Edit.of([*first, *earlier.first[self.rest :]], earlier.rest)
        return Edit.of(first, earlier.rest + self.rest - size)


KEEP = Edit((), 0)


class Automaton:
    """A store of nodes; a node is a number, with an answer and ten branches."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.branches: list[tuple[Node, ...]] = []
        self._known: dict[tuple[Any, ...], Node] = {}
        self._same: dict[Hashable, Node] = {}
        self._held: dict[Node, frozenset[Any]] = {}

    def node(self, answer: Hashable, branches: Sequence[Node]) -> Node:
        """Return the node with an answer and ten branches."""
        key = (answer, *branches)
        if (known := self._known.get(key)) is None:
            if len(set(branches)) == 1 and branches[0] == self._same.get(answer):
                return branches[0]
            known = self._known[key] = len(self.answers)
            self.answers.append(answer)
            self.branches.append(tuple(branches))
        return known

    def always(self, answer: Hashable) -> Node:
        """Return the node that has one answer whatever follows."""
        if (known := self._same.get(answer)) is None:
            known = self._same[answer] = len(self.answers)
            self.answers.append(answer)
            self.branches.append((known,) * len(DIGITS))
        return known

    def is_constant(self, node: Node) -> bool:
        """Whether nothing that follows changes the answer."""
        return self.branches[node][0] == node

    def answer(self, node: Node, digits: str) -> Any:
        """Walk some digits, and return the answer at their end."""
        for digit in digits:
            node = self.branches[node][ord(digit) - ord("0")]
        return self.answers[node]

    def step(self, node: Node, digits: Iterable[str]) -> Node:
        """Walk some digits."""
        for digit in digits:
            node = self.branches[node][int(digit)]
        return node

    def combine(self, answer: Callable[..., Hashable], *nodes: Node) -> Node:
        """Lay automata over each other: at each place the answer is made of theirs."""
        made: dict[tuple[Node, ...], Node] = {}

        def combined(at: tuple[Node, ...]) -> Node:
            told = answer(*[self.answers[one] for one in at])
            if all(map(self.is_constant, at)):
                made[at] = self.always(told)
            else:
                pairs = list(zip(*[self.branches[one] for one in at], strict=True))
                made[at] = self.node(told, [made[below] if below in made else combined(below) for below in pairs])
            return made[at]

        return combined(nodes)

    def held(self, node: Node) -> frozenset[Any]:
        """Return the answers of a node and of all below it."""
        if (known := self._held.get(node)) is None:
            below = {branch for branch in self.branches[node] if branch != node}
            known = self._held[node] = frozenset({self.answers[node]}.union(*map(self.held, below)))
        return known

    def after(self, edit: Edit, node: Node, unknown: Hashable) -> Node:
        """Return the automaton that edits digits first, and then asks another; too few digits are `unknown`."""

        def place(at: int, position: int, here: Node) -> Node:
            while at < len(edit.first) and isinstance(edit.first[at], str):
                here = self.step(here, str(edit.first[at]))
                at += 1
            wanted = edit.rest if at == len(edit.first) else edit.first[at]
            if at == len(edit.first) and position == wanted:
                return here
            if position != wanted:
                return self.node(unknown, (place(at, position + 1, here),) * len(DIGITS))
            return self.node(unknown, [place(at + 1, position + 1, below) for below in self.branches[here]])

        return place(0, 0, node)

    def through(self, edits: Node, node: Node, unknown: Hashable) -> Node:
        """Edit digits as one automaton says, and ask another about them: the answer is both answers.

        `edits` answers with an `Edit`, or with None where the digits are to stay as they are.
        """
        ways = {edit: self.after(edit or KEEP, node, unknown) for edit in self.held(edits)}
        made: dict[tuple[Any, ...], Node] = {}

        def chosen(at: Node, open_ways: dict[Edit | None, Node]) -> Node:
            live = {edit: way for edit, way in open_ways.items() if edit in self.held(at)}
            key = (at, *live.items())
            if (known := made.get(key)) is None:
                edit = self.answers[at]
                told = (edit, self.answers[live[edit]])
                if self.is_constant(at) and self.is_constant(live[edit]):
                    known = self.always(told)
                else:
                    below = [{edit: self.branches[way][digit] for edit, way in live.items()} for digit in DIGITS]
                    known = self.node(told, [chosen(self.branches[at][digit], below[digit]) for digit in DIGITS])
                made[key] = known
            return known

        return chosen(edits, ways)

    def below(self, roots: Iterable[Node]) -> Iterator[Node]:
        """Name the nodes that can be reached, each once, the nearest first."""
        seen = dict.fromkeys(roots)
        queue = list(seen)
        for node in queue:
            yield node
            new = [branch for branch in dict.fromkeys(self.branches[node]) if branch not in seen]
            seen.update(dict.fromkeys(new))
            queue += new
