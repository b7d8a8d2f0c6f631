"""Tables of the pages as escaped markup, shared by the isolation map and the gallery."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from clustergeo.exhibits._escape import escape
from clustergeo.exhibits._readings import Readings, number, records, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.style import ratio_class
from clustergeo.schemas.results import VERDICTS

__all__ = ["claims_table", "minutes_table", "statement_block"]

_CLAIM_COLUMNS: Final = ("mode", "origin", "left", "right", "share", "verdict")
_NUMBERS: Final = frozenset({"left", "right", "share"})


def minutes_table(mode: str, readings: Readings) -> Markup:
    """Return minutes from each cluster to the capital and to each other cluster.

    Cells carry the class of their ratio to the trip to the capital.
    """
    clusters = readings.clusters
    heads = "".join(f'<th scope="col">{escape(readings.name(each))}</th>' for each in clusters)
    rows = []
    for from_id in clusters:
        cells = "".join(_minutes_cell(mode, from_id, to_id, readings) for to_id in clusters)
        capital = whole(readings.to_capital(mode, from_id))
        name = escape(readings.name(from_id))
        rows.append(f'<tr><th scope="row">{name}</th><td><b>{capital}</b></td>{cells}</tr>')
    lang = readings.lang
    caption = escape(f"{say(lang, mode)}: {say(lang, 'door_to_door')}")
    first = f'<th class="text" scope="col">{escape(say(lang, "origin"))}</th>'
    first += f'<th scope="col">★ {escape(readings.capital)}</th>'
    return Markup(  # noqa: S704 - every piece is escaped above
        f"<table><caption>{caption}</caption><thead><tr>{first}{heads}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _minutes_cell(mode: str, from_id: str, to_id: str, readings: Readings) -> str:
    if from_id == to_id:
        return "<td></td>"
    key = ratio_class(readings.ratio(mode, from_id, to_id)).key
    return f'<td class="ratio-{key}">{whole(readings.minutes(mode, from_id, to_id))}</td>'


def statement_block(readings: Readings) -> Markup:
    """Return the quoted statement with what the times say for each direction and mode."""
    statement = readings.facts.statement
    if statement is None:
        return Markup("")
    lang = readings.lang
    rows = []
    for mode in readings.modes:
        for from_id, to_id in statement.directions:
            key = ratio_class(readings.ratio(mode, from_id, to_id)).key
            words = readings.share_words(mode, from_id)
            share = f"<br><small>{escape(words)}</small>" if words else ""
            pair = f"{readings.name(from_id)} → {readings.name(to_id)}"
            rows.append(
                f'<tr><th scope="row">{escape(pair)}</th>'
                f'<td class="text">{escape(say(lang, mode))}</td>'
                f'<td class="text ratio-{key}">'
                f"{escape(readings.comparison(mode, from_id, to_id))}{share}</td></tr>"
            )
    quote = statement.text_ko if lang == "ko" else statement.text_en
    return Markup(  # noqa: S704 - every piece is escaped above
        f"<h2>{escape(say(lang, 'statement'))}: “{escape(quote)}”</h2>"
        f"<table><tbody>{''.join(rows)}</tbody></table>"
    )


def claims_table(readings: Readings) -> Markup:
    """Return the verdicts of the claims: one block a claim, its clusters row by row.

    Further origins, such as the sites of a cluster, are counted in one line a mode.
    """
    claims = readings.tables.claims
    if claims is None or claims.empty:
        return Markup("")
    lang = readings.lang
    heads = "".join(
        f'<th scope="col"{_left_aligned(key)}>{escape(say(lang, key))}</th>'
        for key in _CLAIM_COLUMNS
    )
    blocks: dict[str, list[dict[str, object]]] = {}
    for row in records(claims):
        blocks.setdefault(str(row["claim_id"]), []).append(row)
    bodies = "".join(_claim_block(claim_id, rows, readings) for claim_id, rows in blocks.items())
    caption = escape(say(lang, "claims"))
    return Markup(  # noqa: S704 - every piece is escaped above
        f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead>{bodies}</table>"
    )


def _claim_block(claim_id: str, rows: Sequence[Mapping[str, object]], readings: Readings) -> str:
    statement = readings.facts.statement
    quoted = {statement.from_id, statement.to_id} if statement else set()
    named = {*readings.clusters, *quoted}
    lines = []
    for mode in readings.modes:
        tested = [row for row in rows if row["mode"] == mode]
        shown = [row for row in tested if row["origin_id"] in named]
        lines += [_claim_row(row, readings) for row in shown]
        if len(tested) > len(shown):
            lines.append(_counted_row(mode, tested, readings))
    width = len(_CLAIM_COLUMNS)
    heading = escape(_claim(claim_id, readings))
    return (
        f'<tbody><tr><th class="text claim" scope="rowgroup" colspan="{width}">{heading}</th></tr>'
        f"{''.join(lines)}</tbody>"
    )


def _claim_row(row: Mapping[str, object], readings: Readings) -> str:
    lang = readings.lang
    share = number(row["share_true"])
    cells = {
        "mode": say(lang, str(row["mode"])),
        "origin": readings.name(str(row["origin_id"])),
        "left": whole(number(row["left_min"])),
        "right": whole(number(row["right_min"])),
        "share": f"{100 * share:.0f} %" if math.isfinite(share) else "-",
        "verdict": say(lang, str(row["verdict"])),
    }
    body = "".join(f"<td{_left_aligned(key)}>{escape(cells[key])}</td>" for key in _CLAIM_COLUMNS)
    return f'<tr class="verdict-{escape(row["verdict"])}">{body}</tr>'


def _counted_row(mode: str, rows: Sequence[Mapping[str, object]], readings: Readings) -> str:
    """Return a line that counts the verdicts over all origins of a claim."""
    lang = readings.lang
    verdicts = [str(row["verdict"]) for row in rows]
    counts = " · ".join(
        f"{say(lang, each)} {verdicts.count(each)}" for each in VERDICTS if each in verdicts
    )
    first = f'<td class="text">{escape(say(lang, mode))}</td>'
    origins = escape(say(lang, "all_origins", n=len(rows)))
    width = len(_CLAIM_COLUMNS) - 2
    return (
        f'<tr class="counted">{first}<td class="text">{origins}</td>'
        f'<td class="text" colspan="{width}">{escape(counts)}</td></tr>'
    )


def _claim(claim_id: str, readings: Readings) -> str:
    """Return the id of a claim and, where the study gives it, its text."""
    texts = readings.facts.claims.get(claim_id)
    if texts is None:
        return claim_id
    return f"{claim_id}: {texts[0] if readings.lang == 'ko' else texts[1]}"


def _left_aligned(key: str) -> str:
    return "" if key in _NUMBERS else ' class="text"'
