"""Draw what scenarios come to: the exhibits that the commands write beside their tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd

from clustergeo._files import write_bytes
from clustergeo.exhibits.basemap import load_basemap
from clustergeo.exhibits.exhibit import Exhibit, Language, StudyFacts
from clustergeo.exhibits.figures.before_after import before_after
from clustergeo.exhibits.figures.benefit_split import benefit_split
from clustergeo.exhibits.figures.ranked_links import ranked_links
from clustergeo.exhibits.maps.before_after_map import before_after_map
from clustergeo.exhibits.maps.missing_links_map import missing_links_map
from clustergeo.exhibits.scenario_facts import ScenarioFacts, ScenarioTables
from clustergeo.networks import load_road_network
from clustergeo.networks.edits import Scenario
from clustergeo.study._facts import basemap_of
from clustergeo.study._places import load_study_places
from clustergeo.study.plan import Study
from clustergeo.study.scenarios._costs import total_cost
from clustergeo.study.scenarios._drawn_links import drawn_links
from clustergeo.study.scenarios.gain_rules import ScenarioGains
from clustergeo.study.scenarios.missing_links import MissingLinks
from clustergeo.study.scenarios.ranking import LinkRanking
from clustergeo.study.scenarios.scenario_run import ScenarioRun

__all__ = ["draw_gains", "draw_missing", "draw_ranking", "draw_run", "save_exhibits"]


def save_exhibits(exhibits: Sequence[Exhibit], out: Path) -> tuple[Path, ...]:
    """Write exhibits into a folder by their own names; return the files, the page first.

    Raises
    ------
    OutputError
        If a file cannot be written; those written before it are whole.
    """
    paths = []
    for exhibit in exhibits:
        # The figure that a page prints has the page's name.
        path = out / exhibit.file_name.replace("_figure.", ".")
        write_bytes(path, exhibit.content)
        paths.append(path)
    return tuple(paths)


def draw_run(run: ScenarioRun, lang: Language | None = None) -> tuple[Exhibit, ...]:
    """Return the map before and after a scenario, and the figure of its pairs.

    Parameters
    ----------
    run
        Times with and without it.
    lang
        Language of both; that of the study by default.
    """
    study, places = run.study, run.changed.places
    written = lang or study.outputs.lang
    tables = ScenarioTables(
        before_after=run.table, places=places, links=drawn_links(run.base, run.changed)
    )
    facts, scenario = _facts(study, places), _scenario_facts(run.scenarios)
    figure = before_after(tables, facts=facts, scenario=scenario, lang=written)
    page = before_after_map(
        tables,
        facts=facts,
        scenario=scenario,
        basemap=basemap_of(study, run.base.road),
        lang=written,
        figure=figure,
    )
    return page, figure


def draw_ranking(found: LinkRanking, lang: Language | None = None) -> tuple[Exhibit, ...]:
    """Return the figure of ranked links.

    Parameters
    ----------
    found
        The ranking.
    lang
        Language; that of the study by default.
    """
    study = found.study
    places = load_study_places(study).known
    written = lang or study.outputs.lang
    facts = _facts(study, places)
    return (ranked_links(found.table, places=places, facts=facts, lang=written),)


def draw_missing(found: MissingLinks, lang: Language | None = None) -> tuple[Exhibit, ...]:
    """Return the map of missing links and the figure of their ranks.

    Parameters
    ----------
    found
        Links that are missing, and those that are not.
    lang
        Language of both; that of the study by default.
    """
    study = found.study
    places = load_study_places(study).known
    written = lang or study.outputs.lang
    facts = _facts(study, places)
    # Of those refused, what is there already is of use on a map.
    refused = found.refused.loc[found.refused["exists"].fillna("") != ""]
    figure = ranked_links(None, found.table, places=places, facts=facts, lang=written)
    page = missing_links_map(
        found.table,
        refused,
        places=places,
        facts=facts,
        basemap=basemap_of(study, load_road_network(study.networks.road)),
        lang=written,
        figure=figure,
    )
    return page, figure


def draw_gains(found: ScenarioGains, lang: Language | None = None) -> tuple[Exhibit, ...]:
    """Return the figure of who gains and who would pay.

    Parameters
    ----------
    found
        The gains and the split of the cost.
    lang
        Language; that of the study by default.
    """
    study = found.study
    places = load_study_places(study).known
    figure = benefit_split(
        found.table,
        found.cost_split,
        places=places,
        facts=_facts(study, places),
        scenario=_scenario_facts(found.scenarios),
        basemap=_borders(study),
        lang=lang or study.outputs.lang,
    )
    return (figure,)


def _scenario_facts(scenarios: Sequence[Scenario]) -> ScenarioFacts:
    """Return one title, cost and year of a package; costs and years only if all are known."""
    years = [scenario.opening_year for scenario in scenarios if scenario.opening_year]
    return ScenarioFacts(
        title_ko=" + ".join(each.title_ko or each.title_en for each in scenarios),
        title_en=" + ".join(each.title_en for each in scenarios),
        cost_krw_bn=total_cost(scenarios),
        opening_year=max(years) if len(years) == len(scenarios) and years else None,
        assumptions=sum(edit.assumption for each in scenarios for edit in each.edits),
    )


def _facts(study: Study, places: gpd.GeoDataFrame) -> StudyFacts:
    clusters = places.loc[places["kind"] == "cluster", "place_id"].astype(str)
    return StudyFacts(
        title_ko=study.title_ko,
        title_en=study.title_en,
        date=study.date.isoformat(),
        window=study.window,
        capital_id=study.places.capital[0],
        cluster_ids=tuple(clusters),
        credits=study.outputs.credits,
        labels=study.outputs.labels,
        note=study.outputs.note,
        road_state=study.networks.road_state,
    )


def _borders(study: Study) -> gpd.GeoDataFrame:
    return load_basemap(outlines=study.basemap.outlines, borders=study.basemap.borders)
