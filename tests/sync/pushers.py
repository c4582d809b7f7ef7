"""Processes that push, to be killed or raced: each is forked from one that has loaded everything already."""

from __future__ import annotations

import multiprocessing
import os
from typing import TYPE_CHECKING, Any

import pandas as pd

import listkit as lk
from listkit.errors import ListkitError
from tests.sync.served import make_small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext
    from multiprocessing.process import BaseProcess

    from listkit.account import Account


def context() -> ForkServerContext:
    """Return what forks processes that have loaded this module."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.sync.warmed"])
    return made


def account_of(api: str) -> Account:
    """Connect, and send little at a time, so that a short frame takes several requests."""
    account = lk.connect(api, rate=float("inf"))
    make_small(account.provider)
    return account


def begin(environment: Mapping[str, str], api: str, name: str, phones: Sequence[str]) -> tuple[BaseProcess, Connection]:
    """Start a process that pushes some numbers to a list; it tells when it begins, and how it ended."""
    forks = context()
    ours, theirs = forks.Pipe()
    process = forks.Process(target=_push, args=(dict(environment), api, name, list(phones), theirs), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _push(environment: Mapping[str, str], api: str, name: str, phones: Sequence[str], tell: Any) -> None:
    os.environ.update(environment)
    account, frame = account_of(api), pd.DataFrame({"phone": phones}, dtype="str")
    tell.send("begins")
    tell.recv()
    try:
        run = frame.listkit.push(name, to=account, strategy="batches", progress=False)
    except ListkitError as refused:
        tell.send(type(refused).__name__)
    else:
        tell.send(run.counts)
