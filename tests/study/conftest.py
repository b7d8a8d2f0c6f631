"""One run of the shipped study for all tests of its outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from clustergeo.study import run


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the shipped study once and return its folder."""
    folder = tmp_path_factory.mktemp("study")
    run(out=folder)
    return folder
