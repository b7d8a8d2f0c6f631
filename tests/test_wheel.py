"""The wheel carries its data and runs the study from a clean environment, offline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_cover  # tracing would take longer than the tests


@pytest.mark.slow
def test_an_installed_wheel_runs_the_study_anywhere(root: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    left_out = {"maps", "dist", "build"}  # of the root alone: a room of the package is named so
    shutil.copytree(
        root,
        source,
        ignore=lambda folder, names: [
            name
            for name in names
            if name.startswith(".")
            or name == "__pycache__"
            or (Path(folder) == root and name in left_out)
        ],
    )
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q", "-w", "wheels"]
    subprocess.run([sys.executable, "-m", "pip", *build, str(source)], cwd=tmp_path, check=True)
    (wheel,) = (tmp_path / "wheels").glob("clustergeo-*.whl")

    # A fresh environment that sees the dependencies, but not this checkout: a path file inside an
    # added folder is not followed, so the editable install stays out of sight.
    home = tmp_path / "home"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    python = home / "bin" / "python"
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()
    (Path(site) / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    install = ["install", "--no-deps", "--no-index", "-q", "--target", site, str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COV", "PYTHON"))}
    ran = subprocess.run(
        [python, "-m", "clustergeo", "study", "--out", "out"],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    record = json.loads((elsewhere / "out" / "study.json").read_text(encoding="utf-8"))
    assert record["counts"]["rows"]["times"] > 1000
    where = subprocess.run(
        [python, "-c", "import clustergeo; print(clustergeo.__file__)"],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(home)
