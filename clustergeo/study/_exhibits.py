"""Draw the exhibits of a study from its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from clustergeo.claims import Claim
from clustergeo.exhibits import Exhibit, gallery
from clustergeo.exhibits.exhibit import Language
from clustergeo.study._drawing import Drawing
from clustergeo.study._helper import Helper
from clustergeo.study._office import office_files
from clustergeo.study._told_files import TOLD_FILES
from clustergeo.study.model import Model
from clustergeo.study.results import Results

__all__ = ["draw"]

Notify = Callable[[str], object]


def draw(
    results: Results,
    claims: Sequence[Claim],
    model: Model,
    *,
    everything: bool = False,
    helper: Helper | None = None,
    notify: Notify = lambda _line: None,
) -> dict[str, Exhibit]:
    """Return the exhibits a study asks for and the page that shows them, by file name.

    Parameters
    ----------
    results
        The tables of the study.
    claims
        The claims tested, for the words of the statement.
    model
        Its networks, drawn under the maps.
    everything
        Whether figures come as SVG and PDF too, in both languages, with files for office and GIS.
    helper
        A second process that draws a part of them.
    notify
        Called with a line of text as each longer part begins.

    Returns
    -------
    exhibits : dict of str to Exhibit
        Keys are paths below the output folder; those in the other language stand in its folder.
        A figure stands under each name it is saved by.
    """
    from clustergeo.study._links import link_exhibits  # noqa: PLC0415 - for everything alone

    lang: Language = results.study.outputs.lang
    own = Drawing.of(results, claims, model)
    drawn = _drawn(own, helper, notify)
    shown = dict(drawn)
    if everything:
        other: Language = "en" if lang == "ko" else "ko"
        second = _drawn(replace(own, lang=other), helper, notify)
        links = link_exhibits(results.study, (lang, other), notify)
        if links:
            drawn |= links.exhibits[lang]
            shown |= links.exhibits[lang]
            second |= links.exhibits[other]
        drawn |= _vectors(drawn)
        drawn |= {f"{other}/{name}": each for name, each in (second | _vectors(second)).items()}
        notify("look: office and GIS files")
        figures = {lang: shown, other: second}
        ranked = links.ranked if links else None
        files = office_files(results, own, figures, ranked)
        drawn |= files
        shown |= {name: each for name, each in files.items() if "/" not in name}
    drawn["index.html"] = gallery(shown, own.tables, facts=own.facts, files=TOLD_FILES, lang=lang)
    return drawn


def _drawn(drawing: Drawing, helper: Helper | None, notify: Notify) -> dict[str, Exhibit]:
    """Return the exhibits in the order of their makers, whoever draws each."""
    makers = drawing.makers()
    apart = (
        helper.draw(drawing, [name for name in makers if name.endswith(".png")]) if helper else {}
    )
    made = {}
    for name, make in makers.items():
        if name not in apart:
            notify(f"look: {name} ({drawing.lang})")
            made[name] = make()
    for name in reversed(apart):
        # What the helper has not begun yet is drawn here: both are done at the same time.
        notify(f"look: {name} ({drawing.lang})")
        made[name] = makers[name]() if apart[name].cancel() else apart[name].result()
    return {name: made[name] for name in makers}


def _vectors(drawn: Mapping[str, Exhibit]) -> dict[str, Exhibit]:
    """Return the figures under the names that have them saved as SVG and PDF."""
    return {
        str(PurePosixPath(name).with_suffix(suffix)): each
        for name, each in drawn.items()
        for suffix in each.suffixes[1:]
    }
