"""A report as HTML: plots as SVG, drawn here; every word that comes from the list is escaped."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from listkit.frame.report.counting import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listkit.frame.report.counting import Bar, Counted, Example

LINE = 26
"""How high a bar is with the space around it, in pixels."""
LONGEST = 30
"""So many characters of a name stand beside its bar, and of a value in its cell."""
NAMES, SPAN = 40, 46
"""The part of the width that names have, and that the longest bar has, in per cent; the rest is for its number."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(body: str, title: str) -> str:
    """Draw the page around a body, which may ask no host for anything."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n"
        "<style>body { margin: 0; background: light-dark(#fbfaf8, #16181b); color-scheme: light dark; }</style>\n"
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def body(counted: Counted, title: str) -> str:
    """Draw what a notebook shows: all that a page has but for its head."""
    plots = [
        ("Countries", "where the numbers are from", counted.countries),
        ("Kinds of numbers", "as their plans have them", counted.kinds),
        ("Domains", "of the addresses", counted.domains),
        ("Problems", "what happened to cells", counted.problems),
        ("Duplicates", "people, by how often they are in it", counted.duplicates),
    ]
    drawn = "\n".join(_plot(*plot) for plot in plots if plot[2])
    return (
        f'<div class="listkit-report">\n<style>{_style()}</style>\n<h1>{_text(title)}</h1>\n'
        f"{_figures(counted)}\n{_share(counted)}\n"
        f'<div class="plots">\n{drawn}\n</div>\n{_table(counted.examples)}\n'
        '<p class="foot">Drawn by listkit on this computer. Numbers, addresses and names are masked.</p>\n</div>'
    )


def _figures(counted: Counted) -> str:
    told = {
        "rows": counted.rows,
        "can be sent": counted.fit + counted.mended,
        "cannot be sent": counted.unfit,
        "repeat another row": counted.repeated,
        "countries": counted.lands,
    }
    cells = "".join(f"<div><dt>{_text(name)}</dt><dd>{number:,}</dd></div>" for name, number in told.items())
    return f'<dl class="figures">{cells}</dl>'


def _share(counted: Counted) -> str:
    """Draw all rows as one bar: fit, mended by cleaning, unfit."""
    parts = [("fit as it is", "fit", counted.fit), ("mended by cleaning", "mended", counted.mended)]
    parts.append(("cannot be sent", "error", counted.unfit))
    rects, left = [], 0.0
    for _, kind, rows in parts:
        width = 100 * rows / max(counted.rows, 1)
        rects.append(f'<rect class="{kind}" x="{left:.3f}%" width="{width:.3f}%" height="14"/>')
        left += width
    told = ", ".join(f"{rows:,} {name}" for name, _, rows in parts)
    keys = "".join(f'<li><i class="{kind}"></i>{name} <b>{rows:,}</b></li>' for name, kind, rows in parts)
    svg = f'<svg width="100%" height="14" role="img" aria-label="{_text(told)}">{"".join(rects)}</svg>'
    return f'<div class="share">{svg}<ul class="keys">{keys}</ul></div>'


def _plot(title: str, about: str, bars: Sequence[Bar]) -> str:
    """Draw bars under each other, as long as their counts are in proportion; the number stands at the end."""
    longest = max(bar.many for bar in bars)
    drawn = "".join(_bar(bar, at, bar.many / max(longest, 1)) for at, bar in enumerate(bars))
    told = ", ".join(f"{bar.name} {bar.many:,}" for bar in bars)
    levels = [level for level in LEVELS if any(bar.level == level for bar in bars)]
    keys = "".join(f'<li><i class="{level}"></i>{level}</li>' for level in levels)
    legend = f'<ul class="keys">{keys}</ul>' if keys else ""
    return (
        f'<section><h2>{_text(title)} <span>{_text(about)}</span></h2><svg width="100%" height="{LINE * len(bars)}" '
        f'role="img" aria-label="{_text(title)}: {_text(told)}">{drawn}</svg>{legend}</section>'
    )


def _bar(bar: Bar, at: int, share: float) -> str:
    top, width = LINE * at, max(SPAN * share, 0.4)
    whole = f"<title>{_text(bar.name)}: {bar.many:,}</title>"
    return (
        f'<g>{whole}<text class="name" x="{NAMES - 1.5}%" y="{top + 17}">{_text(_short(bar.name))}</text>'
        f'<rect class="{bar.level or "bar"}" x="{NAMES}%" y="{top + 5}" width="{width:.2f}%" '
        f'height="{LINE - 10}" rx="2"/>'
        f'<text class="count" x="{NAMES + width + 1:.2f}%" y="{top + 17}">{bar.many:,}</text></g>'
    )


def _table(examples: Sequence[Example]) -> str:
    if not examples:
        return ""
    head = "".join(f"<th>{name}</th>" for name in ("Where", "Column", "Value", "What happened"))
    lines = "".join(
        f'<tr><td class="where">{_text(one.row)}</td><td>{_text(one.column)}</td>'
        f'<td class="value">{_text(_short(one.value))}</td>'
        f'<td><i class="{_text(one.level)}"></i>{_text(one.message)}</td></tr>'
        for one in examples
    )
    return (
        "<section><h2>For example <span>one row of each kind of problem</span></h2>"
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div></section>'
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _text(value: str) -> str:
    """Write what comes from the list as text: nothing in it is markup, and nothing turns the direction of writing."""
    return escape("".join(mark if mark.isprintable() else " " for mark in value), quote=True)


@cache
def _style() -> str:
    return Path(__file__).with_name("style.css").read_text(encoding="utf-8").strip()
