"""Trips before and after a scenario in words and as a table, in the classes of the map."""

from __future__ import annotations

from markupsafe import Markup

from clustergeo.exhibits._changes import Change, Changes, signed
from clustergeo.exhibits._escape import escape
from clustergeo.exhibits._readings import whole
from clustergeo.exhibits._scenario_words import tell
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.minute_classes import Shade, change_class, minute_class

__all__ = ["change_shade", "change_table", "change_word"]


def change_shade(row: Change, view: str) -> Shade:
    """Return the class of a pair before, after, or of its difference."""
    if view == "difference":
        return change_class(row.difference_min, row.change)
    return minute_class(row.before_min if view == "before" else row.after_min)


def change_word(row: Change, view: str, lang: Language) -> str:
    """Return what stands on a line."""
    if view != "difference":
        return whole(row.before_min if view == "before" else row.after_min)
    if row.change in {"new", "lost"}:
        return tell(lang, f"{row.change}_trip")
    if row.change == "unchanged":
        return "0"
    return signed(row.difference_min, 1)


def change_table(mode: str, changes: Changes) -> Markup:
    """Return the trips of one mode before and after, or that none of them changes."""
    lang, rows = changes.lang, changes.shown(mode)
    caption = escape(tell(lang, "change_table", mode=say(lang, mode)))
    if all(row.same for row in rows):
        text = escape(f"{tell(lang, 'unchanged')}: {tell(lang, 'all_unchanged', n=len(rows))}")
        told = f"<h2>{caption}</h2><p>{text}</p>"
        return Markup(f'<div data-when="{escape(mode)}">{told}</div>')  # noqa: S704 - escaped
    keys = ("before", "after", "difference", "range", "share_head")
    heads = "".join(f'<th scope="col">{escape(tell(lang, key))}</th>' for key in keys)
    body = "".join(_table_row(row, changes) for row in rows)
    first = f'<th class="text" scope="col">{escape(tell(lang, "pair"))}</th>'
    return Markup(  # noqa: S704 - every piece is escaped
        f'<div data-when="{escape(mode)}"><table><caption>{caption}</caption>'
        f"<thead><tr>{first}{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _table_row(row: Change, changes: Changes) -> str:
    lang = changes.lang
    spread = tell(lang, "spread_short", p10=signed(row.p10_min), p90=signed(row.p90_min))
    share = f"{100 * row.better_share:.0f} %"
    if row.same or row.change in {"new", "lost"}:
        spread = share = ""
    if row.p10_min == row.p90_min:
        spread = ""
    shade = change_class(row.difference_min, row.change)
    cells = (
        "".join(f"<td>{escape(whole(each))}</td>" for each in (row.before_min, row.after_min))
        + f'<td class="shade-{shade.key}">{escape(change_word(row, "difference", lang))}</td>'
        + f'<td style="white-space:nowrap">{escape(spread)}</td>'
        f"<td>{escape(share)}</td>"
    )
    return f'<tr><th scope="row">{escape(changes.pair(row))}</th>{cells}</tr>'
