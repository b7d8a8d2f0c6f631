"""``clustergeo scenario missing``: a planner's question on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from clustergeo.cli import main


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    """Run the command in this process; return its exit code and both streams."""
    with pytest.raises(SystemExit) as stopped:
        main(["scenario", "missing", *(str(word) for word in argv)])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def test_a_ranked_table_a_portfolio_and_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    corridors = tmp_path / "corridors.csv"
    corridors.write_text(
        "corridor_id,place_id,link\na,osong,rail\na,ochang,\nb,daedeok,rail\nb,ochang,\n"
        "c,sejong,bus\nc,daejeon_station,\nd,osong,bus\nd,ochang,\n"
    )
    out = tmp_path / "out"
    code, told, notes = run(capsys, "--corridors", corridors, "--verify", "1", "--out", out)
    assert code == 0
    lines = told.splitlines()
    assert lines[0] == "Services: minutes by transit saved, mean of all pairs of clusters"
    assert lines[2].split()[:5] == ["1", "rail", "osong", "-", "ochang*"]
    assert "  * rail osong - ochang: planned by brt_osong_ochang_airport" in lines
    (refused,) = [line for line in lines if line.startswith("refused: bus sejong")]
    assert "(B1: " in refused
    assert "every set of 2 links was tried" in told
    assert "no set of them within the budget saves more than" in told
    assert all(len(line) <= 80 for line in lines[:8])
    assert "no benefit-cost ratio is claimed" in notes
    files = {path.name for path in out.rglob("*.*")}
    assert {"missing_links.csv", "refused.csv", "portfolio.csv"} < files
    assert "rail-osong-ochang.toml" in files


@pytest.mark.parametrize(
    ("argv", "code", "what"),
    [
        (("--between", "osong", "nowhere"), 2, "no such place (nowhere)"),
        (("--link", "plane"), 2, "links: no such kind (plane) - use road, rail, tram, bus"),
        (("--budget", "-1"), 2, "budget_krw_bn: not a number of 0 or more (-1)"),
        (("--corridors", "none.csv"), 3, "none.csv"),
    ],
)
def test_wrong_input_is_one_line(
    capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], code: int, what: str
) -> None:
    found, out, err = run(capsys, *argv)
    assert (found, out) == (code, "")
    (line,) = [line for line in err.splitlines() if line.startswith("clustergeo: error:")]
    assert what in line
