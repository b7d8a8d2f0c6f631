"""What the report says, in one form: headings, sentences, figures and tables, one after the other.

Page, Word file and Hangul file are written from it, so that all three tell the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from clustergeo.exhibits._readings import Readings, number, records, whole
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Exhibit, Language
from clustergeo.exhibits.office.grid import Grid, minutes_grid

__all__ = ["Block", "Story", "tell"]

_WORDS: Final = {
    "question": ("무엇을 물었나", "The question"),
    "answer": ("무엇을 찾았나", "What was found"),
    "links": ("무엇이 고립을 줄이나", "What would break the isolation"),
    "links_note": (
        (
            "계획 노선을 놓았을 때 거점 사이 평균 시간의 변화(분). 수요·용량·유발교통은 다루지 "
            "않았고 비용편익비를 주장하지 않는다."
        ),
        (
            "Change of the mean minutes between the clusters with each planned link. Demand, "
            "capacity and induced traffic are not modelled; no benefit-cost ratio is claimed."
        ),
    ),
    "care": ("읽을 때 주의할 점", "What to bear in mind"),
    "annex": ("부록", "Annex"),
    "figures": ("그림", "Figures"),
    "verdicts": ("진술별 종합 판정", "Verdict on each statement as a whole"),
    "method": ("설정", "Settings"),
    "notes": ("계산이 남긴 주의 (영문)", "Notes of the computation"),
    "verdict_head": ("진술|교통수단|판정|문장", "statement|mode|verdict|in words"),
    "pilots": (
        "시범사업 시군구에서 서울과 가장 가까운 거점까지 (분)",
        "From the pilot municipalities to Seoul and to the nearest cluster, minutes",
    ),
    "pilot_head": ("시군구|교통수단|가까운 곳|분|근거", "municipality|mode|to|min|evidence"),
    "setting_head": ("항목|값", "setting|value"),
    "link_head": (
        "노선|교통수단|거점 사이 평균(분) 전|후|절감|사업비(10억 원)|개통",
        "link|mode|mean before, min|after|saved|cost, bn won|opens",
    ),
    "holds_except": ("대체로 성립", "holds but for exceptions"),
    "figure": ("그림 {n}. {text}", "Figure {n}. {text}"),
    "table": ("표 {n}. {text}", "Table {n}. {text}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One thing of a report: a heading, a paragraph, a figure or a table.

    Parameters
    ----------
    heading, level
        A heading and its level, 1 or 2; blank for none.
    text
        A paragraph; with ``bullets`` the first line over them.
    quote
        Whether the text is somebody's words.
    bullets
        Short sentences, one below the other.
    figure, alt, caption
        A PNG figure, what it shows in words, and the line below it.
    grid
        A table with its caption.
    page_break
        Whether a new page begins here.
    """

    heading: str = ""
    level: int = 1
    text: str = ""
    quote: bool = False
    bullets: tuple[str, ...] = ()
    figure: Exhibit | None = None
    alt: str = ""
    caption: str = ""
    grid: Grid | None = None
    page_break: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A report: title, what it rests on, and its blocks.

    Parameters
    ----------
    lang
        Its language.
    title, basis
        What it is called; day, window and state of the roads.
    date
        Day of the study, the date in the properties of its files.
    blocks
        The page of the answer, then the annex.
    credits
        Credit lines of the data.
    """

    lang: Language
    title: str
    basis: str
    date: str
    blocks: tuple[Block, ...]
    credits: tuple[str, ...]


def tell(
    readings: Readings,
    figures: Mapping[str, Exhibit],
    *,
    verdicts: pd.DataFrame | None = None,
    links: pd.DataFrame | None = None,
    notes: Sequence[str] = (),
) -> Story:
    """Return the report of a study: the answer on one page, then figures, tables and method.

    Parameters
    ----------
    readings
        The study.
    figures
        PNG figures by name; ``dumbbell`` stands on the first page, the others in the annex.
    verdicts
        Contract ``schemas.results.CLAIM_VERDICTS``.
    links
        Planned links and what they change, contract ``schemas.ranking.LINK_RANKING``.
    notes
        What a reader must know, one sentence each.
    """
    lang = readings.lang
    counter = _Counter(lang)
    first = figures.get("dumbbell")
    blocks = [
        *_question(readings),
        Block(heading=_word(lang, "answer")),
        Block(text=readings.finding(), bullets=(readings.nearest_finding(), *_said(readings))),
        *([counter.figure(first)] if first else []),
        *(counter.table(minutes_grid(mode, readings)) for mode in readings.modes),
        *_links(readings, links, counter),
        Block(heading=_word(lang, "care"), level=2),
        Block(bullets=(readings.basis(), readings.evidence())),
        Block(heading=_word(lang, "annex"), page_break=True),
        *(counter.figure(each) for name, each in figures.items() if name != "dumbbell"),
        *_verdicts(readings, verdicts, counter),
        *_pilots(readings, counter),
        *_settings(readings, counter),
        *(
            [Block(heading=_word(lang, "notes"), level=2), Block(bullets=tuple(notes))]
            * bool(notes)
        ),
    ]
    return Story(
        lang=lang,
        title=readings.facts.title(lang),
        basis=readings.basis(),
        date=readings.facts.date,
        blocks=tuple(blocks),
        credits=tuple(readings.facts.credits),
    )


class _Counter:
    """Numbers figures and tables as they come."""

    def __init__(self, lang: str) -> None:
        self.lang, self.figures, self.tables = lang, 0, 0

    def figure(self, drawn: Exhibit) -> Block:
        self.figures += 1
        caption = _word(self.lang, "figure").format(n=self.figures, text=drawn.title)
        return Block(figure=drawn, alt=f"{drawn.title}. {drawn.caption}", caption=caption)

    def table(self, grid: Grid) -> Block:
        self.tables += 1
        return Block(
            grid=grid.named(_word(self.lang, "table").format(n=self.tables, text=grid.caption))
        )


def _word(lang: str, key: str) -> str:
    return _WORDS[key][0 if lang == "ko" else 1]


def _question(readings: Readings) -> list[Block]:
    statement = readings.facts.statement
    if statement is None:
        return []
    words = statement.text_ko if readings.lang == "ko" else statement.text_en
    return [Block(heading=_word(readings.lang, "question")), Block(text=f"“{words}”", quote=True)]


def _said(readings: Readings) -> list[str]:
    """Return what the times say of the quoted statement, a line for each direction and mode."""
    statement, lang = readings.facts.statement, readings.lang
    if statement is None:
        return []
    lines = []
    for mode in readings.modes:
        for from_id, to_id in statement.directions:
            pair = f"{readings.name(from_id)} → {readings.name(to_id)}, {say(lang, mode)}"
            share = readings.share_words(mode, from_id)
            told = readings.comparison(mode, from_id, to_id)
            lines.append(f"{pair}: {told}{f' ({share})' if share else ''}")
    return lines


def _links(readings: Readings, links: pd.DataFrame | None, counter: _Counter) -> list[Block]:
    if links is None or links.empty:
        return []
    lang = readings.lang
    rows = []
    for row in records(links):
        cost, year = number(row["cost_krw_bn"]), number(row["opening_year"])
        rows.append(
            (
                str(row[f"title_{lang}"]),
                say(lang, str(row["mode"])),
                *(
                    f"{number(row[name]):.1f}"
                    for name in ("region_mean_before_min", "region_mean_after_min", "saved_min")
                ),
                f"{cost:,.0f}" if cost == cost else "-",  # noqa: PLR0124 - not NaN
                f"{year:.0f}" if year == year else "-",  # noqa: PLR0124
            )
        )
    grid = Grid(
        caption=_word(lang, "links"),
        head=tuple(_word(lang, "link_head").split("|")),
        rows=tuple(rows),
        numeric=(False, False, True, True, True, True, True),
    )
    return [
        Block(heading=_word(lang, "links")),
        Block(text=_word(lang, "links_note")),
        counter.table(grid),
    ]


def _verdicts(readings: Readings, verdicts: pd.DataFrame | None, counter: _Counter) -> list[Block]:
    if verdicts is None or verdicts.empty:
        return []
    lang = readings.lang
    rows = tuple(
        (
            _words_of(readings, str(row["claim_id"])),
            say(lang, str(row["mode"])),
            _verdict(lang, str(row["verdict"])),
            str(row[f"sentence_{lang}"]),
        )
        for row in records(verdicts)
    )
    grid = Grid(
        caption=_word(lang, "verdicts"),
        head=tuple(_word(lang, "verdict_head").split("|")),
        rows=rows,
        numeric=(False,) * 4,
        widths=(36, 8, 10, 46),
    )
    return [counter.table(grid)]


def _words_of(readings: Readings, claim_id: str) -> str:
    """Return what was claimed, in the language of the report, with its id."""
    texts = readings.facts.claims.get(claim_id)
    if texts is None:
        return claim_id
    return f"{texts[0] if readings.lang == 'ko' else texts[1]} ({claim_id})"


def _verdict(lang: Language, verdict: str) -> str:
    return _word(lang, verdict) if verdict in _WORDS else say(lang, verdict)


def _pilots(readings: Readings, counter: _Counter) -> list[Block]:
    pilots = readings.tables.pilot_regions
    if pilots is None or pilots.empty:
        return []
    lang = readings.lang
    rows = []
    for row in records(pilots):
        minutes = number(row["minutes"])
        known = minutes == minutes  # noqa: PLR0124 - not NaN
        to_id = row["to_id"]
        rows.append(
            (
                str(row["name_ko" if lang == "ko" else "name_en"]),
                say(lang, str(row["mode"])),
                readings.name(str(to_id)) if known else say(lang, str(row["target"]) + "s"),
                whole(minutes) if known else say(lang, str(row["status"])),
                say(lang, str(row["evidence"])) if known else "-",
            )
        )
    grid = Grid(
        caption=_word(lang, "pilots"),
        head=tuple(_word(lang, "pilot_head").split("|")),
        rows=tuple(rows),
        numeric=(False, False, False, True, False),
    )
    return [counter.table(grid)]


def _settings(readings: Readings, counter: _Counter) -> list[Block]:
    lang = readings.lang
    grid = Grid(
        caption=_word(lang, "method"),
        head=tuple(_word(lang, "setting_head").split("|")),
        rows=tuple(readings.facts.settings.items()),
        numeric=(False, False),
        widths=(40, 60),
    )
    return [counter.table(grid)] if grid.rows else []
