"""Draw the exhibits of a study from its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

import geopandas as gpd

from clustergeo.claims import Claim
from clustergeo.errors import Fault, StudyError
from clustergeo.exhibits import (
    Exhibit,
    StudyFacts,
    StudyTables,
    dumbbell,
    gallery,
    isolation_map,
    places_map,
    question,
    ratio_matrix,
)
from clustergeo.exhibits.exhibit import Language
from clustergeo.networks import RoadNetwork
from clustergeo.study._facts import basemap_of, facts_of
from clustergeo.study._office import office_files
from clustergeo.study._provenance import chain_of
from clustergeo.study._told_files import TOLD_FILES
from clustergeo.study.results import Results

__all__ = ["draw"]

Notify = Callable[[str], object]


def draw(
    results: Results,
    claims: Sequence[Claim],
    network: RoadNetwork,
    *,
    everything: bool = False,
    notify: Notify = lambda _line: None,
) -> dict[str, Exhibit]:
    """Return the exhibits a study asks for and the page that shows them, by file name.

    Parameters
    ----------
    results
        The tables of the study.
    claims
        The claims tested, for the words of the statement.
    network
        The road network, whose main roads are drawn under the maps.
    everything
        Whether figures come as SVG and PDF too, in both languages, with files for office and GIS.
    notify
        Called with a line of text as each longer part begins.

    Returns
    -------
    exhibits : dict of str to Exhibit
        Keys are paths below the output folder; those in the other language stand in its folder.
    """
    lang: Language = results.study.outputs.lang
    own = _Drawing(results, claims, network, lang)
    drawn = own.exhibits()
    shown = dict(drawn)
    if everything:
        notify("look: SVG and PDF")
        drawn |= _vectors(drawn)
        other: Language = "en" if lang == "ko" else "ko"
        notify(f"look: exhibits in the other language ({other})")
        second = replace(own, lang=other).exhibits()
        drawn |= {f"{other}/{name}": each for name, each in (second | _vectors(second)).items()}
        notify("look: office and GIS files")
        figures = {lang: shown, other: second}
        files = office_files(results, own.tables, own.facts, own.basemap, figures)
        drawn |= files
        shown |= files
    drawn["index.html"] = gallery(shown, own.tables, facts=own.facts, files=TOLD_FILES, lang=lang)
    return drawn


def _vectors(drawn: Mapping[str, Exhibit]) -> dict[str, Exhibit]:
    """Return the figures under the names that have them saved as SVG and PDF."""
    return {
        str(PurePosixPath(name).with_suffix(suffix)): each
        for name, each in drawn.items()
        for suffix in each.suffixes[1:]
    }


@dataclass(frozen=True)
class _Drawing:
    """A study ready to be drawn in one language."""

    results: Results
    claims: Sequence[Claim]
    network: RoadNetwork
    lang: Language

    @cached_property
    def tables(self) -> StudyTables:
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
        return chain_of(self.results.study).short

    @cached_property
    def facts(self) -> StudyFacts:
        return facts_of(self.results, self.claims, self.chain)

    @cached_property
    def basemap(self) -> gpd.GeoDataFrame:
        return basemap_of(self.results.study, self.network)

    def exhibits(self) -> dict[str, Exhibit]:
        """Return the maps, pages and figures that the study asks for."""
        tables, lang = self.tables, self.lang
        on_map = {"facts": self.facts, "basemap": self.basemap, "lang": lang}
        makers: dict[str, Callable[[], Exhibit]] = {
            "question.html": self._question,
            "places.html": lambda: places_map(tables, **on_map),
            "isolation.html": lambda: isolation_map(tables, **on_map),
            "figures/dumbbell.png": lambda: dumbbell(tables, facts=self.facts, lang=lang),
            "figures/matrix.png": lambda: ratio_matrix(tables, facts=self.facts, lang=lang),
        }
        asked = self.results.study.outputs.exhibits
        return {name: make() for name, make in makers.items() if PurePosixPath(name).stem in asked}

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
