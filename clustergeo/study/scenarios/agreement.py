"""The draft of an agreement on a link: who gains, who would pay, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pandas as pd

from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.sheets import Part, Sheet, SheetTable
from clustergeo.indices.cost_split import amounts
from clustergeo.schemas.gains import LEVELS, TARGETS
from clustergeo.study.scenarios import _agreement_words as words
from clustergeo.study.scenarios._agreement_notes import assumptions, not_claimed
from clustergeo.study.scenarios.gain_rules import ScenarioGains

__all__ = ["Responsible", "agreement_sheets"]

_TENS: Final = 10  # 1 billion won is 10 times 100 million
_SHARE_DECIMALS: Final = 3  # tenths of a per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """Who answers for a project. Nothing is guessed: what is blank is still to be named.

    Parameters
    ----------
    sector
        One of the fields of the agreements, such as ``Space innovation``.
    lead
        Supervising ministry.
    assisting
        Assisting ministries.

    Examples
    --------
    >>> Responsible(sector="Space innovation").lead
    ''
    """

    sector: str = ""
    lead: str = ""
    assisting: tuple[str, ...] = ()


def agreement_sheets(
    gains: ScenarioGains, responsible: Responsible | None = None
) -> tuple[Sheet, Sheet]:
    """Return the agreement sheet in Korean and in English.

    Parameters
    ----------
    gains
        As of :func:`clustergeo.study.scenarios.gains.scenario_gains`.
    responsible
        Sector and ministries, where they are known.

    Returns
    -------
    sheets : (Sheet, Sheet)
        To be written by ``exhibits.sheets.sheets_html`` and its neighbours.
    """
    who = responsible or Responsible()
    return _sheet(gains, who, "ko"), _sheet(gains, who, "en")


def _sheet(gains: ScenarioGains, who: Responsible, lang: Language) -> Sheet:
    told = words.WORDS[lang]
    sources = tuple(
        dict.fromkeys(
            text
            for scenario in gains.scenarios
            for text in (*scenario.sources, *(edit.source for edit in scenario.edits))
            if text
        )
    )
    sources += gains.study.outputs.credits
    lacking = (told["no_cost"],) if gains.cost_krw_bn is None else ()
    return Sheet(
        lang=lang,
        title=told["title"].format(title=_title(gains, lang)),
        finding=_finding(gains, lang),
        parts=(
            Part(
                heading=told["pays"],
                table=_pays(gains, lang),
                lines=(*lacking, *_left(gains, lang)),
            ),
            Part(heading=told["project"], table=_project(gains, who, lang)),
            Part(heading=told["gains"], table=_who_gains(gains, lang)),
            Part(heading=told["not_claimed"], lines=tuple(not_claimed(gains, lang))),
            Part(heading=told["assumptions"], lines=tuple(assumptions(gains, lang))),
            Part(heading=told["sources"], lines=sources or (told["not_stated"],)),
        ),
    )


def _title(gains: ScenarioGains, lang: Language) -> str:
    return " + ".join(
        (scenario.title_ko if lang == "ko" else scenario.title_en) or scenario.scenario_id
        for scenario in gains.scenarios
    )


def _finding(gains: ScenarioGains, lang: Language) -> str:
    told, parties = words.WORDS[lang], _governments(gains)
    signing = parties[parties["signs"] == "yes"]
    target = words.TARGETS[lang][gains.rules.target]
    if signing.empty:
        return told["nobody"].format(target=target, least=f"{gains.rules.least_min:g}") + "."
    first = signing.iloc[0]
    signers = told["signers"].format(count=len(signing), of=len(parties))
    return told["finding"].format(
        first=first[f"name_{lang}"], share=f"{first['benefit_share']:.0%}", signers=signers
    )


def _project(gains: ScenarioGains, who: Responsible, lang: Language) -> SheetTable:
    told, split = words.WORDS[lang], gains.cost_split
    unnamed = told["to_be_named"]
    signing = split[(split["signs"] == "yes") & (split["party"] == "government")]
    names = ", ".join(signing[f"name_{lang}"]) or told["not_stated"]
    state = split["cost_krw_bn"].iloc[0]
    local = "" if gains.cost_krw_bn is None or pd.isna(state) else _sum(signing["cost_krw_bn"])
    years = [s.opening_year for s in gains.scenarios if s.opening_year is not None]
    opening = ", ".join(str(year) for year in dict.fromkeys(years))
    rows = (
        (told["sector"], who.sector or unnamed),
        (told["region"], names),
        (told["name"], _title(gains, lang)),
        (told["lead"], who.lead or unnamed),
        (told["assisting"], "; ".join(who.assisting) or unnamed),
        (told["total"], _krw(gains.cost_krw_bn) or told["not_stated"]),
        (told["national"], _krw(state) or told["not_stated"]),
        (told["local"], local or told["not_stated"]),
        (told["opening"], opening or told["not_stated"]),
    )
    return SheetTable(caption=told["project_caption"], rows=rows)


def _pays(gains: ScenarioGains, lang: Language) -> SheetTable:
    told, split = words.WORDS[lang], gains.cost_split
    modes = ", ".join(words.MODES[lang][mode] for mode in gains.modes)
    target = words.TARGETS[lang][gains.rules.target]
    signing = split[split["signs"] == "yes"]
    keys = ("party", "people", "minutes", "benefit", "of_local", "of_all", "krw")
    columns = [_percents(signing[name]) for name in ("benefit_share", "local_share", "cost_share")]
    rows = [
        (
            str(row[f"name_{lang}"]),
            *(_number(row["population"], ",.0f"), _number(row["saved_min"], ".1f")),
            *shares,
            _krw(row["cost_krw_bn"]) or "-",
        )
        for row, *shares in zip(
            signing.to_dict("records"), *(parts[:-1] for parts in columns), strict=True
        )
    ]
    total = (
        told["sum"],
        _number(signing["population"].sum(), ",.0f"),
        "",
        *(parts[-1] for parts in columns),
        _sum(signing["cost_krw_bn"]) or "-",
    )
    return SheetTable(
        caption=told["pays_caption"].format(
            target=target, modes=f", {modes}" if lang == "ko" else f" {modes}"
        ),
        head=tuple(told[key] for key in keys),
        rows=(*rows, total),
        total=True,
    )


def _left(gains: ScenarioGains, lang: Language) -> list[str]:
    """Return who does not sign, by the reason."""
    told, rest = words.WORDS[lang], _governments(gains)
    rest = rest[rest["signs"] == "no"]
    lines = []
    for reason, rows in rest.groupby("reason", sort=False):
        least = f"{gains.rules.least_min:g}"
        why = told["does_not_sign"].format(
            why=words.REASONS[lang][str(reason)].format(least=least)
        )
        lines.append(f"{', '.join(rows[f'name_{lang}'])} - {why}")
    return lines


def _who_gains(gains: ScenarioGains, lang: Language) -> SheetTable:
    """Return minutes saved of each government by target and mode."""
    told = words.WORDS[lang]
    table = gains.table[gains.table["level"] == LEVELS[2]]
    order = _governments(gains)
    head, columns = [told["party"], told["people"]], []
    for mode in gains.modes:
        shown = words.MODES[lang][mode]
        for target in TARGETS:
            rows = table[(table["target"] == target) & (table["mode"] == mode)]
            rows = rows.set_index("area_id").loc[order["area_id"]]
            if target == TARGETS[0]:
                head.append(told["with_trip"].format(mode=shown))
                share = (rows["timed_population"] / rows["population"]).astype("float64")
                columns.append([_number(value, ".0%") for value in share])
            head.append(told["column"].format(target=words.TARGETS[lang][target], mode=shown))
            columns.append([_number(value, ".1f") for value in rows["saved_min"]])
    people = [_number(value, ",.0f") for value in order["population"]]
    cells = zip(order[f"name_{lang}"], people, *columns, strict=True)
    return SheetTable(caption=told["gains_caption"], head=tuple(head), rows=tuple(cells))


def _governments(gains: ScenarioGains) -> pd.DataFrame:
    return gains.cost_split[gains.cost_split["party"] == "government"]


def _number(value: float | None, form: str) -> str:
    """Return a number, a dash where there is none, and no minus before a zero."""
    if pd.isna(value):
        return "-"
    shown = format(float(value), form)
    return shown.removeprefix("-") if not shown.strip("-0.,%") else shown


def _percents(shares: pd.Series[float]) -> list[str]:
    """Return shares and their sum as per cent, rounded so that the parts shown add up."""
    known = shares.dropna()
    total = round(Decimal(str(known.sum())), _SHARE_DECIMALS)
    if not known.size or not total:
        return ["-"] * (len(shares) + 1)
    exact = {str(at): Fraction(share) for at, share in known.items()}
    whole = sum(exact.values())
    parts = amounts({at: share / whole for at, share in exact.items()}, total, _SHARE_DECIMALS)
    return [
        *(f"{parts[str(at)]:.1%}" if str(at) in parts else "-" for at in shares.index),
        f"{total:.1%}",
    ]


def _krw(bn: float | None) -> str:
    """Return billion won as 100 million, exact; blank where there is none."""
    return "" if bn is None or pd.isna(bn) else f"{(Decimal(str(bn)) * _TENS).normalize():,f}"


def _sum(bn: pd.Series[float]) -> str:
    """Return the exact sum of amounts; blank without any."""
    known = [Decimal(str(value)) for value in bn.dropna()]
    return f"{(sum(known, Decimal(0)) * _TENS).normalize():,f}" if known else ""
