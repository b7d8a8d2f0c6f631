"""The ranking of links: minutes saved in the region, cost a minute, and how firm the ranks are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from clustergeo._files import csv_bytes, sha256, write_bytes
from clustergeo.indices import BASE, ranks, stability_summary
from clustergeo.networks.edits import Base, Scenario
from clustergeo.schemas import check_table
from clustergeo.schemas.ranking import LINK_RANKING, LINK_RANKS, LINK_STABILITY
from clustergeo.settings import data_path, version
from clustergeo.study.plan import Study, load_study
from clustergeo.study.scenarios._link_runs import LinkRuns
from clustergeo.study.scenarios._package import checked
from clustergeo.study.scenarios.run import study_base
from clustergeo.study.scenarios.sensitivity import Settings

__all__ = ["NO_RATIO", "LinkRanking", "rank_links", "shipped_links"]

NO_RATIO: Final = (
    "minutes are means over pairs of places, not over travellers, and costs are those published: "
    "no benefit-cost ratio is claimed"
)
"""What the cost by minute is not."""

_CENTS: Final = 2
_TENTHS: Final = 1
_DECIMALS: Final = {"cost_krw_bn": 1, "krw_bn_per_min": 1, "first_share": 4, "changed_share": 4}
_WHOLE: Final = ("rank", "worst_rank", "best_rank", "settings", "opening_year")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkRanking:
    """Links in the order of what they save.

    Parameters
    ----------
    study, scenarios
        What was asked.
    table
        Contract ``schemas.ranking.LINK_RANKING``; by mode, the link that saves most first.
    ranks
        Contract ``LINK_RANKS``: minutes and rank under each setting.
    stability
        Contract ``LINK_STABILITY``: how far each link moves, and what moves it.
    notes
        What the reader of the tables must know, one sentence each.
    """

    study: Study
    scenarios: tuple[Scenario, ...]
    table: pd.DataFrame = field(repr=False)
    ranks: pd.DataFrame = field(repr=False)
    stability: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()

    def write(self, out: Path | str) -> None:
        """Write the three tables and ``ranking.json``, the record of what they rest on.

        Raises
        ------
        OutputError
            If a file cannot be written; those written before it are whole.
        """
        tables = {
            "link_ranking": self.table,
            "link_ranks": self.ranks,
            "link_stability": self.stability,
        }
        for name, table in tables.items():
            decimals = {str(column): _CENTS for column in table if str(column).endswith("_min")}
            decimals |= {str(c): 0 for c in table if str(c).startswith(_WHOLE)} | _DECIMALS
            write_bytes(Path(out) / "tables" / f"{name}.csv", csv_bytes(table, decimals=decimals))
        record = {
            "study": self.study.study_id,
            "date": self.study.date.isoformat(),
            "window": self.study.window,
            "scenarios": {each.scenario_id: each.content_id for each in self.scenarios},
            "settings": list(
                dict.fromkeys(
                    f"{mode}: {dimension} {setting}"
                    for mode, dimension, setting in self.ranks[
                        ["mode", "dimension", "setting"]
                    ].to_numpy()
                )
            ),
            "inputs": {key: sha256(path) for key, path in self.study.input_files().items()},
            "versions": {"clustergeo": version()},
            "notes": list(self.notes),
        }
        text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
        write_bytes(Path(out) / "ranking.json", f"{text}\n".encode())


def shipped_links() -> tuple[Path, ...]:
    """Return the scenario files that come with the package, in the order of their names.

    Examples
    --------
    >>> [path.stem for path in shipped_links()][:2]
    ['b1_b3_every_10', 'brt_osong_ochang_airport']
    """
    files = sorted(data_path("scenarios").glob("*.toml"))
    return tuple(path for path in files if path.stem != "template")


def rank_links(
    scenarios: Sequence[Scenario | Path | str] | None = None,
    study: Study | Path | str | None = None,
    *,
    settings: Settings = "usual",
    base: Base | None = None,
    notify: Callable[[int, int], object] | None = None,
) -> LinkRanking:
    """Return links by the minutes that each alone saves in the mean of the region.

    Links are ranked by mode, each by the modes it can change: minutes at the wheel and minutes in
    trains are those of other people. The rank is by the mean over the ordered pairs of clusters of
    the median minutes; a second one by that from the clusters to the capital points. Less than a
    tenth of a minute tells no links apart, and where no link saves as much there is no rank. Under
    every setting the base is computed again, and each link on it.

    Parameters
    ----------
    scenarios
        Scenarios or paths of their files, each a link by itself; those shipped if None.
    study
        A study or the path of its file; the embedded study by default.
    settings
        How much is varied; see :func:`clustergeo.study.scenarios.sensitivity.link_settings`. With
        ``study`` nothing is, else also what needs no search: points of the capital, half hours of
        the window, and the fast and the slow tenth of departures.
    base
        That of the study, if it is at hand.
    notify
        Called with the runs done and their number.

    Raises
    ------
    ScenarioError
        With every fault of the scenarios.
    UsageError
        If two scenarios have one id.

    Examples
    --------
    >>> nothing = Scenario(scenario_id="nothing", title_en="Nothing", title_ko="없음")
    >>> rank_links([nothing]).notes[0]
    'nothing: no time depends on it'
    """
    if not isinstance(study, Study):
        study = load_study(Path(study) if study is not None else None)
    base = base or study_base(study)
    asked = checked(
        shipped_links() if scenarios is None else scenarios, study, base, together=False
    )
    work = LinkRuns(study, base, asked, settings)
    for done in work.run():
        if notify:
            notify(done, work.total)
    found = _ranked(work.rows)
    stability = _stability(found)
    return LinkRanking(
        study=study,
        scenarios=asked,
        table=_table(work.heads, found, stability),
        ranks=check_table(found, LINK_RANKS, file=LINK_RANKS.name, first_row=1),
        stability=stability,
        notes=(*dict.fromkeys(work.notes), NO_RATIO),
    )


def _ranked(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return rows with the rank of each link under its setting, the study first.

    Tenths of a minute tell links apart, and where no link saves any there is no rank. Without the
    minutes of one link the place of the others is not known.
    """
    table = pd.DataFrame(rows, columns=[c for c in LINK_RANKS.names if c != "rank"])
    keys = ["mode", "target", "dimension", "setting"]
    order = table.assign(later=table["dimension"] != BASE).sort_values(
        ["mode", "target", "later", "dimension", "setting"], kind="stable", ignore_index=True
    )
    order["rank"] = np.nan
    for _, own in order.groupby(keys, sort=False):
        saved = own["saved_min"].round(_TENTHS)
        if saved.notna().all() and (saved > 0).any():
            order.loc[own.index, "rank"] = ranks(saved, "high")
    return order[list(LINK_RANKS.names)]


def _stability(found: pd.DataFrame) -> pd.DataFrame:
    """Return the summary of :func:`clustergeo.indices.stability_summary` by target."""
    parts = []
    for target, own in found.groupby("target", sort=False):
        told = own.rename(columns={"scenario_id": "cluster_id", "saved_min": "value"})
        summary = stability_summary(told.assign(index=target, weights=""))
        # Of one measure: a setting moves a link once.
        once = summary["changed_by"].str.replace(" (1)", "", regex=False)
        summary = summary.rename(columns={"cluster_id": "scenario_id"})
        parts.append(summary.assign(target=target, changed_by=once))
    table = pd.concat(parts) if parts else pd.DataFrame(columns=list(LINK_STABILITY.names))
    return check_table(table, LINK_STABILITY, file=LINK_STABILITY.name, first_row=1)


def _table(
    heads: Sequence[Mapping[str, Any]], found: pd.DataFrame, stability: pd.DataFrame
) -> pd.DataFrame:
    table = pd.DataFrame(heads, columns=list(LINK_RANKING.names))
    base = found[found["dimension"] == BASE]
    overall = stability[stability["dimension"] == "all"]
    for suffix, target in (("", "clusters"), ("_capital", "capital")):
        keys = pd.MultiIndex.from_frame(table[["mode", "scenario_id"]])
        own = base[base["target"] == target].set_index(["mode", "scenario_id"])
        told = overall[overall["target"] == target].set_index(["mode", "scenario_id"])
        table[f"rank{suffix}"] = own["rank"].reindex(keys).to_numpy()
        table[f"rank{suffix}_min"] = told["best_rank"].reindex(keys).to_numpy()
        table[f"rank{suffix}_max"] = told["worst_rank"].reindex(keys).to_numpy()
        if not suffix:
            table["first_share"] = told["first_share"].reindex(keys).fillna(0).to_numpy()
            table["settings"] = told["rankings"].reindex(keys).fillna(0).to_numpy(dtype=int)
            table["moved_by"] = told["changed_by"].reindex(keys).fillna("").to_numpy()
    table = table.sort_values(["mode", "rank", "saved_capital_min"], ascending=[True, True, False])
    return check_table(table, LINK_RANKING, file=LINK_RANKING.name, first_row=1)
