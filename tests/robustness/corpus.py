"""Every file of the shared corpus through the command it is for.

``python tests/robustness/corpus.py`` prints one line that counts the outcomes, and writes a table
of them to the file given.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from robustness.trials import Outcome, Trial, run_trials

__all__ = ["accepted", "corpus", "summary", "write_table"]

ROBUSTNESS: Final = Path(__file__).parent
SHARED: Final = Path(__file__).parents[3] / "shared" / "data"
CLASSES: Final = ("refused", "warned", "right", "refused in error", "wrong", "crash", "hang")
GOOD: Final = CLASSES[:3]

_AREAS: Final = (".geojson", ".gpkg", ".shp")
_PLACES: Final = (*_AREAS, ".csv", ".json")
_ROADS: Final = (".osm", ".pbf", ".bz2", ".gz", ".opl", ".osc", ".graphml")


def accepted() -> dict[tuple[str, str], str]:
    """Return what must be printed of files that may be read, by command and name."""
    with (ROBUSTNESS / "corpus_accepted.csv").open(encoding="utf-8", newline="") as file:
        return {(row["command"], row["file"]): row["shows"] for row in csv.DictReader(file)}


def corpus(shared: Path = SHARED) -> list[Trial]:
    """Return each file of the manifest, and each good one, with the commands that it is for."""
    found: dict[tuple[str, str], Trial] = {}
    for top in ("bad_inputs", "good_feeds"):
        with (shared / top / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
            rows = [row["path"] for row in csv.DictReader(file)]
        for name in rows:
            for path in _handed_over(shared / top / name):
                for command in _commands(path):
                    key = f"{top}/{path.relative_to(shared / top).as_posix()}"
                    found.setdefault((command, key), Trial(command, path, key))
    return list(found.values())


def _handed_over(path: Path) -> list[Path]:
    """Return what a user would name: the feed of a member, the maps of a folder of maps."""
    if path.is_dir():
        maps = sorted(p for p in path.rglob("*") if p.suffix in _ROADS)
        return maps or [path]
    return (
        [path.parent] if path.suffix == ".txt" and (path.parent / "stops.txt").exists() else [path]
    )


def _commands(path: Path) -> list[str]:
    suffix = path.suffix.lower()
    if path.is_dir() or suffix == ".zip":
        return ["check", "feed build"]
    if suffix in _ROADS:
        return ["network build"]
    return ["check", "within"] if suffix in _AREAS else ["check"]


def write_table(outcomes: list[Outcome], file: Path) -> None:
    """Write one row an outcome."""
    known = accepted()
    names = ("command", "file", "verdict", "exit_code", "seconds", "peak_mb", "first_line")
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(names)
        for each in sorted(outcomes, key=lambda o: (o.trial.command, o.trial.name)):
            lines = [*each.err.splitlines(), *each.out.splitlines(), ""]
            first = next((line for line in lines if "error" in line), lines[0])
            trial = each.trial
            told = first.replace(str(trial.path), trial.name)[:200]
            cells = (each.verdict(known), each.code, f"{each.seconds:.2f}", f"{each.peak_mb:.0f}")
            table.writerow((trial.command, trial.name, *cells, told))


def summary(outcomes: list[Outcome]) -> str:
    """Return the one line that the table comes to."""
    known = accepted()
    counts = Counter(each.verdict(known) for each in outcomes)
    files = len({each.trial.name for each in outcomes})
    most = max(each.peak_mb for each in outcomes)
    slowest = max(each.seconds for each in outcomes)
    return (
        f"files tried {files} in {len(outcomes)} runs, refused rightly {counts['refused']}, "
        f"read with a warning {counts['warned']}, read and right {counts['right']}, "
        f"refused in error {counts['refused in error']}, wrong {counts['wrong']}, "
        f"crashes {counts['crash']}, hangs {counts['hang']}; "
        f"most memory {most:.0f} MB, slowest {slowest:.1f} s"
    )


def main() -> int:
    """Run the whole corpus; exit with 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="a .csv file for the table")
    parser.add_argument("--only", default="", help="run files whose name holds this text")
    asked = parser.parse_args()
    outcomes = list(run_trials([t for t in corpus() if asked.only in t.name]))
    if asked.out:
        write_table(outcomes, asked.out)
    known = accepted()
    for each in outcomes:
        if (verdict := each.verdict(known)) not in GOOD:
            print(f"{verdict}: {each.trial.command} {each.trial.name}: {each.err[:300]}")  # noqa: T201
    print(summary(outcomes))  # noqa: T201
    return int(any(each.verdict(known) not in GOOD for each in outcomes))


if __name__ == "__main__":
    sys.exit(main())
