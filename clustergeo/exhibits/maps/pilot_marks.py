"""Pilot projects on the map: a mark for each municipality, by sector and budget."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from clustergeo.exhibits._readings import records
from clustergeo.exhibits._words import say
from clustergeo.exhibits.exhibit import Language, StudyTables
from clustergeo.exhibits.maps.marks import Point, glyph_svg
from clustergeo.exhibits.style import sector_styles

__all__ = ["Pilot", "budgets_note", "pilots_of", "sector_items"]

_SMALLEST_PX: Final = 14.0
_LARGEST_PX: Final = 30.0
_NEARLY_EQUAL: Final = 0.95
"""Where the smallest budget is this share of the largest, sizes say nothing and the legend so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """A municipality with its pilot project.

    Parameters
    ----------
    municipality_id
        As in the table of pilot regions.
    place, project
        Rows of the two tables.
    sector
        In the language of the page.
    budget_100m_krw
        Total budget of the project in hundred million won; NaN where it is not known.
    colour, shape, size_px
        How it is drawn.
    """

    municipality_id: str
    place: Mapping[str, object]
    project: Mapping[str, object]
    sector: str
    budget_100m_krw: float
    colour: str
    shape: str
    size_px: float

    @property
    def point(self) -> Point:
        """Latitude and longitude."""
        shape = self.place["geometry"]
        return float(shape.y), float(shape.x)  # type: ignore[attr-defined]

    @property
    def svg(self) -> str:
        """Its mark."""
        return glyph_svg(self.shape, self.colour, self.size_px)

    @property
    def budget(self) -> str:
        """Its budget in print."""
        return _amount(self.budget_100m_krw)

    def names(self, lang: Language) -> tuple[str, str]:
        """Return its name in one language, or what there is, and in the other."""
        ko, en = str(self.place["name_ko"]), str(self.place["name_en"])
        first, second = (ko, en) if lang == "ko" else (en, ko)
        return first or second or str(self.place["place_id"]), second


def pilots_of(tables: StudyTables, lang: Language) -> list[Pilot]:
    """Return the municipalities whose project is in the table; none where a table is missing."""
    if tables.projects is None or tables.municipalities is None:
        return []
    projects = {str(row["project_id"]): row for row in records(tables.projects)}
    # By the printed name, so that a sector looks the same in both languages.
    styles = sector_styles([str(row["sector"]) for row in projects.values()])
    budgets = {key: _budget(row) for key, row in projects.items()}
    largest = max([each for each in budgets.values() if math.isfinite(each)], default=1.0)
    pilots = []
    for row in records(tables.municipalities):
        key = str(row["project_id"])
        if key not in projects:
            continue
        colour, shape = styles[str(projects[key]["sector"])]
        share = budgets[key] / largest if math.isfinite(budgets[key]) else 0.0
        pilots.append(
            Pilot(
                municipality_id=str(row.get("municipality_id", row["place_id"])),
                place=row,
                project=projects[key],
                sector=_sector(projects[key], lang),
                budget_100m_krw=budgets[key],
                colour=colour,
                shape=shape,
                # The area of a symbol, not its width, stands for the amount.
                size_px=max(_SMALLEST_PX, _LARGEST_PX * math.sqrt(share)),
            )
        )
    return pilots


def sector_items(pilots: Sequence[Pilot], lang: Language) -> list[tuple[str, str]]:
    """Return the keys of a legend: the sectors, and what size stands for."""
    styles = {pilot.sector: (pilot.shape, pilot.colour) for pilot in pilots}
    items = [(glyph_svg(*style, 18), sector) for sector, style in styles.items()]
    known = sorted(p.budget_100m_krw for p in pilots if math.isfinite(p.budget_100m_krw))
    if known and known[0] >= _NEARLY_EQUAL * known[-1]:
        items.append(("", say(lang, "budget_same", value=_amount(known[-1]))))
    elif known:
        items.append(("", say(lang, "budget_size")))
    return items


def budgets_note(tables: StudyTables, lang: Language) -> str:
    """Return the number of projects and the sum of their budgets, and how many are unknown."""
    budgets = {
        str(pilot.project["project_id"]): pilot.budget_100m_krw
        for pilot in pilots_of(tables, lang)
    }
    known = [each for each in budgets.values() if math.isfinite(each)]
    total = say(lang, "pilots_sum", projects=len(budgets), budget=_amount(math.fsum(known)))
    missing = len(budgets) - len(known)
    return f"{total} ({say(lang, 'no_budget', n=missing)})" if missing else total


def _amount(value: float) -> str:
    """Return an amount in print, or a dash."""
    return f"{value:,.0f}" if math.isfinite(value) else "-"


def _sector(project: Mapping[str, object], lang: Language) -> str:
    """Return the sector in the language of the page, or as printed where it is not translated."""
    translated = str(project.get("sector_ko", "")) if lang == "ko" else ""
    return translated or str(project["sector"])


def _budget(project: Mapping[str, object]) -> float:
    value = pd.to_numeric(str(project.get("total_expense_100m_krw", "")), errors="coerce")
    return float(value)
