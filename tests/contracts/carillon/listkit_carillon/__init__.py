"""Carillon for listkit: `lk.connect("carillon")`, once this package is installed."""

from __future__ import annotations

from listkit_carillon.provider import Carillon
from listkit_carillon.terms import LIMITS, OPERATIONS

from listkit.providers.base import Vendor

VENDOR = Vendor(
    title="Carillon",
    make=Carillon,
    settings=("team", "key"),
    headers=lambda settings: {"x-carillon-key": settings["key"]},
    base_url="https://api.carillon.example",
    root="/1",
    limits=LIMITS,
    operations=OPERATIONS,
)
