"""``clustergeo isolation``: what it prints, what it writes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from clustergeo.cli import main
from clustergeo.schemas import check_table
from clustergeo.schemas.results import ISOLATION, PEERS, STABILITY, TIMES
from clustergeo.study import _settings, load_study

CLUSTERS = ("daedeok", "osong", "ochang", "sejong")


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    """Run the command in this process; return its exit code and both streams."""
    with pytest.raises(SystemExit) as stopped:
        main(["isolation", *(str(word) for word in argv)])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def times_table() -> pd.DataFrame:
    """Return times among the shipped clusters and to the capital: 10, 20, 30 ... minutes."""
    ends = (*CLUSTERS, *load_study().places.capital)
    rows = [
        {
            "from_id": start,
            "to_id": end,
            "mode": mode,
            "minutes": 10.0 * (1 + i + j) if start != end else None,
            "access_min": 2.0,
            "egress_min": 3.0,
            "distance_m": 9000.0,
            "legs": "-",
            "status": "ok" if start != end else "same_place",
            "evidence": "derived" if start != end else "",
        }
        for mode in ("car", "transit")
        for i, start in enumerate(CLUSTERS)
        for j, end in enumerate(ends)
    ]
    return pd.DataFrame(rows).reindex(columns=list(TIMES.names))


@pytest.fixture
def times(tmp_path: Path) -> Path:
    path = tmp_path / "times.csv"
    times_table().to_csv(path, index=False)
    return path


def test_a_table_of_times_is_measured(capsys: pytest.CaptureFixture[str], times: Path) -> None:
    code, out, err = run(capsys, "--times", times, "--index", "capital_ratio", "to_osong")
    assert code == 0
    assert "Isolation by car" in out
    assert "Isolation by transit" in out
    ratio = next(line for line in out.splitlines() if "capital_ratio" in line).split()
    assert ratio == ["capital_ratio", "1", "0.400", "0.333", "0.429", "0.500"]
    assert out.index("to_osong") < out.index("capital_ratio")
    assert "has no institutions of sejong" in err


def test_one_table_a_cluster_shows_modes_side_by_side(
    capsys: pytest.CaptureFixture[str], times: Path
) -> None:
    code, out, _ = run(
        capsys, "--times", times, "--by", "cluster", "--index", "potential", "--weights", "workers"
    )
    assert code == 0
    line = next(line for line in out.splitlines() if "potential" in line).split()
    assert line[:3] == ["potential", "workers", "mass"]
    assert line[3] == line[4]  # both modes take as long
    assert line[5] == "estimated"  # the workers of Osong are
    assert "region" not in out


def test_no_digit_is_lost_where_the_screen_is_narrow(
    capsys: pytest.CaptureFixture[str], times: Path
) -> None:
    code, out, _ = run(capsys, "--times", times, "--index", "all")
    assert code == 0
    assert "…" not in out
    assert "inside_to_capital_impedance" in out
    assert "(not_applicable)" in out


def test_weights_keep_what_has_no_masses(capsys: pytest.CaptureFixture[str], times: Path) -> None:
    out = times.with_name("few.csv")
    assert run(capsys, "--times", times, "--weights", "population", "--out", out)[0] == 0
    table = pd.read_csv(out, keep_default_na=False)
    assert set(table["weights"]) == {"", "population"}
    of = table.groupby("index")["weights"].unique()
    assert of["location_indicator"].tolist() == ["population"]
    assert of["capital_ratio"].tolist() == [""]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json", ".txt"])
def test_every_format_is_written(
    capsys: pytest.CaptureFixture[str], times: Path, suffix: str
) -> None:
    out = times.with_name(f"found{suffix}")
    code, said, _ = run(capsys, "--times", times, "--mode", "car", "--out", out)
    assert code == 0
    assert said.splitlines()[-1].startswith(f"{out}: ")
    match suffix:
        case ".csv":
            table = pd.read_csv(out, keep_default_na=False, dtype=str)
            check_table(table, ISOLATION, file="found")
        case ".parquet":
            check_table(pd.read_parquet(out), ISOLATION, file="found")
        case ".json":
            record = json.loads(out.read_text(encoding="utf-8"))
            assert record["study"] == "chungcheong"
            assert record["rules"]["decay_parameters"] == {"half_min": 45}
            assert {row["mode"] for row in record["isolation"]} == {"car"}
            blank = [row for row in record["isolation"] if row["value"] is None]
            assert all(row["reason"] for row in blank)
        case _:
            text = out.read_text(encoding="utf-8")
            assert "Capital time ratio, by car (1)" in text
            assert "rho_i = min_j t_ij / t_iS" in text
            assert "osong: 0.333 (derived)" in text
            assert "(not_applicable)" in text


def test_parquet_times_are_read(capsys: pytest.CaptureFixture[str], times: Path) -> None:
    path = times.with_suffix(".parquet")
    typed = times_table().assign(legs="-").fillna({"evidence": ""})
    typed.to_parquet(path, index=False)
    assert run(capsys, "--times", path, "--index", "capital_ratio")[0] == 0
    path.write_text("no table", encoding="utf-8")
    code, _, err = run(capsys, "--times", path)
    assert code == 3
    assert f"{path}: is no Parquet table - write it again, or as .csv" in err


def test_times_that_lack_a_pair_are_refused(
    capsys: pytest.CaptureFixture[str], times: Path
) -> None:
    table = times_table()
    table.loc[(table["from_id"] != "osong") | (table["to_id"] != "sejong")].to_csv(
        times, index=False
    )
    code, _, err = run(capsys, "--times", times)
    assert code == 3
    assert f"{times}: no time by car (osong to sejong) - add the row" in err
    table.loc[table["mode"] == "car"].to_csv(times, index=False)
    code, _, err = run(capsys, "--times", times, "--mode", "transit")
    assert code == 3
    assert "no times of the mode asked for" in err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--index", "nonsense"], "--index: no such measure (nonsense) - use one of"),
        (["--out", "x.xlsx"], "--out: unknown format (x.xlsx) - end it in .csv, .json"),
        (["--compare", "nowhere"], "--compare: not a file (nowhere) - give pilots, sigungu or"),
        (["--compare", "sigungu", "--mode", "transit"], "--compare: the shipped sigungu are"),
        (["--times", "t.csv", "--stability"], "--stability: needs further times than --times"),
        (["--times", "t.csv", "--compare", "pilots"], "--compare: needs further times than"),
        (["--stability", "--compare", "pilots", "--out", "x.csv"], "--out: holds one table"),
        (["--times", "t.csv", "--out", "t.csv"], "--out: is also an input (t.csv)"),
    ],
)
def test_what_contradicts_itself_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], argv: list[str], said: str
) -> None:
    code, _, err = run(capsys, *argv)
    assert code == 2
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "--times", tmp_path / "none.csv")
    assert code == 3
    assert "no such file" in err
    code, _, err = run(capsys, "--compare", tmp_path / "none.csv")
    assert code == 3
    assert "no such file" in err


def test_a_study_without_regions_has_no_pilots(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    study = load_study()
    text = study.file.read_text(encoding="utf-8")
    text = text.replace('"../', f'"{study.file.parents[1].as_posix()}/')
    out = ("regions", "projects", "others", "cheongju_hall", "claims")
    kept = [line for line in text.splitlines() if not line.startswith(out)]
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(kept), encoding="utf-8")
    code, _, err = run(capsys, path, "--compare", "pilots")
    assert code == 2
    assert "--compare: mine.toml names no regions - give a file" in err


def test_the_shipped_study_is_measured_and_compared(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    places = tmp_path / "towns.csv"
    places.write_text(
        "place_id,name_en,lon,lat\ncheonan,Cheonan,127.146,36.810\n", encoding="utf-8"
    )
    out = tmp_path / "peers.csv"
    code, said, _ = run(
        capsys, "--mode", "car", "--compare", "pilots", "sigungu", places, "--out", out
    )
    assert code == 0
    assert "Clusters among 268 places, 1 the most isolated" in said
    table = check_table(pd.read_csv(out, keep_default_na=False, dtype=str), PEERS, file="peers")
    kinds = table.drop_duplicates("place_id")["kind"].value_counts().to_dict()
    assert kinds == {"municipality": 263, "cluster": 4, "place": 1}
    ratio = table.loc[table["index"] == "capital_ratio"].set_index("place_id")
    assert ratio.loc["sigungu_11140", "value"] > 2  # Mapo lies in the capital
    assert ratio.loc["cheonan", "value"] < ratio.loc["sigungu_11140", "value"]


def test_ranks_are_taken_again_under_further_settings(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One of each kind that needs the routers again; the command treats all of a kind alike.
    monkeypatch.setattr(_settings, "WINDOWS", ("10:00-10:20",))
    monkeypatch.setattr(_settings, "WAITS", {"half": {"headway_wait": "half"}})
    monkeypatch.setattr(_settings, "ACCESS", {"walk": _settings.ACCESS["walk"]})
    out = tmp_path / "stability.json"
    code, said, _ = run(capsys, "--stability", "--out", out)
    assert code == 0
    assert "Ranks, 1 the most isolated" in said
    record = json.loads(out.read_text(encoding="utf-8"))
    rows = pd.DataFrame(record["stability"])
    assert {"window", "wait", "access", "road_state", "site"} <= set(rows["dimension"])
    check_table(rows, STABILITY, file="stability")
    by_road = rows.loc[rows["dimension"] == "road_state", "mode"]
    assert set(by_road) == {"car"}
    intervals = pd.DataFrame(record["rank_intervals"])
    assert (intervals["half_hours"] == 4).all()
    assert (intervals["low"] <= intervals["high"]).all()


def test_the_terminal_shows_the_few_that_tell_and_all_on_request(
    capsys: pytest.CaptureFixture[str], times: Path
) -> None:
    _, few, _ = run(capsys, "--times", times, "--mode", "car")
    _, every, _ = run(capsys, "--times", times, "--mode", "car", "--index", "all")
    assert "capital_ratio" in few
    assert "closeness" not in few
    assert "more measures: --index all" in few
    assert "closeness" in every
    assert "more measures" not in every
