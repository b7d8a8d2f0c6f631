"""Missing links as a table, in the classes of the map."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from clustergeo.exhibits._escape import escape
from clustergeo.exhibits._links import is_verified, link_name, rank_of, said, saved_of
from clustergeo.exhibits._readings import Readings, number
from clustergeo.exhibits._scenario_words import tell
from clustergeo.exhibits.minute_classes import change_class
from clustergeo.exhibits.scenario_facts import hundred_million

__all__ = ["KIND_OF", "link_table"]

KIND_OF: Final = {"transit": "service", "car": "road"}
"""What links change the minutes of each mode."""

_MOST_LISTED: Final = 25


def link_table(mode: str, rows: Sequence[Mapping[str, object]], readings: Readings) -> Markup:
    """Return the links of one mode by rank; blank where there are none."""
    lang = readings.lang
    of = [row for row in rows if row["mode"] == mode][:_MOST_LISTED]
    if not of:
        return Markup("")
    caption = escape(f"{tell(lang, 'missing_table')}: {tell(lang, KIND_OF[mode])}")
    heads = "".join(
        f'<th scope="col">{escape(tell(lang, key))}</th>' for key in ("saved_head", "cost_head")
    )
    first = f'<th scope="col">{escape(tell(lang, "rank"))}</th>'
    first += f'<th class="text" scope="col">{escape(tell(lang, "link"))}</th>'
    last = f'<th class="text" scope="col">{escape(tell(lang, "verified_head"))}</th>'
    body = "".join(_table_row(row, readings) for row in of)
    return Markup(  # noqa: S704 - every piece is escaped
        f'<div data-when="{escape(mode)}"><table><caption>{caption}</caption>'
        f"<thead><tr>{first}{heads}{last}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _table_row(row: Mapping[str, object], readings: Readings) -> str:
    lang = readings.lang
    cost = number(row["cost_krw_bn"])
    shade = change_class(-saved_of(row))
    planned = said(row, "planned")
    # An id is one long word: it may be broken anywhere, or the table is wider than its column.
    note = escape(tell(lang, "planned_as", scenario_id=planned)) if planned else ""
    note = f'<small style="display:block;overflow-wrap:anywhere">{note}</small>' if note else ""
    name = escape(link_name(row, readings, kind=row["mode"] == "transit"))
    cells = (
        f"<td>{rank_of(row):g}</td>",
        f'<th scope="row">{name}{note}</th>',
        f'<td class="shade-{shade.key}">{saved_of(row):.1f}</td>',
        f"<td>{escape(hundred_million(cost, lang)) if math.isfinite(cost) else '-'}</td>",
        f'<td class="text">{escape(tell(lang, "yes" if is_verified(row) else "no"))}</td>',
    )
    return f"<tr>{''.join(cells)}</tr>"
