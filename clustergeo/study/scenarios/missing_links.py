"""Which link that is not there would break the isolation most: tried in theory, proved in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from clustergeo._files import csv_bytes, write_bytes
from clustergeo.errors import ScenarioError
from clustergeo.networks.edits import Base
from clustergeo.schemas.missing_links import LINK_PORTFOLIO, MISSING_LINKS, REFUSED_LINKS
from clustergeo.study.plan import Study, load_study
from clustergeo.study.scenarios._link_candidates import Corridor, load_corridors
from clustergeo.study.scenarios._link_files import link_scenario, scenario_text
from clustergeo.study.scenarios._link_kinds import LinkRules
from clustergeo.study.scenarios._link_portfolios import portfolios
from clustergeo.study.scenarios._link_search import Progress, Search
from clustergeo.study.scenarios._link_table import best, fold, ranked, shaped
from clustergeo.study.scenarios._link_verified import Verifier
from clustergeo.study.scenarios.run import study_base

__all__ = ["Corridor", "LinkRules", "MissingLinks", "find_missing_links", "load_corridors"]

_DECIMALS: Final = {
    "length_km": 1,
    "speed_kph": 1,
    "cost_krw_bn": 1,
    "budget_krw_bn": 1,
    "saved_person_min": 0,
    "saved_worker_min": 0,
    "per_bn": 6,
    "person_min_per_bn": 2,
    "worker_min_per_bn": 2,
    "share_of_bound": 4,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MissingLinks:
    """Links that are missing, those that are not, and which to build for a sum of money.

    Parameters
    ----------
    study, rules
        What was asked.
    table
        Proposed links, best first within each mode, contract ``MISSING_LINKS``.
    refused
        Links that are not proposed, and why, contract ``REFUSED_LINKS``.
    portfolio
        Contract ``LINK_PORTFOLIO``.
    files
        Text of the scenario of each link that was run in full, by its id.
    notes
        What the reader must know, one sentence each.
    """

    study: Study
    rules: LinkRules
    table: pd.DataFrame = field(repr=False)
    refused: pd.DataFrame = field(repr=False)
    portfolio: pd.DataFrame = field(repr=False)
    files: dict[str, str] = field(repr=False)
    notes: tuple[str, ...] = ()

    def write(self, out: Path | str) -> None:
        """Write the three tables, and a scenario for each link that was run in full.

        Raises
        ------
        OutputError
            If a file cannot be written; those written before it are whole.
        """
        folder = Path(out)
        tables = {
            "missing_links": self.table,
            "refused": self.refused,
            "portfolio": self.portfolio,
        }
        for name, table in tables.items():
            decimals = {str(column): 2 for column in table if str(column).endswith("_min")}
            decimals |= _DECIMALS
            write_bytes(folder / f"{name}.csv", csv_bytes(table, decimals=decimals))
        for link_id, text in self.files.items():
            write_bytes(folder / "scenarios" / f"{link_id}.toml", text.encode())


def find_missing_links(
    study: Study | None = None,
    rules: LinkRules | None = None,
    corridors: Sequence[Corridor] = (),
    *,
    base: Base | None = None,
    progress: Progress | None = None,
) -> MissingLinks:
    """Return the links that lower the isolation of a study's clusters most.

    Every pair of places gets a direct road or service of a stated speed. What there is already is
    refused. What each link saves is screened from known times and run in full for the best ones;
    both figures stand side by side.

    Parameters
    ----------
    study
        The study; the embedded one by default.
    rules
        Kinds of links and what is assumed of them.
    corridors
        Links to try instead of all pairs of places.
    base
        That of the study, if it is at hand.
    progress
        Called with what is being done, how much of it is done, and of how much.

    Raises
    ------
    SchemaError, UsageError
        If a corridor names an unknown place, or one twice; the first where it is of a file.

    Notes
    -----
    A screened drive is exact but for turns that are banned where roads join, and for places that
    meet the new road itself. A screened trip goes on from the new service at the next full minute
    and takes one new service only, which saves a little less than the full run; changes that the
    timetable makes longer than the walk save a little more. The largest difference is told. With
    ``wait = "plan"`` or roads in a congestion state the two differ by more.

    Examples
    --------
    >>> rules = LinkRules(links=("road",), verify=0)
    >>> found = find_missing_links(None, rules, [Corridor(places=("osong", "ochang"))])
    >>> len(found.table) + len(found.refused)
    1
    """
    study, rules = study or load_study(), rules or LinkRules()
    tell = progress or (lambda *_: None)
    search = Search.of(study, rules, base or study_base(study), corridors)
    table = ranked(search.screened(tell), rules.by)
    links = {link.link_id: link for link in search.links}
    table = fold(table, links, search.base.places, rules)
    names = _names(search.base.places)
    told = {
        name: (links[name], names, rules.circuity, cost)
        for name, cost in zip(table["link_id"], table["cost_krw_bn"], strict=True)
    }
    verifier = Verifier(study, search.base, search.savings.cluster_ids)
    notes = []
    chosen = best(table, rules.by, rules.verify)
    for done, name in enumerate(chosen):
        tell("full runs", done, len(chosen))
        row = table["link_id"] == name
        found = verifier.saved([link_scenario(*told[name])], links[name].kind.mode)
        if isinstance(found, ScenarioError):
            notes.append(f"{name} was not run in full: {found.faults[0].what}")
            continue
        table.loc[row, "verified"] = "true"
        table.loc[row, ["verified_saved_min", "verified_capital_min"]] = found
    table["disagreement_min"] = table["saved_min"] - table["verified_saved_min"]
    tell("portfolios", 0, 1)
    bought = portfolios(table, links, search.screens, search.savings, rules)
    for (mode, method), part in bought.groupby(["mode", "method"], sort=False):
        if not rules.verify:
            break
        found = verifier.saved([link_scenario(*told[one]) for one in part["link_id"]], str(mode))
        if isinstance(found, ScenarioError):
            notes.append(
                f"{method} portfolio by {mode} was not run in full: {found.faults[0].what}"
            )
        else:
            bought.loc[part.index[-1], "verified_saved_min"] = found[0]
    tell("portfolios", 1, 1)
    run = table.loc[table["verified"] == "true", "link_id"]
    return MissingLinks(
        study=study,
        rules=rules,
        table=shaped(table, MISSING_LINKS.names),
        refused=shaped(pd.DataFrame(search.refused), REFUSED_LINKS.names),
        portfolio=shaped(bought, LINK_PORTFOLIO.names),
        files={
            name: scenario_text(*told[name]) for name in dict.fromkeys([*run, *bought["link_id"]])
        },
        notes=(*_notes(search, table), *notes),
    )


def _names(places: gpd.GeoDataFrame) -> dict[str, tuple[str, str]]:
    told = places[["name_en", "name_ko"]].astype(str).itertuples(index=False)
    return {place: (en, ko) for place, (en, ko) in zip(places["place_id"], told, strict=True)}


def _notes(search: Search, table: pd.DataFrame) -> list[str]:
    assumed = (
        "speeds, headways and lengths are assumed; costs are lengths times unit costs of "
        "published projects, without running costs: no benefit-cost ratio is claimed"
    )
    notes = [assumed]
    if search.no_stop:
        far = ", ".join(search.no_stop)
        limit = search.rules.stop_limit_m
        notes.append(f"no service is tried from or to {far}: no stop within {limit:,.0f} m")
    apart = table["disagreement_min"].abs()
    if apart.notna().any():
        worst = table.iloc[int(np.nanargmax(apart.to_numpy(float)))]
        notes.append(
            f"screened and full runs differ by at most {apart.max():.2f} min ({worst['link_id']}: "
            f"{worst['saved_min']:.2f} and {worst['verified_saved_min']:.2f})"
        )
    return notes
