"""`study --all` and `report` on a small region of the user's own: every form, twice the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_region import content, edited

from clustergeo.cli import main
from clustergeo.study import run

LINK = """
[scenario]
scenario_id = "faster"
title_en = "A faster road"
title_ko = "더 빠른 길"

[[edit]]
kind = "road_speed"
highway = "primary"
speed_kph = 80
assumption = true
note = "invented"
"""


@pytest.fixture
def whole(region: Path) -> Path:
    """Return the region's study with every exhibit and a link."""
    (region.parent / "faster.toml").write_text(LINK, encoding="utf-8")
    text = '"isolation", "isochrones", # interactive maps'
    edited(region, text, '"anatomy", "time_space", "departures",')  # enough of each kind
    return edited(region, '# links = ["my_bus.toml"]', 'links = ["faster.toml"]')


def test_all_forms_are_written_and_are_the_same_twice(whole: Path) -> None:
    out = whole.parent / "out"
    with pytest.raises(SystemExit) as stopped:
        main(["study", str(whole), "--all", "--out", str(out)])
    assert not stopped.value.code
    written = content(out)
    for name in (
        *("index.html", "places.html", "report.html", "report.docx", "report.hwpx"),
        *("study.xlsx", "study.gpkg", "gis/places.parquet", "before_after.html"),
        *("figures/dumbbell.png", "figures/dumbbell.svg", "figures/dumbbell.pdf"),
        *("figures/ranked_links.png", "figures/time_space.pdf", "en/figures/anatomy.svg"),
        *("en/places.html", "en/report.docx", "en/before_after.html", "missing_links.html"),
    ):
        assert written[name], name
    page = written["report.html"].decode()
    assert "더 빠른 길" in page
    assert "A faster road" in written["en/report.html"].decode()
    # A second process draws a part above; here one draws all.
    run(whole, out=whole.parent / "again", everything=True)
    again = content(whole.parent / "again")
    assert {name for name in written if written[name] != again[name]} == set()
    assert written.keys() == again.keys()


def test_a_report_by_its_suffix(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("r.html", "r.docx"):
        with pytest.raises(SystemExit) as stopped:
            main(["report", str(whole), "--out", str(whole.parent / name), "--lang", "en"])
        assert not stopped.value.code
    assert b'lang="en"' in (whole.parent / "r.html").read_bytes()
    with pytest.raises(SystemExit) as stopped:
        main(["report", str(whole), "--out", str(whole.parent / "r.odt")])
    assert stopped.value.code == 2
    assert "--out: not a report (r.odt) - name it .html, .docx or .hwpx" in capsys.readouterr().err
