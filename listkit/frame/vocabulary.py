"""The words that headers use for the fields of a contact, in the languages of many offices."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

WORDS: dict[str, dict[float, str]] = {
    "phone": {
        1.0: "mobile|mobile no|mobile number|mobile phone|cell|cell phone|cellphone|whatsapp|whatsapp number|msisdn|"
        "handy|handynummer|mobil|movil|celular|telefone celular|cellulare|portable|gsm|hp|no hp|nomor hp|"
        "мобильный|मोबाइल|手机|携帯|جوال|موبايل",
        0.9: "phone|phone no|phone number|telephone|telephone number|tel|ph|ph no|contact no|contact number|"
        "telefon|telefonnummer|rufnummer|telefono|telefone|telephone portable|numero de telephone|telefoon|puhelin|"
        "телефон|फोन|दूरभाष|电话|電話|전화|هاتف|simu|mob|mob no",
        0.6: "contact|number|kontakt|contacto",
    },
    "email": {
        1.0: "email|e mail|email address|email id|mail|mail id|correo|correo electronico|courriel|e post|eposta|"
        "почта|ईमेल|邮箱|メール|이메일|بريد",
    },
    "first_name": {
        1.0: "first name|firstname|fname|given name|forename|first|prenom|vorname|nombre|nome|voornaam|имя|नाम|名",
        0.7: "name|full name|fullname|contact name|customer name|person|contact person|patient name|nom complet",
    },
    "last_name": {
        1.0: "last name|lastname|lname|surname|family name|last|nachname|familienname|apellido|apellidos|sobrenome|"
        "cognome|nom de famille|achternaam|фамилия|उपनाम|姓",
    },
    "company": {
        1.0: "company|company name|organisation|organization|organisation name|organization name|firm|firma|"
        "unternehmen|empresa|entreprise|societe|azienda|bedrijf|employer|компания|कंपनी|公司|会社",
        0.8: "business|business name|account name|hospital|hospital name|clinic|clinic name|school|school name|"
        "shop|shop name|store|store name|facility name|institution",
    },
    "tag": {1.0: "tag|tags|etiqueta|schlagwort", 0.8: "label|segment|group|category"},
}
"""Meaning → how surely → the words, without case, accents and marks."""

BARS = frozenset((
    "type", "status", "consent", "verified", "opt", "optin", "optout", "country", "code", "ext", "extension",
    "fax", "carrier", "operator", "date", "time", "id", "count", "valid", "flag", "url", "link", "domain"
))  # fmt: skip
"""A word beside the others that makes it something *about* the phone or the address."""

OTHERS = frozenset((
    "pin", "pincode", "zip", "zipcode", "postal", "postcode", "plz", "amount", "price", "total", "balance",
    "sum", "dob", "year", "age", "aadhaar", "aadhar", "pan", "gst", "gstin", "account", "acct", "iban",
    "invoice", "order", "sr", "sno", "serial", "roll", "no", "index", "row", "line", "lat", "lon",
    "latitude", "longitude", "qty", "quantity", "score", "rate", "percent", "km", "population", "provider"
))  # fmt: skip
"""Words of columns whose digits are no telephone, however alike they look."""


class Wording(NamedTuple):
    """What a header says of one meaning: how surely, by which words, or which word bars it."""

    weight: float = 0.0
    word: str = ""
    barred: str = ""


def read(label: str, meaning: str) -> Wording:
    """Read what a header says of one meaning.

    >>> read("Mobile No.", "phone")
    Wording(weight=1.0, word='mobile no', barred='')
    >>> read("Phone type", "phone").barred
    'type'
    """
    words = _words(label)
    said = " ".join(words)
    found = max(
        (one for one in _phrases(meaning) if _says(said, one[1])), key=lambda one: (one[0], len(one[1])), default=None
    )
    if found is None or (found[1] in _WHOLE and said != found[1]):
        return Wording()
    barred = next((word for word in words if word in BARS and word not in found[1].split()), "")
    return Wording(barred=barred) if barred else Wording(*found)


def is_other(label: str) -> bool:
    """Whether a header names an id, an amount, a date or a place.

    >>> is_other("Pincode"), is_other("Sr_No"), is_other("Notes")
    (True, True, False)
    """
    return any(word in BARS or word in OTHERS for word in _words(label))


_WHOLE = frozenset(("name", "first", "last", "person", "number", "contact", "group", "category", "label", "hospital",
                    "school", "shop", "store", "business", "clinic", "mail", "nome", "nombre", "名"))  # fmt: skip
"""Words too common to mean anything inside a longer header."""


@cache
def _phrases(meaning: str) -> tuple[tuple[float, str], ...]:
    told = ((weight, " ".join(_words(phrase))) for weight, line in WORDS[meaning].items() for phrase in line.split("|"))
    return tuple(told)


def _says(said: str, phrase: str) -> bool:
    """Whether a header has a phrase: whole words, or any part where the script writes none."""
    if phrase.isascii():
        return f" {phrase} " in f" {said} "
    return phrase in said


@cache
def _words(label: str) -> tuple[str, ...]:
    """Part a header into words, without case, accents and marks; a capital inside a word begins one."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])", " ", label)
    plain = unicodedata.normalize("NFKD", parted).casefold()
    return tuple("".join(filter(None, map(_letter, plain))).split())


def _letter(mark: str) -> str:
    """Keep letters, digits and the vowel signs that are part of a word; drop accents; a space for the rest."""
    if mark.isalnum() or (not mark.isascii() and unicodedata.category(mark) == "Mc"):
        return mark
    is_accent = "\u0300" <= mark <= "\u036f"
    return "" if is_accent else mark if unicodedata.category(mark) == "Mn" else " "
