"""The main job from one end to the other, told as it goes: `listkit demo`."""

from __future__ import annotations

import shutil
import sys
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import listkit as lk
from listkit.change import TO_MEND, Outcome
from listkit.counting import counted
from listkit.frame.writing import to_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from listkit.account import Account
    from listkit.frame.cleaning import Cleaning

SAMPLES = ("contacts_damaged.csv", "contacts_damaged.xlsx")
LIST_NAMES = {"exotel": "Demo calls", "textmagic": "Demo texts"}
WIDE = 24
"""Columns of the progress bar."""


def run(file: str | None = None, *, region: str | None = None) -> None:
    """Take a damaged file to a clean list on both providers' APIs and back, and prove it."""
    started, sandbox = time.perf_counter(), lk.sandbox  # without the server's packages, that is said before all else
    paths = [Path(file)] if file else [_samples() / name for name in SAMPLES]
    region = region or (None if file else "IN")
    _say("Everything happens on this computer: the providers are listkit's own server, and nothing is sent anywhere.\n")

    cleaning = _clean(_read(paths), region)
    with sandbox() as box:
        runs = [_push(cleaning.frame, account) for account in (box.exotel, box.textmagic)]
    _ledger(runs)
    _say(f"\n{_write_rejected(runs[0], cleaning, paths[-1])}")
    _say(f"Done in {time.perf_counter() - started:.1f} s. The three lines that did it:\n")
    told = "" if region is None else f"region={region!r}"
    _say(f"    people = lk.read_file({paths[-1].name!r}).listkit.clean({told})")
    _say(f'    run = people.listkit.push("{LIST_NAMES["exotel"]}", to=account)')
    _say('    run.rejected.listkit.to_file("to_mend.xlsx")')


def _read(paths: list[Path]) -> pd.DataFrame:
    """Read the files, and tell what was found in each; several become one list."""
    frames = {}
    for path in paths:
        found = lk.reading(path)
        how = f"sheet {found.sheet!r}" if found.sheet else f"{found.encoding}, {found.delimiter!r} between cells"
        _step(
            "Read",
            f"{path.name}: {counted(len(found.frame), 'row')}, {counted(len(found.frame.columns), 'column')} ({how})",
        )
        for problem in found.problems:
            _say(f"         {problem}")
        frames[path.suffix[1:]] = found.frame
    return pd.concat(frames, names=["file", "line"]) if len(frames) > 1 else found.frame


def _clean(frame: pd.DataFrame, region: str | None) -> Cleaning:
    cleaning = lk.of(frame).cleaning(region=region)
    mapping = ", ".join(f"{column} → {meaning}" for column, meaning in cleaning.mapping.items() if column != meaning)
    _step("Look", f"taken as: {mapping or 'the columns as they are named'}")
    for (level, code), group in cleaning.problems.groupby(["level", "code"], sort=False):
        first = group.iloc[0]
        line = "{} line {}".format(*first.name) if isinstance(first.name, tuple) else f"line {first.name}"
        told = f"{len(group):>7,} {str(code).replace('_', ' '):<20} {level:<8} {line:<12}"
        _say(f"         {told} {_short(first)}")
    national = int(cleaning.problems["code"].isin(["no_region", "ambiguous"]).sum())
    if national and region is None:
        numbers = counted(national, "number is", "numbers are")
        _say(f"         {numbers} written without a country; if it is India, add --region IN")
    changed = cleaning.changes["row"].nunique()
    _step("Clean", f"{counted(changed, 'row')} mended; what cannot be mended keeps its text, and no digit is invented")
    return cleaning


def _push(people: pd.DataFrame, account: Account) -> lk.Run:
    name = account.provider.name
    plan = lk.of(people).plan(LIST_NAMES[name], to=account, unsupported="drop")
    _step("Plan", str(plan).replace("\n", "\n       "))
    run = plan.apply(progress=_bar(name))
    if run.list_id is None:
        _step("Proof", f"nothing can be sent, so no list was made on {name}")
        return run
    back = account.contacts(LIST_NAMES[name])
    wanted = set(people.loc[run.rows["outcome"].isin([Outcome.ADDED, Outcome.ALREADY]).to_numpy(), "phone"])
    if sorted(back["phone"]) != sorted(wanted):
        raise lk.ListkitError(
            f"{name} holds {counted(len(back), 'contact')} where {len(wanted):,} should be: not proven."
        )
    _step("Proof", f"read back {counted(len(back), 'contact')} from {name}: the frame's numbers, each once")
    return run


def _ledger(runs: list[lk.Run]) -> None:
    table = pd.DataFrame({run.plan.provider.name: run.counts for run in runs})
    table = table[table.any(axis=1)]
    _step("Ledger", f"every one of {counted(runs[0].ledger.rows, 'row')} has one outcome")
    names = list(table.columns)
    _say(f"         {'':<12}" + "".join(f"{name:>12}" for name in names))
    for outcome, counts in table.iterrows():
        _say(f"         {outcome:<12}" + "".join(f"{count:>12,}" for count in counts))
    _say(f"         {'sum':<12}" + "".join(f"{total:>12,}" for total in table.sum()))
    if not all(run.ledger.adds_up for run in runs):
        raise lk.ListkitError("The ledger does not add up; this is a fault of listkit, please tell us.")


def _write_rejected(run: lk.Run, cleaning: Cleaning, path: Path) -> str:
    """Write the rows that did not get in where the user stands, with what cleaning found in their number."""
    rejected = run.rejected
    if rejected.empty:
        return "Every row is in the list."
    problems = cleaning.problems
    found = problems[problems["column"].eq("phone") & problems["level"].eq("error")].drop_duplicates("row")
    told = found.set_index("row").reindex(np.flatnonzero(run.rows["outcome"].isin(TO_MEND))).set_index(rejected.index)
    names = (f"{path.stem}.rejected{'' if n == 1 else f'-{n}'}.xlsx" for n in count(1))
    target = next(target for target in map(Path, names) if not target.exists())
    rejected = rejected.assign(reason=told["message"].fillna(rejected["reason"]), suggestion=told["suggestion"])
    to_file(rejected.drop(columns=rejected.index.names, errors="ignore").reset_index(), target)
    rows = counted(len(rejected), "row")
    return f"{rows} did not get in: {target.name} says of each why, to be mended and pushed again."


def _samples() -> Path:
    """Find the made-up lists: beside the package in a checkout, inside it once installed."""
    here = Path(__file__).parent
    return next(folder for folder in (here / "data", here.parent / "data") if folder.is_dir())


def _bar(name: str) -> Callable[[int, int], None]:
    def draw(done: int, total: int) -> None:
        filled = WIDE * done // max(total, 1)
        end = "\n" if done >= total else "\r"
        _say(f"  Push   {name:<10} {'█' * filled}{'░' * (WIDE - filled)} {done:,} of {total:,} rows", end=end)

    return draw


def _short(problem: pd.Series) -> str:
    width = max(40, shutil.get_terminal_size((110, 24)).columns - 60)
    text = f"{problem['value']!r} {problem['message']}" if isinstance(problem["value"], str) else problem["message"]
    return text if len(text) <= width else text[: width - 1] + "…"


def _step(name: str, text: str) -> None:
    _say(f"  {name:<6} {text}")


def _say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()
