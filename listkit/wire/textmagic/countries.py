"""Which country a number belongs to, as TextMagic says it under `country`: never nobody's."""

from __future__ import annotations

from functools import cache, lru_cache

import msgspec

DECIDING = 8
"""So many leading digits tell every country apart, those that share a calling code included."""

HOME = "GB"
"""Where an account is at home unless it says otherwise."""


class Country(msgspec.Struct, frozen=True):
    """A country by its two letters and its English name."""

    id: str
    name: str


def country_of(phone: str, home: str = HOME) -> Country:
    """Return the country that an E.164 number belongs to; the account's own where no country has the prefix.

    Satellite and toll-free codes are no country.

    >>> country_of("+442079460018")
    Country(id='GB', name='United Kingdom')
    >>> country_of("+999000000").id
    'GB'
    """
    digits = phone.removeprefix("+")
    return country_named(_region(digits[:DECIDING], len(digits)), home)


def calling_code(digits: str) -> int | None:
    """Return the calling code that a number's digits begin with, or None where none of the world's does.

    >>> calling_code("442079460018"), calling_code("999000000")
    (44, None)
    """
    import phonenumbers  # noqa: PLC0415 - a client that only reads never needs it

    codes = (int(digits[:size]) for size in (1, 2, 3))
    return next((code for code in codes if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), None)


@cache
def country_named(region: str, home: str = HOME) -> Country:
    """Return the country of two letters; the account's own where no country has them."""
    names = _names()
    known = next(code for code in (region, home, HOME) if code in names)
    return Country(known, names[known])


@lru_cache(maxsize=65_536)
def _region(prefix: str, length: int) -> str:
    """Judge all numbers of one prefix and length by the one that goes on with zeros."""
    import phonenumbers  # noqa: PLC0415 - a client that only reads never needs it

    code = calling_code(prefix)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code] if code else ("",)
    if len(regions) == 1:
        return regions[0]
    number = phonenumbers.parse("+" + prefix.ljust(length, "0"))
    return phonenumbers.region_code_for_number(number) or regions[0]


@cache
def _names() -> dict[str, str]:
    return dict(entry.split(" ", 1) for entry in NAMES.replace("\n", " ").split("; "))


NAMES = """\
AC Ascension Island; AD Andorra; AE United Arab Emirates; AF Afghanistan; AG Antigua and Barbuda; AI Anguilla;
AL Albania; AM Armenia; AO Angola; AR Argentina; AS American Samoa; AT Austria; AU Australia; AW Aruba;
AX Åland Islands; AZ Azerbaijan; BA Bosnia and Herzegovina; BB Barbados; BD Bangladesh; BE Belgium;
BF Burkina Faso; BG Bulgaria; BH Bahrain; BI Burundi; BJ Benin; BL Saint Barthélemy; BM Bermuda; BN Brunei;
BO Bolivia; BQ Bonaire, Sint Eustatius and Saba; BR Brazil; BS Bahamas; BT Bhutan; BW Botswana; BY Belarus;
BZ Belize; CA Canada; CC Cocos Islands; CD Democratic Republic of the Congo; CF Central African Republic;
CG Congo; CH Switzerland; CI Côte d'Ivoire; CK Cook Islands; CL Chile; CM Cameroon; CN China; CO Colombia;
CR Costa Rica; CU Cuba; CV Cape Verde; CW Curaçao; CX Christmas Island; CY Cyprus; CZ Czech Republic;
DE Germany; DJ Djibouti; DK Denmark; DM Dominica; DO Dominican Republic; DZ Algeria; EC Ecuador; EE Estonia;
EG Egypt; EH Western Sahara; ER Eritrea; ES Spain; ET Ethiopia; FI Finland; FJ Fiji; FK Falkland Islands;
FM Micronesia; FO Faroe Islands; FR France; GA Gabon; GB United Kingdom; GD Grenada; GE Georgia;
GF French Guiana; GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland; GM Gambia; GN Guinea; GP Guadeloupe;
GQ Equatorial Guinea; GR Greece; GT Guatemala; GU Guam; GW Guinea-Bissau; GY Guyana; HK Hong Kong; HN Honduras;
HR Croatia; HT Haiti; HU Hungary; ID Indonesia; IE Ireland; IL Israel; IM Isle of Man; IN India;
IO British Indian Ocean Territory; IQ Iraq; IR Iran; IS Iceland; IT Italy; JE Jersey; JM Jamaica; JO Jordan;
JP Japan; KE Kenya; KG Kyrgyzstan; KH Cambodia; KI Kiribati; KM Comoros; KN Saint Kitts and Nevis;
KP North Korea; KR South Korea; KW Kuwait; KY Cayman Islands; KZ Kazakhstan; LA Laos; LB Lebanon;
LC Saint Lucia; LI Liechtenstein; LK Sri Lanka; LR Liberia; LS Lesotho; LT Lithuania; LU Luxembourg; LV Latvia;
LY Libya; MA Morocco; MC Monaco; MD Moldova; ME Montenegro; MF Saint Martin; MG Madagascar; MH Marshall Islands;
MK Macedonia; ML Mali; MM Myanmar; MN Mongolia; MO Macao; MP Northern Mariana Islands; MQ Martinique;
MR Mauritania; MS Montserrat; MT Malta; MU Mauritius; MV Maldives; MW Malawi; MX Mexico; MY Malaysia;
MZ Mozambique; NA Namibia; NC New Caledonia; NE Niger; NF Norfolk Island; NG Nigeria; NI Nicaragua;
NL Netherlands; NO Norway; NP Nepal; NR Nauru; NU Niue; NZ New Zealand; OM Oman; PA Panama; PE Peru;
PF French Polynesia; PG Papua New Guinea; PH Philippines; PK Pakistan; PL Poland; PM Saint Pierre and Miquelon;
PR Puerto Rico; PS Palestine; PT Portugal; PW Palau; PY Paraguay; QA Qatar; RE Reunion; RO Romania; RS Serbia;
RU Russia; RW Rwanda; SA Saudi Arabia; SB Solomon Islands; SC Seychelles; SD Sudan; SE Sweden; SG Singapore;
SH Saint Helena; SI Slovenia; SJ Svalbard and Jan Mayen; SK Slovakia; SL Sierra Leone; SM San Marino;
SN Senegal; SO Somalia; SR Suriname; SS South Sudan; ST Sao Tome and Principe; SV El Salvador;
SX Sint Maarten (Dutch part); SY Syria; SZ Swaziland; TA Tristan da Cunha; TC Turks and Caicos Islands; TD Chad;
TG Togo; TH Thailand; TJ Tajikistan; TK Tokelau; TL Timor-Leste; TM Turkmenistan; TN Tunisia; TO Tonga;
TR Turkey; TT Trinidad and Tobago; TV Tuvalu; TW Taiwan; TZ Tanzania; UA Ukraine; UG Uganda; US United States;
UY Uruguay; UZ Uzbekistan; VA Vatican; VC Saint Vincent and the Grenadines; VE Venezuela;
VG British Virgin Islands; VI U.S. Virgin Islands; VN Vietnam; VU Vanuatu; WF Wallis and Futuna; WS Samoa;
XK Kosovo; YE Yemen; YT Mayotte; ZA South Africa; ZM Zambia; ZW Zimbabwe"""
