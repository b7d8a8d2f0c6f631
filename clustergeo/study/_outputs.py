"""Write the outputs of a study: every file whole, the same bytes for the same inputs."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import tempfile
from pathlib import Path
from typing import Any

from clustergeo._files import csv_bytes, sha256, write_bytes
from clustergeo.errors import Fault, OutputError
from clustergeo.settings import version
from clustergeo.study._provenance import chain_of, code_sha256, settings_of
from clustergeo.study.plan import Study
from clustergeo.study.results import DECIMALS, Results

__all__ = ["check_folder", "write_outputs"]

_PACKAGES = ("folium", "geopandas", "matplotlib", "numba", "numpy", "osmnx", "pandas", "shapely")


def check_folder(out: Path) -> None:
    """Raise OutputError now if nothing could be written there after minutes of work."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        what = f"cannot be written ({error.strerror or error})"
        fault = Fault(str(out), what, "choose a writable folder")
        raise OutputError(str(fault)) from error


def write_outputs(results: Results, out: Path) -> None:
    """Write tables, exhibits and the record of a study to a folder.

    Parameters
    ----------
    results
        What the study came to.
    out
        The folder; other files in it are left alone.

    Raises
    ------
    OutputError
        If a file cannot be written; those written before it are whole.
    """
    for name, table in results.tables.items():
        write_bytes(out / "tables" / f"{name}.csv", csv_bytes(table, decimals=DECIMALS))
    for name, exhibit in results.exhibits.items():
        exhibit.save(out / name)
    record = json.dumps(_record(results), ensure_ascii=False, indent=1, sort_keys=True)
    write_bytes(out / "study.json", f"{record}\n".encode())


def _record(results: Results) -> dict[str, Any]:
    study = results.study
    return {
        "study": study.study_id,
        "title": {"en": study.title_en, "ko": study.title_ko},
        "inputs": _inputs(study),
        "chain": chain_of(study).record(),
        "settings": settings_of(study) | {"lang": study.outputs.lang},
        "versions": {
            "clustergeo": version(),
            "clustergeo_code": code_sha256(),
            "python": platform.python_version(),
            **{name: importlib.metadata.version(name) for name in _PACKAGES},
        },
        "counts": {
            "places": len(results.places.compared),
            "rows": {name: len(table) for name, table in results.tables.items()},
            "samples": {
                mode: int(found.minutes.shape[2]) for mode, found in results.travel_times.items()
            },
            "status": {
                str(status): int(count)
                for status, count in (results.times["mode"] + " " + results.times["status"])
                .value_counts()
                .items()
            },
        },
        "warnings": list(results.warnings),
    }


def _inputs(study: Study) -> list[dict[str, str]]:
    """Return the key, the path as the study names it and the checksum of each input."""
    folder = study.file.parent
    return [
        {
            "key": key,
            "file": Path(os.path.relpath(path, folder)).as_posix(),
            "sha256": sha256(path),
        }
        for key, path in study.input_files().items()
    ]
