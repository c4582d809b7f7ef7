"""What people agreed to: yes, no or unknown, and never a guess."""

from __future__ import annotations

import unicodedata

from listkit.rules import damage
from listkit.rules.verdict import Column, Verdict, Verdicts

UNKNOWN = "unknown"


def parse(column: Column) -> Verdicts:
    """Read consents: `yes`, `no` or `unknown`; what cannot be read is unknown, never no and never yes.

    >>> from listkit.rules.verdict import column
    >>> parse(column(["Opted in", "FALSE", "2024-05-01", None])).value.to_pylist()
    ['yes', 'no', 'unknown', 'unknown']
    """
    return Verdicts.of(_parse, column)


def _parse(text: str | None) -> Verdict:
    said = _folded(text or "")
    if not said:
        return Verdict(UNKNOWN, *damage.name("consent_missing"))
    for value, words in _WORDS.items():
        if said in words:
            return Verdict(value)
    return Verdict(UNKNOWN, *damage.name("consent_unread", what=text))


def _folded(text: str) -> str:
    """Write a word without case, accents, and the marks around it."""
    plain = unicodedata.normalize("NFKD", damage.tidy(text)[0]).casefold().replace("-", " ").replace("_", " ")
    bare = "".join(mark for mark in plain if not "\u0300" <= mark <= "\u036f")
    return " ".join(bare.strip("'\"()[].!").split())


_WORDS = {
    "yes": frozenset((
        "yes", "y", "true", "t", "1", "1.0", "on", "ok", "agreed", "agree", "accepted", "accept", "granted", "given",
        "consented", "confirmed", "opted in", "opt in", "optin", "opted", "subscribed", "allowed", "allow", "✓", "✔",
        "ja", "oui", "si", "sim", "da", "tak", "evet", "igen", "joo", "haan", "да", "हा", "हां", "हाँ", "是", "はい",
        "예", "네", "نعم", "ஆம்", "అవును", "ಹೌದು",
    )),
    "no": frozenset((
        "no", "n", "false", "f", "0", "0.0", "off", "refused", "refuse", "declined", "decline", "denied", "deny",
        "withdrawn", "revoked", "rejected", "not given", "opted out", "opt out", "optout", "unsubscribed", "dnd",
        "do not contact", "do not call", "✗", "✘", "nein", "non", "nao", "nie", "ne", "hayir", "nem", "ei",
        "nahi", "nahin", "нет", "नही", "नहीं", "否", "不", "いいえ", "아니요", "لا",
    )),
    UNKNOWN: frozenset((UNKNOWN, "?", "unsure", "not known", "unbekannt", "inconnu", "desconocido")),
}  # fmt: skip
