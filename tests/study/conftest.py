"""One run of the shipped study for all tests of its outputs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shipped import shipped_once
from toy_region import write_region

from clustergeo.study import run


@pytest.fixture(autouse=True, scope="module")
def _shipped_once() -> Iterator[None]:
    with shipped_once():
        yield


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the shipped study once and return its folder."""
    folder = tmp_path_factory.mktemp("study")
    with shipped_once():
        run(out=folder)
    return folder


@pytest.fixture
def region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a study of another region, beginning with the template, and return its file."""
    monkeypatch.chdir(tmp_path)
    return write_region(tmp_path)
