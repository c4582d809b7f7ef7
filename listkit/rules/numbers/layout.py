"""What libphonenumber does with the digits of a number, step by step, laid out as one automaton.

The library reads a number in the same few steps always: take the country code off, strip what
is dialled before a national number (a trunk zero, a carrier), keep that only if what is left is
long enough, then ask the patterns of each country and kind. Each step looks at digits and at
nothing else, so each is an automaton here, made from the library's own metadata, and the steps
are laid over each other until one is left, whose answer is the library's last word: an `Outcome`.

To be read beside `phonenumbers.phonenumberutil`, whose functions are named where they are followed.
"""

from __future__ import annotations

from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import phonenumbers

from listkit.rules.numbering import WELL_KNOWN
from listkit.rules.numbers import patterns
from listkit.rules.numbers.automaton import DIGITS, KEEP, Automaton, Edit, Node
from listkit.rules.numbers.outcome import ASK, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

KINDS = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail")
"""The kinds in the order in which the library asks for them; fixed lines and mobiles come after."""

NAMED = 4
"""So many of the countries that hold some digits are named, at most."""

_LEAST, _MOST = 2, 17
_CODE_LONGEST = 3


class Roots(NamedTuple):
    """Where to begin: after a plus; in each country without one, and with what is dialled before a code; in none."""

    international: Node
    national: dict[str, Node]
    abroad: dict[str, Node]
    holders: Node


_Coded: TypeAlias = "tuple[bool, Outcome]"


class _Looked(NamedTuple):
    """What the plans say of national digits: first those of one country, then those of all that share its code."""

    is_general: bool
    length: str
    final: Outcome


class _Stripped(NamedTuple):
    """Digits after the national prefix was stripped, and before."""

    edit: Edit
    after: _Looked
    before: _Looked


def lay_out() -> tuple[Automaton, Roots]:
    """Lay the numbering plans of the world out, in a few seconds."""
    plans = _Plans()
    read = {region: plans.read(region) for region in sorted(phonenumbers.SUPPORTED_REGIONS)}
    return plans.store, Roots(
        plans.international(),
        {region: national for region, (national, _) in read.items()},
        {region: abroad for region, (_, abroad) in read.items()},
        plans.holders(),
    )


class _Plans:
    """The steps of the library, each an automaton; what is asked for twice is made once."""

    def __init__(self) -> None:
        self.store = Automaton()
        self.nothing = self.store.always(answer=False)
        self.anything = self.store.always(answer=True)
        self.end = self.store.node(True, [self.nothing] * len(DIGITS))  # noqa: FBT003 - an answer
        self.verdict = cache(self.verdict)  # type: ignore[method-assign]
        self.stripped = cache(self.stripped)  # type: ignore[method-assign]
        self.after_code = cache(self.after_code)  # type: ignore[method-assign]
        self.kind = cache(self.kind)  # type: ignore[method-assign]
        self.coded = cache(self.coded)  # type: ignore[method-assign]

    def read(self, region: str) -> tuple[Node, Node]:
        """Read digits in a country, and what is dialled there before a country code."""
        try:
            return self.national(region), self.abroad(region)
        except patterns.UnreadablePatternError:
            return self.store.always(ASK), self.store.always(0)

    # ---- parse, _maybe_extract_country_code -----------------------------------------------

    def international(self) -> Node:
        """Read what follows a plus: a country code, then a national number."""
        unknown, short = Outcome("invalid_code"), Outcome("short_after_plus")

        def after(begun: str) -> Node:
            if begun and int(begun) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
                return self._begun(begun)
            if begun == "0" or len(begun) == _CODE_LONGEST:
                return self.store.always(unknown)
            return self.store.node(unknown, [after(f"{begun}{digit}") for digit in DIGITS])

        is_short = self._counted(lambda size: size <= _LEAST, _LEAST + 1)
        return self.store.combine(lambda is_short, told: short if is_short else told, is_short, after(""))

    def national(self, region: str) -> Node:
        """Read digits without a plus: a national number, or one with its country code before it."""
        skip = Edit((), len(str(_metadata(region).country_code)))

        def told(found: _Stripped, coded: _Coded | None) -> Outcome:
            if coded and _has_code(found, coded):
                return coded[1]._replace(edit=coded[1].edit.after(skip))
            return _kept(found)

        code = _metadata(region).country_code
        return self.store.combine(told, self.stripped(code, region), self.coded(region))

    def coded(self, region: str) -> Node:
        """Read digits as if the country's own code were the first of them; None where it is not."""
        known = _metadata(region)
        edits = self.store.combine(lambda found: found.edit, self.stripped(known.country_code, region))
        inner = self.store.combine(_pair, self._general(known), self.after_code(known.country_code))
        coded = self.store.combine(_with_edit, self.store.through(edits, inner, (False, ASK)))
        other = self.store.always(None)
        for digit in reversed(str(known.country_code)):
            coded = self.store.node(None, [coded if int(digit) == one else other for one in DIGITS])
        return coded

    def abroad(self, region: str) -> Node:
        """Count the digits that are dialled in a country before a country code; 0 where there are none."""
        prefix = _metadata(region).international_prefix
        if not prefix:
            return self.store.always(0)
        zero = self.store.node(False, [self.anything if digit == 0 else self.nothing for digit in DIGITS])  # noqa: FBT003 - an answer
        dialled = self.store.through(self._first_way(prefix, None), zero, False)  # noqa: FBT003 - an answer
        return self.store.combine(lambda found: 0 if found[1] else found[0].rest, dialled)

    # ---- which countries hold some digits --------------------------------------------------

    def holders(self) -> Node:
        """Name the first countries where digits without a plus are a national number, some of them."""
        held = [self._held(region) for region in order()]
        while len(held) > 1:
            pairs = zip_longest(held[::2], held[1::2], fillvalue=self.store.always(()))
            held = [self.store.combine(lambda one, other: (*one, *other)[:NAMED], *pair) for pair in pairs]
        return held[0]

    def _held(self, region: str) -> Node:
        """Say whether a country holds digits: read without its code, without a way to dial abroad, by its own plan."""
        code = _metadata(region).country_code
        try:
            stripped, coded = self.stripped(code, region), self.coded(region)
        except patterns.UnreadablePatternError:
            return self.store.always(())
        kept = self.store.combine(lambda found: _kept(found).edit, stripped)
        kind = self.store.through(kept, self.kind(code, region), "")
        is_number = self._counted(lambda size: size >= _LEAST, _LEAST)

        def told(is_number: bool, abroad: int, kind: tuple[Edit, str], found: _Stripped, coded: _Coded | None) -> Any:  # noqa: FBT001 - an answer
            return (region,) if is_number and not abroad and kind[1] and not _has_code(found, coded) else ()

        return self.store.combine(told, is_number, self.abroad(region), kind, stripped, coded)

    def after_code(self, code: int) -> Node:
        """Read a national number that stands after its country code."""
        found = self.stripped(code, phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code][0])
        return self.store.combine(_kept, found)

    def _begun(self, code: str) -> Node:
        """Read on after a country code."""
        skip = Edit((), len(code))
        try:
            read = self.after_code(int(code))
        except patterns.UnreadablePatternError:
            return self.store.always(ASK)
        return self.store.combine(lambda told: told._replace(edit=told.edit.after(skip)), read)

    # ---- _maybe_strip_national_prefix_carrier_code ----------------------------------------

    def stripped(self, code: int, region: str) -> Node:
        """Strip what is dialled in a country before a national number, where that leaves a number."""
        known = _metadata(region, code)
        length = self._counted(lambda size: _length(known, size)[0], _MOST + 2)
        looked = self.store.combine(_Looked, self._general(known), length, self.verdict(code))
        prefix = known.national_prefix_for_parsing
        edits = self._first_way(prefix, known.national_prefix_transform_rule) if prefix else self.store.always(KEEP)
        unknown = _Looked(False, "short", ASK)  # noqa: FBT003 - an answer

        def decided(found: tuple[Edit, _Looked], before: _Looked) -> _Stripped:
            edit, after = found
            if before.is_general and not after.is_general:
                return _Stripped(KEEP, before, before)
            return _Stripped(edit, after, before)

        return self.store.combine(decided, self.store.through(edits, looked, unknown), looked)

    def _first_way(self, pattern: str, rule: str | None) -> Node:
        """Say what the first way through a prefix pattern, in the order of `re`, makes of the digits."""
        last = patterns.groups(pattern)
        ways = [(way, _edit(way, rule, last)) for way in patterns.ways(patterns.read(pattern))]

        @cache
        def open_ways(live: tuple[int, ...], at: int) -> Node:
            ended = [one for one in live if len(ways[one][0].digits) <= at]
            told = ways[ended[0]][1] if ended else KEEP
            if not live or (live == (*ended,) and not ways[live[0]][0].is_end):
                return self.store.always(told)
            below = [tuple(_going(live, at, digit)) for digit in DIGITS]
            return self.store.node(told, [open_ways(rest, at + 1) for rest in below])

        def _going(live: tuple[int, ...], at: int, digit: int) -> Iterator[int]:
            """Go on with the ways that take a digit; behind one that has ended none is tried any more."""
            for one in live:
                way = ways[one][0]
                if len(way.digits) > at and digit in way.digits[at]:
                    yield one
                elif len(way.digits) <= at and not way.is_end:
                    yield one
                    return

        return open_ways(tuple(range(len(ways))), 0)

    # ---- _test_number_length, region_code_for_number, number_type -------------------------

    def verdict(self, code: int) -> Node:
        """Say what a national number is: its country and kind, or what is wrong with it."""
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
        main = _metadata(regions[0], code)
        wrong = self._counted(lambda size: _length(main, size)[1], _MOST + 2)
        kinds = [self.kind(code, region) for region in regions]
        begins = [self._begins(region, code) if len(regions) > 1 else self.anything for region in regions]

        def told(wrong: str, *found: Any) -> Outcome:
            for region, begins, kind in zip(regions, found[: len(regions)], found[len(regions) :], strict=True):
                if begins is None:
                    if kind:
                        return Outcome("", code, country=region, kind=kind)
                elif begins:
                    return Outcome("", code, country=region, kind=kind) if kind else Outcome(wrong, code)
            return Outcome(wrong, code)

        return self.store.combine(told, wrong, *begins, *kinds)

    def kind(self, code: int, region: str) -> Node:
        """Say of which kind a national number is in one country; empty where it is none there."""
        known = _metadata(region, code)
        names = ("general_desc", *KINDS, "fixed_line", "mobile")
        takes = [self._described(getattr(known, name)) for name in names]
        is_same = bool(known.same_mobile_and_fixed_line_pattern)

        def told(general: bool, *found: bool) -> str:  # noqa: FBT001 - answers
            *special, fixed, mobile = found
            if not general:
                return ""
            if any(special):
                return KINDS[special.index(True)]
            if fixed:
                return "fixed_line_or_mobile" if is_same or mobile else "fixed_line"
            return "mobile" if mobile and not is_same else ""

        return self.store.combine(told, *takes)

    def _described(self, known: Any) -> Node:
        """Take the digits that one of the library's descriptions takes, of the lengths that it may have."""
        if known is None or not known.national_number_pattern:
            return self.nothing
        taken = patterns.language(self.store, patterns.read(known.national_number_pattern), self.end)
        lengths = frozenset(known.possible_length)
        if not lengths:
            return taken
        sized = self._counted(lambda size: size in lengths, max(lengths) + 1)
        return self.store.combine(lambda taken, sized: taken and sized, taken, sized)

    def _general(self, known: Any) -> Node:
        pattern = known.general_desc.national_number_pattern
        return patterns.language(self.store, patterns.read(pattern), self.end) if pattern else self.nothing

    def _begins(self, region: str, code: int) -> Node:
        """Say whether digits begin as those of a country do; None where how they begin does not decide."""
        leading = _metadata(region, code).leading_digits
        if leading is None:
            return self.store.always(None)
        return patterns.language(self.store, patterns.read(leading), self.anything)

    def _counted(self, answer: Callable[[int], Hashable], last: int) -> Node:
        """Answer by the number of digits; from `last` on it is the same."""
        node = self.store.always(answer(last))
        for size in reversed(range(last)):
            node = self.store.node(answer(size), [node] * len(DIGITS))
        return node


def order() -> list[str]:
    """Return all countries, the well-known first."""
    known = phonenumbers.SUPPORTED_REGIONS
    return [*(one for one in WELL_KNOWN if one in known), *sorted(known - {*WELL_KNOWN})]


def _metadata(region: str, code: int = 0) -> Any:
    return phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region)


def _pair(*answers: Any) -> tuple[Any, ...]:
    return answers


def _with_edit(found: tuple[Edit, _Coded]) -> _Coded:
    edit, (is_general, told) = found
    return is_general, told._replace(edit=told.edit.after(edit))


def _has_code(found: _Stripped, coded: _Coded | None) -> bool:
    """Whether the library takes the first digits for the country's own code."""
    here = found.before
    return coded is not None and ((not here.is_general and coded[0]) or here.length == "long")


def _kept(found: _Stripped) -> Outcome:
    """Keep what was stripped off only where the rest is long enough to be a number."""
    edit, looked = (found.edit, found.after) if found.after.length != "short" else (KEEP, found.before)
    return looked.final._replace(edit=edit)


def _length(known: Any, size: int) -> tuple[str, str]:
    """Judge a length as a country's plan does: whether a number may have it, and what is wrong if it is none."""
    general = known.general_desc
    possible = general.possible_length
    if size < _LEAST:
        return "short", "short_number"
    if size < possible[0] or size in general.possible_length_local_only:
        word = ("short", "too_short")
    elif size > possible[-1]:
        word = ("long", "too_long")
    else:
        word = ("", "invalid_number") if size in possible else ("short", "invalid_number")
    return word if size <= _MOST else (word[0], "long_number")


def _edit(way: patterns.Way, rule: str | None, last: int) -> Edit:
    """Write what a way through a prefix does to digits: it is stripped, or rewritten by the country's rule."""
    end = len(way.digits)
    spans = {number: range(first, stop) for number, first, stop in way.groups}
    if not rule or last not in spans:
        return Edit.of((), end)
    first: list[int | str] = []
    marks = iter(rule)
    for mark in marks:
        first += spans.get(int(next(marks)), ()) if mark == "\\" else [mark]
    return Edit.of(first, end)
