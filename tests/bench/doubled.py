"""Made-up lists of people of whom many stand there twice, each time written otherwise, and who is who.

Names of many cultures, some of them frequent and most of them rare; numbers, addresses and
companies; households that share a surname, a number or an address; namesakes who share nothing
else. What is damaged, and how, is drawn by the seed.
"""

from __future__ import annotations

import random
import string
from pathlib import Path
from typing import NamedTuple

import pandas as pd

_, FIRST, SURNAMES, SOUNDS, TRADES, CITIES = (
    part.split("\n", 1)[-1].split() for part in Path(__file__).with_suffix(".txt").read_text("utf-8").split("# ")
)
NICKNAMES = {
    "Michael": "Mike", "Elizabeth": "Liz", "Robert": "Bob", "William": "Bill", "Richard": "Rick", "Thomas": "Tom",
    "Christopher": "Chris", "Daniel": "Dan", "Matthew": "Matt", "Anthony": "Tony", "Margaret": "Peggy",
    "Patricia": "Pat", "Jennifer": "Jen", "Susan": "Sue", "Jessica": "Jess", "Catherine": "Kate", "James": "Jim",
    "John": "Jack", "David": "Dave", "Mohammed": "Mohd", "Dmitri": "Dima", "Francesca": "Franca", "Maria": "Mia",
}  # fmt: skip
FORMS = ("Ltd", "Limited", "Pvt Ltd", "GmbH", "Inc", "LLC", "& Sons", "S.A.", "")
DOMAINS = ("gmail.com", "gmail.com", "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "example.org")
COLUMNS = ["first_name", "last_name", "phone", "email", "company", "city"]
ACCENTS = str.maketrans({"o": "ö", "e": "é", "a": "á", "u": "ü", "s": "š", "c": "ć"})


class Doubled(NamedTuple):
    """A list, and the number of the person in each row."""

    frame: pd.DataFrame
    person: pd.Series


def doubled(people: int, *, seed: int, twice: float = 0.3, damage: float = 1.0, household: float = 0.15) -> Doubled:
    """Make a list up: a share of the people stands there again, once or up to three times, each time damaged."""
    chance = random.Random(seed)  # noqa: S311 - a benchmark keeps no secret
    maker = _Maker(chance, people)
    rows: list[tuple[int, dict[str, str]]] = []
    before: dict[str, str] = {}
    for person in range(people):
        relative = before if before and chance.random() < household else None
        own = maker.person(relative)
        before = own
        rows.append((person, own if chance.random() > 0.3 * damage else maker.damaged(own, 0.3 * damage)))
        if chance.random() < twice:
            times = chance.choices((1, 2, 3), (75, 18, 7))[0]
            rows += [(person, maker.damaged(own, damage)) for _ in range(times)]
    chance.shuffle(rows)
    frame = pd.DataFrame([row for _, row in rows], columns=COLUMNS, dtype="str")
    return Doubled(frame.mask(frame == ""), pd.Series([person for person, _ in rows]))


class _Maker:
    """Draws people, and what typists and programs do to them."""

    def __init__(self, chance: random.Random, people: int) -> None:
        self.chance = chance
        rare = max(50, people // 4)
        self.firsts = [*FIRST, *(self._invented(2) for _ in range(rare // 4))]
        self.surnames = [*SURNAMES, *(self._invented(3) for _ in range(rare))]
        self.companies = [self._company() for _ in range(max(20, people // 12))]

    def person(self, relative: dict[str, str] | None) -> dict[str, str]:
        """Draw a person; a relative has the surname of another, often the city, and at times the very number."""
        pick = self.chance
        first = self._frequent(self.firsts, 0.9)
        last = relative["last_name"] if relative else self._frequent(self.surnames, 0.75)
        phone = relative["phone"] if relative and pick.random() < 0.3 else self._phone()
        company = pick.choice(self.companies) if pick.random() < 0.5 else ""
        city = relative["city"] if relative and pick.random() < 0.8 else pick.choice(CITIES)
        email = relative["email"] if relative and pick.random() < 0.15 else self._email(first, last, company)
        return dict(zip(COLUMNS, (first, last, phone, email, company, city), strict=True))

    def damaged(self, own: dict[str, str], damage: float) -> dict[str, str]:
        """Write a person again, with about so many mistakes in each row; one in four blanks is a blank."""
        hurt = dict(own)
        for _ in range(self._poisson(1.6 * damage)):
            name = self.chance.choice(COLUMNS)
            hurt[name] = getattr(self, f"_hurt_{name}")(hurt)
        for name in COLUMNS:
            if self.chance.random() < 0.08 * damage:
                hurt[name] = ""
        if self.chance.random() < 0.03 * damage:
            hurt["first_name"], hurt["last_name"] = hurt["last_name"], hurt["first_name"]
        return hurt

    def _hurt_first_name(self, own: dict[str, str]) -> str:
        name = own["first_name"]
        other = self.chance.choice(
            [
                NICKNAMES.get(name, self._typed(name)),
                name[:1],
                name[:1] + ".",
                self._typed(name),
                name.translate(ACCENTS),
            ]
        )
        return self.chance.choice([other, other.upper(), self._typed(name), f"{name} {self.chance.choice(FIRST)}"])

    def _hurt_last_name(self, own: dict[str, str]) -> str:
        name = own["last_name"]
        married = self._frequent(self.surnames, 0.75)
        odd = [self._typed(name), self._typed(name), name.upper(), name.translate(ACCENTS), f"{name}-{married}"]
        return self.chance.choice([*odd, married] if self.chance.random() < 0.3 else odd)

    def _hurt_phone(self, own: dict[str, str]) -> str:
        phone = own["phone"]
        digits = list(phone)
        if phone and self.chance.random() < 0.5:
            at = self.chance.randrange(3, len(digits))
            digits[at] = self.chance.choice(string.digits)
            return "".join(digits)
        return self._phone()

    def _hurt_email(self, own: dict[str, str]) -> str:
        email = own["email"]
        if self.chance.random() < 0.5 or "@" not in email:
            return self._email(own["first_name"], own["last_name"], own["company"])
        before, _, domain = email.partition("@")
        return self.chance.choice(
            [
                f"{self._typed(before)}@{domain}",
                f"{before}@{self.chance.choice(DOMAINS)}",
                email.upper(),
                f"{before}@{domain[:-1]}",
            ]
        )

    def _hurt_company(self, own: dict[str, str]) -> str:
        company = own["company"]
        if not company or self.chance.random() < 0.3:
            return self.chance.choice(self.companies)
        short = company.rsplit(" ", 1)[0]
        return self.chance.choice(
            [short, f"{short} {self.chance.choice(FORMS)}".strip(), self._typed(company), company.upper()]
        )

    def _hurt_city(self, own: dict[str, str]) -> str:
        return self.chance.choice([self.chance.choice(CITIES), self._typed(own["city"]), own["city"].upper()])

    def _typed(self, text: str) -> str:
        """Mistype: a letter other, missing, doubled, or in another's place."""
        if len(text) < 2:
            return text
        at = self.chance.randrange(len(text) - 1)
        letter = self.chance.choice(string.ascii_lowercase)
        middle = self.chance.choice(
            [letter + text[at + 1], text[at + 1], text[at] * 2 + text[at + 1], text[at + 1] + text[at]]
        )
        return text[:at] + middle + text[at + 2 :]

    def _frequent(self, names: list[str], shape: float) -> str:
        """Draw a name as names are: some are everywhere, most are rare."""
        return names[int(min(self.chance.paretovariate(shape), 1e6) * 12 - 12) % len(names)]

    def _invented(self, syllables: int) -> str:
        return "".join(self.chance.choices(SOUNDS, k=self.chance.randint(2, syllables))).capitalize()

    def _company(self) -> str:
        name = self.chance.choice([self.chance.choice(SURNAMES), self._invented(3)])
        return f"{name} {self.chance.choice(TRADES)} {self.chance.choice(FORMS)}".strip()

    def _phone(self) -> str:
        digits = f"{self.chance.randrange(10**7):07}"
        return self.chance.choice([f"+9198{digits}{self.chance.randrange(10)}", f"+1202{digits}", f"+4479{digits}1"])

    def _email(self, first: str, last: str, company: str) -> str:
        plain = "".join(
            mark for mark in f"{first}.{last}".lower() if mark.isascii() and (mark.isalnum() or mark == ".")
        )
        number = self.chance.choice(["", "", str(self.chance.randrange(1000))])
        if company and self.chance.random() < 0.3:
            return f"{plain}@{''.join(mark for mark in company.lower() if mark.isascii() and mark.isalpha())[:18]}.com"
        style = self.chance.choice([plain, plain[:1] + plain.partition(".")[2], plain.replace(".", ""), plain])
        return f"{style}{number}@{self.chance.choice(DOMAINS)}"

    def _poisson(self, mean: float) -> int:
        count, rest = 0, self.chance.expovariate(1)
        while rest < mean:
            count, rest = count + 1, rest + self.chance.expovariate(1)
        return count


def score(found: pd.DataFrame, person: pd.Series) -> float:
    """Return the F1 of clusters: how well the pairs of rows in them are the pairs of rows of one person."""
    told = found.assign(person=person.to_numpy()[found["row"]])
    right = _pairs(told.groupby(["cluster", "person"]).size())
    return 2 * right / (_pairs(told.groupby("cluster").size()) + _pairs(person.value_counts()))


def _pairs(sizes: pd.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())
