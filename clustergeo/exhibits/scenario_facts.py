"""What the exhibits of a scenario are drawn from: its tables, and what is said besides."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from clustergeo.exhibits._scenario_words import tell
from clustergeo.exhibits.exhibit import Language

__all__ = ["ScenarioFacts", "ScenarioTables", "hundred_million"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFacts:
    """Title, cost and caveats of a scenario, or of a package of several.

    Parameters
    ----------
    title_ko, title_en
        What it is called.
    cost_krw_bn
        What it costs, billion won; None where that is not known.
    opening_year
        When it opens; None where that is not known.
    assumptions
        How many of its edits are assumed, not published.

    Examples
    --------
    >>> ctx = ScenarioFacts(title_ko="시티엑스", title_en="CTX", cost_krw_bn=5113.5,
    ...                     opening_year=2034)
    >>> ctx.told("en")
    'CTX - cost 5,113.5 bn won, opens 2034'
    """

    title_ko: str
    title_en: str
    cost_krw_bn: float | None = None
    opening_year: int | None = None
    assumptions: int = 0

    def title(self, lang: Language) -> str:
        """Return the title in one language.

        Parameters
        ----------
        lang
            ``ko`` or ``en``.
        """
        return (self.title_ko or self.title_en) if lang == "ko" else self.title_en

    def told(self, lang: Language) -> str:
        """Return title, cost, opening year and the count of assumptions on one line.

        Parameters
        ----------
        lang
            ``ko`` or ``en``.
        """
        parts = [tell(lang, "cost_unknown")]
        if self.cost_krw_bn is not None:
            parts = [tell(lang, "cost", value=hundred_million(self.cost_krw_bn, lang))]
        if self.opening_year is not None:
            parts.append(tell(lang, "opens", year=self.opening_year))
        if self.assumptions:
            parts.append(tell(lang, "assumed", n=self.assumptions))
        return f"{self.title(lang)} - {', '.join(parts)}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScenarioTables:
    """The tables exhibits of a scenario are drawn from; none is changed.

    Parameters
    ----------
    before_after
        Contract ``schemas.scenarios.BEFORE_AFTER``, minutes.
    places
        Places after the scenario, contract ``schemas.places.PLACES``.
    links
        What the scenario builds and changes: ``kind`` (``new_road``, ``changed_road``,
        ``new_line``, ``changed_line``, ``stop``), ``name_ko``, ``name_en``, ``geometry``
        (longitude and latitude); None for none.

    Examples
    --------
    >>> tables = ScenarioTables(before_after=pd.DataFrame(), places=gpd.GeoDataFrame())
    >>> tables.links is None
    True
    """

    before_after: pd.DataFrame
    places: gpd.GeoDataFrame
    links: gpd.GeoDataFrame | None = None


def hundred_million(krw_bn: float, lang: Language) -> str:
    """Return a sum as it is written: hundreds of millions in Korean, billions in English.

    Parameters
    ----------
    krw_bn
        Billion won.
    lang
        ``ko`` or ``en``.

    Examples
    --------
    >>> hundred_million(5113.5, "ko"), hundred_million(5113.5, "en")
    ('51,135', '5,113.5')
    """
    return f"{krw_bn * 10:,.0f}" if lang == "ko" else f"{krw_bn:,.1f}".removesuffix(".0")
