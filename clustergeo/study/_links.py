"""What links would change, for the report and the gallery: ranked, drawn, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from clustergeo.exhibits import Exhibit
from clustergeo.exhibits.exhibit import Language
from clustergeo.study.plan import Study
from clustergeo.study.scenarios import (
    LinkRules,
    find_missing_links,
    rank_links,
    run_scenarios,
    study_base,
)
from clustergeo.study.scenarios._exhibits import draw_missing, draw_ranking, draw_run

__all__ = ["StudyLinks", "link_exhibits"]

_VERIFIED = 3
"""Missing links run in full for the gallery; `clustergeo scenario missing` runs ten a mode."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyLinks:
    """The planned links of a study and the missing ones.

    Parameters
    ----------
    ranked
        Contract ``schemas.ranking.LINK_RANKING``.
    exhibits
        By language and path: the ranking, the first link before and after, missing links.
    """

    ranked: pd.DataFrame
    exhibits: Mapping[Language, Mapping[str, Exhibit]] = field(repr=False)


def link_exhibits(
    study: Study, languages: tuple[Language, ...], notify: Callable[[str], object]
) -> StudyLinks | None:
    """Return what the links that a study names change; None where it names none.

    Parameters
    ----------
    study
        The study; the first of its links is drawn before and after.
    languages
        Languages of the exhibits.
    notify
        Called with a line of text as each part begins.
    """
    links = study.outputs.links
    if not links:
        return None
    base = study_base(study)
    notify(f"links: {len(links)} ranked")
    ranking = rank_links(links, study, settings="study", base=base)
    notify(f"links: before and after {links[0].stem}")
    run = run_scenarios(links[0], study, base=base)
    notify("links: what is missing")
    missing = find_missing_links(study, LinkRules(verify=_VERIFIED), base=base)
    drawn = {
        lang: _named(
            [
                *draw_run(run, lang),
                *(
                    replace(each, exhibit_id="ranked_links")
                    for each in draw_ranking(ranking, lang)
                ),
                *draw_missing(missing, lang),
            ]
        )
        for lang in languages
    }
    return StudyLinks(ranked=ranking.table, exhibits=drawn)


def _named(exhibits: list[Exhibit]) -> dict[str, Exhibit]:
    """Return pages and figures by their paths; of two of one name the second gets another."""
    named: dict[str, Exhibit] = {}
    for each in exhibits:
        figure = each.media_type == "image/png"
        stem = each.exhibit_id.removesuffix("_figure")
        path = f"figures/{stem}.png" if figure else f"{stem}.html"
        named[path if path not in named else path.replace(stem, "missing_links")] = each
    return named
