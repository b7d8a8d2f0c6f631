"""Crash and disk: whatever ends a writer, the old output stands or the new one is complete.

A few kills and full disks a writer here; ``python crashes.py --kills 200`` runs many.
"""

from __future__ import annotations

import os
import signal
import warnings
from pathlib import Path

import pytest
from robustness import crashes
from robustness.crashes import Versions, at_write, attempt, fresh, full_disk, killed
from robustness.writers import SECOND, WRITERS, Writer, kept, writer_of

from clustergeo.errors import OutputError

pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
]

KILLS = int(os.environ.get("CLUSTERGEO_KILLS", "2"))
MANY = KILLS > 2
NAMES = [writer.name for writer in WRITERS if MANY or not writer.like]


@pytest.fixture(scope="module", params=NAMES)
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Writer, Versions]:
    kept()
    writer = writer_of(request.param)
    return writer, crashes.versions_of(writer, tmp_path_factory.mktemp("versions"))


def test_f2_e6_a_writer_that_is_killed_leaves_the_old_or_the_new(
    pair: tuple[Writer, Versions], tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    harms = list(crashes.harms_of(*pair, folder, KILLS))
    struck = sum(killed(*pair, folder, harm) for harm in harms[: None if MANY else KILLS + 1])
    assert struck >= min(KILLS, pair[1].writes)


def test_e6_f5_a_full_disk_leaves_the_old_and_no_scraps(
    pair: tuple[Writer, Versions], tmp_path: Path
) -> None:
    for size in crashes.sizes_of(*pair, KILLS):
        full_disk(*pair, tmp_path / "out", size)


def test_e6_a_disk_that_is_full_from_the_start(
    pair: tuple[Writer, Versions], tmp_path: Path
) -> None:
    if crashes.on_a_small_disk(*pair, tmp_path / "disk") is None:
        pytest.skip("a disk may not be mounted here")


def test_e6_g4_a_place_that_cannot_be_written_is_an_output_error(
    pair: tuple[Writer, Versions],
) -> None:
    writer, _ = pair
    nowhere = Path("/proc/clustergeo")
    if not nowhere.parent.is_dir():
        pytest.skip("needs /proc")
    if writer.goes_on:
        writer.write(nowhere, 1)
        return
    with pytest.raises(OutputError, match="cannot be written"):
        writer.write(nowhere, 1)


def test_g5_sigterm_in_the_middle_cleans_up_at_once(
    pair: tuple[Writer, Versions], tmp_path: Path
) -> None:
    writer, versions = pair
    fresh(writer, versions, tmp_path / "out")
    middle = at_write(versions.writes // 2, signal.SIGTERM)
    left = attempt(writer, tmp_path / "out", SECOND, middle)
    assert left.code == 143
    assert left.scraps == ()
    assert crashes.whole(writer, left, versions)


def test_f3_writers_of_one_place_at_once_leave_one_of_them_whole(
    pair: tuple[Writer, Versions], tmp_path: Path
) -> None:
    writer, versions = pair
    if writer.may_lack:
        pytest.skip("one writer at a time")  # a matrix refuses the other; a hierarchy is internal
    folder = tmp_path / "out"
    fresh(writer, versions, folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads
        children = [os.fork() or writing_over_and_over(writer, folder, v) for v in (1, SECOND)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    left = crashes.Left(0, crashes.content(folder), crashes.scraps(folder))
    assert left.scraps == ()
    assert crashes.whole(writer, left, versions)
    writer.check(folder)


def writing_over_and_over(writer: Writer, folder: Path, version: int) -> int:
    """Write a version three times, in a process that never returns."""
    try:
        signal.alarm(crashes.SECONDS)
        for _ in range(3):
            writer.write(folder, version)
    except BaseException:  # noqa: BLE001 - the child must not go on as a second pytest
        os._exit(1)
    os._exit(0)
