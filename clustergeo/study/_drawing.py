"""A study ready to be drawn in one language: what each exhibit is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

import geopandas as gpd

from clustergeo.claims import Claim
from clustergeo.errors import Fault, StudyError
from clustergeo.exhibits import (
    OSM_TILES,
    Exhibit,
    NetworkLayers,
    StudyFacts,
    StudyTables,
    Tiles,
    anatomy,
    departures,
    desire_lines,
    dumbbell,
    isochrone_map,
    isochrone_panels,
    isolation_map,
    location,
    method,
    mode_ratio,
    network_layers,
    pilots_map,
    places_map,
    question,
    ratio_matrix,
    time_space,
)
from clustergeo.exhibits.exhibit import Language
from clustergeo.study._facts import basemap_of, facts_of
from clustergeo.study._provenance import chain_of
from clustergeo.study.model import Model
from clustergeo.study.results import Results

__all__ = ["Drawing", "Maker"]

Maker = Callable[[], Exhibit]


@dataclass(frozen=True)
class Drawing:
    """A study ready to be drawn.

    Parameters
    ----------
    results
        Its tables.
    claims
        The claims tested, for the words of the statement.
    lang
        The language.
    basemap
        The light tables every map lies on.
    networks
        Lines and stops of its timetable, for the map of places.
    """

    results: Results
    claims: Sequence[Claim]
    lang: Language
    basemap: gpd.GeoDataFrame
    networks: NetworkLayers

    @classmethod
    def of(cls, results: Results, claims: Sequence[Claim], model: Model) -> Drawing:
        """Return a study ready to be drawn in its own language."""
        study = results.study
        return cls(
            results=results,
            claims=claims,
            lang=study.outputs.lang,
            basemap=basemap_of(study, model.road),
            networks=network_layers(model.timetable, brt=study.outputs.brt),
        )

    @cached_property
    def tables(self) -> StudyTables:
        """The tables exhibits are drawn from."""
        results, places = self.results, self.results.places
        return StudyTables(
            places=places.known,
            times=results.times,
            isolation=results.isolation,
            claims=results.claims,
            pilot_regions=results.pilot_regions,
            projects=places.projects,
            municipalities=places.regions,
        )

    @cached_property
    def chain(self) -> str:
        """What the numbers follow from, as a short hash."""
        return chain_of(self.results.study).short

    @cached_property
    def facts(self) -> StudyFacts:
        """What the exhibits say besides the tables."""
        return facts_of(self.results, self.claims, self.chain)

    def makers(self) -> dict[str, Maker]:
        """Return what draws each exhibit that the study asks for, by its file."""
        asked = self.results.study.outputs.exhibits
        known = {**self._maps(), **self._figures()}
        return {name: make for name, make in known.items() if PurePosixPath(name).stem in asked}

    def _maps(self) -> Mapping[str, Maker]:
        tables, facts, lang, base = self.tables, self.facts, self.lang, self.basemap
        asked, areas = self.results.study.outputs, self.results.isochrones
        tiles: Tiles | None = OSM_TILES if asked.tiles else None
        made: dict[str, Maker] = {
            "question.html": self._question,
            "places.html": lambda: places_map(
                tables,
                facts=facts,
                basemap=base,
                networks=self.networks,
                tiles=tiles,
                lang=lang,
            ),
            "isolation.html": lambda: isolation_map(
                tables, facts=facts, basemap=base, tiles=tiles, lang=lang
            ),
        }
        if areas is not None:
            made["isochrones.html"] = lambda: isochrone_map(
                tables, areas, facts=facts, basemap=base, tiles=tiles, lang=lang
            )
        if self.results.places.regions is not None:
            made["pilots.html"] = lambda: pilots_map(
                tables, facts=facts, basemap=base, tiles=tiles, lang=lang
            )
        return made

    def _figures(self) -> Mapping[str, Maker]:
        tables, facts, lang, base = self.tables, self.facts, self.lang, self.basemap
        results, areas = self.results, self.results.isochrones
        made: dict[str, Maker] = {
            "dumbbell": lambda: dumbbell(tables, facts=facts, lang=lang),
            "matrix": lambda: ratio_matrix(tables, facts=facts, lang=lang),
            "location": lambda: location(tables, facts=facts, basemap=base, lang=lang),
            "desire_lines": lambda: desire_lines(tables, facts=facts, basemap=base, lang=lang),
            "mode_ratio": lambda: mode_ratio(tables, facts=facts, basemap=base, lang=lang),
            "time_space": lambda: time_space(tables, facts=facts, lang=lang),
            "anatomy": lambda: anatomy(tables, facts=facts, lang=lang),
            "departures": lambda: departures(
                tables,
                samples=results.travel_times,
                departures=results.study.departures,
                facts=facts,
                lang=lang,
            ),
            "method": lambda: method(
                tables, facts=facts, validation=results.validation, lang=lang
            ),
        }
        if areas is not None:
            made["isochrone_panels"] = lambda: isochrone_panels(
                tables, isochrones=areas, facts=facts, basemap=base, lang=lang
            )
        return {f"figures/{name}.png": make for name, make in made.items()}

    def _question(self) -> Exhibit:
        """Return the page on the statement of a study."""
        study = self.results.study
        tested = study.outputs.statement
        claim = next((c for c in self.claims if tested and c.claim_id == tested.claim_id), None)
        if claim is None:
            what = f"no such claim ({tested.claim_id if tested else 'none'})"
            fix = "use the claim_id of a claim of the study"
            raise StudyError(Fault(study.file.name, what, fix, field="outputs.statement"))
        return question(
            self.tables,
            self.results.travel_times,
            claim=claim,
            verdicts=self.results.claim_verdicts,
            departures=study.departures,
            facts=self.facts,
            lang=self.lang,
            chain=self.chain,
        )
