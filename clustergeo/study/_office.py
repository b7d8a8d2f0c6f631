"""The files of a study for the office and for GIS, and its report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import pandas as pd

from clustergeo.exhibits import Exhibit
from clustergeo.exhibits._readings import Readings
from clustergeo.exhibits.exhibit import Language
from clustergeo.exhibits.office.document import document
from clustergeo.exhibits.office.gis import gis_layers
from clustergeo.exhibits.office.hangul import hangul
from clustergeo.exhibits.office.layers import geopackage, geoparquet
from clustergeo.exhibits.office.story import Story, tell
from clustergeo.exhibits.office.workbook import workbook
from clustergeo.exhibits.pages.report import report_page
from clustergeo.schemas.outputs import OUTPUTS
from clustergeo.study._drawing import Drawing
from clustergeo.study.results import DECIMALS, Results

__all__ = ["office_files", "story_of"]


def story_of(
    results: Results,
    readings: Readings,
    exhibits: Mapping[str, Exhibit],
    links: pd.DataFrame | None = None,
) -> Story:
    """Return the report of a study in the language of its readings.

    Parameters
    ----------
    results
        The tables of the study.
    readings
        The study in one language.
    exhibits
        Those drawn in that language, by path; PNG figures are shown.
    links
        Planned links and what they change, contract ``schemas.ranking.LINK_RANKING``.
    """
    figures = {
        PurePosixPath(name).stem: each
        for name, each in exhibits.items()
        if each.media_type == "image/png"
    }
    return tell(
        readings, figures, verdicts=results.claim_verdicts, links=links, notes=results.warnings
    )


def office_files(
    results: Results,
    drawing: Drawing,
    exhibits: Mapping[Language, Mapping[str, Exhibit]],
    links: pd.DataFrame | None = None,
) -> dict[str, Exhibit]:
    """Return reports in each language, workbook, GeoPackage and GeoParquet files, by path.

    Parameters
    ----------
    results, drawing
        The study.
    exhibits
        Those drawn, by language and path.
    links
        Planned links and what they change, contract ``schemas.ranking.LINK_RANKING``.
    """
    tables, facts = drawing.tables, drawing.facts
    own = results.study.outputs.lang
    made: dict[str, Exhibit] = {}
    for lang, drawn in exhibits.items():
        below = "" if lang == own else f"{lang}/"
        story = story_of(results, Readings(tables, facts, lang), drawn, links)
        made[f"{below}report.html"] = report_page(story)
        made[f"{below}report.docx"] = document(story)
        made[f"{below}report.hwpx"] = hangul(story)
    readings = Readings(tables, facts, own)
    made["study.xlsx"] = workbook(
        results.tables, OUTPUTS, readings, notes=results.warnings, decimals=DECIMALS
    )
    layers = gis_layers(
        readings, results.lines(), basemap=drawing.basemap, isochrones=results.isochrones
    )
    made["study.gpkg"] = geopackage(layers, date=facts.date, lang=own)
    for name, layer in layers.items():
        made[f"gis/{name}.parquet"] = geoparquet(name, layer, lang=own)
    return made
