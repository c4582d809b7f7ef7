"""Columns as offices name and fill them, each with what it means: made by rules from made-up people."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Maker = Callable[[Random], str]

ROWS = 60

FIRST = ["Asha", "Ravi", "Meera", "Farhan", "John", "Maria", "Anna", "Pedro", "Olga", "Kavya", "Tom", "Omar"]
LAST = ["Rao", "Iyer", "Nair", "Khan", "Smith", "Garcia", "Wei", "Silva", "Demir", "Gowda", "Brown", "Rossi"]
FIRMS = ["Lotus", "Star", "Blue Hill", "Northwind", "Acme", "Sunrise", "Old Mill", "River"]


def _digits(chance: Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _check(body: str) -> str:
    """Add the digit of Verhoeff, by its tables."""
    times = [[(i + j) % 5 if i < 5 and j < 5 else 0 for j in range(10)] for i in range(10)]
    for i in range(10):
        for j in range(10):
            turn = (i + j) % 5 if i < 5 else (i - j) % 5
            times[i][j] = turn if (i < 5) == (j < 5) else turn + 5
    moved = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for _ in range(6):
        moved.append([moved[-1][moved[1][digit]] for digit in range(10)])
    told = 0
    for place, digit in enumerate(reversed(body), 1):
        told = times[told][moved[place % 8][int(digit)]]
    return body + str(next(last for last in range(10) if times[told][last] == 0))


def _day(chance: Random) -> tuple[int, int, int]:
    return chance.randint(1950, 2026), chance.randint(1, 12), chance.randint(1, 28)


MAKERS: dict[str, Maker] = {
    "in": lambda r: r.choice(["", "+91 ", "0", "91", "+91-"]) + r.choice("6789") + _digits(r, 9),
    "in spaced": lambda r: f"{r.choice('6789')}{_digits(r, 4)} {_digits(r, 5)}",
    "us": lambda r: f"({r.choice(['202', '415', '312'])}) 555-01{_digits(r, 2)}",
    "gb": lambda r: f"020 7946 0{_digits(r, 3)}",
    "de": lambda r: r.choice(["0151 ", "+49 160 ", "0171/"]) + r.choice("123456789") + _digits(r, 6),
    "fr": lambda r: f"06 {r.choice('12345')}{_digits(r, 1)} " + " ".join(_digits(r, 2) for _ in range(3)),
    "br": lambda r: f"({r.choice(['11', '21', '31'])}) 9{r.choice('6789')}{_digits(r, 3)}-{_digits(r, 4)}",
    "world": lambda r: r.choice(["+1202555" + "01" + _digits(r, 2), "+919" + _digits(r, 9), "+33612" + _digits(r, 6)]),
    "science": lambda r: f"9.1{_digits(r, 4)}E+11",
    "email": lambda r: f"{r.choice(FIRST).lower()}{_digits(r, 2)}@example.{r.choice(['com', 'org', 'in'])}",
    "first": lambda r: r.choice(FIRST),
    "last": lambda r: r.choice(LAST),
    "full": lambda r: f"{r.choice(FIRST)} {r.choice(LAST)}",
    "firm": lambda r: f"{r.choice(FIRMS)} {r.choice(['Traders', 'Pvt Ltd', 'GmbH', 'LLC', 'Foods', 'Textiles'])}",
    "tag": lambda r: r.choice(["vip", "new", "lapsed", "vip;new"]),
    "country": lambda r: r.choice(["India", "United States", "Germany", "IN", "USA"]),
    "dial": lambda r: r.choice(["91", "+91", "1", "44"]),
    "city": lambda r: r.choice(["Pune", "Kochi", "Delhi", "Berlin", "New York", "Lyon"]),
    "state": lambda r: r.choice(["CA", "IN", "DE", "NY", "GA", "AL", "MH"]),
    "pin": lambda r: r.choice("12345678") + _digits(r, 5),
    "zip4": lambda r: f"{_digits(r, 5)}-{_digits(r, 4)}",
    "cep": lambda r: f"{_digits(r, 5)}-{_digits(r, 3)}",
    "amount": lambda r: f"{r.randint(100, 99_999)}.{_digits(r, 2)}",
    "whole amount": lambda r: str(r.randint(1_000_000, 9_999_999)),
    "rupees": lambda r: f"₹ {r.randint(10, 99)},{_digits(r, 3)},{_digits(r, 3)}",
    "iso": lambda r: "{:04}-{:02}-{:02}".format(*_day(r)),
    "dmy": lambda r: "{2:02}/{1:02}/{0:04}".format(*_day(r)),
    "ymd": lambda r: "{:04}{:02}{:02}".format(*_day(r)),
    "time": lambda r: "{:04}-{:02}-{:02} ".format(*_day(r)) + f"{r.randint(0, 23):02}:15:00",
    "account": lambda r: _digits(r, r.choice([11, 14, 16])),
    "aadhaar": lambda r: _check(r.choice("23456789") + _digits(r, 10)),
    "aadhaar spaced": lambda r: f"{r.choice('23456789')}{_digits(r, 3)} {_digits(r, 4)} {_digits(r, 4)}",
    "gst": lambda r: f"27{''.join(r.choice('ABCDEFGHKL') for _ in range(5))}{_digits(r, 4)}F1Z5",
    "pan": lambda r: f"{''.join(r.choice('ABCDEFGHKL') for _ in range(5))}{_digits(r, 4)}F",
    "uuid": lambda r: f"{r.getrandbits(128):032x}",
    "ip": lambda r: ".".join(str(r.randint(1, 254)) for _ in range(4)),
    "place": lambda r: f"{r.uniform(8, 30):.6f}, {r.uniform(68, 90):.6f}",
    "yes": lambda r: r.choice(["yes", "no"]),
    "kind": lambda r: r.choice(["mobile", "home", "work"]),
    "small": lambda r: str(r.randint(1, 400)),
    "ten digits": lambda r: str(r.randint(10**9, 10**10 - 1)),
    "nine digits": lambda r: str(r.randint(10**8, 10**9 - 1)),
    "note": lambda r: r.choice(["call after six", "asked for a price", "left a message", "prefers mail"]),
    "street": lambda r: f"{r.randint(1, 99)} {r.choice(['Mill', 'Park', 'High'])} Road",
    "url": lambda r: f"https://example.com/{_digits(r, 8)}",
    "owner": lambda r: r.choice(["Priya Shah", "Sam Lee"]),
}
RUNNING = {"running": 1, "running ids": 1_000_001, "long ids": 9_000_000_001}
"""Numbers that count the rows, and where they begin."""


def cells(maker: str, seed: int = 0, rows: int = ROWS) -> list[str | None]:
    """Fill a column; `maker` can say how many in a hundred are empty, as in `in/40`."""
    name, _, share = maker.partition("/")
    if name in RUNNING:
        return [str(RUNNING[name] + row) for row in range(rows)]
    chance = Random(f"{maker} {seed}")  # noqa: S311 - made-up people, the same ones every time
    return [None if chance.randrange(100) < int(share or 0) else MAKERS[name](chance) for _ in range(rows)]


def frame(columns: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Make a frame of headers and their makers."""
    made = [pd.Series(cells(maker, at), dtype="str") for at, (_, maker) in enumerate(columns)]
    return pd.concat(made, axis="columns").set_axis([label for label, _ in columns], axis="columns")
